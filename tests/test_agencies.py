"""Authorities and accounts: adding, every fault, nobody else's account, one alert."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import agencies
from bot.db import Database
from bot.errors import BadInput
from bot.tables import Account, Agency, Audit
from bot.vault import Vault
from tests.people import FACEBOOK, NOON, OA, PAGE, ZALO, add_suoi_mo

LATER = NOON + timedelta(days=3)


def account(db: Database, channel: str = "zalo") -> Account:
    with db.read() as session:
        return session.scalars(select(Account).where(Account.channel == channel)).one()


def verbs(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Audit.verb).order_by(Audit.id)))


def test_an_agency_with_both_accounts(db: Database, vault: Vault) -> None:
    with db.write() as session:
        add_suoi_mo(session, vault)
    zalo, page = account(db), account(db, "facebook")
    assert (zalo.key, page.key) == (OA, PAGE)
    assert zalo.agency_id == page.agency_id
    assert agencies.opened(zalo, vault).secrets == ZALO
    assert ZALO["access_token"] not in zalo.secrets
    assert verbs(db) == ["agency.add", "account.add", "account.add"]
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        assert agencies.find_agency(session, "nobody") is None
        found = agencies.find_account(session, "zalo", OA)
        assert found is not None
        assert found.id == zalo.id
        assert agencies.find_account(session, "facebook", OA) is None


@pytest.mark.parametrize(
    ("slug", "name", "level", "told"),
    [
        ("Suoi Mo", "x", "commune", ["slug 'Suoi Mo'"]),
        ("suối-mơ", "x", "commune", ["slug"]),
        ("a--b", "x", "commune", ["slug"]),
        ("-a", "x", "commune", ["slug"]),
        ("", "x", "commune", ["slug ''"]),
        ("a\n", "x", "commune", ["slug"]),
        ("a", " ", "commune", ["name is empty"]),
        ("a", "x", "district", ["level 'district'", "province, zone, commune"]),
        ("A!", "", "ward", ["slug", "name is empty", "level"]),
        ("suoi-mo", "x", "commune", ["agency 'suoi-mo' already exists"]),
    ],
)
def test_every_fault_of_an_agency_is_named(db: Database, slug: str, name: str, level: str, told: list[str]) -> None:
    with db.write() as session:
        agencies.add_agency(session, "suoi-mo", name="UBND xã Suối Mơ", level="commune", now=NOON)
    with pytest.raises(BadInput) as caught, db.write() as session:
        agencies.add_agency(session, slug, name=name, level=level, now=NOON)
    assert all(part in str(caught.value) for part in told)
    with db.read() as session:
        assert list(session.scalars(select(Agency.slug))) == ["suoi-mo"]
    assert verbs(db) == ["agency.add"]


@pytest.mark.parametrize(
    ("channel", "key", "secrets", "told"),
    [
        ("viber", OA, ZALO, ["channel 'viber'", "zalo"]),
        ("zalo", "oa-1", ZALO, ["key 'oa-1'"]),
        ("zalo", "1234", ZALO, ["key"]),
        ("zalo", "1" * 26, ZALO, ["key"]),
        ("zalo", f"{OA}\n", ZALO, ["key"]),
        ("zalo", "٣٤٥٦٧", ZALO, ["key"]),
        ("zalo", OA, {}, ["app_id, app_secret, oa_secret, access_token, refresh_token"]),
        ("zalo", OA, {**ZALO, "oa_secret": " "}, ["lack oa_secret"]),
        ("facebook", PAGE, ZALO, ["verify_token, page_token"]),
        ("facebook", "x", {**FACEBOOK, "page_token": ""}, ["key 'x'", "lack page_token"]),
    ],
)
def test_every_fault_of_an_account_is_named(
    db: Database, vault: Vault, channel: str, key: str, secrets: dict[str, str], told: list[str]
) -> None:
    with pytest.raises(BadInput) as caught, db.write() as session:
        agency = agencies.add_agency(session, "suoi-mo", name="x", level="commune", now=NOON)
        agencies.add_account(session, agency, channel=channel, key=key, secrets=secrets, vault=vault, now=NOON)
    assert all(part in str(caught.value) for part in told)
    assert not [value for value in secrets.values() if len(value) > 8 and value in str(caught.value)]
    assert verbs(db) == []


def test_another_agencys_account_is_refused(db: Database, vault: Vault) -> None:
    with db.write() as session:
        add_suoi_mo(session, vault)
    before = account(db)
    with pytest.raises(BadInput, match="belongs to another agency"), db.write() as session:
        other = agencies.add_agency(session, "doi-thong", name="UBND xã Đồi Thông", level="commune", now=NOON)
        agencies.add_account(session, other, channel="zalo", key=OA, secrets=ZALO, vault=vault, now=NOON)
    assert (account(db).agency_id, account(db).secrets) == (before.agency_id, before.secrets)


def test_adding_again_replaces_the_secrets_and_resumes(db: Database, vault: Vault) -> None:
    with db.write() as session:
        zalo, _ = add_suoi_mo(session, vault)
        zalo.previous_secrets, zalo.memory = zalo.secrets, {"endpoint": "v2"}
        zalo.token_expires_at = zalo.token_renewed_at = zalo.renewing_until = NOON
        agencies.stop(session, zalo.id, why="the refresh token is dead", now=NOON)
    assert account(db).paused_at == NOON
    fresh = {**ZALO, "access_token": "access-9", "refresh_token": "refresh-9"}
    with db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        agencies.add_account(session, agency, channel="zalo", key=OA, secrets=fresh, vault=vault, now=LATER)
    after = account(db)
    assert vault.open(after.secrets) == fresh
    assert (after.paused_at, after.alert, after.previous_secrets, after.renewing_until) == (None, "", None, None)
    assert (after.token_expires_at, after.token_renewed_at) == (None, None)
    assert after.memory == {"endpoint": "v2"}  # what the channel learnt stays


def test_stopping_gives_one_alert_however_many_ask(db: Database, vault: Vault) -> None:
    with db.write() as session:
        zalo, page = add_suoi_mo(session, vault)
    told: list[bool] = []

    def stop(number: int) -> None:
        with db.write() as session:
            told.append(agencies.stop(session, zalo.id, why=f"reason {number}", now=NOON))

    threads = [threading.Thread(target=stop, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == [False] * 7 + [True]
    assert verbs(db).count("account.stop") == 1
    assert account(db).alert.startswith("reason ")
    assert account(db, "facebook").paused_at is None
    with db.write() as session:
        agencies.resume(session, zalo.id, now=LATER)
        assert agencies.stop(session, page.id, why="x", now=NOON)
    assert (account(db).paused_at, account(db).alert, account(db).pace_at) == (None, "", LATER)
    with db.write() as session:
        assert agencies.stop(session, zalo.id, why="again", now=LATER)


def test_what_a_channel_learns_is_merged(db: Database, vault: Vault) -> None:
    with db.write() as session:
        zalo, _ = add_suoi_mo(session, vault)
    for facts in ({"oa_type": "4"}, {}, {"endpoint": "v2"}, {"oa_type": "2"}):
        with db.write() as session:
            agencies.remember(session, zalo.id, facts)
    assert account(db).memory == {"oa_type": "2", "endpoint": "v2"}
    assert agencies.opened(account(db), vault).memory == {"oa_type": "2", "endpoint": "v2"}


def test_the_only_agency_is_known_as_long_as_it_is_alone(db: Database) -> None:
    for slug, expected in (("", None), ("suoi-mo", "suoi-mo"), ("doi-thong", None)):
        with db.write() as session:
            if slug:
                agencies.add_agency(session, slug, name=slug, level="commune", now=NOON)
            found = agencies.only_agency(session)
        assert (found.slug if found else None) == expected
