"""The queue as a list: filtered, newest first, paged by id; and what of it waits for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.campaigns import agenda, review, settling
from bot.campaigns.states import State
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Post, PostTarget, PostVersion, Staff
from nlu.text import words

PAGE = 30
SUGGESTED, LOOKED_BACK = 50, 200
WORDS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list should show; what is empty (0) leaves nothing out. `mine`: what waits for the person who looks."""

    mine: bool = False
    state: str = ""
    channel: str = ""
    topic: str = ""
    asked: str = ""
    author_id: int = 0


def page(session: Session, actor: Actor, *, wanted: Wanted, now: datetime, after: int = 0) -> list[Post]:
    """Return a page of the agency's posts, and one more when there is a next page."""
    query = select(Post).where(Post.agency_id == actor.agency_id, *_conditions(wanted))
    if wanted.mine:
        query = query.where(waiting_for(session, actor, now=now))
    if after:
        query = query.where(Post.id < after)
    return list(session.scalars(query.options(*_SHOWN).order_by(Post.id.desc()).limit(PAGE + 1)))


def find(session: Session, agency_id: int, post_id: int) -> Post | None:
    """Return a post of the agency with all that a page shows of it, for looking only."""
    query = select(Post).where(Post.id == post_id, Post.agency_id == agency_id)
    return session.scalar(query.options(*_SHOWN, selectinload(Post.agency)))


_SHOWN = (selectinload(Post.targets).selectinload(PostTarget.account), selectinload(Post.author))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(Post.state == wanted.state)
    if wanted.topic:
        found.append(Post.topic == wanted.topic)
    if wanted.author_id:
        found.append(Post.author_id == wanted.author_id)
    if wanted.channel:
        at = (PostTarget.post_id == Post.id, PostTarget.channel == wanted.channel)
        found.append(select(PostTarget.id).where(*at).exists())
    # Within one agency's posts, which an index finds, each row's words are looked through.
    found += [Post.searched.contains(word, autoescape=True) for word in words(wanted.asked)[:WORDS_MAX]]
    return found


def waiting_for(session: Session, actor: Actor, *, now: datetime) -> ColumnElement[bool]:
    """Return the condition of posts that wait for this person: to write on, to review, to decide, to post by hand."""
    parts: list[ColumnElement[bool]] = [false()]
    if Right.WRITE in actor.rights:
        by_hand = select(PostTarget.post_id).where(PostTarget.state == settling.BY_HAND)
        parts += [and_(Post.state == State.DRAFT, Post.author_id == actor.staff_id), Post.id.in_(by_hand)]
    if Right.REVIEW in actor.rights:
        wrote = select(PostVersion.id).where(PostVersion.post_id == Post.id, PostVersion.staff_id == actor.staff_id)
        known = [review.LANGUAGE_OF_ALL, *review.languages(session, actor)]
        others = and_(Post.author_id != actor.staff_id, ~wrote.exists(), Post.language.in_(known))
        parts.append(and_(Post.state == State.SUBMITTED, others))
    if Right.SCHEDULE in actor.rights:
        fresh = and_(Post.state.in_(agenda.FAILED), Post.finished_at >= now - agenda.FRESH)
        parts += [Post.state.in_(agenda.HELD_UP), fresh]
    return or_(*parts)


def authors(session: Session, agency_id: int) -> Sequence[tuple[int, str]]:
    """Return who wrote posts of the agency: id and name, by login."""
    wrote = _different(agency_id, Post.author_id)
    rows = session.scalars(select(Staff).where(Staff.id.in_(wrote)).order_by(Staff.login))
    return [(one.id, one.name or one.login) for one in rows]


def topics(session: Session, agency_id: int) -> Sequence[str]:
    """Return the topics that posts of the agency have, the first by name."""
    found = session.scalars(_different(agency_id, Post.topic).limit(SUGGESTED + 1)).all()
    return [one for one in found if one]


def audiences(session: Session, agency_id: int) -> Sequence[str]:
    """Return for whom the agency's newest posts were written."""
    newest = select(Post.audience).where(Post.agency_id == agency_id).order_by(Post.id.desc()).limit(LOOKED_BACK)
    return sorted({one for one in session.scalars(newest) if one})


def _different(agency_id: int, column: Any) -> Select[Any]:
    """Return the query of a column's different values, in order: one step of the index for each of them."""
    least = select(func.min(column)).where(Post.agency_id == agency_id)
    steps = select(least.scalar_subquery().label("value")).cte("steps", recursive=True)
    following = least.where(column > steps.c.value).correlate(steps).scalar_subquery()
    steps = steps.union_all(select(following).where(steps.c.value.is_not(None)))
    return select(steps.c.value).where(steps.c.value.is_not(None))
