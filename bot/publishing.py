"""Publish one target of a post: step by step, what was learnt stored before the next step, what commits marked before.

A crash outside a committing step is harmless: another worker goes on from the stored memory. A crash or a time-out
inside one leaves the target `unknown`: never tried again blindly, only looked for (`reconciling`) or sent by a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot import agencies, followers, outbox, tokens
from bot.campaigns import library, rules, settling
from bot.campaigns.content import Content, Target, digest, of_post, of_target
from bot.campaigns.publication import publication
from bot.campaigns.settling import attempted
from bot.channels import PUBLISHERS
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.channels.publishing import Publication, Step
from bot.db import Database
from bot.errors import (
    AccountStopped,
    ChannelError,
    MotcuaError,
    PublishingStopped,
    Refused,
    TokenRejected,
)
from bot.settings import Settings
from bot.tables import Account, Delivery, Post, PostTarget
from bot.vault import Vault

AUTHOR_MAX = 50
"""Characters of an author's name that every channel takes; a longer name of an agency is left out."""
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
    publication: Publication
    memory: dict[str, Any] = field(default_factory=dict)
    follows: bool = False


class Publishing:
    """One thread's sessions with the platforms, for publishing."""

    def __init__(self, db: Database, vault: Vault, settings: Settings) -> None:
        self._db = db
        self._vault = vault
        self._settings = settings
        self._https: dict[int, Http] = {}

    def one(self, worker: str, clock: Callable[[], datetime]) -> bool:
        """Take one target as far as it goes now; False when none is due."""
        with self._db.write() as session:
            job = claim(session, worker, base=self._settings.public_url, now=clock())
        if job is None:
            return False
        while self._step(job, clock):
            pass
        return True

    def _step(self, job: Job, clock: Callable[[], datetime]) -> bool:
        """Take one step; True when the next one is worth taking at once."""
        if DONE in job.memory:
            return self._tell_followers(job, clock)
        publisher = PUBLISHERS[job.account.channel]
        commits = publisher.commits(job.publication, job.memory)
        with self._db.write() as session:
            if not _begun(session, job, commits=commits, now=clock()):
                return False
        try:
            step = self._call(job, clock)
        except ChannelError as error:
            self._failed(job, error, commits=commits, now=clock())
            return False
        except MotcuaError as error:  # e.g. no key opens the secrets: nothing was called
            self._failed(job, AccountStopped(str(error)), commits=False, now=clock())
            return False
        with self._db.write() as session:
            return stored(session, job, step, commits=commits, now=clock())

    def _call(self, job: Job, clock: Callable[[], datetime]) -> Step:
        publisher, http = PUBLISHERS[job.account.channel], self._http(job.account.id)
        account = agencies.opened(job.account, self._vault)
        try:
            return publisher.step(http, account, job.publication, job.memory)
        except TokenRejected as error:
            job.account = tokens.after_rejection(self._db, self._vault, http, job.account, error=error, now=clock())
            try:
                return publisher.step(http, agencies.opened(job.account, self._vault), job.publication, job.memory)
            except TokenRejected as again:
                raise AccountStopped("the renewed token is refused too; grant the account again") from again

    def _http(self, account_id: int) -> Http:
        if account_id not in self._https:
            self._https[account_id] = Http(self._settings.urls, (CONNECT_TIMEOUT, self._settings.http_timeout))
        return self._https[account_id]

    def _failed(self, job: Job, error: ChannelError, *, commits: bool, now: datetime) -> None:
        with self._db.write() as session:
            state = failed(session, job, error, commits=commits, now=now)
            alerted = _alert(session, job.account, error, now=now)
        if alerted:
            log.error("account.stopped", account=job.account.id, channel=job.account.channel, code=error.code,
                      why=str(error))  # fmt: skip
        log.warning("post.step_failed", post=job.post_id, target=job.target_id, state=state, code=error.code,
                    error=type(error).__name__)  # fmt: skip

    def _tell_followers(self, job: Job, clock: Callable[[], datetime]) -> bool:
        with self._db.write() as session:
            if not _begun(session, job, commits=False, now=clock()):
                return False
            if followers.enqueue_some(session, self._db, job.target_id, now=clock()):
                return True
            _finish(session, job, settling.PUBLISHED, now=clock())
        return False


def claim(session: Session, worker: str, *, base: str, now: datetime) -> Job | None:
    """Take the oldest target that is due on an account that may publish; `base` is our public address."""
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
    return _job(session, worker, post, session.get_one(Delivery, delivery_id, populate_existing=True), base)


def _job(session: Session, worker: str, post: Post, delivery: Delivery, base: str) -> Job:
    target = session.get_one(PostTarget, delivery.target_id)
    account = session.get_one(Account, delivery.account_id)
    name = post.agency.name
    content, place = of_post(post), of_target(target)
    made = _made(session, content, place, author=name if len(name) <= AUTHOR_MAX else "", base=base)
    memory, follows = dict(target.memory), bool(target.options.get("followers"))
    return Job(worker, delivery, account, target.id, post.id, made, memory=memory, follows=follows)


def _made(session: Session, content: Content, target: Target, *, author: str, base: str) -> Publication:
    paths = library.unpacked(session, [one.sha256 for one in content.media if one.sha256])
    return publication(content, target, author=author, base=base, paths=paths)


def _begun(session: Session, job: Job, *, commits: bool, now: datetime) -> bool:
    """Mark the step before it is taken; False when it must not be: not ours any more, frozen, stopped, altered."""
    post = settling.locked(session, job.post_id)
    if not _is_ours(session, job):
        return False
    target = session.get_one(PostTarget, job.target_id, populate_existing=True)
    if post.stopped_at is not None and (target.published_at is None or commits):
        _finish(session, job, settling.PUBLISHED if target.published_at else settling.CANCELLED, now=now)
        return False
    if rules.is_frozen(session, post.agency_id, account_id=job.account.id):
        _put_back(session, job, state="held", due_at=now)
        return False
    if not job.memory and digest(of_post(post)) != post.approval:
        _refuse(session, job, Refused("the post is not what was approved; review it again"), now=now)
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
    # What became public is written down, whoever owns the row by now.
    if not _is_ours(session, job):
        return False
    job.memory = dict(target.memory)
    if step.done and not job.follows:
        _finish(session, job, settling.PUBLISHED, now=now)
        return False
    if step.wait and not step.done:
        _put_back(session, job, state="waiting", due_at=now + timedelta(seconds=step.wait), tries=0)
        return False
    return True


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


def _finish(session: Session, job: Job, state: str, *, now: datetime, error: str = "") -> None:
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
        return _unknown(session, job, error, now=now)
    target.committing_at = None
    if error.permanent or (not error.alert and job.delivery.tries >= outbox.MAX_TRIES):
        _refuse(session, job, error, now=now)
        return settling.FAILED
    wait = error.retry_after or outbox.backoff(job.delivery.tries)
    tries = 0 if error.alert else job.delivery.tries
    _put_back(session, job, state="waiting", due_at=now + timedelta(seconds=wait), tries=tries, error=str(error))
    return "waiting"


def _unknown(session: Session, job: Job, error: MotcuaError, *, now: datetime) -> str:
    _finish(session, job, settling.UNKNOWN, now=now, error=str(error))
    return settling.UNKNOWN


def _refuse(session: Session, job: Job, error: ChannelError, *, now: datetime) -> None:
    _finish(session, job, settling.FAILED, now=now, error=str(error))


def _alert(session: Session, account: Account, error: ChannelError, *, now: datetime) -> bool:
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
        select(Delivery, PostTarget)
        .join(PostTarget, PostTarget.id == Delivery.target_id)
        .where(Delivery.kind == outbox.POST, Delivery.state == "sending")
        .where(or_(Delivery.lease_until < now, Delivery.worker.in_(dead)))
        .order_by(PostTarget.post_id)
    ).all()
    for delivery, target in lost:
        _release(session, delivery, target, now=now)
    return len(lost)


def _release(session: Session, delivery: Delivery, target: PostTarget, *, now: datetime) -> None:
    settling.locked(session, target.post_id)
    mine = (Delivery.id == delivery.id, Delivery.state == "sending", Delivery.worker == delivery.worker)
    free: Mapping[str, Any] = {"worker": None, "lease_until": None}
    session.refresh(target)
    if target.committing_at is None:
        session.execute(update(Delivery).where(*mine).values(state="waiting", due_at=now, **free))
        return
    error = "the worker died while publishing"
    gone = session.execute(
        update(Delivery).where(*mine).values(state="unknown", finished_at=now, error=error, **free)
    )  # fmt: skip
    if gone.rowcount:  # type: ignore[attr-defined]
        target.state, target.error = settling.UNKNOWN, error
        attempted(session, target.id, "commit", "died", now=now, detail=error)
        settling.settle(session, target.post_id, now=now)


def next_due(session: Session) -> datetime | None:
    """Return when the next target of an account that may publish is due, or None."""
    query = (
        select(Delivery.due_at)
        .join(Account, Account.id == Delivery.account_id)
        .where(Delivery.kind == outbox.POST, Delivery.state == "waiting", Account.paused_at.is_(None))
    )
    return session.scalar(query.order_by(Delivery.due_at).limit(1))
