"""Channels where a person posts: what is still to be done, and the step that says it was done."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from bot.campaigns import checks, settling, steps
from bot.campaigns.states import State, Verb
from bot.errors import BadInput
from bot.staff import Actor
from bot.tables import Post, PostTarget
from content.phrases import say

NEEDS_LINK = frozenset({"tiktok"})


def waiting(session: Session, agency_id: int) -> Sequence[PostTarget]:
    """Return what people of this agency have to post by hand now, the oldest first."""
    query = (
        select(PostTarget)
        .join(Post, Post.id == PostTarget.post_id)
        .where(Post.agency_id == agency_id, PostTarget.state == settling.BY_HAND)
        .options(contains_eager(PostTarget.post).selectinload(Post.targets))
        .order_by(Post.released_at, PostTarget.id)
    )
    return session.scalars(query).all()


def posted(session: Session, actor: Actor, post_id: int, *, link: str, channel: str, now: datetime) -> Post:
    """Note that a person posted it by hand, at `link`."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.POSTED, actor)
    query = select(PostTarget).where(PostTarget.post_id == post.id, PostTarget.state == settling.BY_HAND)
    targets = [
        one for one in session.scalars(query) if not channel or channel in {one.channel, f"{one.channel}:{one.key}"}
    ]
    if len(targets) != 1:
        left = ", ".join(f"{one.channel}:{one.key}" for one in targets) or "none"
        raise BadInput(f"which channel was it? Left to do by hand: {left}", told=say("queue.refused.by_hand"))
    target = targets[0]
    if target.channel in NEEDS_LINK and not link:
        raise BadInput(f"say where it can be seen on {target.channel} (--link)", told=say("queue.refused.link"))
    if link and not checks.is_web(link):
        raise BadInput(f"'{link}' is not a web address", told=say("queue.fault.link", link=link))
    target.state, target.link, target.published_at = settling.PUBLISHED, link, now
    settling.attempted(session, target.id, "by_hand", "done", now=now, detail=f"by {actor.login}")
    to = State.PARTLY if post.state == State.FAILED else State(post.state)
    steps.take(session, post, Verb.POSTED, to, now=now, who=actor.login, facts={"link": link})
    settling.settle(session, post.id, now=now)
    return post
