"""Suối Mơ with its staff as actors, a citizen on each channel, and a worker's steps without threads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot import agencies, inbox, staff
from bot.answering import Answered, Answering
from bot.assistant import Assistant
from bot.channels.base import Inbound, Kind
from bot.db import Database
from bot.lanes import Done
from bot.staff import Actor
from bot.tables import Account, Conversation, Delivery
from bot.talks import rules
from bot.vault import Vault
from content.library import Library
from nlu.client import Client
from tests.console.conftest import _cheap_passwords
from tests.people import NOON, add_suoi_mo
from tests.people import text as words

__all__ = ["_cheap_passwords"]
PASSWORD = "mưa rào tháng bảy"
PEOPLE = {"hoa": "operator", "hai": "operator", "an": "admin", "binh": "leader", "lan": "author"}


@dataclass
class Town:
    """A database with two communes; every step is told its time."""

    db: Database
    accounts: dict[str, int]
    actors: dict[str, Actor]
    answering: Answering
    events: int = 0

    def says(self, said: str, *, user: str = "7001", channel: str = "zalo", at: datetime = NOON) -> None:
        """Let a citizen write, and the worker answer."""
        self.events += 1
        self.happens(words(self.events, said, sender=user, at=at), channel=channel, at=at)

    def happens(self, event: Inbound, *, channel: str = "zalo", at: datetime = NOON) -> None:
        self.comes(event, channel=channel, at=at)
        self.work(at)

    def comes(self, event: Inbound, *, channel: str = "zalo", at: datetime = NOON) -> None:
        """Let something happen of which the worker does not hear yet."""
        with self.db.write() as session:
            inbox.accept(session, self.db, self.accounts[channel], events=[event], now=at)

    def does(self, kind: Kind, *, user: str = "7001", at: datetime = NOON, **given: object) -> None:
        self.events += 1
        self.happens(Inbound(external_id=f"{kind}:{self.events}", kind=kind, sender=user, sent_at=at, **given), at=at)  # type: ignore[arg-type]

    def work(self, now: datetime) -> None:
        """Answer everything that is due."""
        while done := self.composed(now):
            self.settled(done, now)

    def composed(self, now: datetime) -> list[Answered]:
        """Claim and understand what is due; the answers are not written yet."""
        with self.db.write() as session:
            tasks = self.answering.claim(session, "w", now=now, most=10)
        return [Done(task, self.answering.do(task, lambda: now)) for task in tasks]

    def settled(self, done: list[Answered], now: datetime) -> None:
        with self.db.write() as session:
            self.answering.settle(session, done, worker="w", now=now)

    def acts(self, rule: Callable[..., object], by: str = "hoa", *, user: str = "7001", now: datetime = NOON,
             **given: object) -> object:  # fmt: skip
        """Let a colleague do something with the citizen's conversation."""
        with self.db.write() as session:
            talk = rules.find(session, self.actors[by].agency_id, self.talk(user).id, lock=True)
            assert talk is not None
            return rule(session, self.actors[by], talk, now=now, **given)

    def answers(self, text: str, *, by: str = "hoa", user: str = "7001", now: datetime = NOON, once: str = "1") -> bool:
        with self.db.write() as session:
            talk = rules.find(session, self.actors[by].agency_id, self.talk(user).id, lock=True)
            assert talk is not None
            return rules.answer(session, self.db, self.actors[by], talk, text=text, once=once, now=now)

    def talk(self, user: str = "7001") -> Conversation:
        with self.db.read() as session:
            return session.scalars(select(Conversation).where(Conversation.person == user)).one()

    def sent(self, user: str = "7001") -> list[str]:
        """Return what was queued for the citizen, oldest first."""
        with self.db.read() as session:
            mine = select(Delivery).where(Delivery.recipient == user).order_by(Delivery.id)
            return [one.body["text"] for one in session.scalars(mine)]


@pytest.fixture
def town(db: Database, vault: Vault, books: Library) -> Iterator[Town]:
    """Two communes: Suối Mơ with its people, Đá Núi with `la`."""
    with db.write() as session:
        zalo, page = add_suoi_mo(session, vault)
        agency = agencies.find_agency(session, "suoi-mo")
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON)
        assert agency is not None
        actors = {}
        for login, role in PEOPLE.items():
            person = staff.add(session, agency, login=login, role=role, password=PASSWORD, now=NOON)
            actors[login] = staff.actor(session, person, agency.id)
        person = staff.add(session, other, login="la", role="admin", password=PASSWORD, now=NOON)
        actors["la"] = staff.actor(session, person, other.id)
        accounts = {"zalo": zalo.id, "facebook": page.id}
    answering = Answering(db, Assistant(books, Client("http://127.0.0.1:9")))
    yield Town(db, accounts, actors, answering)
    answering.close()


def later(**by: float) -> datetime:
    """Return a moment after noon."""
    return NOON + timedelta(**by)


def account(town: Town, channel: str) -> Account:
    with town.db.read() as session:
        return session.get_one(Account, town.accounts[channel])
