"""The inbox: once, in order, by one worker, given back, given up."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot import inbox
from bot.channels.base import Inbound, Kind
from bot.db import Database
from bot.tables import Conversation, Event
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo, text


@pytest.fixture
def account_id(db: Database, vault: Vault) -> int:
    with db.write() as session:
        return add_suoi_mo(session, vault)[0].id


def accept(db: Database, account_id: int, *events: Inbound) -> int:
    with db.write() as session:
        return inbox.accept(session, db, account_id, events=events, now=NOON)


def claim(db: Database, worker: str = "w1", *, seconds: float = 0) -> int | None:
    with db.write() as session:
        claimed = inbox.claim(session, worker, now=NOON + timedelta(seconds=seconds))
        return claimed[0].event.id if claimed else None


def finish(db: Database, event_id: int, worker: str = "w1") -> bool:
    with db.write() as session:
        return inbox.finish(session, event_id, worker=worker, state="done", outcome={}, now=NOON)


def test_a_redelivery_changes_nothing(db: Database, account_id: int) -> None:
    assert accept(db, account_id, text(1)) == 1
    assert accept(db, account_id, text(1, "khác")) == 0
    with db.read() as session:
        assert [event.text for event in session.scalars(select(Event))] == ["xin chào"]


def test_many_redeliveries_at_once_store_one(db: Database, account_id: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda _: accept(db, account_id, text(1)), range(24)))
    assert sum(stored) == 1


def test_a_batch_is_stored_whole_and_in_order(db: Database, account_id: int) -> None:
    assert accept(db, account_id, *(text(n, f"câu {n}", sender=f"70{n % 3}") for n in range(9))) == 9
    order = []
    while (event_id := claim(db)) is not None:
        order.append(event_id)
        finish(db, event_id)
    assert order == sorted(order)
    assert len(order) == 9


def test_one_conversation_is_answered_in_order_while_others_go_on(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1, sender="a"), text(2, sender="a"), text(3, sender="b"))
    first, other = claim(db), claim(db)
    assert claim(db) is None  # the second of "a" waits for the first
    assert first is not None
    finish(db, first)
    second = claim(db)
    assert (first, second, other) == (1, 2, 3)


def test_parallel_workers_never_share_a_conversation(db: Database, account_id: int) -> None:
    accept(db, account_id, *(text(n, sender=f"p{n % 4}") for n in range(40)))
    open_now: dict[int, str] = {}
    overlaps: list[int] = []
    done: list[int] = []

    def work(worker: str) -> None:
        misses = 0
        while misses < 50:
            try:
                with db.write() as session:
                    claimed = inbox.claim(session, worker, now=NOON)
                    found = (claimed[0].event.id, claimed[0].conversation.id) if claimed else None
            except IntegrityError:
                continue
            if found is None:
                misses += 1
                continue
            event_id, conversation = found
            if conversation in open_now:
                overlaps.append(event_id)
            open_now[conversation] = worker
            done.append(event_id)
            del open_now[conversation]
            finish(db, event_id, worker)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, ["w1", "w2", "w3", "w4"]))
    assert overlaps == []
    assert sorted(done) == list(range(1, 41))
    for person in range(4):  # in order within each conversation
        mine = [event_id for event_id in done if (event_id - 1) % 4 == person]
        assert mine == sorted(mine)


def test_a_lost_lease_gives_the_event_to_another(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1))
    event_id = claim(db, "w1")
    late = inbox.LEASE.total_seconds() + 1
    with db.write() as session:
        assert inbox.release(session, now=NOON + timedelta(seconds=late)) == 1
    assert claim(db, "w2", seconds=late) == event_id
    assert event_id is not None
    assert not finish(db, event_id, "w1")  # the first worker may write nothing any more
    assert finish(db, event_id, "w2")


def test_a_dead_workers_events_come_back_at_once(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1))
    claim(db, "dead")
    with db.write() as session:
        assert inbox.release(session, now=NOON, dead=["dead"]) == 1
    assert claim(db, "w2") is not None


def test_a_renewed_lease_holds(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1))
    claim(db, "w1")
    later = NOON + inbox.LEASE
    with db.write() as session:
        inbox.renew(session, "w1", now=later)
        assert inbox.release(session, now=later + timedelta(seconds=1)) == 0


def test_a_failed_event_waits_longer_each_time(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1))
    waits = []
    now = NOON
    for _ in range(3):
        with db.write() as session:
            (claimed,) = inbox.claim(session, "w1", now=now)
            inbox.put_back(session, claimed.event, worker="w1", error="Boom", now=now)
        with db.read() as session:
            due = session.scalars(select(Event.due_at)).one()
        waits.append((due - now).total_seconds())
        now = due
    assert waits[0] < waits[1] < waits[2]
    assert 1.6 <= waits[0] <= 2.4


@pytest.mark.parametrize("kind", [Kind.SEEN, Kind.DELIVERED, Kind.ECHO, Kind.REACTION, Kind.OTHER])
def test_what_nobody_answers_is_done_at_once(db: Database, account_id: int, kind: Kind) -> None:
    accept(db, account_id, Inbound(external_id="x", kind=kind, sender="7001"))
    assert claim(db) is None
    with db.read() as session:
        assert session.scalars(select(Event.state)).one() == "ignored"


def test_the_window_counts_from_the_persons_own_act(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1), Inbound(external_id="s", kind=Kind.SEEN, sender="7001", sent_at=NOON))
    with db.read() as session:
        conversation = session.scalars(select(Conversation)).one()
    assert conversation.last_act_at == NOON  # a clock of the platform ahead of ours does not count


def test_a_long_text_is_kept_short(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1, "a" * 100_000))
    with db.read() as session:
        assert len(session.scalars(select(Event.text)).one()) == inbox.TEXT_KEPT


def test_age_of_the_oldest(db: Database, account_id: int) -> None:
    accept(db, account_id, text(1))
    with db.read() as session:
        assert inbox.oldest_wait(session, NOON + timedelta(seconds=7)) == 7
        assert inbox.oldest_wait(session, NOON) == 0


@pytest.fixture(autouse=True)
def _numbered(db: Database) -> Iterator[None]:
    yield  # fresh databases count from 1, which the tests above rely on
