"""Suối Mơ with lan who proposes, minh who reviews, binh who only reads, and la of another commune."""

import pytest

from bot import agencies, staff
from bot.db import Database
from bot.staff import Actor
from bot.vault import Vault
from tests.console.conftest import _cheap_passwords
from tests.people import NOON, add_suoi_mo

__all__ = ["_cheap_passwords"]
PEOPLE = {"lan": "author", "an": "admin", "minh": "reviewer", "hoa": "operator", "binh": "leader"}


@pytest.fixture
def actors(db: Database, vault: Vault) -> dict[str, Actor]:
    """Everybody by login."""
    with db.write() as session:
        add_suoi_mo(session, vault, now=NOON)
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON)
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        found = {}
        for login, role, where in [*((one, role, agency) for one, role in PEOPLE.items()), ("la", "admin", other)]:
            person = staff.add(session, where, login=login, role=role, password="mưa rào tháng bảy", now=NOON)
            found[login] = staff.actor(session, person, where.id)
    return found
