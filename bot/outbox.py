"""What we send: queued once by key, claimed in order and at the platform's pace, settled by outcome."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot import wake
from bot.channels import CHANNELS
from bot.channels.base import Button, Message, Press, Sent
from bot.db import Database, insert
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker owns, with its account."""

    delivery: Delivery
    account: Account


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
    queued = 0
    for number, message in enumerate(messages, 1):
        values = {
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
        row = session.execute(
            insert(session, Delivery)
            .values(values)
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(Delivery.id)
        )
        queued += row.scalar() is not None
    if queued:
        db.wake.ring(session, wake.OUTBOX)
    return queued


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
    delivery_id = session.scalar(_next(session, now))
    if delivery_id is None:
        return None
    taken = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == "waiting")
        .values(state="sending", worker=worker, lease_until=now + LEASE, tries=Delivery.tries + 1)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    delivery = session.get_one(Delivery, delivery_id)
    account = session.get_one(Account, delivery.account_id, with_for_update=True)
    if account.pace_at > now:  # another worker took this account's turn meanwhile
        session.expunge_all()
        raise Paced(account.pace_at)
    rate = account.per_second or float(account.memory.get("per_second", CHANNELS[account.channel].limits.per_second))
    account.pace_at = max(account.pace_at, now) + timedelta(seconds=1 / rate)
    session.flush()
    return Claimed(delivery, account)


class Paced(Exception):
    """The account has to wait for its next turn, at `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"paced until {until}")


def _next(session: Session, now: datetime) -> Any:
    older = aliased(Delivery)
    blocked = exists().where(
        older.conversation_id == Delivery.conversation_id,
        older.state.in_(("waiting", "sending")),
        or_(older.id < Delivery.id, older.state == "sending"),
    )
    query = (
        select(Delivery.id)
        .join(Account, Account.id == Delivery.account_id)
        .where(Delivery.state == "waiting", Delivery.due_at <= now)
        .where(Account.paused_at.is_(None), Account.pace_at <= now)
        .where(or_(Delivery.conversation_id.is_(None), ~blocked))
        .order_by(Delivery.priority, Delivery.id)
        .limit(1)
    )
    if session.get_bind().dialect.name == "postgresql":
        return query.with_for_update(skip_locked=True, of=Delivery)
    return query


def settle_sent(session: Session, delivery: Delivery, *, worker: str, sent: Sent, now: datetime) -> bool:
    """Write the platform's receipt; False when the lease went to another meanwhile."""
    return _close(session, delivery, worker, state="sent", platform_id=sent.message_id, error="", finished_at=now)


def settle_failed(session: Session, delivery: Delivery, *, worker: str, error: ChannelError, now: datetime) -> str:
    """Decide by the error what becomes of the delivery; return its new state."""
    if isinstance(error, Unreachable) and delivery.conversation_id:
        session.execute(
            update(Conversation).where(Conversation.id == delivery.conversation_id).values(unreachable=True)
        )
    state = _after(delivery, error)
    if state == "waiting":
        wait = error.retry_after or _backoff(delivery.tries)
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
    if isinstance(error, OutcomeUnknown) and delivery.kind == POST:
        return "unknown"
    # A reply whose fate is unknown is tried once more: a repeated answer does no harm, five do.
    if isinstance(error, OutcomeUnknown) and delivery.tries >= 2:
        return "unknown"
    if error.permanent or delivery.tries >= MAX_TRIES:
        return "failed"
    return "waiting"


def _backoff(tries: int) -> float:
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
    """Settle what a vanished worker was sending: a reply once more, a post (or a second time) unknown."""
    lost = (Delivery.state == "sending", or_(Delivery.lease_until < now, Delivery.worker.in_(dead)))
    doubtful = session.execute(
        update(Delivery)
        .where(*lost, or_(Delivery.kind == POST, Delivery.tries >= 2))
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
        .where(Delivery.state == "waiting", Account.paused_at.is_(None))
    )
    return due
