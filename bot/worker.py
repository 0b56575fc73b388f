"""The worker: answers events and sends deliveries, in threads, until told to stop."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import TypeVar

import structlog
from sqlalchemy import select, union
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot import heartbeat, inbox, news, outbox, publishing, wake
from bot.answering import Answering
from bot.campaigns import progress
from bot.db import Database
from bot.lanes import Lane, Task, Work
from bot.pacing import Gates
from bot.sending import Sending
from bot.settings import Settings
from bot.tables import Delivery, Event
from bot.vault import Vault

HEARTBEAT = 5.0
"""Seconds between renewals of leases (15 s) and looks for what was left behind."""

PUBLISHING = 2
"""Targets of posts in hand at once: a large upload must not hold up the post after it."""

T = TypeVar("T", bound=Task)
R = TypeVar("R")

log = structlog.get_logger()


def clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Worker:
    """Lanes over the two tables. `run` blocks until `stop`; the work in hand is finished first."""

    def __init__(self, db: Database, vault: Vault, settings: Settings, *, answering: Answering) -> None:
        self.db = db
        self.name = f"{socket.gethostname()}/{os.getpid()}/{token_hex(3)}"
        self._settings = settings
        self._bells = db.listen()
        self._stopping = threading.Event()
        self._answering = answering
        self._answer = self._lane(answering, settings.worker_threads)
        gates = Gates()
        self._send = self._lane(Sending(db, vault, settings, gates=gates), settings.sender_threads)
        tells = Sending(db, vault, settings, kind=outbox.NEWS, gates=gates)
        self._tell = self._lane(tells, news.THREADS)
        self._publish = self._lane(publishing.Publishing(db, vault, settings), PUBLISHING)

    def _lane(self, work: Work[T, R], slots: int) -> Lane[T, R]:
        return Lane(self.db, work, worker=self.name, slots=slots, bells=self._bells, clock=clock)

    def stop(self) -> None:
        """Ask every thread to finish what it has in hand and end."""
        self._stopping.set()
        self._bells.close()

    def run(self) -> None:
        """Work until `stop` is called."""
        self._guarded(self._release)
        lanes = (self._answer, self._send, self._tell, self._publish)
        threads = [threading.Thread(target=lane.run, args=(self._stopping,)) for lane in lanes]
        for thread in threads:
            thread.start()
        log.info(
            "worker.started", worker=self.name, answers=self._settings.worker_threads,
            sends=self._settings.sender_threads,
        )  # fmt: skip
        while not self._stopping.wait(HEARTBEAT):
            self._guarded(self._beat)
        for thread in threads:
            thread.join()
        self._answering.close()
        log.info("worker.stopped", worker=self.name)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OperationalError as error:
            log.warning("database.away", error=type(error.orig).__name__)
        except Exception:
            log.exception("worker.beat_failed")

    def _beat(self) -> None:
        now = clock()
        with self.db.write() as session:
            inbox.renew(session, self.name, now=now, only=self._answer.in_hand)
            for lane in (self._send, self._tell, self._publish):
                outbox.renew(session, self.name, now=now, only=lane.in_hand)
        self._release()
        # What became due by time (back-off) has no ring of its own.
        self._ring()
        heartbeat.beat(self._settings.heartbeat_path)

    def _ring(self) -> None:
        for topic in wake.TOPICS:
            self._bells.ring(topic)

    def _release(self) -> None:
        now = clock()
        with self.db.read() as session:
            lost = _holders(session)
        if not lost:
            return
        dead = [name for name in lost if _is_dead_here(name)]
        with self.db.write() as session:
            freed = inbox.release(session, now=now, dead=dead) + outbox.release(session, now=now, dead=dead)
            freed += progress.release(session, now=now, dead=dead)
        if freed:
            log.warning("worker.released", rows=freed, dead=dead)
            self._ring()


def _holders(session: Session) -> list[str]:
    """Return the workers that hold rows now."""
    query = union(
        select(Event.worker).where(Event.state == "working"),
        select(Delivery.worker).where(Delivery.state == "sending"),
    )
    return [name for (name,) in session.execute(query) if name]


def _is_dead_here(name: str) -> bool:
    """Say whether `name` is a worker of this host whose process is gone."""
    host, pid, _ = name.split("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
