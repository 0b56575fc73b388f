"""Figures of an agency over a span of days: the counted days from their table, today and what is missing live."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.figures import counting, daily
from bot.figures.counting import COUNTS, Counts
from bot.tables import Account, Conversation, DailyFigure, Ticket
from bot.tickets import CALLS

SPAN_MAX = 366
LIVE_MAX = 3
"""Days per account that a page counts itself; older ones wait for the scheduler, and the page says so."""
CALL_WAITS = (5 * 60, 30 * 60, 2 * 3600, 24 * 3600)
"""Upper bounds, in seconds, of the classes of waiting for a colleague."""

Table = dict[str, Counts]


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    since: date
    until: date

    def days(self) -> list[date]:
        """Return every day."""
        return [self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1)]


@dataclass(slots=True, kw_only=True)
class Calls:
    """Requests for a person: how many, how many a colleague answered, after how long."""

    asked: int = 0
    answered: int = 0
    seconds: float = 0.0
    within: dict[int, int] = field(default_factory=dict)
    """Answered within so many seconds, and not within the bound before."""

    @property
    def mean(self) -> float | None:
        """Mean seconds until a colleague's first answer, of those answered."""
        return self.seconds / self.answered if self.answered else None


@dataclass(slots=True, kw_only=True)
class Figures:
    """Everything the figures page shows."""

    span: Span
    total: Counts
    people: int
    days: dict[date, Counts]
    people_by_day: dict[date, int]
    channels: Table
    hours: Table
    procedures: Table
    topics: Table
    waits: Table
    calls: Calls
    missing: int
    """Days of accounts that are not counted yet."""

    @property
    def mean_wait(self) -> float | None:
        """Mean seconds from a question to its answer; None where nothing was answered."""
        answers = sum(one.messages for one in self.waits.values())
        return sum(one.seconds for one in self.waits.values()) / answers if answers else None


def span_of(since: date | None, until: date | None, *, now: datetime) -> Span:
    """Return a sound span: thirty days to today unless told, never longer than `SPAN_MAX`, never in the future."""
    today = now.astimezone(counting.HANOI).date()
    end = min(until or today, today)
    begin = min(since or end - timedelta(days=29), end)
    return Span(max(begin, end - timedelta(days=SPAN_MAX - 1)), end)


def read(session: Session, agency_id: int, span: Span, *, now: datetime, channel: str = "") -> Figures:
    """Return an agency's figures, of one channel only if told."""
    query = select(Account).where(Account.agency_id == agency_id)
    accounts = list(session.scalars(query.where(Account.channel == channel) if channel else query))
    found = _empty(span)
    live = _live(session, accounts, span, now, found)
    by_id = {account.id: account.channel for account in accounts}
    for dimension in ("all", "hour", "procedure", "topic", "wait"):
        for row in _sums(session, list(by_id), span, dimension):
            places = _places(found, dimension, row.value, channel=by_id[row.account_id], day=row.day)
            _add(places, _counts(row))
    for day, people, new in _people(session, list(by_id), span):
        found.people_by_day[day] += people
        found.people += new
    for account_id, counted in live:
        for (dimension, value), counts in counted.rows.items():
            if dimension == "people":
                found.people_by_day[counted.day] += counts.messages
                found.people += counts.messages if value < span.since.isoformat() else 0
            else:
                _add(_places(found, dimension, value, channel=by_id[account_id], day=counted.day), counts)
    found.calls = _calls(session, agency_id, list(by_id), span, bool(channel))
    return found


def _empty(span: Span) -> Figures:
    return Figures(
        span=span, total=Counts(), people=0, days={day: Counts() for day in span.days()},
        people_by_day=dict.fromkeys(span.days(), 0), channels=defaultdict(Counts),
        hours={f"{hour:02}": Counts() for hour in range(24)}, procedures=defaultdict(Counts),
        topics=defaultdict(Counts), waits={str(one): Counts() for one in (*counting.WAITS, counting.LONGER)},
        calls=Calls(), missing=0,
    )  # fmt: skip


def _live(
    session: Session, accounts: Sequence[Account], span: Span, now: datetime, found: Figures
) -> list[tuple[int, counting.Day]]:  # fmt: skip
    """Count the newest days that are not counted yet; note how many older ones are missing."""
    known = daily.counted(session, [account.id for account in accounts], span.since, span.until)
    counted = []
    for account in accounts:
        begun = account.created_at.astimezone(counting.HANOI).date()
        open_days = [day for day in span.days() if day not in known[account.id] and day >= begun]
        found.missing += max(0, len(open_days) - LIVE_MAX)
        counted += [(account.id, counting.count(session, account.id, day)) for day in open_days[-LIVE_MAX:]]
    return counted


def _sums(session: Session, accounts: list[int], span: Span, dimension: str) -> Sequence[Any]:
    """Return sums of one dimension: by day where the charts need days, else over the whole span."""
    table = DailyFigure
    sums = [func.sum(getattr(table, name)).label(name) for name in (*COUNTS, "seconds")]
    day = table.day if dimension == "all" else func.max(table.day).label("day")
    keys = (table.account_id, table.day, table.value) if dimension == "all" else (table.account_id, table.value)
    here = (table.account_id.in_(accounts), table.dimension == dimension, table.day.between(span.since, span.until))
    return session.execute(select(table.account_id, day, table.value, *sums).where(*here).group_by(*keys)).all()


def _counts(row: Any) -> Counts:
    return Counts(**{name: int(getattr(row, name)) for name in COUNTS}, seconds=float(row.seconds))


def _people(session: Session, accounts: list[int], span: Span) -> Sequence[Any]:
    """Return for each day who wrote, and how many of them had not written before within the span."""
    table = DailyFigure
    new = case((table.value < span.since.isoformat(), table.messages), else_=0)
    here = (table.account_id.in_(accounts), table.dimension == "people", table.day.between(span.since, span.until))
    return session.execute(
        select(table.day, func.sum(table.messages), func.sum(new)).where(*here).group_by(table.day)
    ).all()  # fmt: skip


def _places(found: Figures, dimension: str, value: str, *, channel: str, day: date) -> list[Counts]:
    """Return where a count of a dimension's value belongs."""
    if dimension == "all":
        return [found.total, found.days[day], found.channels[channel]]
    tables = {"hour": found.hours, "procedure": found.procedures, "topic": found.topics, "wait": found.waits}
    return [tables[dimension][value]]


def _add(places: Sequence[Counts], counts: Counts) -> None:
    for place in places:
        for name in (*COUNTS, "seconds"):
            setattr(place, name, getattr(place, name) + getattr(counts, name))


def _calls(session: Session, agency_id: int, accounts: list[int], span: Span, narrowed: bool) -> Calls:
    begin, end = counting.bounds(span.since)[0], counting.bounds(span.until)[1]
    waited, lower = counting.seconds_between(Ticket.created_at, Ticket.answered_at), (-1, *CALL_WAITS[:-1])
    within = [
        func.sum(case(((waited > low) & (waited <= high), 1), else_=0))
        for low, high in zip(lower, CALL_WAITS, strict=True)
    ]
    query = select(func.count(), func.count(Ticket.answered_at), func.sum(waited), *within).where(
        Ticket.agency_id == agency_id, Ticket.kind.in_(CALLS), Ticket.created_at >= begin, Ticket.created_at < end
    )
    if narrowed:
        query = query.join(Conversation, Conversation.id == Ticket.conversation_id)
        query = query.where(Conversation.account_id.in_(accounts))
    asked, answered, seconds, *counts = session.execute(query).one()
    return Calls(
        asked=asked, answered=answered, seconds=float(seconds or 0),
        within=dict(zip(CALL_WAITS, (int(one or 0) for one in counts), strict=True)),
    )  # fmt: skip
