"""The queue as a calendar: which posts appear in a span of time, and what is odd about their minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, defer, selectinload

from bot.campaigns import calendar, rules
from bot.campaigns.states import State
from bot.tables import Account, Post, PostTarget

MOST = 1000
"""Posts of one span that are shown."""
UNPLANNED = 20
LIGHT = (defer(Post.text), defer(Post.searched), defer(Post.media))
"""A month shows titles: what is long stays in the database."""
NEAR = timedelta(minutes=30)
GONE = (State.REJECTED, State.CANCELLED)
COMING = frozenset({State.DRAFT, State.SUBMITTED, State.APPROVED, State.SCHEDULED})
"""States whose time can still be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A post at its moment; `odd` says why to look at it: `close`, `quiet`, `holiday`."""

    post: Post
    at: datetime
    odd: tuple[str, ...]


def moment(post: Post) -> datetime | None:
    """Return when a post appeared, appears or is wanted."""
    return post.released_at or post.due_at or post.at


def between(session: Session, agency_id: int, begin: date, end: date) -> list[Entry]:
    """Return the posts of the days from `begin` up to `end` (without it) in Vietnam, by time."""
    since, until = midnight(begin), midnight(end)

    def within(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return and_(column >= since, column < until)

    # Three spans, each by its own index.
    later = and_(Post.released_at.is_(None), within(Post.due_at))
    wanted = and_(Post.released_at.is_(None), Post.due_at.is_(None), within(Post.at))
    query = (
        select(Post)
        .where(Post.agency_id == agency_id, or_(within(Post.released_at), later, wanted))
        .where(Post.state.not_in(GONE))
        .options(selectinload(Post.targets), *LIGHT)
        .limit(MOST)
    )
    timed = [(at, post) for post in session.scalars(query) if (at := moment(post))]
    return _entries(session, agency_id, sorted(timed, key=lambda one: (one[0], one[1].id)))


def unplanned(session: Session, agency_id: int) -> Sequence[Post]:
    """Return the newest posts on their way that have no time yet."""
    mine = (Post.agency_id == agency_id, Post.at.is_(None), Post.due_at.is_(None))
    waits = Post.state.in_((State.DRAFT, State.SUBMITTED, State.APPROVED))
    query = select(Post).where(*mine, waits).options(selectinload(Post.targets))
    return session.scalars(query.order_by(Post.id.desc()).limit(UNPLANNED)).all()


def midnight(day: date) -> datetime:
    """Return when a day begins in Vietnam."""
    return datetime.combine(day, time(), calendar.HANOI)


def _entries(session: Session, agency_id: int, timed: Sequence[tuple[datetime, Post]]) -> list[Entry]:
    accounts = session.scalars(select(Account).where(Account.agency_id == agency_id))
    kept = {account.id: rules.of_account(session, account) for account in accounts}
    near = _near(timed)
    entries = []
    for at, post in timed:
        odd = {calendar.closed(at, kept[one]) for one in _places(post.targets) if one in kept} - {""}
        told = sorted(odd) + (["close"] if post.id in near else [])
        entries.append(Entry(post=post, at=at, odd=tuple(told) if post.state in COMING else ()))
    return entries


def _near(timed: Sequence[tuple[datetime, Post]]) -> set[int]:
    """Return the posts that share an account with another one within half an hour."""
    found: set[int] = set()
    for place, (at, post) in enumerate(timed):
        for later, other in timed[place + 1 :]:
            if later - at >= NEAR:
                break
            if _places(post.targets) & _places(other.targets):
                found |= {post.id, other.id}
    return found


def _places(targets: Sequence[PostTarget]) -> set[int]:
    return {one.account_id for one in targets if one.account_id is not None}
