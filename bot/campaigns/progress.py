"""How far a target got, kept in the database: claimed, marked before it commits, stored after each step, freed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot import agencies, outbox
from bot.campaigns import library, marking, rules, settling
from bot.campaigns.content import Content, Target, digest, of_post, of_target
from bot.campaigns.publication import publication
from bot.campaigns.settling import attempted
from bot.channels.publishing import Publication, Step
from bot.errors import ChannelError, PublishingStopped
from bot.tables import Account, Delivery, Post, PostTarget

AUTHOR_MAX = 50
"""Characters of an author's name that every channel takes; a longer name of an agency is left out."""
DIED = "the worker died while publishing"
DONE = "motcua_done"
"""Mark in the memory that the publisher has nothing left to do, and only our list of followers is to be written."""

log = structlog.get_logger()


@dataclass(slots=True)
class Job:
    """One target in hand. `memory` is what was stored last."""

    worker: str
    delivery: Delivery
    account: Account
    target_id: int
    post_id: int
    content: Content
    target: Target
    publication: Publication
    memory: dict[str, Any]
    follows: bool

    @property
    def id(self) -> int:
        """The delivery's id."""
        return self.delivery.id


def claim(session: Session, worker: str, *, now: datetime) -> Job | None:
    """Take the oldest target that is due on an account that may publish."""
    query = (
        select(Delivery.id, Delivery.target_id)
        .join(Account, Account.id == Delivery.account_id)
        .where(Delivery.kind == outbox.POST, Delivery.state == "waiting", Delivery.due_at <= now)
        .where(Account.paused_at.is_(None))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    delivery_id, target_id = found
    # The post before its target and delivery, as everywhere: no two transactions wait for each other.
    post_id = session.scalar(select(PostTarget.post_id).where(PostTarget.id == target_id)) or 0
    post = settling.locked(session, post_id)
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "waiting")
        .values(state="sending", worker=worker, lease_until=now + outbox.LEASE, tries=Delivery.tries + 1)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    return _job(session, worker, post, session.get_one(Delivery, delivery_id, populate_existing=True))


def _job(session: Session, worker: str, post: Post, delivery: Delivery) -> Job:
    target = session.get_one(PostTarget, delivery.target_id)
    account = session.get_one(Account, delivery.account_id)
    place, author, site = of_target(target), post.agency.name, agencies.facts_for(post.agency).website
    content = marking.marked(of_post(post), site=site, source=place.channel, campaign=post.id)
    made = publication(content, place, author=author if len(author) <= AUTHOR_MAX else "")
    follows = bool(place.options.get("followers"))
    return Job(worker, delivery, account, target.id, post.id, content, place, made, dict(target.memory), follows)


def prepared(session: Session, job: Job, *, base: str) -> None:
    """Make of the job's content what its platform takes: addresses under `base`, and files where it takes uploads."""
    paths = library.unpacked(session, [one.sha256 for one in job.content.media if one.sha256])
    job.publication = publication(job.content, job.target, author=job.publication.author, base=base, paths=paths)


def begun(session: Session, job: Job, *, commits: bool, now: datetime) -> bool:
    """Mark the step before it is taken; False when it must not be: not ours any more, frozen, stopped, altered."""
    post = settling.locked(session, job.post_id)
    if not _is_ours(session, job):
        return False
    target = session.get_one(PostTarget, job.target_id, populate_existing=True)
    if post.stopped_at is not None and (target.published_at is None or commits):
        finish(session, job, settling.PUBLISHED if target.published_at else settling.CANCELLED, now=now)
        return False
    if rules.is_frozen(session, post.agency_id, account_id=job.account.id):
        _put_back(session, job, state="held", due_at=now)
        return False
    if not job.memory and digest(of_post(post)) != post.approval:
        finish(session, job, settling.FAILED, now=now, error="the post is not what was approved; review it again")
        return False
    target.committing_at = now if commits else None
    return True


def _is_ours(session: Session, job: Job) -> bool:
    mine = (Delivery.id == job.delivery.id, Delivery.state == "sending", Delivery.worker == job.worker)
    return session.scalar(select(Delivery.id).where(*mine).with_for_update()) is not None


def stored(session: Session, job: Job, step: Step, *, commits: bool, now: datetime) -> bool:
    """Keep what the step came to; True when the next step is worth taking at once."""
    settling.locked(session, job.post_id)
    target = session.get_one(PostTarget, job.target_id, populate_existing=True)
    result = "done" if step.done else "wait" if step.wait else "ok"
    attempted(session, target.id, "commit" if commits else "step", result, now=now)
    absorb(target, step, public=commits, now=now)
    if not _is_ours(session, job):
        _late(session, job, target, step, now=now)
        return False
    job.memory = dict(target.memory)
    if step.done and not job.follows:
        finish(session, job, settling.PUBLISHED, now=now)
        return False
    if step.wait and not step.done:
        _put_back(session, job, state="waiting", due_at=now + timedelta(seconds=step.wait), tries=0)
        return False
    return True


def _late(session: Session, job: Job, target: PostTarget, step: Step, *, now: datetime) -> None:
    """Take an answer that came after the lease had run out: what became public is not unknown any more."""
    if target.state != settling.UNKNOWN:
        return
    if step.done and not job.follows:
        finish(session, job, settling.PUBLISHED, now=now)
        return
    target.state, target.error = settling.PUBLISHING, ""
    _put_back(session, job, state="waiting", due_at=now + timedelta(seconds=step.wait), tries=0)
    settling.settle(session, job.post_id, now=now)


def absorb(target: PostTarget, step: Step, *, public: bool, now: datetime) -> None:
    """Write into the target what a step learnt."""
    target.memory = {**step.memory, DONE: "1"} if step.done else dict(step.memory)
    target.committing_at = None
    target.platform_id = step.platform_id or target.platform_id
    target.link = step.link or target.link
    if (public or step.done) and target.published_at is None:
        target.published_at = now


def _put_back(session: Session, job: Job, **values: Any) -> None:
    session.execute(
        update(Delivery).where(Delivery.id == job.delivery.id).values(worker=None, lease_until=None, **values)
    )


def finish(session: Session, job: Job, state: str, *, now: datetime, error: str = "") -> None:
    """Close the target in `state`, and bring the post to what its targets make of it."""
    deliveries = {settling.PUBLISHED: "sent", settling.CANCELLED: "cancelled"}
    target = session.get_one(PostTarget, job.target_id)
    target.state, target.error = state, error
    done = {"state": deliveries.get(state, state), "platform_id": target.platform_id, "error": error}
    _put_back(session, job, finished_at=now, **done)
    settling.settle(session, job.post_id, now=now)
    log.info("post.target", post=job.post_id, target=job.target_id, state=state)


def failed(session: Session, job: Job, error: ChannelError, *, commits: bool, now: datetime) -> str:
    """Decide by the error what becomes of the target; return its state."""
    settling.locked(session, job.post_id)
    step = "commit" if commits else "step"
    attempted(session, job.target_id, step, type(error).__name__, now=now, code=error.code, detail=str(error))
    if not _is_ours(session, job):
        return "lost"
    target = session.get_one(PostTarget, job.target_id, populate_existing=True)
    target.error = str(error)
    if commits and error.maybe_sent:
        finish(session, job, settling.UNKNOWN, now=now, error=str(error))
        return settling.UNKNOWN
    target.committing_at = None
    if error.permanent or (not error.alert and job.delivery.tries >= outbox.MAX_TRIES):
        finish(session, job, settling.FAILED, now=now, error=str(error))
        return settling.FAILED
    wait = error.retry_after or outbox.backoff(job.delivery.tries)
    tries = 0 if error.alert else job.delivery.tries
    _put_back(session, job, state="waiting", due_at=now + timedelta(seconds=wait), tries=tries, error=str(error))
    return "waiting"


def alert(session: Session, account: Account, error: ChannelError, *, now: datetime) -> bool:
    """Stop the account, or only its posts, until a person acts; True when this call did it: one alert."""
    if not error.alert:
        return False
    if not isinstance(error, PublishingStopped):
        return agencies.stop(session, account.id, why=str(error), now=now)
    stopped = rules.freeze(session, rules.account_scope(account.id), who="system", now=now)
    if stopped:
        session.execute(update(Account).where(Account.id == account.id).values(alert=f"posts are held: {error}"))
    return stopped


def release(session: Session, *, now: datetime, dead: Sequence[str] = ()) -> int:
    """Settle what a vanished worker had in hand: unknown if it was committing, otherwise to be gone on with."""
    lost = session.execute(
        select(Delivery.id, Delivery.worker, Delivery.target_id, PostTarget.post_id)
        .join(PostTarget, PostTarget.id == Delivery.target_id)
        .where(Delivery.kind == outbox.POST, Delivery.state == "sending")
        .where(or_(Delivery.lease_until < now, Delivery.worker.in_(dead)))
        .order_by(PostTarget.post_id)
    ).all()
    for row in lost:
        settling.locked(session, row.post_id)
        _free(session, row.id, str(row.worker), session.get_one(PostTarget, row.target_id), now=now)
    return len(lost)


def abandoned(session: Session, job: Job, *, now: datetime) -> None:
    """Settle a job that broke in our own code, as if its worker had died."""
    settling.locked(session, job.post_id)
    _free(session, job.delivery.id, job.worker, session.get_one(PostTarget, job.target_id), now=now)


def _free(session: Session, delivery_id: int, worker: str, target: PostTarget, *, now: datetime) -> None:
    mine = (Delivery.id == delivery_id, Delivery.state == "sending", Delivery.worker == worker)
    free: Mapping[str, Any] = {"worker": None, "lease_until": None}
    session.refresh(target)
    if target.committing_at is None:
        again = now + timedelta(seconds=outbox.BACKOFF_FIRST)
        session.execute(update(Delivery).where(*mine).values(state="waiting", due_at=again, **free))
        return
    error = DIED
    gone = session.execute(
        update(Delivery).where(*mine).values(state="unknown", finished_at=now, error=error, **free)
    )  # fmt: skip
    if gone.rowcount:  # type: ignore[attr-defined]
        target.state, target.error = settling.UNKNOWN, error
        attempted(session, target.id, "commit", "died", now=now, detail=error)
        settling.settle(session, target.post_id, now=now)


def next_due(session: Session, *, after: datetime) -> datetime | None:
    """Return when, later than `after`, the next target of an account that may publish is due, or None.

    What is due by then and was not claimed (frozen, say) waits for something else than a time.
    """
    query = (
        select(Delivery.due_at)
        .join(Account, Account.id == Delivery.account_id)
        .where(Delivery.kind == outbox.POST, Delivery.state == "waiting", Account.paused_at.is_(None))
        .where(Delivery.due_at > after)
    )
    return session.scalar(query.order_by(Delivery.due_at).limit(1))
