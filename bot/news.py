"""Posts to followers by our own list, as the outbox finds them: after every answer, thousands waiting at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, null, select, text
from sqlalchemy.orm import Session

from bot.db import table_of
from bot.tables import Account, Delivery

KIND, POST = "news", "post"
AHEAD = timedelta(milliseconds=40)
"""How far ahead news takes turns. An answer goes before them, as early; what comes after it goes later for it."""
PRIORITY = 10
"""Answers have 0: of one account's waiting deliveries they go first, and the index finds each kind by it."""

# There may be ten thousand of them waiting, so news has plain statements that the index of what waits answers at once:
# the state as a word in the statement, for no index of "waiting" serves a parameter; the accounts asked for apart.
_IS_WAITING = text("deliveries.state = 'waiting'")


def find(connection: Connection, *, now: datetime, most: int) -> Sequence[Any]:
    """Return the news that may be sent: of accounts whose turn it is and whose answers do not wait."""
    answering, ready, find = _finding()
    busy = set(connection.scalars(answering, {"now": now}))
    free = [one for one in connection.scalars(ready, {"pace_by": now + AHEAD}) if one not in busy]
    return connection.execute(find, {"now": now, "most": most, "accounts": free}).all() if free else ()


@cache
def _finding() -> tuple[Any, Any, Any]:
    deliveries, accounts = table_of(Delivery), table_of(Account)
    now = bindparam("now", type_=deliveries.c.due_at.type)
    answers = deliveries.c.priority < PRIORITY
    answering = select(deliveries.c.account_id).where(_IS_WAITING, answers, deliveries.c.kind != POST).distinct()
    ready = select(accounts.c.id).where(accounts.c.paused_at.is_(None))
    mine = deliveries.c.account_id.in_(bindparam("accounts", expanding=True, type_=Integer()))
    find = (
        select(deliveries.c.id, deliveries.c.account_id, null().label("last_act_at"))
        .where(_IS_WAITING, deliveries.c.priority >= PRIORITY, deliveries.c.due_at <= now, mine)
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=deliveries)
    )
    pace_by = bindparam("pace_by", type_=accounts.c.pace_at.type)
    return answering.where(deliveries.c.due_at <= now), ready.where(accounts.c.pace_at <= pace_by), find


def next_due(session: Session) -> datetime | None:
    """Return the turn of the first news that waits: there may be thousands, so the others are not looked at."""
    first = session.execute(
        select(Delivery.due_at, Delivery.account_id)
        .where(_IS_WAITING, Delivery.priority >= PRIORITY)
        .where(Delivery.account_id.in_(select(Account.id).where(Account.paused_at.is_(None))))
        .order_by(Delivery.priority, Delivery.id)
        .limit(1)
    ).first()
    if first is None:
        return None
    pace_at = session.scalars(select(Account.pace_at).where(Account.id == first.account_id)).one()
    turn: datetime = max(first.due_at, pace_at)
    return turn - AHEAD / 2  # soon enough for it not to be lost
