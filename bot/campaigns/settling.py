"""What the outcomes of its targets make of a post."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaigns.states import State, Verb
from bot.campaigns.steps import take
from bot.tables import Attempt, Post, PostTarget

WAITING, PUBLISHING, PUBLISHED, FAILED, UNKNOWN = "waiting", "publishing", "published", "failed", "unknown"
CANCELLED, BY_HAND = "cancelled", "by_hand"
SETTLED = frozenset({State.PUBLISHED, State.PARTLY, State.FAILED, State.CANCELLED})


def outcome(targets: Collection[str]) -> State:
    """Return the state of a post whose targets are in these states.

    What a person still has to post by hand holds nothing up, unless it is all there is.
    """
    decided = [one for one in targets if one != BY_HAND]
    if not decided or any(one in {WAITING, PUBLISHING} for one in decided):
        return State.PUBLISHING
    if UNKNOWN in decided:
        return State.UNKNOWN
    if PUBLISHED in decided:
        return State.PUBLISHED if {PUBLISHED} == set(decided) else State.PARTLY
    return State.FAILED if FAILED in decided else State.CANCELLED


def locked(session: Session, post_id: int) -> Post:
    """Return the post, locked: always before its targets and deliveries, so that no two wait for each other."""
    query = select(Post).where(Post.id == post_id).with_for_update(of=Post)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def settle(session: Session, post_id: int, *, now: datetime) -> State:
    """Bring the post to the state that its targets make; return it."""
    post = locked(session, post_id)
    session.flush()
    to = outcome(session.scalars(select(PostTarget.state).where(PostTarget.post_id == post_id)).all())
    if to != post.state:
        take(session, post, Verb.SETTLE, to, now=now)
        post.finished_at = now if to in SETTLED else None
    return to


def attempted(session: Session, target_id: int, step: str, result: str, *, now: datetime, **told: Any) -> None:
    """Keep one call, or one look, for good; `told` is `code` and `detail`."""
    detail = str(told.get("detail", ""))[:500]
    session.add(
        Attempt(target_id=target_id, at=now, step=step, outcome=result, code=told.get("code", ""), detail=detail)
    )
