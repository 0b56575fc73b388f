"""What the platforms count for published targets: when to look, what was seen, stored by day of Vietnam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.campaigns import settling
from bot.campaigns.calendar import HANOI
from bot.db import insert_of, table_of
from bot.errors import ChannelError
from bot.tables import Account, PostResult, PostTarget, ResultLook

COUNTS = ("views", "reactions", "comments", "shares", "clicks")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YOUNG, LAST = (HOUR, 6 * HOUR), 30 * DAY
"""Ages at which a young post is looked at; then once a day until `LAST`."""
LEASE = timedelta(minutes=10)
"""While one process looks, no other does; longer than a whole run."""
AGAIN, AGAIN_MOST = timedelta(minutes=15), DAY
COUNT_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Look:
    """One target to look at, as values."""

    target_id: int
    account: Account
    platform_id: str
    published_at: datetime
    failures: int


def next_look(published_at: datetime, now: datetime) -> datetime | None:
    """Return when a post of this age is looked at next; None when it is too old. Pure."""
    for age in YOUNG:
        if published_at + age > now:
            return published_at + age
    days = (now - published_at) // DAY + 1
    later = published_at + days * DAY
    return later if later <= published_at + LAST else None


def claim(session: Session, *, now: datetime, most: int) -> list[Look]:
    """Take the targets whose counts are due, the longest due first; another process does not get the same."""
    _enrol(session, now=now)
    due = session.scalars(
        select(ResultLook)
        .join(PostTarget, PostTarget.id == ResultLook.target_id)
        .join(Account, Account.id == PostTarget.account_id)
        .where(ResultLook.next_at <= now, Account.paused_at.is_(None), PostTarget.state == settling.PUBLISHED)
        .order_by(ResultLook.next_at, ResultLook.target_id)
        .limit(most)
    ).all()
    return [look for row in due if (look := _claimed(session, row, now)) is not None]


def _enrol(session: Session, *, now: datetime) -> None:
    """Give every target that was published lately its first look."""
    new = session.execute(
        select(PostTarget.id, PostTarget.published_at)
        .outerjoin(ResultLook, ResultLook.target_id == PostTarget.id)
        .where(ResultLook.target_id.is_(None), PostTarget.state == settling.PUBLISHED, PostTarget.platform_id != "")
        .where(PostTarget.account_id.is_not(None), PostTarget.published_at > now - LAST)
        .limit(200)
    ).all()
    insert = insert_of(session.get_bind().dialect.name)(table_of(ResultLook)).on_conflict_do_nothing()
    for target_id, published_at in new:
        if published_at is not None:
            first = published_at + YOUNG[0]
            session.execute(insert.values(target_id=target_id, next_at=first, failures=0, error=""))


def _claimed(session: Session, row: ResultLook, now: datetime) -> Look | None:
    mine = (ResultLook.target_id == row.target_id, ResultLook.next_at == row.next_at)
    taken = session.execute(update(ResultLook).where(*mine).values(next_at=now + LEASE))
    target = row.target
    if not taken.rowcount or target.account is None or target.published_at is None:  # type: ignore[attr-defined]
        return None
    return Look(target.id, target.account, target.platform_id, target.published_at, row.failures)


def stored(session: Session, look: Look, counts: Mapping[str, int], *, now: datetime) -> None:
    """Keep what was counted, under the day; what the platform did not tell today stays as it was."""
    known = {name: min(max(counts[name], 0), COUNT_MAX) for name in COUNTS if name in counts}
    if known:
        insert = insert_of(session.get_bind().dialect.name)(table_of(PostResult))
        row = {"target_id": look.target_id, "day": now.astimezone(HANOI).date(), "at": now, **known}
        session.execute(
            insert.values(row).on_conflict_do_update(index_elements=["target_id", "day"], set_={**known, "at": now})
        )
    error = "" if known else "the platform gives no counts for it"
    _put_off(session, look, next_look(look.published_at, now), now=now, failures=0, error=error)


def failed(session: Session, look: Look, error: ChannelError, *, now: datetime) -> datetime | None:
    """Decide by the error when to look again; never is None. Counts stop no account: answers and posts go on."""
    if error.permanent:
        again = None
    elif error.alert:
        again = now + AGAIN_MOST
    else:
        wait = timedelta(seconds=error.retry_after) if error.retry_after else AGAIN * 2**look.failures
        again = now + min(max(wait, AGAIN), AGAIN_MOST)
    if again is not None and again > look.published_at + LAST + DAY:
        again = None
    _put_off(session, look, again, now=now, failures=min(look.failures + 1, 10), error=str(error)[:500])
    return again


def spared(session: Session, looks: Sequence[Look], until: datetime) -> None:
    """Leave the other targets of an account in peace that has just refused us."""
    ids = [one.target_id for one in looks]
    session.execute(update(ResultLook).where(ResultLook.target_id.in_(ids)).values(next_at=until))


def _put_off(session: Session, look: Look, at: datetime | None, *, now: datetime, failures: int, error: str) -> None:
    values = {"next_at": at, "looked_at": now, "failures": failures, "error": error}
    session.execute(update(ResultLook).where(ResultLook.target_id == look.target_id).values(**values))


def told(session: Session, target: PostTarget) -> dict[str, Any]:
    """Return a target's counts as JSON: the newest, then by day; what a platform does not tell is left out."""
    rows = session.scalars(select(PostResult).where(PostResult.target_id == target.id).order_by(PostResult.day)).all()
    look = session.get(ResultLook, target.id)
    newest = _counts(rows[-1]) if rows else {}
    return {
        **newest, "at": rows[-1].at.isoformat() if rows else None, "error": look.error if look else "",
        "days": [{"day": one.day.isoformat(), **_counts(one)} for one in rows],
    }  # fmt: skip


def total(session: Session, targets: Sequence[PostTarget]) -> dict[str, int]:
    """Return the sum of the newest counts of `targets`."""
    sums: dict[str, int] = {}
    for target in targets:
        query = select(PostResult).where(PostResult.target_id == target.id).order_by(PostResult.day.desc()).limit(1)
        row = session.scalar(query)
        for name, count in (_counts(row) if row else {}).items():
            sums[name] = sums.get(name, 0) + count
    return sums


def _counts(row: PostResult) -> dict[str, int]:
    return {name: getattr(row, name) for name in COUNTS if getattr(row, name) is not None}
