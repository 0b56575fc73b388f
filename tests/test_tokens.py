"""Renewal of single-use tokens against a fake Zalo over HTTP: in time, once, kept, and told when it fails."""

import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import select

from bot import agencies, inbox, outbox, tokens
from bot.channels.base import Message
from bot.channels.http import Http
from bot.db import Database
from bot.errors import AccountStopped, OutcomeUnknown
from bot.sending import Sending
from bot.settings import Settings
from bot.tables import Account, Audit, Conversation, Delivery
from bot.vault import Vault
from bot.web.sandbox.zalo import OAUTH, FakeOA, FakeZalo, blueprint
from tests import people
from tests.channels.conftest import Serve, serve
from tests.lanes import once
from tests.people import NOON, OA, ZALO, add_suoi_mo

__all__ = ["serve"]

TOKEN_PATH = "/v4/oa/access_token"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOW = 0.3
"""Seconds that the platform takes for a renewal: everybody who wants to get in between has the time."""


class Place:
    """One account of ours, the platform behind it, and what the platform's side saw of our database."""

    def __init__(self, db: Database, vault: Vault, serve: Serve) -> None:
        self.db, self.vault = db, vault
        with db.write() as session:
            zalo, page = add_suoi_mo(session, vault)
            self.id, self.page_id = zalo.id, page.id
        known: dict[str, Any] = dict(ZALO)
        self.oa = FakeOA(oa_id=OA, oa_type=2, **known)
        self.zalo = FakeZalo(slow=1.0)
        self.zalo.add(self.oa)
        self.used: list[tuple[str, str]] = []
        app = Flask("zalo")
        app.before_request(self._look)
        app.register_blueprint(blueprint(self.zalo))
        self.url = serve(app)
        self.urls = {"zalo": self.url, "zalo_oauth": self.url, "graph": self.url}
        self.http = Http(self.urls, (1.0, 0.6))

    def _look(self) -> None:
        if request.path == TOKEN_PATH:
            time.sleep(SLOW)
        else:
            self.used.append((request.headers["access_token"], self.stored()["access_token"]))

    def account(self) -> Account:
        with self.db.read() as session:
            return session.get_one(Account, self.id)

    def stored(self) -> dict[str, str]:
        return self.vault.open(self.account().secrets)

    def set(self, **values: Any) -> None:
        with self.db.write() as session:
            account = session.get_one(Account, self.id)
            for name, value in values.items():
                setattr(account, name, value)

    def renew_due(self, now: datetime = NOON + 30 * HOUR) -> int:
        return tokens.renew_due(self.db, self.vault, self.urls, now=now)

    def renew(self, **values: Any) -> Account | None:
        given = {"account_id": self.id, "now": NOON + 30 * HOUR, **values}
        return tokens.renew(self.db, self.vault, self.http, **given)

    def renewals(self) -> int:
        return self.zalo.calls().count(TOKEN_PATH)

    def alerts(self) -> list[str]:
        with self.db.read() as session:
            rows = session.scalars(select(Audit).where(Audit.verb == "account.stop"))
            return [row.what for row in rows]


@pytest.fixture
def place(db: Database, vault: Vault, serve: Serve) -> Place:
    return Place(db, vault, serve)


@pytest.mark.parametrize(
    ("expires", "renewed", "now", "due"),
    [
        (NOON + 25 * HOUR, NOON, NOON + 22 * HOUR, False),
        (NOON + 25 * HOUR, NOON, NOON + 23 * HOUR, True),  # two hours ahead
        (NOON + 25 * HOUR, NOON, NOON + 40 * HOUR, True),  # long over
        (NOON + 90 * DAY, NOON, NOON + 7 * DAY - HOUR, False),
        (NOON + 90 * DAY, NOON, NOON + 7 * DAY, True),  # weekly, however long it lives
        (None, None, NOON + 22 * HOUR, False),
        (None, None, NOON + 23 * HOUR, True),  # 25 hours assumed, from the day it was given
        (None, NOON + DAY, NOON + 46 * HOUR, False),
        (None, NOON + DAY, NOON + 47 * HOUR, True),
    ],
)  # fmt: skip
def test_what_is_due(
    place: Place, expires: datetime | None, renewed: datetime | None, now: datetime, due: bool
) -> None:
    place.set(token_expires_at=expires, token_renewed_at=renewed)
    assert place.renew_due(now) == place.renewals() == int(due)


def test_a_renewal_is_stored_with_its_end_and_the_pair_before(place: Place) -> None:
    before = place.account().secrets
    assert place.renew_due(NOON + 30 * HOUR) == 1
    after = place.account()
    assert place.stored() == {
        **ZALO, "access_token": place.oa.access_token, "refresh_token": place.oa.refresh_token,
    }  # fmt: skip
    assert after.previous_secrets == before
    assert (after.token_expires_at, after.token_renewed_at) == (NOON + 55 * HOUR, NOON + 30 * HOUR)
    assert (after.renewing_until, after.alert, after.paused_at) == (None, "", None)
    assert place.renew_due(NOON + 31 * HOUR) == 0
    assert place.renew_due(NOON + 53 * HOUR) == 1


def test_who_was_slow_to_look_does_not_renew_again(place: Place) -> None:
    assert place.renew() is not None
    assert place.renew() is None  # e.g. a second scheduler that made its list before
    assert place.renewals() == 1


def test_a_paused_account_and_a_page_are_left_alone(place: Place) -> None:
    place.set(paused_at=NOON)
    assert place.renew_due(NOON + 30 * DAY) == 0
    assert place.zalo.calls() == []


def _renew_at_once(url: str, keys: tuple[str, ...], urls: dict[str, str], account_id: int, gate: Any) -> None:
    """Run in a process of its own: eight threads want the same account's token renewed."""
    db, vault = Database(url), Vault(keys)

    def renew() -> None:
        gate.wait(30)
        tokens.renew_due(db, vault, urls, now=NOON + 30 * HOUR)
        with db.read() as session:
            stale = session.get_one(Account, account_id)
        tokens.renew(db, vault, Http(urls), account_id=account_id, now=NOON + 30 * HOUR, rejected=f"not {stale.id}")

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.close()


@pytest.mark.slow
def test_two_processes_with_eight_threads_each_call_once(place: Place, settings_: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(16)
    argv = (settings_.database_url, settings_.token_keys, place.urls, place.id, gate)
    processes = [spawn.Process(target=_renew_at_once, args=argv) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert place.renewals() == 1
    assert place.stored()["refresh_token"] == place.oa.refresh_token
    assert place.alerts() == []


def test_eight_threads_that_were_refused_call_once(place: Place) -> None:
    rejected = place.account().secrets
    gate = threading.Barrier(8)
    got: list[Account | None] = []

    def renew() -> None:
        gate.wait(20)
        got.append(place.renew(rejected=rejected, now=NOON))

    threads = [threading.Thread(target=renew) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert place.renewals() == 1
    assert len(got) == 8
    assert {place.vault.open(one.secrets)["access_token"] for one in got if one} == {place.oa.access_token}


def test_somebody_else_renewed_already_so_nothing_is_called(place: Place) -> None:
    rejected = place.account().secrets
    place.set(secrets=place.vault.close({**ZALO, "access_token": "newer"}))
    found = place.renew(rejected=rejected, now=NOON)
    assert found is not None
    assert place.vault.open(found.secrets)["access_token"] == "newer"
    assert place.zalo.calls() == []


def test_a_refresher_that_died_holds_the_turn_for_a_minute_only(place: Place) -> None:
    now = NOON + 30 * HOUR
    place.set(renewing_until=now + timedelta(seconds=30))
    assert place.renew(now=now) is None
    assert place.zalo.calls() == []
    assert place.renew(now=now + timedelta(seconds=31)) is not None


def test_a_dead_refresh_token_stops_the_account_with_one_alert(place: Place) -> None:
    place.oa.refresh_token = "spent"
    assert [place.renew_due(NOON + hours * HOUR) for hours in (30, 31, 32)] == [0, 0, 0]
    after = place.account()
    assert place.renewals() == 1
    assert after.paused_at == NOON + 30 * HOUR
    assert "-14014" in after.alert
    assert after.renewing_until is None
    assert place.alerts() == [f"account:{place.id}"]
    assert place.stored() == ZALO


def test_the_pair_before_helps_until_the_new_one_has_proved_itself(place: Place) -> None:
    good = place.account().secrets
    place.set(previous_secrets=good, secrets=place.vault.close({**ZALO, "refresh_token": "never-arrived"}))
    assert place.renew_due() == 1
    assert place.renewals() == 2  # refused with the new one, taken with the one before
    assert place.stored()["access_token"] == place.oa.access_token
    assert place.alerts() == []


def test_a_renewal_before_its_arrival_was_known_alerts_and_the_next_one_works(place: Place) -> None:
    with unanswering() as nowhere:
        place.http = Http({**place.urls, "zalo_oauth": nowhere}, (1.0, 0.2))
        with pytest.raises(OutcomeUnknown):
            place.renew()
    after = place.account()
    assert "cut off" in after.alert
    assert (after.paused_at, after.renewing_until) == (None, None)
    assert place.stored() == ZALO
    assert place.renew_due() == 1
    assert place.account().alert == ""
    assert place.alerts() == []


class unanswering:  # noqa: N801 - reads as a state
    """A platform that takes the connection and never says a word."""

    def __enter__(self) -> str:
        self._socket = socket.create_server(("127.0.0.1", 0))
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._socket.close()


@pytest.mark.parametrize(("fault", "renewed"), [("5xx", 1), ("-32", 1), ("timeout", 0), ("garbage", 0)])
def test_after_a_vague_answer_the_next_try_works_or_calls_a_person(place: Place, fault: str, renewed: int) -> None:
    """What came after the platform's work has burnt the token: only then a person is called, once."""
    place.zalo.faults.arm(OAUTH, fault)
    place.http = Http(place.urls, (1.0, 0.5))
    with pytest.raises(Exception, match=r"answer|failed|JSON|many"):
        place.renew()
    assert bool(place.account().alert) is (fault != "-32")
    assert place.alerts() == []
    assert place.renew_due() == renewed
    assert len(place.alerts()) == 1 - renewed


def test_a_grant_given_meanwhile_is_not_overwritten(place: Place) -> None:
    fresh = {**ZALO, "access_token": "granted", "refresh_token": "granted-too"}
    renewing = threading.Thread(target=place.renew)
    renewing.start()
    grant_while_renewing(place, fresh)
    renewing.join(20)
    assert place.renewals() == 1
    assert place.stored() == fresh
    assert place.account().previous_secrets is None


def test_a_grant_given_meanwhile_is_not_stopped_by_the_old_ones_failure(place: Place) -> None:
    place.oa.refresh_token = "spent"
    failed: list[str] = []

    def renew() -> None:
        try:
            place.renew()
        except AccountStopped as error:
            failed.append(error.code)

    renewing = threading.Thread(target=renew)
    renewing.start()
    grant_while_renewing(place, {**ZALO, "refresh_token": "granted-too"})
    renewing.join(20)
    assert failed == ["-14014"]
    assert (place.account().paused_at, place.account().alert, place.alerts()) == (None, "", [])


def grant_while_renewing(place: Place, secrets: dict[str, str]) -> None:
    until = time.monotonic() + 10
    while place.account().renewing_until is None and time.monotonic() < until:
        time.sleep(0.005)
    with place.db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        agencies.add_account(
            session, agency, channel="zalo", key=OA, secrets=secrets, vault=place.vault, now=NOON + 30 * HOUR
        )


@pytest.fixture
def sending(place: Place, settings_: Settings) -> Iterator[Sending]:
    """A sender with three answers to send to somebody the OA knows."""
    place.set(per_second=10_000.0)
    place.zalo.meet(OA, "7001")
    with place.db.write() as session:
        inbox.accept(session, place.db, place.id, events=[people.text(1)], now=NOON)
        to = session.scalars(select(Conversation)).one()
        for number in range(3):
            messages = [Message(text=f"câu {number}")]
            outbox.enqueue(session, place.db, to=to, messages=messages, key=f"t:{number}", now=NOON)
    yield Sending(place.db, place.vault, replace(settings_, urls=place.urls))


def test_a_refused_token_is_renewed_stored_and_then_used(place: Place, sending: Sending) -> None:
    before = place.account().secrets
    place.oa.access_token = "access-of-somebody-elses-renewal"
    assert once(place.db, sending, lambda: NOON)
    assert place.renewals() == 1
    assert place.used == [("access-1", "access-1"), (place.oa.access_token, place.oa.access_token)]
    assert place.account().previous_secrets == before  # not proved yet by a delivery of its own
    assert once(place.db, sending, lambda: NOON + timedelta(seconds=1))
    assert place.account().previous_secrets is None
    assert once(place.db, sending, lambda: NOON + timedelta(seconds=2))
    assert [one["text"] for one in place.zalo.sent("7001")] == ["câu 0", "câu 1", "câu 2"]
    assert place.renewals() == 1


def test_a_renewed_token_that_is_refused_too_stops_the_account(place: Place, sending: Sending) -> None:
    place.zalo.faults.arm("zalo", "-216", times=2)
    assert once(place.db, sending, lambda: NOON)
    assert place.account().paused_at == NOON
    assert place.alerts() == [f"account:{place.id}"]
    assert place.renewals() == 1
    assert not once(place.db, sending, lambda: NOON + HOUR)
    with place.db.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"waiting"}


def test_a_cut_off_renewal_lets_the_message_wait(place: Place, sending: Sending) -> None:
    place.zalo.faults.arm("zalo", "-216")
    place.zalo.faults.arm(OAUTH, "5xx")
    assert once(place.db, sending, lambda: NOON)
    assert (place.account().paused_at, place.alerts(), place.zalo.sent()) == (None, [], [])
    assert once(place.db, sending, lambda: NOON + timedelta(seconds=5))
    assert [one["text"] for one in place.zalo.sent()] == ["câu 0"]
