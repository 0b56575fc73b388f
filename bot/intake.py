"""Store what webhooks bring, many calls in one commit: the disk is waited for once, not once for each of them.

Whoever comes first writes at once, for itself. Who comes meanwhile waits, and the first of these then writes for
all that wait: nobody ever waits for company, and no thread of its own is needed.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot import inbox
from bot.channels.base import Inbound
from bot.db import Database

MOST = 64
"""Calls in one commit; a lock is not held for longer than these take."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    """One webhook call that waits until it is stored, or until it is its turn to write for all."""

    call: inbox.Call
    bell: threading.Event = field(default_factory=threading.Event)
    new: int | None = None
    error: Exception | None = None


class Intake:
    """Accepts events durably; shared by the threads of one web process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._queue: list[_Waiting] = []
        self._somebody_writes = False
        self._noted: dict[int, datetime] = {}
        """When each account's last event was last noted."""

    def accept(self, account_id: int, events: Sequence[Inbound]) -> int:
        """Store the events of one webhook call; return, when they are durable, how many were new."""
        mine = _Waiting(inbox.Call(account_id, events))
        with self._lock:
            self._queue.append(mine)
            writes, self._somebody_writes = not self._somebody_writes, True
        if not writes:
            mine.bell.wait()
        if mine.new is None and mine.error is None:
            self._write()
        if mine.error is not None:
            raise mine.error
        return mine.new or 0

    def _write(self) -> None:
        """Store what waits, this call's own among it, and let the first of the rest write next."""
        with self._lock:
            batch, self._queue = self._queue[:MOST], self._queue[MOST:]
        try:
            self._store(batch)
        finally:
            for one in batch:
                one.bell.set()
            with self._lock:
                self._somebody_writes = bool(self._queue)
                if self._queue:
                    self._queue[0].bell.set()

    def _store(self, batch: Sequence[_Waiting]) -> None:
        try:
            self._store_together(batch)
        except Exception as error:
            # Once more, each alone: one that cannot be stored must not hurt the others, and the database may just
            # have closed its connections (a restart).
            log.warning("hook.store_again", calls=len(batch), error=type(error).__name__)
            for one in batch:
                try:
                    self._store_together([one])
                except Exception as error_alone:
                    one.error = error_alone

    def _store_together(self, batch: Sequence[_Waiting]) -> None:
        calls, now = [one.call for one in batch], datetime.now(UTC)
        with self._db.write() as session:
            noted = {account for account, at in self._noted.items() if now - at < inbox.SEEN_EVERY}
            stored = inbox.accept_all(session, self._db, calls, now=now, noted=noted)
        for one, new in zip(batch, stored, strict=True):
            one.new = new
            if one.call.account_id not in noted:
                self._noted[one.call.account_id] = now
