"""What citizens sent: accepted once, claimed in order, answered or given up."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot import wake
from bot.channels.base import ANSWERED, Inbound, Kind
from bot.db import Database, insert
from bot.tables import Account, Conversation, Event

LEASE = timedelta(seconds=15)
"""How long a claim holds unless renewed; after it another worker takes over."""
MAX_TRIES = 5
BACKOFF_FIRST = 2.0
BACKOFF_MAX = 300.0
"""Seconds. An answer that comes after five tries is minutes late: then a person takes it."""
TEXT_KEPT = 4_000
"""Characters of a message that we keep; nobody asks a question longer than two pages."""

_SILENT = frozenset({Kind.SEEN, Kind.DELIVERED, Kind.ECHO, Kind.REACTION, Kind.OTHER})
"""Kinds that nobody has to look at: stored for the record, done at once."""
_ACTS = ANSWERED | {Kind.REACTION, Kind.INFO}
"""Kinds by which the person acts, so that the platform's window opens anew."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that this worker owns until its lease ends."""

    event: Event
    conversation: Conversation
    account: Account


def accept(session: Session, db: Database, account_id: int, *, events: Sequence[Inbound], now: datetime) -> int:
    """Store the events of one webhook call; return how many were new.

    A redelivery meets UNIQUE(account, external_id) and changes nothing.
    """
    new = 0
    for inbound in events:
        conversation_id = _conversation(session, account_id, inbound, now) if inbound.sender else None
        new += _store(session, account_id, inbound, conversation_id=conversation_id, now=now)
    session.execute(update(Account).where(Account.id == account_id).values(last_event_at=now))
    if new:
        db.wake.ring(session, wake.INBOX)
    return new


def _conversation(session: Session, account_id: int, inbound: Inbound, now: datetime) -> int:
    session.execute(
        insert(session, Conversation)
        .values(account_id=account_id, person=inbound.sender, memory={}, created_at=now,
                follows=False, subscribed=False, unreachable=False)
        .on_conflict_do_nothing(index_elements=["account_id", "person"])
    )  # fmt: skip
    found = session.scalar(
        select(Conversation.id).where(Conversation.account_id == account_id, Conversation.person == inbound.sender)
    )
    assert found is not None  # noqa: S101 - inserted above
    return found


def _store(session: Session, account_id: int, inbound: Inbound, *, conversation_id: int | None, now: datetime) -> int:
    stored = session.execute(
        insert(session, Event)
        .values(
            account_id=account_id, conversation_id=conversation_id, external_id=inbound.external_id[:200],
            kind=inbound.kind.value, text=inbound.text[:TEXT_KEPT], payload=inbound.payload[:TEXT_KEPT],
            extra=_extra(inbound), sent_at=inbound.sent_at, received_at=now, due_at=now,
            state="ignored" if inbound.kind in _SILENT else "waiting",
            tries=0, outcome={},
        )
        .on_conflict_do_nothing(index_elements=["account_id", "external_id"])
        .returning(Event.id)
    )  # fmt: skip
    if stored.scalar() is None:
        return 0
    if conversation_id and inbound.kind in _ACTS:
        acted = min(inbound.sent_at or now, now)
        session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .where(or_(Conversation.last_act_at.is_(None), Conversation.last_act_at < acted))
            .values(last_act_at=acted, unreachable=False)
        )
    return 1


def _extra(inbound: Inbound) -> dict[str, Any]:
    extra: dict[str, Any] = dict(inbound.extra)
    if inbound.media:
        extra["media"] = [asdict(one) for one in inbound.media]
    return extra


def claim(session: Session, worker: str, *, now: datetime) -> Claimed | None:
    """Take the oldest event that is due and whose conversation has nothing older unfinished.

    Raises `IntegrityError` when another worker slipped into the same conversation in this very moment
    (uq_events_one_at_work): nothing was taken, look again.
    """
    event_id = session.scalar(_next(session, now))
    if event_id is None:
        return None
    taken = session.execute(
        update(Event)
        .where(Event.id == event_id, Event.state == "waiting")
        .values(state="working", worker=worker, lease_until=now + LEASE, tries=Event.tries + 1)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    event = session.get_one(Event, event_id)
    account = session.get_one(Account, event.account_id)
    conversation = session.get(Conversation, event.conversation_id) if event.conversation_id else None
    return Claimed(event, conversation or Conversation(person="", memory={}), account)


def _next(session: Session, now: datetime) -> Any:
    older = aliased(Event)
    blocked = exists().where(
        older.conversation_id == Event.conversation_id,
        older.state.in_(("waiting", "working")),
        or_(older.id < Event.id, older.state == "working"),
    )
    query = (
        select(Event.id)
        .where(Event.state == "waiting", Event.due_at <= now)
        .where(or_(Event.conversation_id.is_(None), ~blocked))
        .order_by(Event.id)
        .limit(1)
    )
    return query.with_for_update(skip_locked=True) if session.get_bind().dialect.name == "postgresql" else query


def finish(
    session: Session, event_id: int, *, worker: str, state: str, outcome: Mapping[str, Any], now: datetime
) -> bool:
    """Close an event this worker still owns; False when its lease went to another (then roll back)."""
    closed = session.execute(
        update(Event)
        .where(Event.id == event_id, Event.state == "working", Event.worker == worker)
        .values(state=state, outcome=dict(outcome), finished_at=now, worker=None, lease_until=None)
    )
    return bool(closed.rowcount)  # type: ignore[attr-defined]


def put_back(session: Session, event: Event, *, worker: str, error: str, now: datetime) -> None:
    """Let a failed event wait a while (exponential, with jitter) before the next try."""
    wait = min(BACKOFF_MAX, BACKOFF_FIRST * 2 ** (event.tries - 1)) * random.uniform(0.8, 1.2)  # noqa: S311
    session.execute(
        update(Event)
        .where(Event.id == event.id, Event.state == "working", Event.worker == worker)
        .values(state="waiting", due_at=now + timedelta(seconds=wait), outcome={"error": error}, worker=None)
    )


def renew(session: Session, worker: str, *, now: datetime) -> None:
    """Keep the leases of everything this worker process has in hand."""
    session.execute(
        update(Event).where(Event.state == "working", Event.worker == worker).values(lease_until=now + LEASE)
    )


def release(session: Session, *, now: datetime, dead: Sequence[str] = ()) -> int:
    """Give back events whose lease ran out, or that a dead worker of this host held."""
    freed = session.execute(
        update(Event)
        .where(Event.state == "working", or_(Event.lease_until < now, Event.worker.in_(dead)))
        .values(state="waiting", worker=None, lease_until=None)
    )
    return int(freed.rowcount)  # type: ignore[attr-defined]


def oldest_wait(session: Session, now: datetime) -> float:
    """Return how many seconds the oldest due event has waited; 0 when none waits."""
    oldest = session.scalar(select(func.min(Event.due_at)).where(Event.state == "waiting", Event.due_at <= now))
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
