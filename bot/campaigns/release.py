"""What the scheduler does: due posts are released once, late ones spaced or missed, what repeats is written anew."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.campaigns import calendar, diaries, drafts, queueing, rules, settling, steps
from bot.campaigns.content import as_json, digest, of_post
from bot.campaigns.states import State, Verb
from bot.db import Database
from bot.errors import BadInput
from bot.tables import Post, PostTarget, PostVersion

LATE = timedelta(seconds=30)
"""A post released within this is in time; a later one missed its minute (outage, freeze) and must not make a burst."""
AT_ONCE = 200
CHANGED = "changed after it was approved: review it again"
"""The note of a post that went back to its writer, because it is not what was approved."""

log = structlog.get_logger()


def release_due(db: Database, *, now: datetime) -> int:
    """Release every post that is due; return how many. Any number of schedulers may call it at once."""
    with db.read() as session:
        due = session.execute(
            select(Post.id, Post.agency_id)
            .where(Post.state == State.SCHEDULED, Post.due_at <= now)
            .order_by(Post.due_at, Post.id)
            .limit(AT_ONCE)
        ).all()
    return sum(_release(db, post_id, agency_id, now=now) for post_id, agency_id in due)


def _release(db: Database, post_id: int, agency_id: int, *, now: datetime) -> bool:
    with db.write() as session:
        post = steps.find(session, agency_id, post_id)
        if post.state != State.SCHEDULED or post.due_at is None or post.due_at > now:
            return False  # another scheduler was quicker, or a person
        if post.due_at + timedelta(minutes=post.grace) < now:
            miss(session, post, now=now)
            return False
        if rules.is_frozen(session, agency_id) or not _may_go(session, post, now):
            return False
        if digest(of_post(post)) != post.approval:
            post.approval, post.due_at, post.note = "", None, CHANGED
            steps.take(session, post, Verb.RETURN, State.DRAFT, now=now, facts={"why": post.note})
            log.error("post.not_as_approved", post=post_id)
            return False
        _go(db, session, post, now=now)
    log.info("post.released", post=post_id)
    return True


def miss(session: Session, post: Post, *, now: datetime) -> None:
    """Leave a post whose grace is over for a person to decide."""
    post.note = f"missed: it was due at {post.due_at.isoformat() if post.due_at else '?'}"
    steps.take(session, post, Verb.MISS, State.MISSED, now=now)
    log.warning("post.missed", post=post.id)


def _may_go(session: Session, post: Post, now: datetime) -> bool:
    """Say whether a post may go now: one in time may; a late one keeps its distance and the rules of the hour."""
    if post.due_at is None or now - post.due_at <= LATE:
        return True
    books = diaries.of_post(session, post, now=now)
    try:
        allowed = calendar.earliest(now, books) <= now
    except BadInput:
        allowed = False
    pause = max((timedelta(seconds=book.rules["catch_up"]) for book in books), default=timedelta())
    last = _last_release(session, post)
    return allowed and (last is None or now - last >= pause)


def _last_release(session: Session, post: Post) -> datetime | None:
    mine = select(PostTarget.account_id).where(PostTarget.post_id == post.id, PostTarget.account_id.is_not(None))
    last: datetime | None = session.scalar(
        select(func.max(Post.released_at, type_=Post.released_at.type))
        .join(PostTarget, PostTarget.post_id == Post.id)
        .where(PostTarget.account_id.in_(mine))
    )
    return last


def _go(db: Database, session: Session, post: Post, *, now: datetime) -> None:
    steps.take(session, post, Verb.RELEASE, State.PUBLISHING, now=now, facts={"hash": post.approval})
    post.released_at = now
    for target in session.scalars(select(PostTarget).where(PostTarget.post_id == post.id).order_by(PostTarget.id)):
        if target.account_id is None:
            target.state = settling.BY_HAND
            log.info("post.by_hand", post=post.id, channel=target.channel)
        else:
            queueing.enqueue(session, db, target, now=now)
    if post.recurrence:
        _repeat(session, post, now=now)


def _repeat(session: Session, post: Post, *, now: datetime) -> None:
    """Schedule the next occurrence. It is what the reviewer approved: the same text, by the rule they read."""
    following = calendar.following(post.at, post.recurrence) if post.at else None
    if following is None:
        return
    recurrence = {"day": str(post.at.astimezone(calendar.HANOI).day), **post.recurrence} if post.at else {}
    content = replace(of_post(post), at=following, recurrence=recurrence)
    again = Post(
        agency_id=post.agency_id, author_id=post.author_id, state=State.SCHEDULED, version=1, origin=f"post:{post.id}",
        created_at=now, changed_at=now, title="", text="", grace=post.grace, media=[], recurrence={},
    )  # fmt: skip
    session.add(again)
    session.flush()
    drafts.store(session, again, content)
    session.add(
        PostVersion(post_id=again.id, number=1, staff_id=post.author_id, content=as_json(content), at=now)
    )  # fmt: skip
    session.flush()
    session.refresh(again)
    again.approval = digest(of_post(again))
    again.due_at = calendar.earliest(following, diaries.of_post(session, again, now=now))
    audit.note(session, "post.repeat", what=f"post:{again.id}", now=now, agency_id=post.agency_id,
               facts={"of": post.id, "approved": post.approval, "hash": again.approval})  # fmt: skip
