"""The database: one code path for SQLite (WAL) and PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session

from bot.tables import Base
from bot.wake import Bells, Wake

POOL_SIZE = 20
BUSY_TIMEOUT_MS = 10_000


class Database:
    """Opens transactions. `write` takes SQLite's write lock at once, so that no upgrade can fail later."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        self._hasty = _hasty(self.engine, url)
        self.postgres = self.engine.dialect.name == "postgresql"
        self.wake = Wake(url=self.url)
        # SQLite lets one writer in at a time; queueing our own threads here is fair and costs no sleeps.
        self._turn = nullcontext() if self.postgres else threading.Lock()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """Yield a session whose transaction is committed at the end, or rolled back by an exception.

        Not `durable`: whole and consistent as ever, but a power cut may undo the last ones. That is for steps
        of which an undone one is only done again, such as a claim or a reply's receipt; it saves waiting for
        the disk. What a platform has handed us, and every public post, is durable.
        """
        engine = self.engine if durable else self._hasty
        with self._turn, Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
        self.wake.after_commit(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session for looking only; it never waits for a writer."""
        options = {"motcua_read": True}
        with self.engine.connect().execution_options(**options) as connection, Session(connection) as session:
            yield session
            session.expunge_all()  # what was read stays readable after the session
            session.rollback()

    def listen(self) -> Bells:
        """Return the bells that other processes (and this one) ring."""
        return self.wake.listen()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self._hasty.dispose()


def table_of(model: type[Base]) -> Table:
    """Return the plain table of a model, for statements that go past the object layer."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - tells the type
    return table


def insert_of(dialect: str) -> Callable[[Any], Any]:
    """Return the dialect's INSERT, which knows ON CONFLICT on both databases."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # No ping before use: it would cost a round trip each time. Who meets a dead connection tries again.
        return _postgres(url, waits=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _hasty(engine: Engine, url: str) -> Engine:
    """Return an engine whose commits do not wait for the disk."""
    if engine.dialect.name != "postgresql":
        return engine.execution_options(motcua_hasty=True)
    return _postgres(url, waits=False)


def _postgres(url: str, *, waits: bool) -> Engine:
    """Return an engine whose commits wait for the disk, or not, whatever the server is set to."""
    options = {"options": f"-c synchronous_commit={'on' if waits else 'off'}"}
    return create_engine(url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, connect_args=options)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged message survives a power cut
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-8000",
        "wal_autocheckpoint=2000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("motcua_read", False):
        connection.exec_driver_sql("BEGIN")
        return
    level = "NORMAL" if options.get("motcua_hasty", False) else "FULL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")
