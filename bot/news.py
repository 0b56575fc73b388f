"""Posts to followers by our own list, as the outbox finds them: after every answer, thousands waiting at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, exists, null, select, text
from sqlalchemy.orm import Session

from bot.db import table_of
from bot.tables import Account, Delivery

KIND, POST = "news", "post"
AHEAD = timedelta(milliseconds=240)
"""How far ahead news takes turns: seldom, for each time waits for the disk and keeps SQLite's other writers out.

An answer goes before them, as early; what comes after it goes later for it.
"""
MARGIN = AHEAD / 3
"""How long before the last turn that was taken more are taken."""
LINGER = 0.2
"""Seconds that receipts may wait: they are written with the next claim."""
THREADS = 64
"""Each waits for its turn: so many are in hand at most, at 200 a second and 80 ms a call."""
PRIORITY = 10
"""Answers have 0: of one account's waiting deliveries they go first, and the indexes find each kind by it."""

# In words, not as parameters: an index of some rows serves only a statement that is seen to be about these.
_IS_WAITING = text("deliveries.state = 'waiting' AND deliveries.priority >= 10")
_IS_ANSWER = text("deliveries.state = 'waiting' AND deliveries.priority < 10")


def find(connection: Connection, *, now: datetime, most: int) -> Sequence[Any]:
    """Return the news that may be sent: of accounts whose turn it is and whose answers do not wait."""
    ready, of_account = _finding()
    found: list[Any] = []
    for account_id in connection.scalars(ready, {"now": now, "pace_by": now + AHEAD}).all():
        wanted = {"account": account_id, "now": now, "most": most - len(found)}
        found += connection.execute(of_account, wanted).all() if len(found) < most else ()
    return found


@cache
def _finding() -> tuple[Any, Any]:
    """Return the statement that finds accounts, who waited longest first, and the one for the news of one of them."""
    deliveries, accounts = table_of(Delivery), table_of(Account)
    now = bindparam("now", type_=deliveries.c.due_at.type)
    mine = exists().where(deliveries.c.account_id == accounts.c.id, deliveries.c.due_at <= now)
    ready = (
        select(accounts.c.id)
        .where(accounts.c.paused_at.is_(None), accounts.c.pace_at <= bindparam("pace_by", type_=now.type))
        .where(mine.where(_IS_WAITING), ~mine.where(_IS_ANSWER, deliveries.c.kind != POST))
        .order_by(accounts.c.pace_at)
    )
    of_account = (
        select(deliveries.c.id, deliveries.c.account_id, null().label("last_act_at"))
        .where(_IS_WAITING, deliveries.c.account_id == bindparam("account"), deliveries.c.due_at <= now)
        .order_by(deliveries.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=deliveries)
    )
    return ready, of_account


def of(account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that the account has news waiting: its next turns may be taken by such as are in hand."""
    deliveries = table_of(Delivery).alias("told")
    return exists().where(deliveries.c.account_id == account_id, text("told.state = 'waiting' AND told.priority >= 10"))


def next_due(session: Session) -> datetime | None:
    """Return when an account that has news waiting may send again, soon enough for its turn not to be lost."""
    mine = exists().where(Delivery.account_id == Account.id, _IS_WAITING)
    first = select(Account.pace_at).where(Account.paused_at.is_(None), mine).order_by(Account.pace_at).limit(1)
    turn: datetime | None = session.scalar(first)
    return turn - MARGIN if turn else None
