"""One thread claims and settles in batches, several threads do the work between: few transactions, many at work.

What is new is claimed at once while a thread is idle, what is finished is settled at once when nothing else is in
hand. Otherwise it waits a moment for company, so that under load several are settled together, and the next ones are
claimed in the same transaction. No more is ever claimed than there are idle threads: what a dead worker held was
really in its hands.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot.db import Database
from bot.wake import Bells

IDLE = 5.0
"""Longest sleep in seconds with nothing to do: a lost ring costs this much at worst."""
DB_AWAY = 1.0
"""Pause in seconds after finding the database away or locked."""
SETTLE_TRIES = 5
"""Times that one outcome is offered to an unwilling database; then its lease runs out and the work is done again."""

log = structlog.get_logger()


class Task(Protocol):
    """What was claimed: a row with an id."""

    @property
    def id(self) -> int:
        """The row's id."""
        ...


T = TypeVar("T", bound=Task)
R = TypeVar("R")
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """Work that came to an end: with a result, or with the error that broke it."""

    task: T
    result: R | None = None
    error: Exception | None = None


class Work(Protocol[T, R]):
    """What a lane does. `claim`, `settle` and `next_due` run in the lane's transaction, `do` outside of any."""

    topic: str
    """The bell that tells of new work."""
    urgent: bool
    """Whether somebody waits for the outcomes to be written: for answers, yes; for receipts of what was sent, no."""
    linger: float
    """Seconds that finished work may wait for others in hand to finish: a settlement costs as much as an answer."""

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[T]:
        """Take up to `most` that are due."""
        ...

    def do(self, task: T, clock: Clock) -> R:
        """Do the work itself; called in several threads."""
        ...

    def settle(self, session: Session, done: Sequence[Done[T, R]], *, worker: str, now: datetime) -> None:
        """Write the outcomes; an exception undoes them all, then each is offered alone."""
        ...

    def settled(self, done: Sequence[Done[T, R]], now: datetime) -> None:
        """Hear that the outcomes are committed."""
        ...

    def spoilt(self, one: Done[T, R], error: Exception, *, worker: str, now: datetime) -> None:
        """Hear that this outcome cannot be written, though it was offered alone."""
        ...

    def durable(self, done: Sequence[Done[T, R]]) -> bool:
        """Say whether the transaction that settles `done` and claims more has to wait for the disk."""
        ...

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return when, later than `now`, work will be due that no bell will tell of, or None."""
        ...


class Lane(Generic[T, R]):
    """Runs one kind of work in `slots` threads and its bookkeeping in the thread that calls `run`."""

    def __init__(
        self, db: Database, work: Work[T, R], *, worker: str, slots: int, bells: Bells, clock: Clock
    ) -> None:  # fmt: skip
        self._db, self._work, self._worker = db, work, worker
        self._slots, self._bells, self._clock = slots, bells, clock
        self._tasks: SimpleQueue[T | None] = SimpleQueue()
        self._finished: SimpleQueue[Done[T, R]] = SimpleQueue()
        self._unsettled: list[Done[T, R]] = []
        self._refused: Counter[int] = Counter()
        self._in_hand: dict[int, T] = {}
        self._due: datetime | None = None
        self._enough = 1
        """How many finished ones are worth a settlement now."""

    @property
    def in_hand(self) -> Collection[int]:
        """The ids of what is claimed and not settled; their leases are to be renewed."""
        return tuple(self._in_hand)

    def run(self, stopping: threading.Event) -> None:
        """Work until `stopping` is set and everything in hand is settled."""
        threads = [threading.Thread(target=self._do, name=f"{self._work.topic}-{n}") for n in range(self._slots)]
        for thread in threads:
            thread.start()
        while not stopping.is_set() or self._in_hand:
            try:
                self._turn(claims=not stopping.is_set())
                self._wait(stopping)
            except OperationalError as error:
                log.warning("database.away", error=type(error.orig).__name__)
                stopping.wait(DB_AWAY)
            except Exception:
                log.exception("worker.step_failed", topic=self._work.topic)
                stopping.wait(DB_AWAY)
        for _ in threads:
            self._tasks.put(None)
        for thread in threads:
            thread.join()

    def _do(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                done: Done[T, R] = Done(task, self._work.do(task, self._clock))
            except Exception as error:  # what it means is the work's to say
                done = Done(task, error=error)
            self._finished.put(done)
            # The first starts the wait for company, enough end it; waking for each of them would only cost.
            if (count := self._finished.qsize()) == 1 or count >= self._enough:
                self._bells.nudge(self._work.topic)

    def _turn(self, *, claims: bool) -> None:
        """Settle what is finished and claim one for each thread that is idle then, in one transaction."""
        done, now = self._collected(), self._clock()
        most = self._slots - len(self._in_hand) + len(done) if claims else 0
        if not done and not most:
            return
        claimed: Sequence[T] = ()
        self._due = None
        try:
            with self._db.write(durable=self._work.durable(done)) as session:
                if done:
                    self._work.settle(session, done, worker=self._worker, now=now)
                if most:
                    claimed = self._work.claim(session, self._worker, now=now, most=most)
                if len(claimed) < most:
                    self._due = self._work.next_due(session, now)
        except Exception as error:
            self._due = now  # look again at once
            if done:
                self._settle_each(done, now)
            elif not isinstance(error, IntegrityError):  # another worker slipped into the same conversation
                raise
            return
        for task in claimed:
            self._in_hand[task.id] = task
            self._tasks.put(task)
        self._forget(done, now)

    def _settle_each(self, done: Sequence[Done[T, R]], now: datetime) -> None:
        """Settle alone what could not be settled together: one poisonous outcome must not hurt the others."""
        for one in done:
            try:
                with self._db.write(durable=self._work.durable([one])) as session:
                    self._work.settle(session, [one], worker=self._worker, now=now)
            except OperationalError as error:
                self._refused[one.task.id] += 1
                if self._refused[one.task.id] < SETTLE_TRIES:
                    self._unsettled.append(one)
                else:
                    self._give_up(one, error, now)
            except Exception as error:
                self._give_up(one, error, now)
            else:
                self._forget([one], now)
        if self._unsettled:
            time.sleep(DB_AWAY)

    def _give_up(self, one: Done[T, R], error: Exception, now: datetime) -> None:
        log.error("work.spoilt", topic=self._work.topic, id=one.task.id, exc_info=error)
        self._release(one)
        try:
            self._work.spoilt(one, error, worker=self._worker, now=now)
        except OperationalError:
            log.warning("work.left", topic=self._work.topic, id=one.task.id)  # its lease runs out, then it is free

    def _forget(self, done: Sequence[Done[T, R]], now: datetime) -> None:
        for one in done:
            self._release(one)
        if done:
            self._work.settled(done, now)

    def _release(self, one: Done[T, R]) -> None:
        self._in_hand.pop(one.task.id, None)
        self._refused.pop(one.task.id, None)

    def _collected(self) -> list[Done[T, R]]:
        done, self._unsettled = self._unsettled, []
        while not self._finished.empty():
            done.append(self._finished.get())
        return done

    def _wait(self, stopping: threading.Event) -> None:
        """Return when work is to be claimed, or enough of it to be settled."""
        idle = len(self._in_hand) < self._slots
        self._enough = max(1, self._slots // 2)
        if self._work.urgent or stopping.is_set():
            self._enough = max(1, min(self._enough, len(self._in_hand)))
        elif idle:
            self._enough = self._slots  # receipts wait for the next claim, if it comes soon
        until = time.monotonic() + (self._until_due() if idle else IDLE)
        lingering = False
        while (finished := len(self._unsettled) + self._finished.qsize()) < self._enough:
            if finished and not lingering:
                lingering, until = True, min(until, time.monotonic() + self._work.linger)
            rest = until - time.monotonic()
            if rest <= 0 or (stopping.is_set() and not self._in_hand):
                return
            if self._paused(rest, stopping) and idle:
                return

    def _until_due(self) -> float:
        return min(IDLE, (self._due - self._clock()).total_seconds()) if self._due else IDLE

    def _paused(self, rest: float, stopping: threading.Event) -> bool:
        """Wait for anything to happen, `rest` seconds at most; say whether there is new work."""
        if not stopping.is_set():
            return self._bells.wait(self._work.topic, rest)
        with suppress(Empty):  # the bells are closed
            self._unsettled.append(self._finished.get(timeout=rest))
        return False
