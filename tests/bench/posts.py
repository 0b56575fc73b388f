"""`python -m tests.bench.posts`: the queue's figures; with a word of `punctual followers`, only that part.

* punctual: 1,000 posts due at different minutes of an hour, due to public (the clock jumps from post to post, and runs
  in real time while something is done).
* followers: 10,000 deliveries by our own list at 200/s, with citizens' questions meanwhile.
"""

import logging
import os
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import insert, select, update
from werkzeug.serving import make_server

from bot import followers, log, migrations
from bot.campaigns import drafts, progress, release, review
from bot.campaigns.content import Asset, Content, Target
from bot.db import Database
from bot.publishing import Publishing
from bot.settings import Settings, load
from bot.tables import Account, Conversation, PostTarget
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from bot.worker import clock
from tests import postgres
from tests.bench import __main__ as bench
from tests.bench.deployment import Deployment, deployment
from tests.bench.load import busiest, percentile, press
from tests.bench.questions import questions
from tests.campaigns.conftest import hired
from tests.channels.conftest import Handler
from tests.people import NOON, OA, PAGE, add_suoi_mo

POSTS, FOLLOWERS, RATE = 1000, 10_000, 200
PICTURE = Asset(kind="image/jpeg", alt="cán bộ", url="https://suoi-mo.example/a.jpg", width=1000, height=640)
TARGETS = (Target(channel="zalo", key=OA), Target(channel="facebook", key=PAGE))


class Jumping:
    """A clock that runs in real time and jumps ahead when nothing is to be done."""

    def __init__(self, now: datetime) -> None:
        self._base, self._since = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def jump(self, to: datetime) -> None:
        if to > self():
            self._base, self._since = to, time.monotonic()


@contextmanager
def platforms_at(db: Database, vault: Vault, ticking: Jumping) -> Iterator[dict[str, str]]:
    """Serve both fakes; yield their addresses."""
    platforms = Platforms()
    platforms.open_all(db, vault)
    platforms.zalo.articles.clock = platforms.graph.posts.clock = ticking
    app = Flask("platforms")
    platforms.mount(app)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    zalo = here + PREFIXES["zalo"]
    yield {"zalo": zalo, "zalo_oauth": zalo, "graph": here + PREFIXES["facebook"]}
    server.shutdown()


def punctual(kind: str, url: str) -> None:
    """Measure due to public for posts spread over an hour."""
    env = {"DATABASE_URL": url, "SECRET_KEY": "b" * 40, "TOKEN_KEYS": Fernet.generate_key().decode(),
           "PUBLIC_URL": "https://bench.example"}  # fmt: skip
    settings = load(env, dotenv=None)
    db, vault, ticking = Database(settings.database_url), Vault(settings.token_keys), Jumping(NOON)
    migrations.upgrade(db)
    with db.write() as session:
        add_suoi_mo(session, vault, now=ticking())
    with platforms_at(db, vault, ticking) as urls:
        dues = _scheduled(db, ticking)
        _hour(db, vault, replace(settings, urls=urls), ticking, dues)
    with db.read() as session:
        rows = session.scalars(select(PostTarget)).all()
        late = [(one.published_at - one.post.due_at).total_seconds() for one in rows
                if one.published_at and one.post.due_at]  # fmt: skip
        states = {one.state for one in rows}
    bench.tell(f"{kind}: posts published", len(late) / len(rows) * 100, "%", least=100)
    bench.tell(f"{kind}: due to public, p50", percentile(late, 0.5), "s")
    bench.tell(f"{kind}: due to public, p99", percentile(late, 0.99), "s", most=5)
    print(f"{kind}: states {states}")
    db.close()


def _scheduled(db: Database, ticking: Jumping) -> list[datetime]:
    """Let lan write and minh approve posts for the next hour; return when they are due."""
    dice, dues = Random(3), []  # noqa: S311
    with db.write() as session:
        agency_id = session.scalars(select(Account.agency_id)).first() or 0
        lan, minh = hired(session, "lan", "author", agency_id), hired(session, "minh", "reviewer", agency_id)
    begin = ticking() + timedelta(minutes=10)
    for number in range(POSTS):
        at = begin + timedelta(seconds=dice.uniform(0, 3600))
        content = Content(title=f"Bài {number}", text=f"Nội dung {number}.", targets=TARGETS, media=(PICTURE,), at=at)
        with db.write() as session:
            post_id = drafts.add(session, lan, content, now=ticking()).id
            review.submit(session, lan, post_id, now=ticking())
            review.approve(session, minh, post_id, now=ticking())
        dues.append(at)
    ticking.jump(begin)
    return sorted(dues)


def _hour(db: Database, vault: Vault, settings: Settings, ticking: Jumping, dues: list[datetime]) -> None:
    """Run scheduler and publishers through the hour, the clock jumping to whatever comes next."""
    posts, tick = Publishing(db, vault, settings), ticking()
    while True:
        if ticking() >= tick:  # the scheduler looks every second
            release.release_due(db, now=ticking())
            tick = ticking() + timedelta(seconds=1)
        with db.write() as session:
            jobs = posts.claim(session, "bench/1/a", now=ticking(), most=1)
            waiting = progress.next_due(session, after=ticking())
        if jobs:
            posts.do(jobs[0], ticking)
            continue
        place = bisect_left(dues, ticking())
        coming = [one for one in (waiting, dues[place] if place < len(dues) else None) if one]
        if not coming and ticking() > dues[-1] + timedelta(seconds=30):
            return
        ticking.jump(min(min(coming, default=tick), tick) if waiting else max(tick, min(coming, default=tick)))


def to_followers(kind: str, url: str) -> None:
    """Measure deliveries to followers at the account's rate, and questions beside them."""
    with deployment(url, bench.NOBODY, works=True) as here:
        db = Database(url.replace("postgresql://", "postgresql+psycopg://"))
        time.sleep(3)
        with db.write() as session:
            session.execute(update(Account).values(per_second=float(RATE)))
        before = _asked(here, start=500_000, seed=21)
        _queue(db)
        began = time.time()
        meanwhile = _asked(here, start=600_000, seed=22)
        while time.time() - began < 120 and sum(1 for one in here.arrivals() if one.startswith("f")) < FOLLOWERS:
            time.sleep(1)
        arrived, usual = here.arrivals(), before + _asked(here, start=700_000, seed=23)
        with db.read() as session:
            told = followers.evidence(session, session.scalars(select(PostTarget.id)).one())
        db.close()
    times = sorted(at for user, at in arrived.items() if user.startswith("f"))
    everything = [at for at in arrived.values() if times[0] <= at <= times[-1]]
    bench.tell(f"{kind}: followers reached", len(times), "", least=FOLLOWERS)
    bench.tell(f"{kind}: {FOLLOWERS} deliveries at {RATE}/s", times[-1] - times[0], "s", most=55)
    bench.tell(f"{kind}: most in any second, answers too", busiest(everything), "", most=RATE)
    middle = {"usual": round(percentile(usual, 0.5)), "meanwhile": round(percentile(meanwhile, 0.5))}
    print(f"{kind}: question to answer, p50 in ms: {middle}")
    bench.tell(f"{kind}: question to answer as usual (before and after), p99", percentile(usual, 0.99), "ms")
    most = 1.5 * percentile(usual, 0.99)
    bench.tell(f"{kind}: question to answer meanwhile, p99", percentile(meanwhile, 0.99), "ms", most=most)
    print(f"{kind}: evidence {told}; load of the machine {os.getloadavg()[0]:.1f}")


def _asked(here: Deployment, *, start: int, seed: int) -> list[float]:
    """Ask ten questions a second for thirty seconds; return the times from question to answer, in milliseconds."""
    result = press(here.web, questions(300, seed=seed), rate=10, start=start)
    time.sleep(2)
    arrived = here.arrivals()
    return [(arrived[user] - at) * 1000 for user, at in result.sent.items() if user in arrived]


def _queue(db: Database) -> None:
    """Let a published post be sent to everybody on the list."""
    now = clock()
    with db.write() as session:
        account = session.scalars(select(Account).where(Account.channel == "zalo")).one()
        person = {"account_id": account.id, "memory": {}, "subscribed": False, "unreachable": False, "follows": True,
                  "last_act_at": now, "created_at": now}  # fmt: skip
        session.execute(insert(Conversation), [{**person, "person": f"f{number:05}"} for number in range(FOLLOWERS)])
        lan = hired(session, "lan", "author", account.agency_id)
        target = replace(TARGETS[0], options={"followers": True})
        content = Content(title="Bài", text="Nội dung.", targets=(target,), media=(PICTURE,))
        drafts.add(session, lan, content, now=now)
        target_id = session.scalars(select(PostTarget.id)).one()
    more = True
    while more:
        with db.write() as session:
            more = followers.enqueue_some(session, db, target_id, now=clock())


def main(parts: list[str]) -> int:
    """Measure what is named, or everything; return 1 when a mark was missed."""
    log.configure("", level=logging.WARNING)
    for part in parts or ["punctual", "followers"]:
        measure = {"punctual": punctual, "followers": to_followers}[part]
        with tempfile.TemporaryDirectory() as folder:
            measure("SQLite", f"sqlite:///{Path(folder)}/bench.db")
        with postgres.server(durable=True) as address, postgres.database(address) as url, suppress(BrokenPipeError):
            measure("PostgreSQL", url)
    print("missed: " + "; ".join(bench.failed) if bench.failed else "every mark is reached")
    return 1 if bench.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
