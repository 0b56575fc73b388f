"""The way to publication: submitted by its author, judged by somebody else, bound to what was read, scheduled."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot import audit, machine, outbox
from bot.campaigns import calendar, checks, diaries, drafts, settling, steps, warning
from bot.campaigns.content import digest, of_post
from bot.campaigns.states import TABLE, State, Verb
from bot.errors import BadInput, NotAllowed, Stale
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Delivery, Membership, Post, PostTarget, Review
from content.phrases import say

LANGUAGE_OF_ALL = "vi"
CHECKLIST = ("content", "source", "spelling", "privacy", "images")
"""What a reviewer looks at; in the console all of it is ticked before approving."""
COMMENT = "comment"
"""The verdict of a word that moves nothing."""


def submit(session: Session, actor: Actor, post_id: int, *, now: datetime) -> Post:
    """Hand a draft to the reviewers; raise `BadInput` with every fault it has by now."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.SUBMIT, actor)
    machine.hand_over(session, post, actor, now=now)
    content = of_post(post)
    found = checks.faults(session, actor.agency_id, content, now=_lenient(content.at, now, post.grace))
    if not content.targets:
        found.append(checks.no_targets())
    drafts.refuse(found)
    steps.take(session, post, Verb.SUBMIT, State.SUBMITTED, now=now, who=actor.login)
    return post


def _lenient(at: datetime | None, now: datetime, grace: int) -> datetime:
    # A post whose minute has just passed may still appear within its grace; whether it does, the scheduler decides.
    return now - timedelta(minutes=grace) if at and at < now else now


def approve(
    session: Session, actor: Actor, post_id: int, *, now: datetime, comment: str = "", version: int | None = None,
    checklist: Mapping[str, bool] | None = None,
) -> Post:  # fmt: skip
    """Approve what was read, by another person than any who wrote it; with a time, the post is scheduled.

    `version`: the one that the reviewer has read; a newer one is refused.
    """
    post = _judged(session, actor, post_id, Verb.APPROVE, comment=comment, now=now, checklist=checklist)
    if version is not None and version != post.version:
        raise Stale(
            f"post {post_id} was changed meanwhile: read version {post.version} before approving",
            told=say("queue.refused.stale"),
        )
    if checklist is not None and not all(checklist.get(one) for one in CHECKLIST):
        raise BadInput("tick the whole checklist before approving", told=say("queue.refused.checklist"))
    post.approval = digest(of_post(post))
    steps.take(session, post, Verb.APPROVE, State.APPROVED, now=now, who=actor.login, facts={"hash": post.approval})
    if post.at is not None:
        _book(session, post, post.at, now=now, who=actor.login)
    return post


def send_back(session: Session, actor: Actor, post_id: int, *, comment: str, now: datetime) -> Post:
    """Ask for changes: the post is a draft again, and no approval remains."""
    post = _judged(session, actor, post_id, Verb.RETURN, comment=comment, now=now)
    steps.take(session, post, Verb.RETURN, State.DRAFT, now=now, who=actor.login, facts={"comment": comment})
    post.approval, post.due_at = "", None
    return post


def reject(session: Session, actor: Actor, post_id: int, *, comment: str, now: datetime) -> Post:
    """Refuse the post for good."""
    post = _judged(session, actor, post_id, Verb.REJECT, comment=comment, now=now)
    steps.take(session, post, Verb.REJECT, State.REJECTED, now=now, who=actor.login, facts={"comment": comment})
    return post


def _judged(
    session: Session, actor: Actor, post_id: int, verb: Verb, *, comment: str, now: datetime,
    checklist: Mapping[str, bool] | None = None,
) -> Post:  # fmt: skip
    """Return the post, with the verdict noted, if `actor` may give it."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, verb, actor, comment)
    if actor.staff_id in drafts.editors(session, post):
        raise NotAllowed(
            f"{actor.login} wrote on post {post_id}: somebody else has to review it", told=say("queue.refused.own")
        )
    if post.language != LANGUAGE_OF_ALL and post.language not in languages(session, actor):
        raise NotAllowed(
            f"{actor.login} may not review posts in '{post.language}': an admin names the languages",
            told=say("queue.refused.language"),
        )
    verdict = Review(
        post_id=post.id, version=post.version, staff_id=actor.staff_id, at=now, verdict=verb, comment=comment.strip(),
        checklist=dict(checklist or {}),
    )  # fmt: skip
    session.add(verdict)
    return post


def may_judge(session: Session, actor: Actor, post: Post) -> str:
    """Return why `actor` may not review this post, for the console; empty when they may."""
    if actor.staff_id in drafts.editors(session, post):
        return say("queue.refused.own")
    if post.language != LANGUAGE_OF_ALL and post.language not in languages(session, actor):
        return say("queue.refused.language")
    return ""


def comment(session: Session, actor: Actor, post_id: int, *, comment: str, now: datetime) -> Post:
    """Say something about the post that moves nothing."""
    actor.need(Right.WRITE)
    post = steps.find(session, actor.agency_id, post_id)
    if not comment.strip() or len(comment) > steps.COMMENT_MAX:
        raise BadInput(f"a comment has 1 to {steps.COMMENT_MAX} characters", told=say("queue.refused.comment_size"))
    said = Review(
        post_id=post.id, version=post.version, staff_id=actor.staff_id, at=now, verdict=COMMENT,
        comment=comment.strip(), checklist={},
    )  # fmt: skip
    session.add(said)
    audit.note(session, "post.comment", what=f"post:{post.id}", now=now, agency_id=post.agency_id, who=actor.login)
    return post


def languages(session: Session, actor: Actor) -> set[str]:
    """Return the languages beside Vietnamese that a person may review in the agency."""
    query = select(Membership.languages).where(
        Membership.staff_id == actor.staff_id, Membership.agency_id == actor.agency_id
    )
    return {one for row in session.scalars(query) for one in row.split(",") if one}


def schedule(session: Session, actor: Actor, post_id: int, *, now: datetime, at: datetime | None = None) -> Post:
    """Say when an approved or missed post appears: at `at`, or at the next free slot (at once where there are none)."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.SCHEDULE, actor)
    if at is not None and at < now:
        raise BadInput(f"{at.isoformat()} has passed", told=say("queue.refused.past"))
    if at is not None and post.at is not None and post.state == State.SCHEDULED:
        raise BadInput(
            "the time was approved with the post: edit it, and let it be reviewed again",
            told=say("queue.refused.approved_time"),
        )
    wanted = at or calendar.next_slot(now, diaries.of_post(session, post, now=now))
    _book(session, post, wanted, now=now, who=actor.login)
    return post


def _book(session: Session, post: Post, wanted: datetime, *, now: datetime, who: str) -> None:
    due = calendar.earliest(wanted, diaries.of_post(session, post, now=now))
    post.due_at, post.note = due, "" if due == wanted else f"moved by the rules from {wanted.isoformat()}"
    facts = {"due": due.isoformat(), "wanted": wanted.isoformat()}
    steps.take(session, post, Verb.SCHEDULE, State.SCHEDULED, now=now, who=who, facts=facts)


def cancel(session: Session, actor: Actor, post_id: int, *, now: datetime, comment: str = "") -> Post:
    """Stop a post for good; of one that is being published, what has not begun stops, what is public stays."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.CANCEL, actor, comment)
    if post.state != State.PUBLISHING:
        steps.take(session, post, Verb.CANCEL, State.CANCELLED, now=now, who=actor.login, facts={"comment": comment})
        return post
    post.stopped_at = now
    stop_sending(session, post.id)
    facts = {"comment": comment}
    steps.take(session, post, Verb.CANCEL, State.PUBLISHING, now=now, who=actor.login, facts=facts)
    settling.settle(session, post.id, now=now)
    session.refresh(post)
    return post


def stop(session: Session, actor: Actor, post_id: int, *, now: datetime, comment: str = "") -> Post:
    """Write to no follower more; what is public stays."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.STOP, actor, comment)
    stop_sending(session, post.id)
    facts = {"comment": comment}
    steps.take(session, post, Verb.STOP, State(post.state), now=now, who=actor.login, facts=facts)
    return post


def cancel_or_stop(session: Session, actor: Actor, post_id: int, *, now: datetime, comment: str = "") -> Post:
    """Cancel a post; of one that is public, stop what is still being sent."""
    post = steps.find(session, actor.agency_id, post_id)
    verb = stop if Verb.STOP in TABLE[State(post.state)] else cancel
    return verb(session, actor, post_id, now=now, comment=comment)


def stop_sending(session: Session, post_id: int) -> None:
    """Take back what waits: no target that has not begun is published, no follower more is written to."""
    mine = PostTarget.post_id == post_id
    # What is public already is seen through: its address is still to be learnt.
    untouched = select(PostTarget.id).where(mine, PostTarget.published_at.is_(None))
    waiting = Delivery.state.in_(("waiting", "held"))
    news = Delivery.kind == outbox.NEWS
    session.execute(
        update(Delivery)
        .where(waiting, Delivery.target_id.in_(select(PostTarget.id).where(mine)))
        .where(or_(news, Delivery.target_id.in_(untouched)))
        .values(state="cancelled")
    )
    going = select(Delivery.target_id).where(Delivery.target_id.is_not(None), Delivery.state == "sending")
    session.execute(
        update(PostTarget)
        .where(mine, PostTarget.state.in_(("waiting", "publishing", "by_hand")))
        .where(PostTarget.id.not_in(going), PostTarget.published_at.is_(None))
        .values(state="cancelled")
    )


def warnings(session: Session, post: Post, *, now: datetime) -> list[str]:
    """Return what is worth a look before submitting: posts of the same accounts close by, a time that will move."""
    return warning.of(session, post.agency_id, of_post(post), but=post.id, now=now)
