"""What we send: queued once by key, claimed in order and at the platform's pace, settled by outcome."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot import news, pacing, wake
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
NEWS = news.KIND
"""A post to one follower, by our list: after every answer, and like a post never repeated blindly."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker owns, with its account; it may be sent from `turn` on."""

    delivery: Delivery
    account: Account
    acted_at: datetime | None
    """The person's last act, from which the platform's window counts."""
    turn: datetime

    @property
    def id(self) -> int:
        """The delivery's id."""
        return self.delivery.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Messages to one person; queued under `key`:1, `key`:2 …"""

    to: Conversation
    messages: Sequence[Message]
    key: str
    event_id: int | None = None


def enqueue(
    session: Session, db: Database, *, to: Conversation, messages: Sequence[Message], key: str, now: datetime,
    event_id: int | None = None,
) -> int:  # fmt: skip
    """Queue replies under `key`:1, `key`:2 …; return how many are new (one queued already stays as it is)."""
    return enqueue_all(session, db, [Answer(to=to, messages=messages, key=key, event_id=event_id)], now=now)


def enqueue_all(session: Session, db: Database, answers: Sequence[Answer], *, now: datetime) -> int:
    """Queue the replies of many answers; return how many are new."""
    rows = [
        _row(answer, number, message, now=now)
        for answer in answers
        for number, message in enumerate(answer.messages, 1)
    ]
    if not rows:
        return 0
    queued = len(session.connection().execute(_queueing(db.engine.dialect.name), rows).all())
    if queued:
        db.wake.ring(session, wake.OUTBOX)
    return queued


def _row(answer: Answer, number: int, message: Message, *, now: datetime) -> dict[str, Any]:
    return {
        "account_id": answer.to.account_id,
        "conversation_id": answer.to.id,
        "event_id": answer.event_id,
        "key": f"{answer.key}:{number}",
        "kind": REPLY,
        "recipient": answer.to.person,
        "body": body_of(message),
        "priority": 0,
        "state": "waiting",
        "due_at": now,
        "tries": 0,
        "created_at": now,
        "error": "",
    }


@cache
def _queueing(dialect: str) -> Any:
    deliveries = table_of(Delivery)
    insert = insert_of(dialect)(deliveries)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(deliveries.c.id)


def body_of(message: Message) -> dict[str, Any]:
    """Return a message as JSON for the table; `message_of` is the way back."""
    buttons = [{"title": b.title, "press": b.press.value, "value": b.value} for b in message.buttons]
    said = {"text": message.text, "buttons": buttons, "comment_id": message.comment_id}
    return {**said, "author": message.author} if message.author else said


def message_of(body: dict[str, Any]) -> Message:
    """Return the message that `body_of` stored."""
    buttons = tuple(
        Button(title=b["title"], press=Press(b["press"]), value=b["value"]) for b in body.get("buttons", ())
    )
    return Message(
        text=body["text"], buttons=buttons, comment_id=body.get("comment_id", ""), author=body.get("author", "")
    )  # fmt: skip


def claim(
    session: Session, worker: str, *, now: datetime, most: int = 1, kind: str | None = None
) -> list[Claimed]:  # fmt: skip
    """Take up to `most` deliveries that are due, in order within conversations, as far as their accounts may send.

    With `kind`, only those. Raises `IntegrityError` when another worker sends to one of the same conversations:
    nothing was taken, look again.
    """
    connection = session.connection()
    if kind == NEWS:
        found = news.find(connection, now=now, most=most)
    else:
        by = {"pace_by": now + pacing.AHEAD, "pace_by_beside_news": now + pacing.AHEAD + news.AHEAD}
        wanted = {"now": now, "most": most, **by, **({"kind": kind} if kind else {})}
        found = connection.execute(_finding(kind), wanted).all()
    if not found:
        return []
    accounts = _accounts(session, {row.account_id for row in found})
    turns = _turns(found, accounts, now=now, is_news=kind == NEWS)
    if not turns:
        return []
    taking = {"the_ids": list(turns), "the_worker": worker, "lease": now + LEASE}
    taken = {row.id: row for row in session.scalars(_taking(), taking)}
    paced = {row.account_id: turns[row.id] for row in sorted(taken.values(), key=lambda row: turns[row.id])}
    for account_id, turn in paced.items():
        connection.execute(_PACE, {"the_account": account_id, "paced": turn + pacing.gap(accounts[account_id])})
    early = timedelta() if kind == NEWS else news.AHEAD
    return [
        Claimed(taken[row.id], accounts[row.account_id], row.last_act_at, turns[row.id] - early)
        for row in found
        if row.id in taken
    ]


def _turns(
    found: Sequence[Any], accounts: Mapping[int, Account], *, now: datetime, is_news: bool
) -> dict[int, datetime]:
    """Return when each of the `found` deliveries may go; those that go beyond their account's pace are left."""

    def ahead(account: Account) -> timedelta:
        if is_news:
            return news.AHEAD
        # Found in spite of its pace: news has taken the turns before.
        return pacing.AHEAD + (news.AHEAD if account.pace_at > now + pacing.AHEAD else timedelta())

    free = {account.id: pacing.turns(account, now=now, ahead=ahead(account)) for account in accounts.values()}
    turns = ((row.id, next(free[row.account_id], None)) for row in found)
    return {one: turn for one, turn in turns if turn is not None}


def _accounts(session: Session, ids: Collection[int]) -> dict[int, Account]:
    """Return the accounts, theirs is the pace, locked in one order."""
    return {account.id: account for account in session.scalars(_PACED, {"the_ids": list(ids)})}


# Not a full lock: that would hold up the webhooks, whose new rows refer to the account.
_PACED = (
    select(Account)
    .where(Account.id.in_(bindparam("the_ids", expanding=True)))
    .order_by(Account.id)
    .with_for_update(key_share=True)
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
def _finding(kind: str | None) -> Any:
    """Return the query of what may be sent, built once: building it costs more than running it."""
    deliveries, accounts, conversations = table_of(Delivery), table_of(Account), table_of(Conversation)
    now = bindparam("now", type_=deliveries.c.due_at.type)
    older = deliveries.alias("older")
    blocked = exists().where(
        older.c.conversation_id == deliveries.c.conversation_id,
        older.c.state.in_(("waiting", "sending")),
        or_(older.c.id < deliveries.c.id, older.c.state == "sending"),
    )
    find = (
        select(deliveries.c.id, deliveries.c.account_id, conversations.c.last_act_at)
        .join(accounts, accounts.c.id == deliveries.c.account_id)
        .outerjoin(conversations, conversations.c.id == deliveries.c.conversation_id)
        .where(deliveries.c.state == "waiting", deliveries.c.due_at <= now, deliveries.c.kind != POST)
        .where(accounts.c.paused_at.is_(None))
        .where(
            (accounts.c.pace_at <= bindparam("pace_by", type_=now.type))
            | ((accounts.c.pace_at <= bindparam("pace_by_beside_news", type_=now.type)) & news.of(accounts.c.id))
        )
        .where(or_(deliveries.c.conversation_id.is_(None), ~blocked))
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True, of=deliveries)
    )
    if kind is None:
        return find
    return find.where(deliveries.c.kind == bindparam("kind"), deliveries.c.priority < news.PRIORITY)


@cache
def _taking() -> Any:
    return (
        update(Delivery)
        .where(Delivery.id.in_(bindparam("the_ids", expanding=True)), Delivery.state == "waiting")
        .values(
            state="sending",
            worker=bindparam("the_worker"),
            lease_until=bindparam("lease", type_=table_of(Delivery).c.due_at.type),
            tries=Delivery.tries + 1,
        )
        .returning(Delivery)
        .execution_options(synchronize_session=False)
    )


def settle_sent(session: Session, delivery: Delivery, *, worker: str, sent: Sent, now: datetime) -> bool:
    """Write the platform's receipt; False when the lease went to another meanwhile."""
    return settle_all_sent(session, [(delivery, sent)], worker=worker, now=now) == 1


def settle_all_sent(
    session: Session, receipts: Sequence[tuple[Delivery, Sent]], *, worker: str, now: datetime
) -> int:  # fmt: skip
    """Write the platform's receipts; return of how many deliveries (the leases of others were lost)."""
    rows = [
        {"the_delivery": delivery.id, "the_worker": worker, "platform": sent.message_id, "now": now}
        for delivery, sent in receipts
    ]
    return int(session.connection().execute(_SENT, rows).rowcount) if rows else 0


def settle_failed(session: Session, delivery: Delivery, *, worker: str, error: ChannelError, now: datetime) -> str:
    """Decide by the error what becomes of the delivery; return its new state."""
    if isinstance(error, Unreachable) and (talk := delivery.conversation_id or delivery.body.get("follower")):
        session.execute(update(Conversation).where(Conversation.id == talk).values(unreachable=True))
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


def renew(session: Session, worker: str, *, now: datetime, only: Collection[int] | None = None) -> None:
    """Keep the leases of everything this worker process is sending, or `only` of these."""
    mine = update(Delivery).where(Delivery.state == "sending", Delivery.worker == worker)
    mine = mine if only is None else mine.where(Delivery.id.in_(only))
    session.execute(mine.values(lease_until=now + LEASE))


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


def next_due(session: Session, *, after: datetime | None = None, kind: str = REPLY) -> datetime | None:
    """Return when a waiting delivery of a sending account may be claimed, or None.

    With `after`, later than that: what may be by then waits for another delivery, not for a time.
    """
    if kind == NEWS:
        return news.next_due(session)
    after = after or _BEGINNING
    row = session.connection().execute(_next(), {"after": after, "pace_by": after + pacing.AHEAD}).one()
    turn = row.pace_at - pacing.AHEAD if row.pace_at else None
    return min((moment for moment in (row.due_at, turn) if moment), default=None)


_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@cache
def _next() -> Any:
    """Return the statement for the next moment of what is not due yet, and the next turn of what is."""
    deliveries, accounts = table_of(Delivery), table_of(Account)
    time = deliveries.c.due_at.type
    after = bindparam("after", type_=time)
    late = (deliveries.c.due_at <= after) & (accounts.c.pace_at > bindparam("pace_by", type_=time))
    return (
        select(
            func.min(case((deliveries.c.due_at > after, deliveries.c.due_at)), type_=time).label("due_at"),
            func.min(case((late, accounts.c.pace_at)), type_=time).label("pace_at"),
        )
        .join_from(deliveries, accounts, accounts.c.id == deliveries.c.account_id)
        .where(deliveries.c.state == "waiting", deliveries.c.priority < news.PRIORITY, deliveries.c.kind != POST)
        .where(accounts.c.paused_at.is_(None))
    )
