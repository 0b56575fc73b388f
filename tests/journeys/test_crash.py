"""The worker as a real process is killed again and again: nothing is lost, hardly anything comes twice, order stays."""

import random
import threading
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import inbox
from bot.db import Database
from bot.tables import Account, Delivery, Event
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from bot.worker import clock
from tests import people
from tests.channels.conftest import Serve, serve
from tests.journeys.killing import Deployment, deployed, slow
from tests.people import OA, add_suoi_mo
from tests.postgres import wait_for

__all__ = ["serve"]
pytestmark = pytest.mark.slow

PERSONS = [f"70{number:02}" for number in range(12)]
QUESTIONS = (
    "thủ tục đăng ký khai sinh cần giấy tờ gì",
    "đăng ký kết hôn mất bao nhiêu tiền",
    "xin chào",
    "đăng ký khai tử nộp ở đâu",
    "địa chỉ trụ sở ở đâu",
)
MESSAGES = len(PERSONS) * len(QUESTIONS)
KILLS, THREADS = 4, 2
LAG = 0.04
"""Seconds before and after the platform's work, so that a kill meets both sides of it."""


@pytest.fixture
def platforms(db: Database, vault: Vault) -> Platforms:
    with db.write() as session:
        for account in add_suoi_mo(session, vault, now=clock()):
            account.per_second = 1000.0
            account.memory = {"endpoint": "v2"}
    platforms = Platforms()
    platforms.open_all(db, vault)
    return platforms


@pytest.fixture
def deployment(platforms: Platforms, env: dict[str, str], serve: Serve, tmp_path: Path) -> Iterator[Deployment]:
    zalo = serve(slow(platforms, LAG)) + PREFIXES["zalo"]
    threads = {"WORKER_THREADS": str(THREADS), "SENDER_THREADS": str(THREADS)}
    with deployed({**env, **threads, "ZALO_API_URL": zalo, "ZALO_OAUTH_URL": zalo}, tmp_path / "worker.log") as running:
        yield running


def arrive(db: Database, platforms: Platforms, *, pause: float) -> None:
    """Let everybody ask everything, one message after another, as the hook would take them."""
    with db.read() as session:
        account_id = session.scalars(select(Account.id).where(Account.key == OA)).one()
    for number, (question, person) in enumerate((q, p) for q in QUESTIONS for p in PERSONS):
        platforms.zalo.meet(OA, person)
        event = people.text(number, question, sender=person, at=clock())
        with db.write() as session:
            inbox.accept(session, db, account_id, events=[event], now=clock())
        time.sleep(pause)


def count(db: Database, table: type[Event] | type[Delivery], *states: str) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(table.state.in_(states))) or 0


def is_all_done(db: Database) -> bool:
    return count(db, Event, "done") == MESSAGES and not count(db, Delivery, "waiting", "sending")


def test_four_kills_lose_nothing(db: Database, platforms: Platforms, deployment: Deployment) -> None:
    dice = random.Random(7)  # noqa: S311
    arriving = threading.Thread(target=arrive, args=(db, platforms), kwargs={"pause": 0.08})
    arriving.start()
    for _ in range(KILLS):
        before = len(platforms.zalo.sent())
        more = before + dice.randint(2, 9)
        assert wait_for(lambda more=more: len(platforms.zalo.sent()) >= more, seconds=20), deployment.log()
        time.sleep(dice.uniform(0, 2 * LAG))
        deployment.kill_and_restart()
    arriving.join(20)
    assert wait_for(lambda: is_all_done(db), seconds=20), deployment.log()
    assert deployment.end() == 0
    check_answers(db, platforms)
    assert deployment.log().count("worker.started") == KILLS + 1


def check_answers(db: Database, platforms: Platforms) -> None:
    with db.read() as session:
        events = list(session.scalars(select(Event).order_by(Event.id)))
        rows = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    assert {event.state for event in events} == {"done"}
    assert {row.event_id for row in rows} == {event.id for event in events}  # each one got its answer
    for person in PERSONS:
        queued = [row.body["text"] for row in rows if row.recipient == person]
        heard = [one["text"] for one in platforms.zalo.sent(person)]
        assert len(set(queued)) == len(queued) >= len(QUESTIONS)
        # A repeated answer follows itself; without repeats it is what was queued, in the order of the questions.
        assert [text for text, _again in groupby(heard)] == queued
        assert [row.event_id for row in rows if row.recipient == person] == sorted(
            row.event_id or 0 for row in rows if row.recipient == person
        )
    repeats = len(platforms.zalo.sent()) - len(rows)
    assert 0 <= repeats <= KILLS * THREADS


def test_sigterm_while_busy_leaves_nothing_in_hand(db: Database, platforms: Platforms, deployment: Deployment) -> None:
    arrive(db, platforms, pause=0)
    assert wait_for(lambda: len(platforms.zalo.sent()) >= 5, seconds=20), deployment.log()
    assert deployment.end() == 0
    assert count(db, Event, "working") == count(db, Delivery, "sending") == 0
    assert count(db, Delivery, "waiting") > 0  # it was busy indeed
    sent = len(platforms.zalo.sent())
    assert sent == count(db, Delivery, "sent")
    assert "worker.stopped" in deployment.log()
    assert "Traceback" not in deployment.log()
