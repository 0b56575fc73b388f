"""Figures of an agency over a span of days: from the counted days and months; what nobody counted is counted here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.db import table_of
from bot.figures import counting, daily
from bot.figures.counting import COUNTS, Counts
from bot.figures.daily import MONTH, stored
from bot.tables import Account, Conversation, DailyFigure, Ticket
from bot.tickets import CALLS

SPAN_MAX = 366
LIVE_MAX = 3
"""Days per account that a page counts itself; older ones wait for the scheduler, and the page says so."""
STALE = timedelta(minutes=10)
"""Older counts of today are not shown: the scheduler stands still."""
CALL_WAITS = (5 * 60, 30 * 60, 2 * 3600, 24 * 3600)
"""Upper bounds, in seconds, of the classes of waiting for a colleague."""

Table = dict[str, Counts]
_NAMES = (*COUNTS, "seconds")
_VALUES = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    since: date
    until: date

    def days(self) -> list[date]:
        """Return every day."""
        return daily.days_of(self.since, self.until)


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
    as_of: datetime | None
    """When today was counted; None: just now, or today is not shown."""

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
    found, sources = _empty(span), [_source(session, one, span, now) for one in accounts]
    for source in sources:
        found.missing += source.missing
        for row in _by_day(session, source):
            if row.dimension == "writers":
                found.people_by_day[row.day] += row.messages
            else:
                _add(_places(found, "all", "", channel=source.channel, day=row.day), row)
        for row in _sums(session, source):
            _add(_places(found, row.dimension.removeprefix(MONTH), row.value), row)
        found.people += _people(session, source, span)
        for counted in source.live:
            _add_live(found, counted, source.channel)
    found.as_of = min((one.as_of for one in sources if one.as_of), default=None)
    found.calls = _calls(session, agency_id, [one.account_id for one in sources], span, bool(channel))
    return found


def of_day(session: Session, agency_id: int, day: date, *, now: datetime) -> Counts:
    """Return the counts of one day of an agency, all channels together."""
    found = Counts()
    for account in session.scalars(select(Account).where(Account.agency_id == agency_id)).all():
        source = _source(session, account, Span(day, day), now)
        for row in _by_day(session, source):
            _add([found] if row.dimension == "all" else (), row)
        for counted in source.live:
            _add([found], counted.rows["all", ""])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the figures of one account come from. `days` are stored, those of `summed` months as sums."""

    account_id: int
    channel: str
    days: set[date]
    summed: set[date]
    live: Sequence[counting.Day]
    missing: int
    as_of: datetime | None
    """When today was counted, if it is among `days`."""


def _empty(span: Span) -> Figures:
    return Figures(
        span=span, total=Counts(), people=0, days={day: Counts() for day in span.days()},
        people_by_day=dict.fromkeys(span.days(), 0), channels=defaultdict(Counts),
        hours={f"{hour:02}": Counts() for hour in range(24)}, procedures=defaultdict(Counts),
        topics=defaultdict(Counts), waits={str(one): Counts() for one in (*counting.WAITS, counting.LONGER)},
        calls=Calls(), missing=0, as_of=None,
    )  # fmt: skip


def _source(session: Session, account: Account, span: Span, now: datetime) -> Source:
    """Return where the figures come from; days that nobody counted (today: lately) are counted here, the newest."""
    today = now.astimezone(counting.HANOI).date()
    known = daily.counted(session, [account.id], span.since, span.until)[account.id]
    if today in known and now - known[today] > STALE:
        del known[today]
    begun = account.created_at.astimezone(counting.HANOI).date()
    uncounted = [day for day in span.days() if day not in known and day >= begun]
    return Source(
        account_id=account.id, channel=account.channel, days=set(known), as_of=known.get(today),
        summed=daily.months(session, [account.id], span.since, span.until)[account.id],
        live=[counting.count(session, account.id, day) for day in uncounted[-LIVE_MAX:]],
        missing=max(0, len(uncounted) - LIVE_MAX),
    )  # fmt: skip


def _by_day(session: Session, source: Source) -> Sequence[Any]:
    """Return the stored days' own counts: all of their messages, and how many people wrote."""
    return session.execute(
        select(*table_of(DailyFigure).c).where(stored(source.account_id, source.days, set(), ("all", "writers")))
    ).all()  # fmt: skip


def _sums(session: Session, source: Source) -> Sequence[Any]:
    """Return the sums over the span by dimension and value."""
    table = DailyFigure
    sums = [func.sum(getattr(table, name)).label(name) for name in _NAMES]
    here = stored(source.account_id, source.days, source.summed, daily.SUMMED)
    keys = (table.dimension, table.value)
    return session.execute(select(*keys, *sums).where(here).group_by(*keys)).all()


def _people(session: Session, source: Source, span: Span) -> int:
    """Return how many people wrote: each by the day or month in which they had not written before within the span."""
    here = stored(source.account_id, source.days, source.summed, ("people",))
    new = select(func.sum(DailyFigure.messages)).where(here, DailyFigure.value < span.since.isoformat())
    return int(session.scalar(new) or 0)


def _add_live(found: Figures, counted: counting.Day, channel: str) -> None:
    for (dimension, value), counts in counted.rows.items():
        if dimension == "writers":
            found.people_by_day[counted.day] += counts.messages
        elif dimension == "people":
            found.people += counts.messages if value < found.span.since.isoformat() else 0
        else:
            _add(_places(found, dimension, value, channel=channel, day=counted.day), counts)


def _places(
    found: Figures, dimension: str, value: str, *, channel: str = "", day: date | None = None
) -> list[Counts]:  # fmt: skip
    """Return where a count of a dimension's value belongs."""
    if dimension == "all" and day:
        return [found.total, found.days[day], found.channels[channel]]
    tables = {"hour": found.hours, "procedure": found.procedures, "topic": found.topics, "wait": found.waits}
    return [tables[dimension][value]]


def _add(places: Sequence[Counts], told: Any) -> None:
    """Add counts, or a row of them, to each place."""
    added = [(name, more) for name, more in zip(_NAMES, _VALUES(told), strict=True) if more]
    for place in places:
        for name, more in added:
            setattr(place, name, getattr(place, name) + more)


def _calls(session: Session, agency_id: int, accounts: list[int], span: Span, narrowed: bool) -> Calls:
    begin, end = counting.bounds(span.since)[0], counting.bounds(span.until)[1]
    waited = counting.seconds_between(Ticket.created_at, Ticket.answered_at).label("waited")
    calls = select(waited).where(
        Ticket.agency_id == agency_id, Ticket.kind.in_(CALLS), Ticket.created_at >= begin, Ticket.created_at < end
    )
    if narrowed:
        calls = calls.join(Conversation, Conversation.id == Ticket.conversation_id)
        calls = calls.where(Conversation.account_id.in_(accounts))
    told = calls.offset(0).subquery().c.waited  # the offset keeps PostgreSQL from computing it again for each class
    lower = (-1, *CALL_WAITS[:-1])
    within = [
        func.sum(case(((told > low) & (told <= high), 1), else_=0)) for low, high in zip(lower, CALL_WAITS, strict=True)
    ]
    asked, answered, seconds, *counts = session.execute(
        select(func.count(), func.count(told), func.sum(told), *within)
    ).one()  # fmt: skip
    return Calls(
        asked=asked, answered=answered, seconds=float(seconds or 0),
        within=dict(zip(CALL_WAITS, (int(one or 0) for one in counts), strict=True)),
    )  # fmt: skip
