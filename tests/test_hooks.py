"""The hooks: bad input of every kind gets a clear status, stores nothing it should not, harms nobody."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bot import create_app
from bot.db import Database
from bot.settings import Settings
from bot.tables import Account, Conversation, Event
from bot.vault import Vault
from bot.web.sandbox.platforms import Platforms
from tests.people import FACEBOOK, OA, PAGE, ZALO, add_suoi_mo

KEYS = {"zalo": OA, "facebook": PAGE}
both = pytest.mark.parametrize("channel", ["zalo", "facebook"])


@pytest.fixture
def client(db: Database, vault: Vault, settings_: Settings) -> Iterator[FlaskClient]:
    with db.write() as session:
        add_suoi_mo(session, vault)
    with create_app(settings_).test_client() as client:
        yield client


@pytest.fixture
def platforms(db: Database, vault: Vault, client: FlaskClient) -> Platforms:
    platforms = Platforms()
    platforms.open_all(db, vault)
    return platforms


def post(client: FlaskClient, channel: str, body: bytes, headers: dict[str, str]) -> int:
    return client.post(f"/hooks/{channel}/{KEYS[channel]}", data=body, headers=headers).status_code


def signed(platforms: Platforms, channel: str, text: str, user: str = "7001") -> tuple[bytes, dict[str, str]]:
    return platforms.act(channel, KEYS[channel], kind="text", user=user, text=text)


def stored(db: Database) -> list[Event]:
    with db.read() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


@both
@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "\x00\x01\x1b[31m đỏ \x7f",
        "\u202egnas ihnahk mal\u202c",
        "😀" * 1000,
        "'; DROP TABLE events; --",
        "<script>alert(1)</script>",
        " ",
        "\ud800 nửa ký tự",
    ],
    ids=["long", "control", "rtl", "emoji", "sql", "html", "blank", "surrogate"],
)
def test_odd_texts_are_kept_and_the_next_message_is_unharmed(
    client: FlaskClient, db: Database, platforms: Platforms, channel: str, text: str
) -> None:
    body, headers = signed(platforms, channel, text)
    status = post(client, channel, body, headers)
    assert status in {200, 413}
    assert post(client, channel, *signed(platforms, channel, "xin chào")) == 200
    assert stored(db)[-1].text == "xin chào"
    assert all(len(event.text) <= 4000 and "\x00" not in event.text for event in stored(db))


@both
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 403), (b"not json", 403), (b"[1, 2]", 403), (b'{"object": "page"}', 403), (b"\xff\xfe\x00", 403)],
)
def test_an_unsigned_body_is_refused(client: FlaskClient, db: Database, channel: str, body: bytes, status: int) -> None:
    assert post(client, channel, body, {"Content-Type": "application/json"}) in {status, 200 if not body else status}
    assert stored(db) == []


def test_zalos_unsigned_probe_is_answered_and_not_kept(client: FlaskClient, db: Database) -> None:
    assert post(client, "zalo", b"{}", {}) == 200
    assert stored(db) == []


@both
def test_signed_nonsense_is_acknowledged_and_not_kept(
    client: FlaskClient, db: Database, platforms: Platforms, channel: str
) -> None:
    sign = {"zalo": _sign_zalo, "facebook": _sign_facebook}[channel]
    for body in (b'"text"', b"[]", b"{}", b'{"entry": 5}', b'{"event_name": [], "timestamp": "1"}'):
        assert post(client, channel, body, sign(body)) in {200, 403}
    assert stored(db) == []


def _sign_zalo(body: bytes) -> dict[str, str]:
    import hashlib

    try:
        stamp = str(json.loads(body).get("timestamp", ""))
    except AttributeError:
        stamp = ""
    mac = hashlib.sha256(ZALO["app_id"].encode() + body + stamp.encode() + ZALO["oa_secret"].encode()).hexdigest()
    return {"X-ZEvent-Signature": f"mac={mac}"}


def _sign_facebook(body: bytes) -> dict[str, str]:
    import hashlib
    import hmac

    return {
        "X-Hub-Signature-256": "sha256=" + hmac.new(FACEBOOK["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    }


@both
def test_a_body_over_the_limit_is_refused(client: FlaskClient, db: Database, channel: str) -> None:
    assert post(client, channel, b"x" * (2 * 1024 * 1024), {}) == 413
    assert stored(db) == []


@pytest.mark.parametrize("path", ["/hooks/zalo/999999", "/hooks/telegram/1", "/hooks/facebook/abc", "/hooks/zalo/"])
def test_an_unknown_account_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=b"{}").status_code == 404


def test_facebooks_verification(client: FlaskClient) -> None:
    ask = {"hub.mode": "subscribe", "hub.verify_token": FACEBOOK["verify_token"], "hub.challenge": "1158201444"}
    answer = client.get(f"/hooks/facebook/{PAGE}", query_string=ask)
    assert (answer.status_code, answer.data) == (200, b"1158201444")
    wrong = client.get(f"/hooks/facebook/{PAGE}", query_string={**ask, "hub.verify_token": "guess"})
    assert wrong.status_code == 403
    assert client.get(f"/hooks/zalo/{OA}", query_string=ask).status_code == 403


@both
def test_one_account_cannot_speak_for_another(
    client: FlaskClient, db: Database, platforms: Platforms, vault: Vault, channel: str
) -> None:
    other = {"zalo": "facebook", "facebook": "zalo"}[channel]
    body, headers = signed(platforms, other, "xin chào")
    assert post(client, channel, body, headers) == 403
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


def test_an_account_notes_its_last_event(client: FlaskClient, db: Database, platforms: Platforms) -> None:
    post(client, "zalo", *signed(platforms, "zalo", "xin chào"))
    with db.read() as session:
        seen = dict(session.execute(select(Account.channel, Account.last_event_at)).all())  # type: ignore[arg-type]
    assert seen["zalo"] is not None
    assert seen["facebook"] is None


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json is not None
    assert ready.json["nlu"] == "down; keywords answer"


def test_metrics_are_private(client: FlaskClient) -> None:
    assert b"motcua_inbox_waiting 0.0" in client.get("/metrics").data
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


@both
def test_a_database_that_dropped_its_connections_loses_nothing(
    client: FlaskClient, db: Database, platforms: Platforms, channel: str
) -> None:
    post(client, channel, *signed(platforms, channel, "một"))
    if db.postgres:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            connection.exec_driver_sql(f"{others} AND pid <> pg_backend_pid()")
    assert post(client, channel, *signed(platforms, channel, "hai")) == 200
    assert [event.text for event in stored(db)] == ["một", "hai"]
