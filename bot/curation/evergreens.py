"""Posts that stay true: some time after one appeared, a fresh draft of it is proposed and reviewed like any other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.campaigns import rules, steps
from bot.campaigns.content import Content, of_post
from bot.campaigns.drafts import EVERGREEN
from bot.campaigns.states import State
from bot.curation import proposing
from bot.db import Database
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Evergreen, Post
from content.phrases import say

EVERY_MIN, EVERY_MAX = 7, 730
"""Days between two appearances."""
SEEN = (State.PUBLISHED, State.PARTLY)
OVER = (*SEEN, State.REJECTED, State.CANCELLED, State.FAILED)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """An evergreen post, how often it was proposed, and when it is next; None: a copy of it is still on its way."""

    evergreen: Evergreen
    proposed: int
    next_at: datetime | None


def keep(session: Session, actor: Actor, post_id: int, *, every: int, now: datetime) -> Evergreen:
    """Say that a published post stays true, and is to be proposed again every so many days."""
    actor.need(Right.WRITE)
    if not EVERY_MIN <= every <= EVERY_MAX:
        raise BadInput(
            f"a post comes again every {EVERY_MIN} to {EVERY_MAX} days, not {every}",
            told=say("queue.refused.every", least=EVERY_MIN, most=EVERY_MAX),
        )
    post = steps.find(session, actor.agency_id, post_id)
    if post.state not in SEEN:
        raise BadInput(f"post {post_id} is {post.state}; only what was published can be used again",
                       told=say("queue.refused.unpublished"))  # fmt: skip
    evergreen = session.get(Evergreen, post_id)
    if evergreen is None:
        evergreen = Evergreen(post_id=post_id, every=every, by=actor.login, created_at=now)
        session.add(evergreen)
    evergreen.every, evergreen.by = every, actor.login
    session.flush()
    audit.note(session, "evergreen.keep", what=f"post:{post_id}", now=now, agency_id=actor.agency_id, who=actor.login,
               facts={"every": every})  # fmt: skip
    return evergreen


def drop(session: Session, actor: Actor, post_id: int, *, now: datetime) -> None:
    """Propose a post no more; copies that are there stay."""
    actor.need(Right.WRITE)
    post = steps.find(session, actor.agency_id, post_id)
    evergreen = session.get(Evergreen, post.id)
    if evergreen is None:
        raise BadInput(f"post {post_id} is not evergreen")
    session.delete(evergreen)
    audit.note(session, "evergreen.drop", what=f"post:{post_id}", now=now, agency_id=actor.agency_id, who=actor.login)


def of_agency(session: Session, agency_id: int) -> list[Standing]:
    """Return an agency's evergreen posts, and when each is proposed next."""
    query = select(Evergreen).join(Post).where(Post.agency_id == agency_id).order_by(Evergreen.post_id)
    return [_standing(one, copies(session, one.post)) for one in session.scalars(query)]


def standing(session: Session, post: Post) -> Standing | None:
    """Return how a post stands that is evergreen; None for any other."""
    evergreen = session.get(Evergreen, post.id)
    return _standing(evergreen, copies(session, post)) if evergreen else None


def copies(session: Session, post: Post) -> Sequence[Post]:
    """Return the copies of a post that were proposed, the oldest first."""
    mine = (Post.agency_id == post.agency_id, Post.origin.startswith(f"{EVERGREEN}:{post.id}:"))
    return session.scalars(select(Post).where(*mine).order_by(Post.id)).all()


def _standing(evergreen: Evergreen, made: Sequence[Post]) -> Standing:
    if any(one.state not in OVER for one in made):
        return Standing(evergreen, len(made), None)
    moments = [one.released_at or one.created_at for one in (evergreen.post, *made)]
    return Standing(evergreen, len(made), max(moments) + timedelta(days=evergreen.every))


def propose_all(db: Database, *, now: datetime) -> list[int]:
    """Propose every post whose time has come again; return the new drafts' ids."""
    with db.read() as session:
        known = list(session.scalars(select(Evergreen.post_id).order_by(Evergreen.post_id)))
    made: list[int] = []
    for post_id in known:
        with db.write() as session:
            made += _proposed(session, post_id, now=now)
    return made


def _proposed(session: Session, post_id: int, *, now: datetime) -> list[int]:
    evergreen = session.get(Evergreen, post_id)
    if evergreen is None:
        return []  # somebody said meanwhile that it is not
    post, made = evergreen.post, copies(session, evergreen.post)
    due_at = _standing(evergreen, made).next_at
    if due_at is None or due_at > now:
        return []
    origin = f"{EVERGREEN}:{post_id}:{len(made) + 1}"
    if not proposing.first_time(session, post.agency_id, origin, title=post.title, link=post.link, now=now):
        return []  # another scheduler was quicker
    content = _words(session, post, made)
    note = say("queue.note.evergreen", post=post_id)
    try:
        with session.begin_nested():
            return [proposing.draft(session, post.agency_id, content, origin=origin, now=now, note=note).id]
    except BadInput as error:
        log.warning("evergreen.refused", post=post_id, why=str(error))
        return []


def _words(session: Session, post: Post, made: Sequence[Post]) -> Content:
    """Return what appeared last: what was mended in a copy stays mended. Followers are not written to unasked."""
    newest = next((one for one in reversed(made) if one.state in SEEN), post)
    content = of_post(newest)
    return replace(
        content, at=None, recurrence={}, grace=rules.of_agency(session, post.agency_id)["grace"],
        media=tuple(one for one in content.media if not one.only_cover),
        targets=tuple(replace(one, options={}) for one in content.targets),
    )  # fmt: skip
