"""Server time of the console's pages around conversations, in a database as full as a province's after years."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
from cryptography.fernet import Fernet
from flask.testing import FlaskClient
from sqlalchemy import insert, select, text

from bot import agencies, create_app, migrations, settings, signin, staff
from bot.db import Database
from bot.tables import Account, Attention, Conversation, Delivery, Event, Ticket
from bot.talks import search
from bot.vault import Vault
from bot.worker import clock
from tests.bench.load import percentile
from tests.bench.questions import questions
from tests.people import add_suoi_mo

CONVERSATIONS, MESSAGES, REQUESTS = 100_000, 1_000_000, 200
CHUNK = 10_000
HOME = "/console/suoi-mo"
LOGIN, PASSWORD, AGENT = "hoa", "mưa rào tháng bảy", {"User-Agent": "bench"}
OTHER_SHARE = 10
"""One conversation in so many belongs to another agency."""
SEARCHES = (
    "khai sinh", "căn cước", "đăng ký kết hôn", "giấy tờ", "bao nhiêu tiền", "thủ tục", "làm", "sang tên sổ đỏ",
    "thường trú mất", "hộ kinh doanh qua mạng", "không có gì như vậy", "kết hôn khai tử", "gap can bo", "xin ch",
)  # fmt: skip


def pages(url: str, *, conversations: int = CONVERSATIONS, messages: int = MESSAGES) -> dict[str, list[float]]:
    """Fill the empty database at `url` and return the milliseconds of `REQUESTS` requests by page."""
    env = {"DATABASE_URL": url, "SECRET_KEY": "b" * 40, "TOKEN_KEYS": Fernet.generate_key().decode()}
    loaded = settings.load({**env, "MOTCUA_ENV": "development", "LOG_FORMAT": "console"}, dotenv=None)
    db, vault = Database(loaded.database_url), Vault(loaded.token_keys)
    migrations.upgrade(db)
    add_people(db, vault)
    _fill(db, conversations, messages)
    client = create_app(loaded).test_client()
    sign_in(client, db, vault)
    dice = random.Random(7)  # noqa: S311 - variety, no secret
    deep = _deep(client)
    addresses: dict[str, Callable[[], str]] = {
        "list": lambda: f"{HOME}/talks?show={dice.choice(('all', 'waiting', 'mine', 'closed'))}",
        "list, further pages": lambda: dice.choice(deep),
        "list renewed": lambda: f"{HOME}/talks/news",
        "search": lambda: f"{HOME}/talks?q={dice.choice(SEARCHES)}",
        "conversation": lambda: f"{HOME}/talks/{dice.randrange(1, conversations // OTHER_SHARE) * OTHER_SHARE + 1}",
        "conversation of thousands": lambda: f"{HOME}/talks/2",
        "conversation renewed": lambda: f"{HOME}/talks/2/news",
        "tickets": lambda: f"{HOME}/tickets",
        "procedures": lambda: f"{HOME}/knowledge",
        "procedures found": lambda: f"{HOME}/knowledge?q={dice.choice(SEARCHES)}",
        "procedure": lambda: f"{HOME}/knowledge/procedures/{dice.choice(('1.001193', '1.004194', '1.000894'))}",
        "not understood": lambda: f"{HOME}/learning",
    }
    try:
        return {name: timed(client, address) for name, address in addresses.items()}
    finally:
        db.close()


def figures(url: str) -> Iterator[tuple[str, float]]:
    """Yield name and p95 in milliseconds of every page."""
    for name, spent in pages(url).items():
        yield name, percentile(spent, 0.95)


def timed(client: FlaskClient, address: Callable[[], str]) -> list[float]:
    """Return the milliseconds of `REQUESTS` requests."""
    for _ in range(5):  # warm
        client.get(address())
    spent = []
    for _ in range(REQUESTS):
        where = address()
        began = time.perf_counter()
        answer = client.get(where, headers=AGENT)
        spent.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{where}: {answer.status_code}")
    return spent


def _deep(client: FlaskClient, most: int = 20) -> list[str]:
    """Return the addresses of the first pages after one another."""
    found, address = [], f"{HOME}/talks"
    for _ in range(most):
        page = client.get(address, headers=AGENT).text
        _, more, rest = page.partition('class="btn btn-outline-secondary" href="')
        if not more:
            break
        address = rest.partition('"')[0].replace("&amp;", "&")
        found.append(address)
    return found


def add_people(db: Database, vault: Vault) -> None:
    """Add two authorities and somebody who works for the first."""
    with db.write() as session:
        add_suoi_mo(session, vault, now=clock())
        agency = agencies.find_agency(session, "suoi-mo")
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=clock())
        if agency is None:
            raise RuntimeError("no agency")
        known = session.scalars(select(Account)).first()
        session.add(Account(agency_id=other.id, channel="zalo", key="99999", secrets=known.secrets if known else "",
                            memory={}, pace_at=clock(), created_at=clock()))  # fmt: skip
        staff.add(session, agency, login=LOGIN, role="operator", password=PASSWORD, now=clock())


def sign_in(client: FlaskClient, db: Database, vault: Vault) -> None:
    """Sign them in, both steps."""
    secret = pyotp.random_base32()
    with db.write() as session:
        person = staff.find(session, LOGIN)
        if person is None:
            raise RuntimeError("nobody to sign in")
        person.totp = vault.close({"secret": secret})
    with db.write() as session:
        visitor = signin.Visitor(address="127.0.0.1", browser=AGENT["User-Agent"])
        token = signin.begin(session, LOGIN, PASSWORD, visitor=visitor, now=clock())
        signin.prove(session, token, pyotp.TOTP(secret).now(), vault=vault, now=clock())
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token


def _fill(db: Database, conversations: int, messages: int) -> None:
    """Write conversations on three accounts; half of the messages are citizens', half the bot's answers."""
    said = questions(8000, seed=1)
    now, each = clock(), messages // 2 // conversations
    heavy = min(5000, messages // 20)
    with db.write(durable=False) as session:
        for rows in _chunks(_conversation(number, now) for number in range(1, conversations + 1)):
            session.execute(insert(Conversation), rows)
    numbers = [number for number in range(1, conversations + 1) for _ in range(each)]
    numbers[-heavy:] = [2] * heavy  # one who never stops
    random.Random(3).shuffle(numbers)  # noqa: S311 - as they come in
    with db.write(durable=False) as session:
        for rows in _chunks(_event(place, talk, said, now) for place, talk in enumerate(numbers, 1)):
            session.execute(insert(Event), rows)
    with db.write(durable=False) as session:
        for rows in _chunks(_delivery(place, talk, now) for place, talk in enumerate(numbers, 1)):
            session.execute(insert(Delivery), rows)
        for rows in _chunks(_ticket(number, now) for number in range(1, conversations // 100)):
            session.execute(insert(Ticket), rows)
    while True:
        with db.write(durable=False) as session:
            if not search.catch_up(session, now=now + timedelta(hours=1), most=CHUNK):
                break
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if db.postgres else "ANALYZE"))


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk


def _conversation(number: int, now: Any) -> dict[str, Any]:
    waits, closed = number % 500 == 0, number % 7 == 0
    attention = Attention.WAITING if waits else Attention.CLOSED if closed else Attention(1 + number % 2)
    at = now - timedelta(minutes=number % 400_000)
    return {
        "account_id": 3 if number % OTHER_SHARE == 0 else 1 + number % 2, "person": f"{10**15 + number}",
        "memory": {}, "created_at": at, "last_act_at": at, "last_at": at, "attention": attention.value,
        "waiting_since": at if waits else None, "assignee": LOGIN if number % 300 == 1 else None,
    }  # fmt: skip


def _event(place: int, talk: int, said: list[str], now: Any) -> dict[str, Any]:
    at = now - timedelta(seconds=600_000 - place)
    understood = {"skill": "procedure", "procedure": "1.001193", "candidates": [], "aspect": "documents",
                  "confidence": 0.97, "understood": place % 10 != 0}  # fmt: skip
    return {
        "account_id": 3 if talk % OTHER_SHARE == 0 else 1 + talk % 2, "conversation_id": talk,
        "external_id": f"bench:{place}", "kind": "text", "text": said[place % len(said)], "payload": "", "extra": {},
        "sent_at": at, "received_at": at, "state": "done", "due_at": at, "tries": 1, "outcome": understood,
    }  # fmt: skip


def _delivery(place: int, talk: int, now: Any) -> dict[str, Any]:
    at = now - timedelta(seconds=600_000 - place)
    return {
        "account_id": 3 if talk % OTHER_SHARE == 0 else 1 + talk % 2, "conversation_id": talk, "event_id": place,
        "key": f"event:{place}:1", "kind": "reply", "recipient": f"{10**15 + talk}",
        "body": {"text": "Làm giấy khai sinh – giấy tờ cần có:\n" + "• Giấy chứng sinh\n" * 8, "buttons": []},
        "priority": 0, "state": "sent", "due_at": at, "tries": 1, "created_at": at, "finished_at": at, "error": "",
    }  # fmt: skip


def _ticket(number: int, now: Any) -> dict[str, Any]:
    at = now - timedelta(hours=number % 2000)
    return {
        "agency_id": 1, "conversation_id": number * OTHER_SHARE + 1, "kind": "feedback", "text": "phản ánh",
        "state": "open" if number % 3 else "closed", "facts": {}, "created_at": at, "due_at": at,
        "closed_at": None if number % 3 else at,
    }  # fmt: skip
