"""What citizens sent: accepted once, claimed in order, answered or given up."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from bot import wake
from bot.channels.base import ANSWERED, Inbound, Kind
from bot.db import Database, insert_of, table_of
from bot.tables import Account, Agency, Attention, Conversation, Event

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
class Call:
    """The events of one webhook call."""

    account_id: int
    events: Sequence[Inbound]


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that this worker owns until its lease ends."""

    event: Event
    conversation: Conversation
    account: Account
    agency: Agency

    @property
    def id(self) -> int:
        """The event's id."""
        return self.event.id


def accept(session: Session, db: Database, account_id: int, *, events: Sequence[Inbound], now: datetime) -> int:
    """Store the events of one webhook call; return how many were new.

    A redelivery meets UNIQUE(account, external_id) and changes nothing.
    """
    return accept_all(session, db, [Call(account_id, events)], now=now)[0]


def accept_all(
    session: Session, db: Database, calls: Sequence[Call], *, now: datetime, noted: Collection[int] = ()
) -> list[int]:  # fmt: skip
    """Store the events of many webhook calls, in order; return for each how many were new.

    `noted` are accounts of which it is known that their last event need not be noted yet.
    """
    sql = _statements(db.engine.dialect.name)
    connection = session.connection()
    acts = _acts(calls, now)
    talks, met = _conversations(connection, sql, calls, acts=acts, now=now)
    rows = [
        _row(call.account_id, talks.get((call.account_id, inbound.sender)), inbound, now=now)
        for call in calls
        for inbound in call.events
    ]
    stored = connection.execute(sql["store"], rows).all() if rows else []
    new = {(row.account_id, row.external_id) for row in stored}
    fresh = _acts(calls, now, only=new)
    acted = [{"the_conversation": talks[one], "acted": at} for one, at in fresh.items() if one not in met]
    if acted:
        connection.execute(sql["acted"], acted)
    for account_id in sorted({call.account_id for call in calls} - set(noted)):
        connection.execute(sql["seen"], {"the_account": account_id, "now": now, "before": now - SEEN_EVERY})
    if new:
        db.wake.ring(session, wake.INBOX)
    return [_counted(call, new) for call in calls]


def _counted(call: Call, new: set[tuple[int, str]]) -> int:
    """Return how many of a call's events are `new`, and take them out: the same one is new once."""
    mine = {(call.account_id, _key(inbound)) for inbound in call.events} & new
    new -= mine
    return len(mine)


def _acts(
    calls: Sequence[Call], now: datetime, *, only: Collection[Any] | None = None
) -> dict[tuple[int, str], datetime]:
    """Return when the persons in `calls` last did something themselves, in the order that locks are taken in."""
    acts: dict[tuple[int, str], datetime] = {}
    for call in calls:
        for inbound in call.events:
            counts = only is None or (call.account_id, _key(inbound)) in only
            if counts and inbound.sender and inbound.kind in _ACTS:
                # A platform's clock ahead of ours must not stretch the window.
                acted = min(inbound.sent_at or now, now)
                who = call.account_id, inbound.sender
                acts[who] = max(acts.get(who, acted), acted)
    return dict(sorted(acts.items()))


def _key(inbound: Inbound) -> str:
    return inbound.external_id[:200]


def _conversations(
    connection: Connection, sql: Mapping[str, Any], calls: Sequence[Call], *,
    acts: Mapping[tuple[int, str], datetime], now: datetime,
) -> tuple[dict[tuple[int, str], int], set[tuple[int, str]]]:  # fmt: skip
    """Return the conversations with everybody in `calls`, and which of them were opened just now.

    An event about nobody has none.
    """
    # Sorted, as `answering` sorts: two transactions that take the same rows in one order cannot block each other.
    wanted = sorted({(call.account_id, inbound.sender) for call in calls for inbound in call.events if inbound.sender})
    if not wanted:
        return {}, set()
    known = _known(connection, sql, wanted)
    missing = [pair for pair in wanted if pair not in known]
    if not missing:
        return known, set()
    row = {"memory": {}, "created_at": now, "follows": False, "subscribed": False, "unreachable": False}
    rows = [{"account_id": a, "person": p, **_first(acts.get((a, p)), now), **row} for a, p in missing]
    met = {(one.account_id, one.person): one.id for one in connection.execute(sql["meet"], rows)}
    missing = [pair for pair in missing if pair not in met]  # another process met them in this very moment
    return known | met | (_known(connection, sql, missing) if missing else {}), set(met)


def _first(acted: datetime | None, now: datetime) -> dict[str, Any]:
    """Return what a new conversation's first act makes of it; None: somebody wrote to a person who did nothing yet."""
    attention = Attention.UNREAD if acted else Attention.NONE
    return {"last_act_at": acted, "last_at": acted or now, "attention": attention.value}


def _known(
    connection: Connection, sql: Mapping[str, Any], wanted: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], int]:
    found = connection.execute(sql["find"], {"wanted": list(wanted)})
    return {(row.account_id, row.person): row.id for row in found}


@cache
def _statements(dialect: str) -> dict[str, Any]:
    """Return the statements of `accept`, built once: building them costs more than running them."""
    insert = insert_of(dialect)
    accounts, conversations, events = table_of(Account), table_of(Conversation), table_of(Event)
    talk = conversations.c
    last_act = talk.last_act_at
    return {
        "find": select(talk.id, talk.account_id, talk.person).where(
            tuple_(talk.account_id, talk.person).in_(bindparam("wanted", expanding=True))
        ),
        "meet": insert(conversations)
        .on_conflict_do_nothing(index_elements=["account_id", "person"])
        .returning(talk.id, talk.account_id, talk.person),
        "store": insert(events)
        .on_conflict_do_nothing(index_elements=["account_id", "external_id"])
        .returning(events.c.account_id, events.c.external_id),
        "acted": update(conversations)
        .where(talk.id == bindparam("the_conversation"))
        .where(or_(last_act.is_(None), last_act < bindparam("acted", type_=last_act.type)))
        .values(
            last_act_at=bindparam("acted", type_=last_act.type),
            unreachable=False,
            last_at=bindparam("acted", type_=last_act.type),
            attention=case((talk.attention < Attention.UNREAD, Attention.UNREAD.value), else_=talk.attention),
        ),
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
        "external_id": _key(inbound),
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


def claim(session: Session, worker: str, *, now: datetime, most: int = 1) -> list[Claimed]:
    """Take up to `most` of the oldest due events whose conversations have nothing older unfinished.

    So each is of another conversation. Raises `IntegrityError` when another worker slipped into one of these
    conversations in this very moment (uq_events_one_at_work): nothing was taken, look again.
    """
    wanted = {"now": now, "most": most, "the_worker": worker, "lease": now + LEASE}
    taken = sorted(session.scalars(_claiming(), wanted).all(), key=lambda event: event.id)
    if not taken:
        return []
    homes = {
        row.Account.id: (row.Account, row.Agency)
        for row in session.execute(_HOMES, {"the_ids": list({event.account_id for event in taken})})
    }
    ids = [event.conversation_id for event in taken if event.conversation_id]
    talks = {talk.id: talk for talk in session.scalars(_TALKS, {"the_ids": ids})} if ids else {}
    nobody = Conversation(person="", memory={})
    return [Claimed(one, talks.get(one.conversation_id or 0, nobody), *homes[one.account_id]) for one in taken]


_HOMES = (
    select(Account, Agency)
    .join(Agency, Agency.id == Account.agency_id)
    .where(Account.id.in_(bindparam("the_ids", expanding=True)))
)
_TALKS = select(Conversation).where(Conversation.id.in_(bindparam("the_ids", expanding=True)))


@cache
def _claiming() -> Any:
    """Return the statement that finds and takes, built once."""
    events = table_of(Event)
    older = events.alias("older")
    blocked = exists().where(
        older.c.conversation_id == events.c.conversation_id,
        older.c.state.in_(("waiting", "working")),
        or_(older.c.id < events.c.id, older.c.state == "working"),
    )
    found = (
        select(events.c.id)
        .where(events.c.state == "waiting", events.c.due_at <= bindparam("now", type_=events.c.due_at.type))
        .where(or_(events.c.conversation_id.is_(None), ~blocked))
        .order_by(events.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("found")  # by itself, so that PostgreSQL looks once and locks no more than it takes
    )
    return (
        update(Event)
        .where(Event.id.in_(select(found.c.id)), Event.state == "waiting")
        .values(
            state="working",
            worker=bindparam("the_worker"),
            lease_until=bindparam("lease", type_=events.c.due_at.type),
            tries=Event.tries + 1,
        )
        .returning(Event)
        .execution_options(synchronize_session=False)
    )


def held(session: Session, worker: str, ids: Sequence[int]) -> set[int]:
    """Return which of the events `ids` this worker still owns, and keep them so until the transaction ends."""
    return set(session.connection().scalars(_holding(), {"the_ids": list(ids), "the_worker": worker}))


@cache
def _holding() -> Any:
    events = table_of(Event)
    return (
        select(events.c.id)
        .where(events.c.id.in_(bindparam("the_ids", expanding=True)))
        .where(events.c.state == "working", events.c.worker == bindparam("the_worker"))
        .order_by(events.c.id)
        .with_for_update()
    )


def finish(
    session: Session, event_id: int, *, worker: str, state: str, outcome: Mapping[str, Any], now: datetime
) -> bool:
    """Close an event this worker still owns; False when its lease went to another (then roll back)."""
    return finish_all(session, {event_id: outcome}, worker=worker, state=state, now=now) == 1


def finish_all(
    session: Session, outcomes: Mapping[int, Mapping[str, Any]], *, worker: str, state: str, now: datetime
) -> int:  # fmt: skip
    """Close the events that this worker still owns, each with its outcome; return how many those were."""
    rows = [
        {"the_event": event_id, "the_worker": worker, "state": state, "outcome": dict(outcome), "now": now}
        for event_id, outcome in outcomes.items()
    ]
    return int(session.connection().execute(_finishing(), rows).rowcount) if rows else 0


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


def renew(session: Session, worker: str, *, now: datetime, only: Collection[int] | None = None) -> None:
    """Keep the leases of everything this worker process has in hand, or `only` of these."""
    mine = update(Event).where(Event.state == "working", Event.worker == worker)
    mine = mine if only is None else mine.where(Event.id.in_(only))
    session.execute(mine.values(lease_until=now + LEASE))


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
