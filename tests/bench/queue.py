"""Server time of the queue's pages in an agency with the posts of many years."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from sqlalchemy import text

from bot import agencies, create_app, migrations, settings, staff
from bot.campaigns import drafts
from bot.campaigns.content import Content, Target, as_json
from bot.db import Database
from bot.tables import Post, PostTarget, PostVersion
from bot.vault import Vault
from bot.worker import clock
from tests.bench import console
from tests.bench.load import percentile
from tests.bench.questions import questions
from tests.people import OA, PAGE

POSTS, TOPICS = 20_000, 40
"""Ten posts a working day for eight years."""
HOME = f"{console.HOME}/queue"
AT = (Target(channel="zalo", key=OA), Target(channel="facebook", key=PAGE))
EVERY = {"draft": 200, "submitted": 150, "scheduled": 100, "unknown": 3000}
"""One post in so many is in this state; all others are published."""


def pages(url: str, *, posts: int = POSTS) -> dict[str, list[float]]:
    """Fill the empty database at `url` and return the milliseconds of each page's requests, by page."""
    env = {"DATABASE_URL": url, "SECRET_KEY": "b" * 40, "TOKEN_KEYS": Fernet.generate_key().decode()}
    loaded = settings.load({**env, "MOTCUA_ENV": "development", "LOG_FORMAT": "console"}, dotenv=None)
    db, vault = Database(loaded.database_url), Vault(loaded.token_keys)
    migrations.upgrade(db)
    console.add_people(db, vault)
    said = questions(8000, seed=1)
    _fill(db, posts, said)
    client = create_app(loaded).test_client()
    console.sign_in(client, db, vault)
    dice = random.Random(7)  # noqa: S311 - variety, no secret
    now = clock()
    addresses: dict[str, Callable[[], str]] = {
        "queue": lambda: f"{HOME}?after={dice.randrange(posts // 2, posts)}",
        "queue, what waits": lambda: f"{HOME}?mine=1",
        "queue, by state and channel": lambda: f"{HOME}?state={dice.choice(list(EVERY))}&channel=zalo",
        "queue, by topic": lambda: f"{HOME}?topic=Chủ đề {dice.randrange(TOPICS)}",
        "queue, searched": lambda: f"{HOME}?q={dice.choice(said)[:30]}",
        "queue, searched in vain": lambda: f"{HOME}?q=zzz khong co",
        "calendar": lambda: f"{HOME}/calendar?day={now - timedelta(days=dice.randrange(2000)):%Y-%m-%d}",
        "post": lambda: f"{HOME}/{dice.randrange(1, posts)}",
        "editor": lambda: f"{HOME}/new",
    }
    try:
        return {name: console.timed(client, address) for name, address in addresses.items()}
    finally:
        db.close()


def figures(url: str) -> Iterator[tuple[str, float]]:
    """Yield name and p95 in milliseconds of every page."""
    for name, spent in pages(url).items():
        yield name, percentile(spent, 0.95)


def _fill(db: Database, posts: int, said: list[str]) -> None:
    now = clock()
    with db.write(durable=False) as session:
        who, agency = staff.find(session, console.LOGIN), agencies.find_agency(session, "suoi-mo")
        if who is None or agency is None:
            raise RuntimeError("nobody wrote the posts")
        staff.add(session, agency, login=console.LOGIN, role="admin", password=console.PASSWORD, now=now)
        for number in range(1, posts + 1):
            content = _content(number, said)
            state = next((one for one, each in EVERY.items() if number % each == 0), "published")
            at = now - timedelta(hours=(posts - number) * 3) + timedelta(days=30 if state == "scheduled" else 0)
            session.add(_post(number, agency.id, who.id, content, state, at))
            session.add(PostVersion(post_id=number, number=1, staff_id=who.id, content=as_json(content), at=at))
            for account, one in enumerate(content.targets, 1):
                session.add(
                    PostTarget(
                        post_id=number, account_id=account, channel=one.channel, key=one.key, variant={}, options={},
                        memory={}, state="published" if state == "published" else "waiting",
                    )
                )  # fmt: skip
            if number % 1000 == 0:
                session.flush()
                session.expunge_all()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.postgres else "ANALYZE"))


def _content(number: int, said: list[str]) -> Content:
    words = said[number % 7000 : number % 7000 + 30]
    return Content(title=words[0][:120], text=" ".join(words), topic=f"Chủ đề {number % TOPICS}", targets=AT)


def _post(number: int, agency_id: int, author_id: int, content: Content, state: str, at: datetime) -> Post:
    return Post(
        id=number, agency_id=agency_id, author_id=author_id, state=state, version=1, grace=60, title=content.title,
        text=content.text, searched=drafts.searched(content), media=[], topic=content.topic, recurrence={}, at=at,
        due_at=at, created_at=at, changed_at=at, released_at=at if state == "published" else None,
    )  # fmt: skip
