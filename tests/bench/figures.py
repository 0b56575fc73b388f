"""How long the figures take over a million events on PostgreSQL: `python -m tests.bench.figures`."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot import migrations
from bot.db import Database
from bot.figures import counting, daily, reading
from bot.settings import load
from bot.vault import Vault
from tests import postgres
from tests.conftest import TOKEN_KEY
from tests.people import add_suoi_mo

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
EVENTS, PEOPLE, DAYS = 1_000_000, 100_000, 366
FILL = (
    "INSERT INTO conversations (account_id, person, memory, follows, subscribed, unreachable, created_at) "
    "SELECT 1, 'p' || n, '{}', false, false, false, :begin FROM generate_series(1, :people) n",
    "INSERT INTO events (account_id, conversation_id, external_id, kind, text, payload, extra, received_at, state, "
    "due_at, tries, outcome, finished_at) "
    "SELECT 1, 1 + (hashint4(n) & 2147483647) % :people, 'e' || n, 'text', 'x', '', '{}', at, 'done', at, 1, "
    "jsonb_build_object('skill', (ARRAY['procedure','topic','none','handoff'])[1 + n % 4], 'procedure', "
    "CASE WHEN n % 4 = 0 THEN '1.' || lpad((n % 150)::text, 6, '0') END, 'understood', n % 4 <> 2, 'candidates', "
    "jsonb_build_array('topic/' || n % 49)), at FROM (SELECT n, CAST(:begin AS timestamptz) + "
    "n * (CAST(:span AS float) / :events) * interval '1 second' AS at FROM generate_series(1, :events) n) made",
    "INSERT INTO deliveries (account_id, conversation_id, event_id, key, kind, recipient, body, priority, state, "
    "due_at, tries, created_at, finished_at, error) SELECT account_id, conversation_id, id, "
    "'event:' || id || '\\:1', 'reply', 'p', '{}', 0, 'sent', "
    "received_at, 1, received_at, received_at + interval '1.5 seconds', '' FROM events",
    "ANALYZE",
)


def main() -> None:
    """Fill, roll up, measure."""
    with postgres.server() as address, postgres.database(address) as url:
        env = {"DATABASE_URL": url, "SECRET_KEY": "k" * 40, "TOKEN_KEYS": TOKEN_KEY, "MOTCUA_ENV": "development"}
        db = Database(load(env, dotenv=None).database_url)
        migrations.upgrade(db)
        begin = NOW - timedelta(days=DAYS)
        with db.write() as session:
            add_suoi_mo(session, Vault([TOKEN_KEY]), now=begin)
        values = {"begin": begin, "people": PEOPLE, "events": EVENTS, "span": DAYS * 86400}
        for statement in FILL:
            with db.write() as session:
                session.execute(text(statement), values)
        began = time.monotonic()
        while daily.roll_up(db, now=NOW):
            pass
        print(f"rolled up {DAYS} days in {time.monotonic() - began:.1f} s")
        today = NOW.astimezone(counting.HANOI).date()
        with db.read() as session:
            for days in (1, 30, 366):
                span = reading.Span(today - timedelta(days=days - 1), today)
                told = _p95(lambda span=span: reading.read(session, 1, span, now=NOW))  # type: ignore[misc]
                print(f"{days} days: p50 {told[0]:.0f} ms, p95 {told[1]:.0f} ms")
        db.close()


def _p95(work: Callable[[], object], rounds: int = 20) -> tuple[float, float]:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return times[rounds // 2], times[int(rounds * 0.95) - 1]


if __name__ == "__main__":
    main()
