"""The worker: answers events and sends deliveries, in threads, until told to stop."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex

import structlog
from sqlalchemy import select, union
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from bot import heartbeat, inbox, outbox, publishing, wake
from bot.answering import Answering
from bot.db import Database
from bot.sending import Sending
from bot.settings import Settings
from bot.tables import Delivery, Event
from bot.vault import Vault

HEARTBEAT = 5.0
"""Seconds between renewals of leases (15 s) and looks for what was left behind."""
IDLE = 5.0
"""Longest sleep of an idle thread: a lost ring costs this much at worst."""
PUBLISHERS_AT_WORK = 2
"""Threads that publish posts: a large upload must not hold up the post after it."""
DB_AWAY = 1.0
"""Pause of a thread that found the database away or locked."""

log = structlog.get_logger()


def clock() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Worker:
    """Threads over the two tables. `run` blocks until `stop`; the work in hand is finished first."""

    def __init__(self, db: Database, vault: Vault, settings: Settings, *, answering: Answering) -> None:
        self.db = db
        self.name = f"{socket.gethostname()}/{os.getpid()}/{token_hex(3)}"
        self._settings = settings
        self._answering = answering
        self._vault = vault
        self._bells = db.listen()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask every thread to finish what it has in hand and end."""
        self._stopping.set()
        self._bells.close()

    def run(self) -> None:
        """Work until `stop` is called."""
        self._release()
        threads = [self._thread(self._answer_loop, f"answer-{n}") for n in range(self._settings.worker_threads)]
        threads += [self._thread(self._send_loop, f"send-{n}") for n in range(self._settings.sender_threads)]
        threads += [self._thread(self._publish_loop, f"publish-{n}") for n in range(PUBLISHERS_AT_WORK)]
        log.info("worker.started", worker=self.name, threads=len(threads))
        while not self._stopping.wait(HEARTBEAT):
            self._guarded(self._beat)
        for thread in threads:
            thread.join()
        self._answering.close()
        log.info("worker.stopped", worker=self.name)

    def _thread(self, target: Callable[[], None], name: str) -> threading.Thread:
        thread = threading.Thread(target=target, name=name)
        thread.start()
        return thread

    # --- answering ---------------------------------------------------------------------------------

    def _answer_loop(self) -> None:
        while not self._stopping.is_set():
            if not self._guarded(self.answer_one):
                self._bells.wait(wake.INBOX, IDLE)

    def answer_one(self) -> bool:
        """Answer one event; False when none is due."""
        return self._answering.one(self.name, clock)

    # --- sending -----------------------------------------------------------------------------------

    def _send_loop(self) -> None:
        sending = Sending(self.db, self._vault, self._settings)
        while not self._stopping.is_set():
            if not self._guarded(lambda: sending.one(self.name, clock)):
                self._bells.wait(wake.OUTBOX, self._until_due(outbox.next_due))

    def _until_due(self, next_due: Callable[[Session], datetime | None]) -> float:
        with self.db.read() as session:
            due = next_due(session)
        return min(IDLE, max(0.001, (due - clock()).total_seconds())) if due else IDLE

    # --- publishing --------------------------------------------------------------------------------

    def _publish_loop(self) -> None:
        posts = publishing.Publishing(self.db, self._vault, self._settings)
        while not self._stopping.is_set():
            if not self._guarded(lambda: posts.one(self.name, clock)):
                self._bells.wait(wake.POSTS, self._until_due(publishing.next_due))

    # --- both --------------------------------------------------------------------------------------

    def _guarded(self, step: Callable[[], bool]) -> bool:
        try:
            return step()
        except IntegrityError:
            return True  # another worker slipped into the same conversation: look again
        except OperationalError as error:
            log.warning("database.away", error=type(error.orig).__name__)
            self._stopping.wait(DB_AWAY)
            return True
        except Exception:
            log.exception("worker.step_failed")
            self._stopping.wait(DB_AWAY)
            return True

    def _beat(self) -> bool:
        now = clock()
        with self.db.write() as session:
            inbox.renew(session, self.name, now=now)
            outbox.renew(session, self.name, now=now)
        self._release()
        # What became due by time (back-off) has no ring of its own.
        self._bells.ring(wake.INBOX)
        self._bells.ring(wake.OUTBOX)
        self._bells.ring(wake.POSTS)
        heartbeat.beat(self._settings.heartbeat_path)
        return True

    def _release(self) -> None:
        now = clock()
        with self.db.read() as session:
            lost = _holders(session)
        if not lost:
            return
        dead = [name for name in lost if _is_dead_here(name)]
        with self.db.write() as session:
            freed = inbox.release(session, now=now, dead=dead) + outbox.release(session, now=now, dead=dead)
            freed += publishing.release(session, now=now, dead=dead)
        if freed:
            log.warning("worker.released", rows=freed, dead=dead)
            self._bells.ring(wake.INBOX, count=freed)
            self._bells.ring(wake.OUTBOX, count=freed)
            self._bells.ring(wake.POSTS, count=freed)


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
