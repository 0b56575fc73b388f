"""What we send: queued once by key, claimed in order and at the platform's pace, settled by outcome."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot import wake
from bot.channels import CHANNELS
from bot.channels.base import Button, Message, Press, Sent
from bot.db import Database, insert_of, table_of
from bot.errors import ChannelError, OutcomeUnknown, Unreachable
from bot.tables import Account, Conversation, Delivery

LEASE = timedelta(seconds=30)
"""Longer than one HTTP call with its time-outs (20 s)."""
MAX_TRIES = 14
BACKOFF_FIRST = 2.0
BACKOFF_MAX = 2 * 3600.0
"""Seconds: tries at about 2 s, 4 s, 8 s … up to hours, as long as the platform's window is open."""

REPLY = "reply"
POST = "post"
"""Published step by step by `publishing`; what is here only holds its row."""
NEWS = "news"
"""A post to one follower, by our list: after every answer, and like a post never repeated blindly."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker owns, with its account."""

    delivery: Delivery
    account: Account
    conversation: Conversation | None


def enqueue(
    session: Session,
    db: Database,
    *,
    to: Conversation,
    messages: Sequence[Message],
    key: str,
    now: datetime,
    event_id: int | None = None,
) -> int:
    """Queue replies under `key`:1, `key`:2 …; return how many are new (one queued already stays as it is)."""
    queue = _queueing(db.engine.dialect.name)
    connection = session.connection()
    queued = 0
    for number, message in enumerate(messages, 1):
        row = {
            "account_id": to.account_id,
            "conversation_id": to.id,
            "event_id": event_id,
            "key": f"{key}:{number}",
            "kind": REPLY,
            "recipient": to.person,
            "body": body_of(message),
            "priority": 0,
            "state": "waiting",
            "due_at": now,
            "tries": 0,
            "created_at": now,
            "error": "",
        }
        queued += connection.scalar(queue, row) is not None
    if queued:
        db.wake.ring(session, wake.OUTBOX)
    return queued


@cache
def _queueing(dialect: str) -> Any:
    deliveries = table_of(Delivery)
    insert = insert_of(dialect)(deliveries)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(deliveries.c.id)


def body_of(message: Message) -> dict[str, Any]:
    """Return a message as JSON for the table; `message_of` is the way back."""
    buttons = [{"title": b.title, "press": b.press.value, "value": b.value} for b in message.buttons]
    return {"text": message.text, "buttons": buttons, "comment_id": message.comment_id}


def message_of(body: dict[str, Any]) -> Message:
    """Return the message that `body_of` stored."""
    buttons = tuple(
        Button(title=b["title"], press=Press(b["press"]), value=b["value"]) for b in body.get("buttons", ())
    )
    return Message(text=body["text"], buttons=buttons, comment_id=body.get("comment_id", ""))


def claim(session: Session, worker: str, *, now: datetime) -> Claimed | None:
    """Take the next delivery that is due, in order within its conversation, if its account may send now.

    Raises `IntegrityError` when another worker sends to the same conversation (look again).
    """
    find, take = _claiming(session.get_bind().dialect.name)
    connection = session.connection()
    delivery_id = connection.scalar(find, {"now": now})
    if delivery_id is None:
        return None
    taken = connection.execute(take, {"the_delivery": delivery_id, "the_worker": worker, "lease": now + LEASE})
    if not taken.rowcount:
        return None
    row = session.execute(_CLAIMED, {"the_delivery": delivery_id}).one()
    account: Account = row.Account
    if account.pace_at > now:  # another worker took this account's turn meanwhile
        raise Paced(account.pace_at)
    limits = CHANNELS[account.channel].limits
    rate = account.per_second or float(account.memory.get("per_second", limits.per_second))
    paced = max(account.pace_at, now) + timedelta(seconds=1 / rate)
    connection.execute(_PACE, {"the_account": account.id, "paced": paced})
    return Claimed(row.Delivery, account, row.Conversation)


class Paced(Exception):
    """The account has to wait for its next turn, at `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"paced until {until}")


_CLAIMED = (
    select(Delivery, Account, Conversation)
    .join(Account, Account.id == Delivery.account_id)
    .outerjoin(Conversation, Conversation.id == Delivery.conversation_id)
    .where(Delivery.id == bindparam("the_delivery"))
    .with_for_update(of=Account)
)
_SENT = (
    update(table_of(Delivery))
    .where(table_of(Delivery).c.id == bindparam("the_delivery"), table_of(Delivery).c.state == "sending")
    .where(table_of(Delivery).c.worker == bindparam("the_worker"))
    .values(
        state="sent",
        platform_id=bindparam("platform"),
        error="",
        finished_at=bindparam("now", type_=table_of(Delivery).c.due_at.type),
        worker=None,
        lease_until=None,
    )
)
_PACE = (
    update(table_of(Account))
    .where(table_of(Account).c.id == bindparam("the_account"))
    .values(pace_at=bindparam("paced", type_=table_of(Account).c.pace_at.type))
)


@cache
def _claiming(dialect: str) -> tuple[Any, Any]:
    """Return the statements of `claim`, built once: building them costs more than running them."""
    deliveries, accounts = table_of(Delivery), table_of(Account)
    now = bindparam("now", type_=deliveries.c.due_at.type)
    older = deliveries.alias("older")
    blocked = exists().where(
        older.c.conversation_id == deliveries.c.conversation_id,
        older.c.state.in_(("waiting", "sending")),
        or_(older.c.id < deliveries.c.id, older.c.state == "sending"),
    )
    find = (
        select(deliveries.c.id)
        .join(accounts, accounts.c.id == deliveries.c.account_id)
        .where(deliveries.c.state == "waiting", deliveries.c.due_at <= now, deliveries.c.kind != POST)
        .where(accounts.c.paused_at.is_(None), accounts.c.pace_at <= now)
        .where(or_(deliveries.c.conversation_id.is_(None), ~blocked))
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(1)
    )
    take = (
        update(deliveries)
        .where(deliveries.c.id == bindparam("the_delivery"), deliveries.c.state == "waiting")
        .values(
            state="sending",
            worker=bindparam("the_worker"),
            lease_until=bindparam("lease", type_=deliveries.c.due_at.type),
            tries=deliveries.c.tries + 1,
        )
    )
    return (find.with_for_update(skip_locked=True, of=deliveries) if dialect == "postgresql" else find), take


def settle_sent(session: Session, delivery: Delivery, *, worker: str, sent: Sent, now: datetime) -> bool:
    """Write the platform's receipt; False when the lease went to another meanwhile."""
    values = {"the_delivery": delivery.id, "the_worker": worker, "platform": sent.message_id, "now": now}
    return bool(session.connection().execute(_SENT, values).rowcount)


def settle_failed(session: Session, delivery: Delivery, *, worker: str, error: ChannelError, now: datetime) -> str:
    """Decide by the error what becomes of the delivery; return its new state."""
    if isinstance(error, Unreachable) and delivery.conversation_id:
        session.execute(
            update(Conversation).where(Conversation.id == delivery.conversation_id).values(unreachable=True)
        )
    state = _after(delivery, error)
    if state == "waiting":
        wait = error.retry_after or backoff(delivery.tries)
        _close(session, delivery, worker, state=state, due_at=now + timedelta(seconds=wait), error=str(error))
        if error.retry_after:
            session.execute(
                update(Account).where(Account.id == delivery.account_id)
                .values(pace_at=now + timedelta(seconds=error.retry_after))
            )  # fmt: skip
    else:
        _close(session, delivery, worker, state=state, error=str(error), finished_at=now)
    return state


def _after(delivery: Delivery, error: ChannelError) -> str:
    if isinstance(error, OutcomeUnknown) and delivery.kind != REPLY:
        return "unknown"
    # A reply whose fate is unknown is tried once more: a repeated answer does no harm, five do.
    if isinstance(error, OutcomeUnknown) and delivery.tries >= 2:
        return "unknown"
    if error.permanent or delivery.tries >= MAX_TRIES:
        return "failed"
    return "waiting"


def backoff(tries: int) -> float:
    """Return the seconds until the next try after `tries`: ever longer, with jitter."""
    return float(min(BACKOFF_MAX, BACKOFF_FIRST * 2 ** (tries - 1)) * random.uniform(0.8, 1.2))  # noqa: S311


def _close(session: Session, delivery: Delivery, worker: str, **values: Any) -> bool:
    closed = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state == "sending", Delivery.worker == worker)
        .values(worker=None, lease_until=None, **values)
    )
    return bool(closed.rowcount)  # type: ignore[attr-defined]


def renew(session: Session, worker: str, *, now: datetime) -> None:
    """Keep the leases of everything this worker process is sending."""
    session.execute(
        update(Delivery).where(Delivery.state == "sending", Delivery.worker == worker).values(lease_until=now + LEASE)
    )


def release(session: Session, *, now: datetime, dead: Sequence[str] = ()) -> int:
    """Settle what a vanished worker was sending: a reply once more, news (or a second time) unknown; no posts."""
    lost = (
        Delivery.state == "sending",
        Delivery.kind != POST,
        or_(Delivery.lease_until < now, Delivery.worker.in_(dead)),
    )
    doubtful = session.execute(
        update(Delivery)
        .where(*lost, or_(Delivery.kind != REPLY, Delivery.tries >= 2))
        .values(
            state="unknown",
            worker=None,
            lease_until=None,
            finished_at=now,
            error="the worker died while sending",
        )
    )
    again = session.execute(
        update(Delivery).where(*lost).values(state="waiting", worker=None, lease_until=None, due_at=now)
    )
    return int(doubtful.rowcount) + int(again.rowcount)  # type: ignore[attr-defined]


def next_due(session: Session) -> datetime | None:
    """Return when the next waiting delivery of a sending account may go, or None."""
    later = func.max if session.get_bind().dialect.name == "sqlite" else func.greatest
    due: datetime | None = session.scalar(
        select(func.min(later(Delivery.due_at, Account.pace_at), type_=Account.pace_at.type))
        .join(Account, Account.id == Delivery.account_id)
        .where(Delivery.state == "waiting", Delivery.kind != POST, Account.paused_at.is_(None))
    )
    return due
