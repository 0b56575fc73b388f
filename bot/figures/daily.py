"""Days are counted by a job and kept: today again and again, an older day once for good, whole months summed up.

So what a page costs depends on the days that it shows, not on how many people write.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from bot.db import Database, insert_of, table_of
from bot.figures import counting
from bot.figures.counting import COUNTS
from bot.tables import Account, DailyFigure, Event

DAYS_AT_ONCE = 60
"""Days of one account in one run: a long history is caught up by and by."""
SETTLES = timedelta(minutes=15)
"""How long after its end a day may still change: the last answers are on their way."""
AGAIN = timedelta(seconds=50)
"""How old a count of today is at least when it is made anew."""
AT_LAST = timedelta(minutes=5)
"""How old a count of today may become though nothing new came: a page shows none that is much older."""
MONTH = "month:"
"""Before a dimension: the sums of the whole month that begins on `day`."""
SUMMED = ("hour", "procedure", "topic", "wait")
DIMENSIONS = (*SUMMED, "people", "writers")
"""What a day is counted by, beside `all`."""

Range = tuple[date, date]


def roll_up(db: Database, *, now: datetime) -> int:
    """Count what is not counted for good, a day a transaction, and sum up what months are over; return the days."""
    with db.read() as session:
        accounts = list(session.scalars(select(Account.id).order_by(Account.id)))
    done = 0
    for account_id in accounts:
        with db.read() as session:
            due = list(_due(session, account_id, now))
        for day in due:
            with db.read() as session:
                counted = counting.count(session, account_id, day)
            with db.write(durable=False) as session:
                _keep(session, account_id, counted, now)
        done += len(due)
        _sum_up(db, account_id, now)
    return done


def counted(
    session: Session, accounts: Sequence[int], since: date = date.min, until: date = date.max
) -> dict[int, dict[date, datetime]]:  # fmt: skip
    """Return when each account's days were last counted."""
    query = select(DailyFigure.account_id, DailyFigure.day, DailyFigure.counted_at).where(
        DailyFigure.account_id.in_(accounts), DailyFigure.dimension == "all", DailyFigure.day.between(since, until)
    )
    found: dict[int, dict[date, datetime]] = {account_id: {} for account_id in accounts}
    for account_id, day, at in session.execute(query):
        found[account_id][day] = at
    return found


def is_final(day: date, at: datetime) -> bool:
    """Say whether a count of `day`, made at `at`, holds for good."""
    return at >= counting.bounds(day)[1] + SETTLES


def _due(session: Session, account_id: int, now: datetime) -> Iterator[date]:
    today = now.astimezone(counting.HANOI).date()
    first = session.scalar(select(func.min(Event.received_at)).where(Event.account_id == account_id))
    known = counted(session, [account_id])[account_id]
    day, found = first.astimezone(counting.HANOI).date() if first else today + timedelta(days=1), 0
    while day <= today and found < DAYS_AT_ONCE:
        at = known.get(day)
        if not (at and is_final(day, at)) and _is_worth_it(session, account_id, day, at, now):
            found += 1
            yield day
        day += timedelta(days=1)


def _is_worth_it(session: Session, account_id: int, day: date, at: datetime | None, now: datetime) -> bool:
    """Say whether to count `day` (again): one that is over waits for what of it is open, today changes by what came."""
    begin, end = counting.bounds(day)
    mine = select(Event.id).where(Event.account_id == account_id).limit(1)
    if now >= end + SETTLES:
        here = mine.where(Event.received_at >= begin, Event.received_at < end)
        return session.scalar(here.where(Event.state.in_(("waiting", "working")))) is None
    if at is None or not AGAIN <= now - at < AT_LAST:
        return at is None or now - at >= AT_LAST
    return session.scalar(mine.where(Event.received_at >= max(begin, at - SETTLES))) is not None


def _keep(session: Session, account_id: int, day: counting.Day, now: datetime) -> None:
    """Write a day's counts over the old ones; two schedulers that do so at once take turns at its first row."""
    rows = [
        {"account_id": account_id, "day": day.day, "dimension": dimension, "value": value, "counted_at": now,
         **asdict(counts)} for (dimension, value), counts in day.rows.items()
    ]  # fmt: skip
    first, *others = sorted(rows, key=lambda row: row["dimension"] != "all")
    upsert = insert_of(session.get_bind().dialect.name)(table_of(DailyFigure)).values(first)
    keys = ["account_id", "dimension", "day", "value"]
    session.execute(
        upsert.on_conflict_do_update(index_elements=keys, set_={n: first[n] for n in first if n not in keys})
    )  # fmt: skip
    here = (DailyFigure.account_id == account_id, DailyFigure.dimension.in_(DIMENSIONS), DailyFigure.day == day.day)
    session.execute(delete(DailyFigure).where(*here))
    if others:
        session.execute(insert(DailyFigure), others)


def _sum_up(db: Database, account_id: int, now: datetime) -> None:
    """Sum up the months of which every day is final."""
    with db.read() as session:
        known = counted(session, [account_id])[account_id]
        summed = months(session, [account_id])[account_id]
    final = {day for day, at in known.items() if is_final(day, at)}
    this = now.astimezone(counting.HANOI).date().replace(day=1)
    for first in sorted({day.replace(day=1) for day in final} - summed - {this}):
        days = {day for day in days_of(first, last_of(first)) if day >= min(final)}
        if days <= final:
            with db.write(durable=False) as session:
                _sum_month(session, account_id, first, now)


def _sum_month(session: Session, account_id: int, first: date, now: datetime) -> None:
    """Write a month's sums. Of its people: everybody once, by the day on which they had written before the month."""
    table = DailyFigure
    sums = [func.sum(getattr(table, name)) for name in (*COUNTS, "seconds")]
    names = ["account_id", "dimension", "day", "value", "counted_at", *COUNTS, "seconds"]
    new = and_(table.dimension == "people", table.value < first.isoformat())
    made = (
        select(
            table.account_id, literal(MONTH) + table.dimension, literal(first, type_=table.day.type), table.value,
            literal(now, type_=table.counted_at.type), *sums,
        )
        .where(table.account_id == account_id, table.day.between(first, last_of(first)))
        .where(or_(table.dimension.in_(SUMMED), new))
        .group_by(table.account_id, table.dimension, table.value)
    )  # fmt: skip
    mark = dict.fromkeys((*COUNTS, "seconds"), 0) | {
        "account_id": account_id, "dimension": f"{MONTH}all", "day": first, "value": "", "counted_at": now
    }  # fmt: skip
    begun = insert_of(session.get_bind().dialect.name)(table_of(table)).values(mark)
    if session.execute(begun.on_conflict_do_nothing().returning(table_of(table).c.day)).first():  # else: another's work
        session.execute(insert(table).from_select(names, made))


def months(
    session: Session, accounts: Sequence[int], since: date = date.min, until: date = date.max
) -> dict[int, set[date]]:  # fmt: skip
    """Return the summed months of each account that lie wholly within the days, by their first day."""
    query = select(DailyFigure.account_id, DailyFigure.day).where(
        DailyFigure.account_id.in_(accounts), DailyFigure.dimension == f"{MONTH}all",
        DailyFigure.day.between(since, until),
    )  # fmt: skip
    found: dict[int, set[date]] = {account_id: set() for account_id in accounts}
    for account_id, first in session.execute(query):
        if last_of(first) <= until:
            found[account_id].add(first)
    return found


def stored(account_id: int, days: set[date], summed: set[date], dimensions: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition of the rows that make up an account's `days`: those of summed months, else their own."""
    table = DailyFigure
    ranges = [table.day.between(*one) for one in _ranges(day for day in days if day.replace(day=1) not in summed)]
    by_day = and_(table.dimension.in_(dimensions), or_(*ranges)) if ranges else false()
    by_month = and_(table.dimension.in_([MONTH + one for one in dimensions]), table.day.in_(sorted(summed)))
    return and_(table.account_id == account_id, or_(by_day, by_month) if summed else by_day)


def _ranges(days: Iterable[date]) -> list[Range]:
    """Return the days as ranges without a gap, both ends included."""
    found: list[Range] = []
    for day in sorted(days):
        joins = found and found[-1][1] + timedelta(days=1) == day
        found[-1:] = [(found[-1][0], day)] if joins else [*found[-1:], (day, day)]
    return found


def last_of(first: date) -> date:
    """Return the last day of the month that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def days_of(since: date, until: date) -> list[date]:
    """Return every day from one to another, both included."""
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]
