"""Server time of the figures and of the start page over a year of a million questions and their answers."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import text

from bot import create_app, migrations, settings
from bot.db import Database
from bot.figures import counting, daily
from bot.vault import Vault
from bot.worker import clock
from tests.bench import console
from tests.bench.load import percentile

EVENTS, PEOPLE, DAYS = 1_000_000, 100_000, 366
CALL_EVERY = 20
"""One question in so many calls for a person."""
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})"
OUTCOME = (
    """'{{"skill": "' || CASE n % 4 WHEN 0 THEN 'procedure' WHEN 1 THEN 'topic' WHEN 2 THEN 'none' ELSE 'handoff' END"""
    """ || '", "procedure": ' || CASE n % 4 WHEN 0 THEN '"1.' || (100000 + n % 150) || '"' ELSE 'null' END"""
    """ || ', "understood": ' || CASE n % 4 WHEN 2 THEN 'false' ELSE 'true' END"""
    """ || ', "candidates": ["topic/' || n % 49 || '"], "aspect": "fee", "confidence": 0.97}}'"""
)
FILL = (
    "{conversations} INSERT INTO conversations (account_id, person, memory, follows, subscribed, unreachable, "
    "created_at, name, attention, last_at) SELECT 1 + n % 2, 'p' || n, '{{}}', false, false, false, :begin, '', 1, "
    ":begin FROM numbers",
    "{events} INSERT INTO events (account_id, conversation_id, external_id, kind, text, payload, extra, received_at, "
    "state, due_at, tries, outcome, finished_at) SELECT 1 + talk % 2, talk, 'e' || n, 'text', 'x', '', '{{}}', at, "
    "'done', at, 1, CAST({outcome} AS {json}), at FROM (SELECT n, 1 + CAST(n AS BIGINT) "
    "* (CAST(n AS BIGINT) * 7919 + 104729) % 1000003 % {people} AS talk, {at} AS at FROM numbers) made",
    "INSERT INTO deliveries (account_id, conversation_id, event_id, key, kind, recipient, body, priority, state, "
    "due_at, tries, created_at, finished_at, error) SELECT account_id, conversation_id, id, "
    "'event\\:' || id || '\\:1', 'reply', 'p', '{{}}', 0, 'sent', received_at, 1, received_at, {later}, '' FROM events",
    "INSERT INTO tickets (agency_id, conversation_id, event_id, kind, state, text, facts, created_at, due_at, "
    "answered_at, closed_by, note) SELECT 1, conversation_id, id, 'handoff', 'closed', '', '{{}}', received_at, "
    "received_at, CASE WHEN id % 3 = 0 THEN NULL ELSE {later} END, '', '' FROM events WHERE id % {call_every} = 0",
)
AT = {
    True: "CAST(:begin AS timestamptz) + n * CAST(:step AS float) * interval '1 second'",
    False: "strftime('%Y-%m-%d %H:%M:%f000', :begin_unix + n * :step, 'unixepoch')",
}
LATER = {
    True: "received_at + interval '1.5 seconds'",
    False: "strftime('%Y-%m-%d %H:%M:%f000', received_at, '+1.5 seconds')",
}


def pages(url: str, *, events: int = EVENTS, people: int = PEOPLE, days: int = DAYS) -> dict[str, list[float]]:
    """Fill the empty database at `url` with a year; return the milliseconds of each page's requests, by page."""
    env = {"DATABASE_URL": url, "SECRET_KEY": "b" * 40, "TOKEN_KEYS": Fernet.generate_key().decode()}
    loaded = settings.load({**env, "MOTCUA_ENV": "development", "LOG_FORMAT": "console"}, dotenv=None)
    db, vault = Database(loaded.database_url), Vault(loaded.token_keys)
    migrations.upgrade(db)
    console.add_people(db, vault)
    fill(db, now=clock(), events=events, people=people, days=days)
    began = time.perf_counter()
    while daily.roll_up(db, now=clock()):
        pass
    print(f"{days} days of two accounts counted in {time.perf_counter() - began:.1f} s", flush=True)
    client = create_app(loaded).test_client()
    console.sign_in(client, db, vault)
    today = clock().astimezone(counting.HANOI).date()
    addresses: dict[str, Callable[[], str]] = {
        f"figures of {length} days": lambda since=today - timedelta(days=length - 1): (  # type: ignore[misc]
            f"{console.HOME}/figures?since={since}"
        )
        for length in (1, 30, 366)
    }
    addresses["the start page"] = lambda: f"{console.HOME}/"
    try:
        return {name: console.timed(client, address) for name, address in addresses.items()}
    finally:
        db.close()


def figures(url: str) -> Iterator[tuple[str, float]]:
    """Yield name and p95 in milliseconds of every page."""
    for name, spent in pages(url).items():
        yield name, percentile(spent, 0.95)


def fill(db: Database, *, now: datetime, events: int, people: int, days: int) -> None:
    """Write `events` questions, spread evenly over `days` until `now`, each with its answer."""
    begin = now - timedelta(days=days)
    values = {
        "begin": begin if db.postgres else f"{begin:%Y-%m-%d %H:%M:%S.%f}", "begin_unix": begin.timestamp(),
        "step": days * 86400 / events,
    }  # fmt: skip
    told = {
        "conversations": NUMBERS.format(most=people), "events": NUMBERS.format(most=events),
        "outcome": OUTCOME.format(),
        "json": "jsonb" if db.postgres else "text", "at": AT[db.postgres], "later": LATER[db.postgres],
        "people": people, "call_every": CALL_EVERY,
    }  # fmt: skip
    for statement in FILL:
        with db.write(durable=False) as session:
            session.execute(text(statement.format(**told)), values)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.postgres else "ANALYZE"))
