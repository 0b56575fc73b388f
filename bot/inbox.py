"""What citizens sent: accepted once, claimed in order, answered or given up."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot import wake
from bot.channels.base import ANSWERED, Inbound, Kind
from bot.db import Database, insert_of, table_of
from bot.tables import Account, Agency, Conversation, Event

LEASE = timedelta(seconds=15)
"""How long a claim holds unless renewed; after it another worker takes over."""
MAX_TRIES = 5
BACKOFF_FIRST = 2.0
BACKOFF_MAX = 300.0
"""Seconds. An answer that comes after five tries is minutes late: then a person takes it."""
TEXT_KEPT = 4_000
"""Characters of a message that we keep; nobody asks a question longer than two pages."""

SEEN_EVERY = timedelta(seconds=30)
"""How exactly an account's last event is known."""

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
    agency: Agency


def accept(session: Session, db: Database, account_id: int, *, events: Sequence[Inbound], now: datetime) -> int:
    """Store the events of one webhook call; return how many were new.

    A redelivery meets UNIQUE(account, external_id) and changes nothing.
    """
    sql = _statements(db.engine.dialect.name)
    connection = session.connection()
    new = 0
    for inbound in events:
        conversation_id = _conversation(connection, sql, account_id, person=inbound.sender, now=now)
        stored = connection.scalar(sql["store"], _row(account_id, conversation_id, inbound, now=now))
        if stored is None:
            continue
        new += 1
        if conversation_id and inbound.kind in _ACTS:
            # A platform's clock ahead of ours must not stretch the window.
            acted = min(inbound.sent_at or now, now)
            connection.execute(sql["acted"], {"the_conversation": conversation_id, "acted": acted})
    connection.execute(sql["seen"], {"the_account": account_id, "now": now, "before": now - SEEN_EVERY})
    if new:
        db.wake.ring(session, wake.INBOX)
    return new


def _conversation(
    connection: Connection, sql: Mapping[str, Any], account_id: int, *, person: str, now: datetime
) -> int | None:
    """Return the conversation with `person`, opened if need be; None when the event is about nobody."""
    if not person:
        return None
    wanted = {"the_account": account_id, "the_person": person}
    found: int | None = connection.scalar(sql["find"], wanted)
    if found is None:
        row = {"account_id": account_id, "person": person, "memory": {}, "created_at": now}
        connection.execute(sql["meet"], {**row, "follows": False, "subscribed": False, "unreachable": False})
        found = connection.scalar(sql["find"], wanted)
    return found


@cache
def _statements(dialect: str) -> dict[str, Any]:
    """Return the statements of `accept`, built once: building them costs more than running them."""
    insert = insert_of(dialect)
    accounts, conversations, events = table_of(Account), table_of(Conversation), table_of(Event)
    last_act = conversations.c.last_act_at
    return {
        "meet": insert(conversations).on_conflict_do_nothing(index_elements=["account_id", "person"]),
        "find": select(conversations.c.id).where(
            conversations.c.account_id == bindparam("the_account"), conversations.c.person == bindparam("the_person")
        ),
        "store": insert(events)
        .on_conflict_do_nothing(index_elements=["account_id", "external_id"])
        .returning(events.c.id),
        "acted": update(conversations)
        .where(conversations.c.id == bindparam("the_conversation"))
        .where(or_(last_act.is_(None), last_act < bindparam("acted", type_=last_act.type)))
        .values(last_act_at=bindparam("acted", type_=last_act.type), unreachable=False),
        # Not at every event: on PostgreSQL all webhooks of an account would queue for this one row.
        "seen": update(accounts)
        .where(accounts.c.id == bindparam("the_account"))
        .where(
            or_(
                accounts.c.last_event_at.is_(None),
                accounts.c.last_event_at < bindparam("before", type_=last_act.type),
            )
        )
        .values(last_event_at=bindparam("now", type_=last_act.type)),
    }


def _row(account_id: int, conversation_id: int | None, inbound: Inbound, *, now: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "conversation_id": conversation_id,
        "external_id": inbound.external_id[:200],
        "kind": inbound.kind.value,
        "text": inbound.text[:TEXT_KEPT],
        "payload": inbound.payload[:TEXT_KEPT],
        "extra": _extra(inbound),
        "sent_at": inbound.sent_at,
        "received_at": now,
        "state": "ignored" if inbound.kind in _SILENT else "waiting",
        "due_at": now,
        "tries": 0,
        "outcome": {},
    }


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
    find, take = _claiming(session.get_bind().dialect.name)
    connection = session.connection()
    event_id = connection.scalar(find, {"now": now})
    if event_id is None:
        return None
    taken = connection.execute(take, {"the_event": event_id, "the_worker": worker, "lease": now + LEASE})
    if not taken.rowcount:
        return None
    row = session.execute(_CLAIMED, {"the_event": event_id}).one()
    return Claimed(row.Event, row.Conversation or Conversation(person="", memory={}), row.Account, row.Agency)


_CLAIMED = (
    select(Event, Conversation, Account, Agency)
    .join(Account, Account.id == Event.account_id)
    .join(Agency, Agency.id == Account.agency_id)
    .outerjoin(Conversation, Conversation.id == Event.conversation_id)
    .where(Event.id == bindparam("the_event"))
)


@cache
def _claiming(dialect: str) -> tuple[Any, Any]:
    events = table_of(Event)
    older = events.alias("older")
    blocked = exists().where(
        older.c.conversation_id == events.c.conversation_id,
        older.c.state.in_(("waiting", "working")),
        or_(older.c.id < events.c.id, older.c.state == "working"),
    )
    find = (
        select(events.c.id)
        .where(events.c.state == "waiting", events.c.due_at <= bindparam("now", type_=events.c.due_at.type))
        .where(or_(events.c.conversation_id.is_(None), ~blocked))
        .order_by(events.c.id)
        .limit(1)
    )
    take = (
        update(events)
        .where(events.c.id == bindparam("the_event"), events.c.state == "waiting")
        .values(
            state="working",
            worker=bindparam("the_worker"),
            lease_until=bindparam("lease", type_=events.c.due_at.type),
            tries=events.c.tries + 1,
        )
    )
    return (find.with_for_update(skip_locked=True) if dialect == "postgresql" else find), take


def finish(
    session: Session, event_id: int, *, worker: str, state: str, outcome: Mapping[str, Any], now: datetime
) -> bool:
    """Close an event this worker still owns; False when its lease went to another (then roll back)."""
    values = {"the_event": event_id, "the_worker": worker, "state": state, "outcome": dict(outcome), "now": now}
    return bool(session.connection().execute(_finishing(), values).rowcount)


@cache
def _finishing() -> Any:
    events = table_of(Event)
    return (
        update(events)
        .where(events.c.id == bindparam("the_event"), events.c.state == "working")
        .where(events.c.worker == bindparam("the_worker"))
        .values(
            state=bindparam("state"),
            outcome=bindparam("outcome", type_=events.c.outcome.type),
            finished_at=bindparam("now", type_=events.c.due_at.type),
            worker=None,
            lease_until=None,
        )
    )


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
