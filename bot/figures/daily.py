"""Whole days are counted once and kept; a day is counted when it is over and nothing of it is open any more."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.db import Database
from bot.figures import counting
from bot.tables import Account, DailyFigure, Event

DAYS_AT_ONCE = 60
"""Days of one account in one run: a long history is caught up by and by."""


def roll_up(db: Database, *, now: datetime) -> int:
    """Count every whole day that is not counted yet, a day a transaction; return how many were."""
    with db.read() as session:
        accounts = list(session.scalars(select(Account.id).order_by(Account.id)))
        due = [(account, day) for account in accounts for day in _due(session, account, now)]
    done = 0
    for account, day in due:
        with db.read() as session:
            if _open(session, account, day):
                continue  # the days after it may be counted; `reading` counts live what is missing
            counted = counting.count(session, account, day)
        with db.write() as session:
            _keep(session, account, counted)
        done += 1
    return done


def _due(session: Session, account_id: int, now: datetime) -> Iterator[date]:
    today = now.astimezone(counting.HANOI).date()
    first = session.scalar(select(func.min(Event.received_at)).where(Event.account_id == account_id))
    if first is None:
        return
    known = set(counted(session, [account_id]).get(account_id, ()))
    day, found = first.astimezone(counting.HANOI).date(), 0
    while day < today and found < DAYS_AT_ONCE:
        if day not in known:
            found += 1
            yield day
        day += timedelta(days=1)


def counted(
    session: Session, accounts: list[int], since: date = date.min, until: date = date.max
) -> dict[int, set[date]]:  # fmt: skip
    """Return which days of each account have been counted."""
    query = select(DailyFigure.account_id, DailyFigure.day).where(
        DailyFigure.account_id.in_(accounts), DailyFigure.dimension == "all", DailyFigure.day.between(since, until)
    )
    found: dict[int, set[date]] = {account: set() for account in accounts}
    for account, day in session.execute(query):
        found[account].add(day)
    return found


def _open(session: Session, account_id: int, day: date) -> bool:
    begin, end = counting.bounds(day)
    waiting = select(Event.id).where(
        Event.account_id == account_id, Event.state.in_(("waiting", "working")), Event.received_at >= begin,
        Event.received_at < end,
    )  # fmt: skip
    return session.scalar(waiting.limit(1)) is not None


def _keep(session: Session, account_id: int, day: counting.Day) -> None:
    here = (DailyFigure.account_id == account_id, DailyFigure.day == day.day)
    session.execute(delete(DailyFigure).where(*here))
    session.execute(insert(DailyFigure), rows_of(account_id, day))


def rows_of(account_id: int, day: counting.Day) -> list[dict[str, object]]:
    """Return a day's counts as rows of the table."""
    return [
        {"account_id": account_id, "day": day.day, "dimension": dimension, "value": value, **asdict(counts)}
        for (dimension, value), counts in day.rows.items()
    ]
