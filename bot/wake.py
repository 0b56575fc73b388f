"""Wake-up between processes without polling: LISTEN/NOTIFY on PostgreSQL, datagrams beside SQLite.

A ring says only "look at the table"; losing one costs a moment, because the worker also looks
every few seconds.
"""

import hashlib
import os
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import psycopg
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

INBOX = "inbox"
OUTBOX = "outbox"
TOPICS = (INBOX, OUTBOX)
_CHANNEL = "motcua"


class Bells:
    """One bell a topic, each for one thread that waits; `close` frees them all."""

    def __init__(self) -> None:
        self._rung = {topic: threading.Event() for topic in TOPICS}
        self.closed = threading.Event()

    def ring(self, topic: str) -> None:
        """Wake who waits for `topic`; a ring nobody waits for is kept, several are one."""
        if bell := self._rung.get(topic):  # a newer version of us knows more topics
            bell.set()

    def wait(self, topic: str, timeout: float) -> None:
        """Return when rung, when `timeout` seconds have passed, or when closed."""
        bell = self._rung[topic]
        bell.wait(timeout)
        if not self.closed.is_set():
            bell.clear()  # who was woken looks at everything that is there

    def close(self) -> None:
        """Free every waiting thread for good."""
        self.closed.set()
        for bell in self._rung.values():
            bell.set()


class Wake:
    """Rings other processes that share this database."""

    def __init__(self, *, url: URL) -> None:
        self._url = url
        self._postgres = url.get_backend_name() == "postgresql"
        self._dir = None if self._postgres else _sockets_of(url.database or "")
        self._local: list[Bells] = []
        self._own: set[str] = set()

    def ring(self, session: Session, topic: str) -> None:
        """Ring `topic` when (and only if) the session's transaction commits."""
        if self._postgres:
            session.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": _CHANNEL, "topic": topic})
        else:
            session.info.setdefault("rings", set()).add(topic)

    def after_commit(self, session: Session) -> None:
        """Send the rings that SQLite cannot send by itself."""
        for topic in session.info.pop("rings", ()):
            for bells in self._local:
                bells.ring(topic)
            self._send(topic)

    def listen(self) -> Bells:
        """Start a thread that rings the returned bells whenever another process calls."""
        bells = Bells()
        if self._postgres:
            run = self._listen_postgres
        else:
            self._local.append(bells)
            run = self._listen_sqlite
        threading.Thread(target=run, args=(bells,), name="wake", daemon=True).start()
        return bells

    def _send(self, topic: str) -> None:
        if self._dir is None:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            for path in self._dir.glob("*.sock"):
                if path.name in self._own:
                    continue  # rung already, without the socket
                try:
                    sender.sendto(topic.encode(), str(path))
                except BlockingIOError:
                    continue  # its buffer is full of rings already
                except OSError:
                    path.unlink(missing_ok=True)  # its process is dead

    def _listen_sqlite(self, bells: Bells) -> None:
        if self._dir is None:
            return
        self._dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._dir / f"{os.getpid()}-{token_hex(4)}.sock"
        self._own.add(path.name)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
            receiver.bind(str(path))
            receiver.settimeout(1.0)
            while not bells.closed.is_set():
                with suppress(TimeoutError):
                    bells.ring(receiver.recv(32).decode())
        path.unlink(missing_ok=True)

    def _listen_postgres(self, bells: Bells) -> None:
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not bells.closed.is_set():
            try:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute(f"LISTEN {_CHANNEL}")
                    while not bells.closed.is_set():
                        for note in connection.notifies(timeout=1.0):
                            bells.ring(note.payload)
            except psycopg.Error:
                bells.closed.wait(1.0)  # the database is away; the worker's own errors tell of it


def _sockets_of(database: str) -> Path:
    # Not beside the database: a socket's address may have 107 bytes at most, folders may be deeper.
    name = hashlib.sha256(os.path.abspath(database).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"motcua-{os.getuid()}-{name}"
