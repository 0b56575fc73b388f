"""Lanes: batches keep every promise that is made for one message."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bot import inbox, outbox, pacing, wake
from bot.channels.base import Message, Sent
from bot.db import Database
from bot.errors import TryLater
from bot.lanes import Clock, Done, Lane, R, T, Work
from bot.tables import Account, Conversation, Delivery, Event
from bot.vault import Vault
from bot.worker import clock
from tests import people
from tests.bench.load import busiest
from tests.people import add_suoi_mo
from tests.postgres import wait_for

PERSONS, EACH = 6, 5


@dataclass
class Answers:
    """Answering without understanding: notes what was at work at one time; `poison` cannot be written."""

    topic = wake.INBOX
    urgent, linger = True, 0.02
    poison: int = 0
    breaks: int = 0
    seconds: float = 0.005
    together: int = 0
    largest: int = 0
    order: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    spoilt_ids: list[int] = field(default_factory=list)
    _at_work: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[inbox.Claimed]:
        return inbox.claim(session, worker, now=now, most=most)

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        return None

    def durable(self, done: object) -> bool:
        return False

    def do(self, task: inbox.Claimed, clock: Clock) -> str:
        talk = task.event.conversation_id or 0
        with self._lock:
            assert talk not in self._at_work, "two events of one conversation at once"
            self._at_work.add(talk)
            self.together = max(self.together, len(self._at_work))
            self.order[talk].append(task.id)
        time.sleep(self.seconds)
        with self._lock:
            self._at_work.discard(talk)
        if task.id == self.breaks:
            raise ValueError("broken")
        return "ok"

    def settle(
        self, session: Session, done: Sequence[Done[inbox.Claimed, str]], *, worker: str, now: datetime
    ) -> None:  # fmt: skip
        self.largest = max(self.largest, len(done))
        ours = inbox.held(session, worker, [one.task.id for one in done])
        good = {one.task.id: {"said": one.result} for one in done if one.task.id in ours and not one.error}
        if self.poison in good:
            session.execute(text("SELECT no_such_column"))
        inbox.finish_all(session, good, worker=worker, state="done", now=now)
        for one in done:
            if one.error:
                inbox.put_back(session, one.task.event, worker=worker, error=type(one.error).__name__, now=now)

    def settled(self, done: object, now: datetime) -> None:
        """Nothing to tell."""

    def spoilt(self, one: Done[inbox.Claimed, str], error: Exception, *, worker: str, now: datetime) -> None:
        self.spoilt_ids.append(one.task.id)


@dataclass
class Sends:
    """Sending to nobody: notes when."""

    topic = wake.OUTBOX
    urgent, linger = False, 0.05
    fails: int = 0
    at: list[tuple[float, str, str]] = field(default_factory=list)
    gates: pacing.Gates = field(default_factory=pacing.Gates)

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[outbox.Claimed]:
        return outbox.claim(session, worker, now=now, most=most)

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        return outbox.next_due(session, after=now)

    def durable(self, done: object) -> bool:
        return False

    def do(self, task: outbox.Claimed, clock: Clock) -> Sent:
        time.sleep(max(0.0, (task.turn - clock()).total_seconds()))
        with self.gates.of(task.account.id).call(pacing.rate(task.account), first=True):
            self.at.append((time.monotonic(), task.delivery.recipient, task.delivery.body["text"]))
        if task.id == self.fails:
            raise TryLater("busy")
        return Sent(message_id=f"m{task.id}")

    def settle(
        self, session: Session, done: Sequence[Done[outbox.Claimed, Sent]], *, worker: str, now: datetime
    ) -> None:  # fmt: skip
        good = [(one.task.delivery, one.result) for one in done if one.result]
        outbox.settle_all_sent(session, good, worker=worker, now=now)
        for one in done:
            if isinstance(one.error, TryLater):
                outbox.settle_failed(session, one.task.delivery, worker=worker, error=one.error, now=now)

    def settled(self, done: object, now: datetime) -> None:
        """Nothing to tell."""

    def spoilt(self, one: object, error: Exception, *, worker: str, now: datetime) -> None:
        """Nothing to tell."""


@contextmanager
def running(db: Database, *works: Work[T, R], slots: int = 4) -> Iterator[None]:
    """Run a lane for each of `works`, each as a worker of its own."""
    stopping = threading.Event()
    bells = [db.listen() for _ in works]
    threads = []
    for number, (work, bell) in enumerate(zip(works, bells, strict=True)):
        lane = Lane(db, work, worker=f"w/{number}/a", slots=slots, bells=bell, clock=clock)
        threads.append(threading.Thread(target=lane.run, args=(stopping,)))
        threads[-1].start()
    yield
    stopping.set()
    for bell in bells:
        bell.close()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def account_id(db: Database, vault: Vault) -> int:
    with db.write() as session:
        account = add_suoi_mo(session, vault, now=clock())[0]
        account.per_second = 10_000.0
        return account.id


def arrive(db: Database, account_id: int, *, persons: int = PERSONS, each: int = EACH) -> None:
    """Let everybody ask in turn."""
    events = [people.text(n, sender=f"70{n % persons}", at=clock()) for n in range(persons * each)]
    with db.write() as session:
        inbox.accept(session, db, account_id, events=events, now=clock())


def states(db: Database, table: type[Event] | type[Delivery]) -> dict[int, str]:
    with db.read() as session:
        return {row.id: row.state for row in session.execute(select(table.id, table.state).order_by(table.id))}


def all_are(db: Database, table: type[Event] | type[Delivery], state: str, *, but: int = 0) -> Callable[[], bool]:
    return lambda: all(one == state for id_, one in states(db, table).items() if id_ != but)


def queue(db: Database, account_id: int, *, persons: int, each: int) -> None:
    arrive(db, account_id, persons=persons, each=1)
    with db.write() as session:
        talks = session.scalars(select(Conversation).order_by(Conversation.id)).all()
        for number in range(each):
            for talk in talks:
                outbox.enqueue(
                    session, db, to=talk, messages=[Message(text=str(number))], key=f"k:{talk.id}:{number}", now=clock()
                )


def test_conversations_are_parallel_and_each_keeps_its_order(db: Database, account_id: int) -> None:
    arrive(db, account_id)
    work = Answers()
    with running(db, work):
        assert wait_for(all_are(db, Event, "done"), seconds=20)
    assert work.together > 1
    assert work.largest > 1  # several were settled in one transaction
    assert all(ids == sorted(ids) and len(ids) == EACH for ids in work.order.values())


@pytest.mark.parametrize("poison", [1, 8, PERSONS * EACH])
def test_an_outcome_that_cannot_be_written_hurts_no_other(db: Database, account_id: int, poison: int) -> None:
    arrive(db, account_id, persons=PERSONS * EACH, each=1)
    work = Answers(poison=poison)
    with running(db, work):
        assert wait_for(all_are(db, Event, "done", but=poison), seconds=20)
        assert wait_for(lambda: work.spoilt_ids == [poison])
    assert states(db, Event)[poison] == "working"  # until its lease ends: nobody renews it


def test_work_that_breaks_waits_and_hurts_no_other(db: Database, account_id: int) -> None:
    arrive(db, account_id, persons=12, each=1)
    with running(db, Answers(breaks=5)):
        assert wait_for(all_are(db, Event, "done", but=5), seconds=20)
        assert wait_for(lambda: states(db, Event)[5] == "waiting")


def test_of_a_batch_only_what_is_still_ours_is_written(db: Database, account_id: int) -> None:
    arrive(db, account_id, persons=4, each=1)
    work, now = Answers(seconds=0), clock()
    with db.write() as session:
        tasks = inbox.claim(session, "slow", now=now, most=4)
    assert [task.id for task in tasks] == [1, 2, 3, 4]
    with db.write() as session:  # another worker takes one of them over
        session.execute(update(Event).where(Event.id == 2).values(worker="quick"))
    with db.write() as session:
        work.settle(session, [Done(task, "ok") for task in tasks], worker="slow", now=now)
    assert states(db, Event) == {1: "done", 2: "working", 3: "done", 4: "done"}
    with db.write() as session:
        assert inbox.finish(session, 2, worker="quick", state="done", outcome={}, now=now)


def test_two_workers_share_the_work_and_nothing_comes_twice(db: Database, account_id: int) -> None:
    arrive(db, account_id, persons=12, each=6)
    shared: dict[int, list[int]] = defaultdict(list)
    one, two = Answers(order=shared), Answers(order=shared)
    two._at_work, two._lock = one._at_work, one._lock
    other = Database(db.url.render_as_string(hide_password=False))
    with running(db, one), running(other, two):
        assert wait_for(all_are(db, Event, "done"), seconds=30)
    other.close()
    done = [id_ for ids in shared.values() for id_ in ids]
    assert sorted(done) == list(range(1, 73))
    assert all(ids == sorted(ids) for ids in shared.values())


def test_no_more_is_claimed_than_is_in_hand(db: Database, account_id: int) -> None:
    arrive(db, account_id, persons=20, each=1)
    most = 0

    def looks() -> bool:
        nonlocal most
        found = states(db, Event)
        most = max(most, sum(state == "working" for state in found.values()))
        return set(found.values()) == {"done"}

    with running(db, Answers(seconds=0.03), slots=3):
        assert wait_for(looks, seconds=20)
    assert 0 < most <= 3


@pytest.mark.parametrize("per_second", [10.0, 20.0])
def test_batches_keep_the_pace(db: Database, account_id: int, per_second: float) -> None:
    with db.write() as session:
        session.execute(update(Account).values(per_second=per_second))
    queue(db, account_id, persons=15, each=2)
    one, two = Sends(), Sends()
    two.at, two.gates = one.at, one.gates
    with running(db, one, two, slots=6):
        assert wait_for(all_are(db, Delivery, "sent"), seconds=20)
    sent = sorted(at for at, _, _ in one.at)
    assert len(sent) == 30
    assert busiest(sent) <= per_second
    assert sent[-1] - sent[0] < 1.5 * 30 / per_second + 1  # and not much less, on a busy machine either


@pytest.mark.parametrize("rate", [7.0, 33.3, 200.0])
def test_turns_are_never_closer_than_the_rate(db: Database, account_id: int, rate: float) -> None:
    with db.write() as session:
        session.execute(update(Account).values(per_second=rate))
    queue(db, account_id, persons=20, each=1)
    turns: list[datetime] = []
    now = clock()
    while len(turns) < 20:
        with db.write() as session:
            claimed = outbox.claim(session, "w", now=now, most=8)
            turns += [one.turn for one in claimed]
        now += timedelta(milliseconds=5)
    gap = timedelta(seconds=1 / rate) - timedelta(microseconds=1)
    assert all(later - earlier >= gap for earlier, later in pairwise(turns))


def test_parts_for_one_person_go_in_order_whatever_fails(db: Database, account_id: int) -> None:
    queue(db, account_id, persons=5, each=4)
    work = Sends(fails=7)
    with running(db, work, slots=6):
        assert wait_for(all_are(db, Delivery, "sent", but=7), seconds=5) is False  # later ones wait behind it
        with db.write() as session:
            session.execute(update(Delivery).where(Delivery.id == 7).values(due_at=clock()))
        work.fails = 0
        assert wait_for(all_are(db, Delivery, "sent"), seconds=20)
    for person in {recipient for _, recipient, _ in work.at}:
        heard = [said for _, recipient, said in work.at if recipient == person]
        assert list(dict.fromkeys(heard)) == ["0", "1", "2", "3"]


def test_stopping_finishes_what_is_in_hand_and_claims_no_more(db: Database, account_id: int) -> None:
    arrive(db, account_id, persons=30, each=1)
    with running(db, Answers(seconds=0.1), slots=3):
        assert wait_for(lambda: "done" in states(db, Event).values())
    left = list(states(db, Event).values())
    assert "working" not in left
    assert left.count("waiting") > 15


def test_a_lane_that_can_do_nothing_looks_seldom(db: Database, account_id: int) -> None:
    """A second part waits for the first, which takes long: nobody may turn round and round meanwhile."""
    queue(db, account_id, persons=1, each=3)

    class Slow(Sends):
        looked = 0

        def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[outbox.Claimed]:
            self.looked += 1
            return super().claim(session, worker, now=now, most=most)

        def do(self, task: outbox.Claimed, clock: Clock) -> Sent:
            time.sleep(0.5)
            return super().do(task, clock)

    work = Slow()
    with running(db, work):
        assert wait_for(all_are(db, Delivery, "sent"), seconds=20)
    assert work.looked < 15
