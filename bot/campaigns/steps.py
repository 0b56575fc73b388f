"""One step of a post from state to state: allowed by the table, taken by compare-and-set, written to the audit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit, machine
from bot.campaigns.states import COMMENTED, NEEDS, State, Verb, may
from bot.errors import BadInput, MotcuaError
from bot.staff import Actor
from bot.tables import Post
from content.phrases import say

COMMENT_MAX = 2000
OWN = frozenset({State.DRAFT, State.SUBMITTED})
"""States in which authors may cancel what they or the system wrote, without the right to schedule."""


def find(session: Session, agency_id: int, post_id: int) -> Post:
    """Return a post of this agency, locked for the step; another agency's is simply not found."""
    query = select(Post).where(Post.id == post_id, Post.agency_id == agency_id).with_for_update(of=Post)
    post = session.scalar(query.execution_options(populate_existing=True))
    if post is None:
        raise BadInput(f"no post {post_id}")
    return post


def allow(post: Post, verb: Verb, actor: Actor, comment: str = "") -> None:
    """Raise unless `actor` may give `verb` to the post now."""
    may(post.state, verb)
    mine = post.author_id == actor.staff_id or machine.wrote(post.author)
    own = verb is Verb.CANCEL and mine and post.state in OWN
    actor.need(NEEDS[Verb.EDIT] if own else NEEDS[verb])
    if verb in COMMENTED and not comment.strip():
        raise BadInput(
            f"'{verb}' needs a comment, so that the author knows what to do", told=say("queue.refused.comment")
        )
    if len(comment) > COMMENT_MAX:
        told = say("queue.refused.comment_long", count=len(comment), most=COMMENT_MAX)
        raise BadInput(f"the comment has {len(comment)} characters; at most {COMMENT_MAX}", told=told)


def possible(post: Post, actor: Actor) -> frozenset[Verb]:
    """Return what `actor` may do to the post now, a comment given where one is needed."""
    found = set()
    for verb in NEEDS:
        try:
            allow(post, verb, actor, "?")
        except MotcuaError:
            continue
        found.add(verb)
    return frozenset(found)


def take(
    session: Session, post: Post, verb: Verb, to: State, *, now: datetime, who: str = audit.SYSTEM,
    facts: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Move the post to state `to`; False when somebody else moved it meanwhile (then nothing is changed)."""
    before = post.state
    if to not in may(before, verb):
        raise BadInput(f"'{verb}' does not lead from '{before}' to '{to}'")
    moved = session.execute(
        update(Post).where(Post.id == post.id, Post.state == before).values(state=to, changed_at=now)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    told = {"from": before, "to": str(to), "version": post.version, **(facts or {})}
    audit.note(session, f"post.{verb}", what=f"post:{post.id}", now=now, agency_id=post.agency_id, who=who, facts=told)
    session.flush()
    session.refresh(post, ["state", "changed_at"])
    return True
