"""Another time for a post: by a new version where the time is part of what is reviewed, by a decision where not."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.campaigns import drafts, review, steps
from bot.campaigns.content import of_post
from bot.campaigns.states import State, Verb
from bot.errors import BadInput, Stale
from bot.staff import Actor
from bot.tables import Post
from content.phrases import say

_WRITTEN = frozenset({State.DRAFT, State.SUBMITTED})
_DECIDED = frozenset({State.APPROVED, State.SCHEDULED})


def way(post: Post) -> Verb | None:
    """Return the verb that gives the post another time: edit or schedule; None where its time is past changing."""
    state = State(post.state)
    if state in _WRITTEN:
        return Verb.EDIT
    if state in _DECIDED:
        return Verb.EDIT if post.at is not None else Verb.SCHEDULE
    return Verb.SCHEDULE if state is State.MISSED else None


def is_judged_anew(post: Post) -> bool:
    """Say whether another time sends the post back to be reviewed."""
    return way(post) is Verb.EDIT and post.state != State.DRAFT


def move(session: Session, actor: Actor, post_id: int, *, at: datetime, read: str, now: datetime) -> Post:
    """Give the post another time; `read` is the `drafts.mark` of what the person saw."""
    post = steps.find(session, actor.agency_id, post_id)
    if read != drafts.mark(post):
        raise Stale(f"post {post_id} was changed meanwhile", told=say("queue.refused.stale"))
    verb = way(post)
    if verb is None:
        raise BadInput(f"the time of a post in state '{post.state}' is past changing", told=say("queue.refused.fixed"))
    if at < now:
        raise BadInput(f"{at.isoformat()} has passed", told=say("queue.refused.past"))
    if verb is Verb.SCHEDULE:
        return review.schedule(session, actor, post_id, at=at, now=now)
    return drafts.edit(session, actor, post_id, replace(of_post(post), at=at), now=now)
