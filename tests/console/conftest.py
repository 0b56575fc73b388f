"""A commune with its people, and a browser without a screen that signs in as one of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot import agencies, create_app, staff
from bot.db import Database
from bot.settings import Settings
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo

PASSWORD = "mưa rào tháng bảy"
PEOPLE = {"lan": "author", "minh": "reviewer", "hoa": "operator", "an": "admin", "binh": "leader"}
"""Everybody of Suối Mơ by role; `la` is the admin of another commune, Đá Núi."""
SECRETS = {login: pyotp.random_base32() for login in [*PEOPLE, "la"]}


@dataclass
class Visitor:
    """A person's browser: keeps cookies, fills the CSRF token in as the page's form has it."""

    client: FlaskClient

    def get(self, address: str) -> TestResponse:
        return self.client.get(address, follow_redirects=True)

    def post(self, address: str, /, *, page: str = "", **fields: str) -> TestResponse:
        """Send a form of `page` (by default the one at `address`)."""
        token = self.token(page or address)
        return self.client.post(address, data={"csrf_token": token, **fields}, follow_redirects=True)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.get(page).text)
        return unescape(found[1]) if found else ""


@pytest.fixture
def app(db: Database, vault: Vault, settings_: Settings) -> Flask:
    """The web with two communes and their people."""
    with db.write() as session:
        add_suoi_mo(session, vault, now=NOON)
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON)
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        for login, role in PEOPLE.items():
            staff.add(session, agency, login=login, role=role, password=PASSWORD, now=NOON)
        staff.add(session, other, login="la", role="admin", password=PASSWORD, now=NOON)
        for login, secret in SECRETS.items():
            person = staff.find(session, login)
            assert person is not None
            person.totp = vault.close({"secret": secret})
    return create_app(settings_)


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Visitor]:
    """Return a function that signs somebody in, both steps."""

    def enter(login: str) -> Visitor:
        visitor = Visitor(app.test_client())
        visitor.post("/console/sign-in", login=login, password=PASSWORD)
        code = pyotp.TOTP(SECRETS[login]).at(datetime.now(UTC))
        page = visitor.post("/console/second-step", code=code)
        assert page.status_code == 200
        assert "Đăng xuất" in page.text
        return visitor

    return enter


@pytest.fixture(autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash quickly in tests; the strength is argon2's own default in production."""
    from argon2 import PasswordHasher

    strong, staff._HASHER = staff._HASHER, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    staff._HASHER = strong
