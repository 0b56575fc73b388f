"""The outbox: queued once, in order, paced, settled by what the error decides."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from bot import inbox, outbox
from bot.channels.base import Button, Message, Press, Sent
from bot.db import Database
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    Refused,
    TryLater,
    Unreachable,
    WindowClosed,
)
from bot.pacing import AHEAD, JITTER
from bot.tables import Account, Conversation, Delivery
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo, text

HELLO = Message(text="Xin chào")


@pytest.fixture
def conversation(db: Database, vault: Vault) -> Conversation:
    with db.write() as session:
        account = add_suoi_mo(session, vault)[0]
        account.per_second = 1000.0
        inbox.accept(session, db, account.id, events=[text(1), text(2, sender="7002")], now=NOON)
        return session.scalars(select(Conversation).order_by(Conversation.id)).first()  # type: ignore[return-value]


def enqueue(db: Database, to: Conversation, *messages: Message, key: str = "event:1") -> int:
    with db.write() as session:
        return outbox.enqueue(session, db, to=to, messages=messages, key=key, now=NOON)


def claim(db: Database, *, at: datetime = NOON, worker: str = "w1") -> Delivery | None:
    with db.write() as session:
        claimed = outbox.claim(session, worker, now=at)
        return claimed[0].delivery if claimed else None


def fail(db: Database, delivery: Delivery, error: ChannelError, *, at: datetime = NOON) -> str:
    with db.write() as session:
        return outbox.settle_failed(session, delivery, worker="w1", error=error, now=at)


def row(db: Database, delivery_id: int = 1) -> Delivery:
    with db.read() as session:
        return session.get_one(Delivery, delivery_id)


def test_the_same_key_is_queued_once(db: Database, conversation: Conversation) -> None:
    assert enqueue(db, conversation, HELLO, Message(text="hai")) == 2
    assert enqueue(db, conversation, HELLO, Message(text="hai")) == 0


def test_a_message_survives_the_table() -> None:
    message = Message(
        text="Chọn", buttons=(Button(title="Phí", value="#tthc:1.001193:fee"),
                              Button(title="Mở", press=Press.URL, value="https://dichvucong.gov.vn")), comment_id="9"
    )  # fmt: skip
    assert outbox.message_of(outbox.body_of(message)) == message


def test_parts_of_an_answer_go_in_order(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, Message(text="một"), Message(text="hai"))
    first = claim(db)
    assert first is not None
    assert first.body["text"] == "một"
    assert claim(db, at=NOON + timedelta(seconds=1)) is None  # the second waits until the first is settled
    with db.write() as session:
        assert outbox.settle_sent(session, first, worker="w1", sent=Sent(message_id="m1"), now=NOON)
    second = claim(db, at=NOON + timedelta(seconds=1))
    assert second is not None
    assert second.body["text"] == "hai"


def test_an_account_keeps_its_pace(db: Database, conversation: Conversation) -> None:
    with db.write() as session:
        session.execute(update(Account).values(per_second=2.0))
    for number in range(3):
        other = Conversation(id=conversation.id + number % 2, account_id=conversation.account_id, person="7001")
        enqueue(db, other, HELLO, key=f"event:{number}")
    sent_at = []
    for step in range(30):
        at = NOON + timedelta(milliseconds=100 * step)
        if (delivery := claim(db, at=at)) is not None:
            sent_at.append(step * 100)
            with db.write() as session:
                outbox.settle_sent(session, delivery, worker="w1", sent=Sent(message_id="m"), now=at)
    assert sent_at == [0, 500, 1100]  # looked ten times a second: never more than two in one, never a burst


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (TryLater("busy"), "waiting"),
        (OutcomeUnknown("cut"), "waiting"),  # a reply may be repeated once
        (AccountStopped("token"), "waiting"),  # kept until a person resumes the account
        (Refused("bad"), "failed"),
        (Unreachable("left"), "failed"),
        (WindowClosed("late"), "failed"),
    ],
)
def test_the_error_decides(db: Database, conversation: Conversation, error: ChannelError, state: str) -> None:
    enqueue(db, conversation, HELLO)
    delivery = claim(db)
    assert delivery is not None
    assert fail(db, delivery, error) == state
    assert row(db).state == state
    assert row(db).error == str(error)


def test_an_unknown_reply_is_repeated_once_only(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    first = claim(db)
    assert first is not None
    fail(db, first, OutcomeUnknown("cut"))
    second = claim(db, at=row(db).due_at)
    assert second is not None
    assert fail(db, second, OutcomeUnknown("cut"), at=row(db).due_at) == "unknown"


def test_news_of_unknown_fate_is_never_repeated(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    with db.write() as session:
        session.execute(update(Delivery).values(kind=outbox.NEWS))
    delivery = claim(db)
    assert delivery is not None
    assert fail(db, delivery, OutcomeUnknown("cut")) == "unknown"
    assert claim(db, at=NOON + timedelta(hours=3)) is None


def test_the_platforms_own_wait_is_honoured_for_the_whole_account(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    enqueue(
        db, Conversation(id=conversation.id + 1, account_id=conversation.account_id, person="7002"), HELLO, key="e:2"
    )
    delivery = claim(db)
    assert delivery is not None
    fail(db, delivery, TryLater("slow down", retry_after=60))
    assert claim(db, at=NOON + timedelta(seconds=59)) is None
    assert claim(db, at=NOON + timedelta(seconds=61)) is not None


def test_back_off_grows_to_hours_and_ends(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    at, waits = NOON, []
    for _ in range(outbox.MAX_TRIES):
        delivery = claim(db, at=at)
        assert delivery is not None
        state = fail(db, delivery, TryLater("down"), at=at)
        waits.append((row(db).due_at - at).total_seconds())
        at = row(db).due_at
    assert state == "failed"
    assert all(a < b for a, b in pairwise(waits[:8]))


def test_a_paused_account_sends_nothing(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    with db.write() as session:
        session.execute(update(Account).values(paused_at=NOON))
    assert claim(db) is None


def test_an_unreachable_person_is_marked(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    delivery = claim(db)
    assert delivery is not None
    fail(db, delivery, Unreachable("blocked"))
    with db.read() as session:
        assert session.get_one(Conversation, conversation.id).unreachable


@pytest.mark.parametrize(
    ("kind", "tries", "state"), [("reply", 1, "waiting"), ("reply", 2, "unknown"), ("news", 1, "unknown")]
)
def test_what_a_dead_worker_was_sending(
    db: Database, conversation: Conversation, kind: str, tries: int, state: str
) -> None:
    enqueue(db, conversation, HELLO)
    claim(db, worker="dead")
    with db.write() as session:
        session.execute(update(Delivery).values(kind=kind, tries=tries))
        outbox.release(session, now=NOON, dead=["dead"])
    assert row(db).state == state


def test_when_the_next_is_due(db: Database, conversation: Conversation) -> None:
    with db.read() as session:
        assert outbox.next_due(session) is None
    enqueue(db, conversation, HELLO)
    with db.read() as session:
        assert outbox.next_due(session) == NOON


def test_what_waits_for_another_delivery_is_not_due_by_time(db: Database, conversation: Conversation) -> None:
    with db.write() as session:
        session.execute(update(Account).values(per_second=10.0))
    enqueue(db, conversation, HELLO, Message(text="hai"))
    assert claim(db) is not None
    with db.read() as session:
        turn = NOON + timedelta(seconds=(1 + JITTER) / 10) - AHEAD
        assert outbox.next_due(session, after=NOON) == turn  # its account's next one
        assert outbox.next_due(session, after=turn) is None


def test_what_has_to_wait_is_due_when_its_wait_ends(db: Database, conversation: Conversation) -> None:
    enqueue(db, conversation, HELLO)
    later = NOON + AHEAD / 2
    with db.write() as session:
        session.execute(update(Delivery).values(due_at=later))
    with db.read() as session:
        assert outbox.next_due(session, after=NOON) == later
    assert claim(db) is None
    assert claim(db, at=later) is not None
