"""Renewing tokens and looking at the account, against a fake Zalo over real HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from bot.channels.base import Account, Button
from bot.channels.http import Http
from bot.channels.zalo import Zalo
from bot.errors import AccountStopped, ChannelError, OutcomeUnknown, TokenRejected, TryLater
from bot.web.sandbox.zalo import OAUTH, FakeOA, FakeZalo, blueprint

ZALO = Zalo()
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TOKEN_PATH = "/v4/oa/access_token"


def new_oa() -> FakeOA:
    return FakeOA(
        oa_id="388613280878808645", app_id="123", app_secret="app-secret", oa_secret="oa-secret",
        access_token="access-1", refresh_token="refresh-1", name="UBND phường Ninh Kiều", oa_type=4,
    )  # fmt: skip


def account_of(oa: FakeOA) -> Account:
    return Account(key=oa.oa_id, secrets={name: getattr(oa, name) for name in ZALO.secrets})


@pytest.fixture
def oa() -> FakeOA:
    return new_oa()


@pytest.fixture
def zalo(oa: FakeOA) -> FakeZalo:
    fake = FakeZalo(slow=1.5)
    fake.add(oa)
    return fake


@pytest.fixture
def http(zalo: FakeZalo, serve: Callable[[Flask], str]) -> Http:
    app = Flask("fake")
    app.register_blueprint(blueprint(zalo))
    url = serve(app)
    return Http({"zalo": url, "zalo_oauth": url}, timeout=(1.0, 0.4))


def test_renewal_gives_a_new_pair_that_works_and_kills_the_old(oa: FakeOA, http: Http) -> None:
    old = account_of(oa)
    tokens = ZALO.renew(http, old, NOW)
    assert dict(tokens.secrets) == {"access_token": oa.access_token, "refresh_token": oa.refresh_token}
    assert tokens.secrets["access_token"] != "access-1"
    assert tokens.expires_at == NOW + timedelta(hours=25)
    assert "access-" not in repr(tokens)
    with pytest.raises(TokenRejected):
        ZALO.inspect(http, old)
    assert ZALO.inspect(http, replace(old, secrets={**old.secrets, **tokens.secrets}))[0].ok


def test_a_refresh_token_works_once(oa: FakeOA, http: Http) -> None:
    account = account_of(oa)
    ZALO.renew(http, account, NOW)
    with pytest.raises(AccountStopped, match="-14014") as caught:
        ZALO.renew(http, account, NOW)
    assert caught.value.alert


@pytest.mark.parametrize(
    ("changed", "code"), [("app_id", "-14002"), ("app_secret", "-14004"), ("refresh_token", "-14014")]
)
def test_a_wrong_secret_stops_the_account(oa: FakeOA, http: Http, changed: str, code: str) -> None:
    account = account_of(oa)
    with pytest.raises(AccountStopped) as caught:
        ZALO.renew(http, replace(account, secrets={**account.secrets, changed: "wrong"}), NOW)
    assert caught.value.code == code


@pytest.mark.parametrize("fault", ["timeout", "5xx", "garbage"])
def test_an_unknown_outcome_of_renewal_alerts(zalo: FakeZalo, oa: FakeOA, http: Http, fault: str) -> None:
    zalo.faults.arm(OAUTH, fault)
    with pytest.raises(OutcomeUnknown) as caught:
        ZALO.renew(http, account_of(oa), NOW)
    assert caught.value.alert
    assert zalo.calls() == [TOKEN_PATH]


def test_after_a_timeout_the_old_refresh_token_may_be_spent(zalo: FakeZalo, oa: FakeOA, http: Http) -> None:
    account = account_of(oa)
    zalo.faults.arm(OAUTH, "timeout")
    with pytest.raises(OutcomeUnknown):
        ZALO.renew(http, account, NOW)
    with pytest.raises(AccountStopped):
        ZALO.renew(http, account, NOW)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 200, AccountStopped),
        ({"error_name": "Invalid refresh token.", "error_reason": "x"}, 200, AccountStopped),
        ({"error": 0, "access_token": ""}, 200, AccountStopped),
        ({"error": -1, "access_token": None}, 200, AccountStopped),
        ({"access_token": ["x"]}, 200, AccountStopped),
        ({"error": "-14014"}, 400, AccountStopped),
        ({"error": -14029}, 200, AccountStopped),
        ({"error": -32}, 200, TryLater),
        ({"error": -1}, 500, OutcomeUnknown),
        ([], 200, AccountStopped),
        ({}, 429, TryLater),
    ],
)
def test_garbage_is_never_a_pair(
    serve: Callable[[Flask], str], body: object, status: int, error: type[ChannelError]
) -> None:
    with pytest.raises(error):
        ZALO.renew(odd(serve, body, status), account_of(new_oa()), NOW)


def odd(serve: Callable[[Flask], str], body: object, status: int = 200) -> Http:
    app = Flask("odd")
    app.add_url_rule(TOKEN_PATH, "token", lambda: (app.json.dumps(body), status), methods=["POST"])
    app.add_url_rule("/v2.0/oa/getoa", "getoa", lambda: (app.json.dumps(body), status))
    url = serve(app)
    return Http({"zalo": url, "zalo_oauth": url})


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("3600", 3600), (3600, 3600), ("", 90_000), (None, 90_000), ("0", 90_000), ("-5", 90_000), ("9" * 30, 90_000)],
)
def test_the_lifetime_is_read_from_text_or_number(serve: Callable[[Flask], str], given: object, seconds: int) -> None:
    body = {"access_token": "a", "refresh_token": "r", "expires_in": given}
    assert ZALO.renew(odd(serve, body), account_of(new_oa()), NOW).expires_at == NOW + timedelta(seconds=seconds)


def test_without_a_new_refresh_token_the_access_token_is_kept(serve: Callable[[Flask], str]) -> None:
    tokens = ZALO.renew(odd(serve, {"access_token": "a"}), account_of(new_oa()), NOW)
    assert dict(tokens.secrets) == {"access_token": "a"}


def test_inspection_tells_owner_type_and_webhook(oa: FakeOA, http: Http) -> None:
    owner, package, hook = ZALO.inspect(http, account_of(oa))
    assert (owner.ok, package.ok, hook.ok) == (True, True, True)
    assert dict(owner.remember) == {"oa_type": "4"}
    assert "UBND phường Ninh Kiều" in owner.text
    assert f"/hooks/zalo/{oa.oa_id}" in hook.text


def test_a_token_of_another_oa_is_found(oa: FakeOA, http: Http) -> None:
    owner = ZALO.inspect(http, replace(account_of(oa), key="111"))[0]
    assert not owner.ok
    assert not owner.remember
    assert oa.oa_id in owner.text


@pytest.mark.parametrize(
    ("about", "ok", "remember"),
    [
        ({"oa_type": 2, "package_name": "Toàn diện", "package_valid_through_date": "31/12/2099"}, True, "33.33"),
        ({"oa_type": 2, "package_name": "Gói Tăng trưởng", "package_valid_through_date": ""}, True, "1.67"),
        ({"oa_type": 2, "package_name": "Toàn diện", "package_valid_through_date": "01/01/2020"}, False, None),
        ({"oa_type": 2}, False, None),
        ({"oa_type": "4"}, True, None),
        ({"oa_type": 2, "package_name": "Khác", "package_valid_through_date": "32/13/x"}, True, None),
    ],
)
def test_packages(serve: Callable[[Flask], str], about: dict[str, Any], ok: bool, remember: str | None) -> None:
    http = odd(serve, {"error": 0, "data": {"oa_id": "388613280878808645", **about}})
    owner, package, _hook = ZALO.inspect(http, account_of(new_oa()))
    assert owner.ok
    assert (package.ok, package.remember.get("per_second")) == (ok, remember)


def test_menu_and_greeting_are_said_to_be_set_by_hand(zalo: FakeZalo, oa: FakeOA, http: Http) -> None:
    menu = [Button(title="Thủ tục", value="#menu")]
    (finding,) = ZALO.apply(http, account_of(oa), greeting="Xin chào", menu=menu)
    assert "by hand" in finding.text
    assert "#menu" in finding.text
    assert zalo.calls() == []
