"""A person looked at the platform and says whether a post of unknown outcome is there; the audit keeps who."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.campaigns import checks, queueing, settling, steps
from bot.campaigns.states import State, Verb
from bot.errors import BadInput
from bot.staff import Actor
from bot.tables import Delivery, Post, PostTarget
from content.phrases import say

ABSENT = "a person looked: it is not there"


def is_there(
    session: Session, actor: Actor, post_id: int, target_id: int, *, link: str, platform_id: str = "", now: datetime
) -> Post:
    """Note that the post is public at `link`; what was to follow it (a broadcast, our followers) is not sent."""
    if link and not checks.is_web(link):
        raise BadInput(f"'{link}' is not a web address", told=say("queue.fault.link", link=link))
    post, target = _doubt(session, actor, post_id, target_id)
    target.link, target.platform_id = link or target.link, platform_id or target.platform_id
    target.published_at = target.published_at or target.committing_at or now
    return _decided(session, actor, post, target, settling.PUBLISHED, now=now)


def is_not_there(session: Session, actor: Actor, post_id: int, target_id: int, *, now: datetime) -> Post:
    """Note that the post is not public: it failed, and may be sent again."""
    post, target = _doubt(session, actor, post_id, target_id)
    return _decided(session, actor, post, target, settling.FAILED, now=now)


def _doubt(session: Session, actor: Actor, post_id: int, target_id: int) -> tuple[Post, PostTarget]:
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.DECIDE, actor)
    target = session.get(PostTarget, target_id, populate_existing=True)
    if target is None or target.post_id != post.id or target.state != settling.UNKNOWN:
        raise BadInput(f"nothing is unknown about target {target_id}", told=say("queue.refused.nothing"))
    return post, target


def _decided(session: Session, actor: Actor, post: Post, target: PostTarget, state: str, *, now: datetime) -> Post:
    found = state == settling.PUBLISHED
    target.state, target.error, target.committing_at = state, "" if found else ABSENT, None
    closed = {"state": "sent" if found else "failed", "finished_at": now}
    session.execute(update(Delivery).where(Delivery.key == queueing.key_of(target)).values(**closed))
    outcome = "found" if found else "absent"
    settling.attempted(session, target.id, "decide", outcome, now=now, detail=f"by {actor.login} {target.link}".strip())
    facts = {"target": f"{target.channel}:{target.key}", "there": found, "link": target.link}
    steps.take(session, post, Verb.DECIDE, State.UNKNOWN, now=now, who=actor.login, facts=facts)
    settling.settle(session, post.id, now=now)
    session.refresh(post)
    return post
