"""`motcua check` and `check --apply` on a Page, and how strict the fake Graph API is about it."""

from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask

from bot.channels.base import Account, Button, Finding, Press
from bot.channels.facebook import Facebook
from bot.channels.facebook_check import FIELDS
from bot.channels.http import Http
from bot.web.sandbox.graph import FakeGraph, FakePage, blueprint
from tests.channels.conftest import Serve

FACEBOOK = Facebook()
PAGE = FakePage(page_id="100000000000001", app_id="200000000000002", app_secret="sssh", page_token="EAAB", name="Xã A")
SECRETS = {"app_id": PAGE.app_id, "app_secret": PAGE.app_secret, "verify_token": "v", "page_token": PAGE.page_token}
ACCOUNT = Account(key=PAGE.page_id, secrets=SECRETS)
MENU = (
    Button(title="Trợ giúp", value="#say:help"),
    Button(title="Cổng dịch vụ công", press=Press.URL, value="https://dichvucong.gov.vn/"),
)


@pytest.fixture
def graph() -> FakeGraph:
    fake = FakeGraph()
    fake.add(PAGE)
    return fake


@pytest.fixture
def http(graph: FakeGraph, serve: Serve) -> Http:
    app = Flask("graph")
    app.register_blueprint(blueprint(graph))
    return Http({"graph": serve(app)}, timeout=(1.0, 2.0))


def wrong(findings: Any) -> list[str]:
    return [finding.text for finding in findings if not finding.ok]


def test_a_page_that_was_set_up_has_no_fault(http: Http) -> None:
    assert wrong(FACEBOOK.apply(http, ACCOUNT, greeting="Xin chào", menu=MENU)) == []
    assert wrong(FACEBOOK.inspect(http, ACCOUNT)) == []


def test_apply_sets_greeting_get_started_and_menu(graph: FakeGraph, http: Http) -> None:
    FACEBOOK.apply(http, ACCOUNT, greeting="Xin chào " * 30, menu=MENU)
    profile = graph.profile(PAGE.page_id)
    assert profile["get_started"] == {"payload": "GET_STARTED"}
    assert [one["locale"] for one in profile["greeting"]] == ["default", "vi_VN"]
    assert {len(one["text"]) for one in profile["greeting"]} == {160}
    (menu,) = profile["persistent_menu"]
    assert menu["locale"] == "default"
    assert menu["call_to_actions"] == [
        {"type": "postback", "title": "Trợ giúp", "payload": "#say:help"},
        {"type": "web_url", "title": "Cổng dịch vụ công", "url": "https://dichvucong.gov.vn/"},
    ]


def test_without_greeting_and_menu_only_get_started_is_set(graph: FakeGraph, http: Http) -> None:
    assert wrong(FACEBOOK.apply(http, ACCOUNT, greeting="", menu=())) == []
    assert graph.profile(PAGE.page_id) == {"get_started": {"payload": "GET_STARTED"}}


def test_what_the_menu_has_no_room_for_is_told(graph: FakeGraph, http: Http) -> None:
    phone = Button(title="Gọi", press=Press.PHONE, value="+842923821888")
    many = [Button(title=f"Mục số {n} có tên dài hơn ba mươi ký tự", value="#p") for n in range(6)]
    (fault,) = wrong(FACEBOOK.apply(http, ACCOUNT, greeting="Xin chào", menu=[phone, *many]))
    assert "Gọi" in fault
    assert "Mục số 5" in fault
    assert "Mục số 4" not in fault
    items = graph.profile(PAGE.page_id)["persistent_menu"][0]["call_to_actions"]
    assert [len(item["title"]) for item in items] == [30] * 5


def test_a_page_that_nobody_subscribed_says_what_to_do(http: Http) -> None:
    (fault,) = wrong(FACEBOOK.inspect(http, ACCOUNT))
    assert "check --apply" in fault
    assert "messages" in fault
    assert "feed" in fault


def test_a_missing_field_is_named(graph: FakeGraph, http: Http) -> None:
    graph.subscribe(PAGE, ",".join(field for field in FIELDS if field != "standby"))
    (fault,) = wrong(FACEBOOK.inspect(http, ACCOUNT))
    assert "lacks: standby;" in fault


def test_a_dead_token_is_told_at_every_look_and_never_shown(graph: FakeGraph, http: Http) -> None:
    dead = Account(key=PAGE.page_id, secrets={**SECRETS, "page_token": "dead-token"})
    faults = wrong(FACEBOOK.inspect(http, dead))
    assert any("identity" in fault and "190" in fault for fault in faults)
    assert any("token is valid" in fault for fault in faults)
    assert "dead-token" not in "".join(faults)
    assert len(wrong(FACEBOOK.apply(http, dead, greeting="a", menu=MENU))) == 2


def test_a_token_of_another_page_is_told(graph: FakeGraph, http: Http) -> None:
    graph.add(replace(PAGE, page_id="100000000000009", page_token="EAAC", name="Xã B"))
    other = Account(key=PAGE.page_id, secrets={**SECRETS, "page_token": "EAAC"})
    assert any("Xã B (100000000000009)" in fault for fault in wrong(FACEBOOK.inspect(http, other)))


def test_a_token_that_ends_and_lacks_a_permission_is_told(graph: FakeGraph, http: Http) -> None:
    graph.add(replace(PAGE, expires_at=1798761600, scopes=("pages_messaging",)))
    faults = wrong(FACEBOOK.inspect(http, ACCOUNT))
    assert any("2027-01-01" in fault for fault in faults)
    assert any("pages_manage_metadata" in fault for fault in faults)


def test_a_wrong_app_secret_is_told(http: Http) -> None:
    other = Account(key=PAGE.page_id, secrets={**SECRETS, "app_secret": "wrong"})
    assert len(wrong(FACEBOOK.inspect(http, other))) == 3


def test_a_platform_that_is_down_is_findings_not_an_exception() -> None:
    findings = FACEBOOK.inspect(Http({"graph": "http://127.0.0.1:9"}, timeout=(0.2, 0.2)), ACCOUNT)
    assert len(wrong(findings)) == 3
    assert all(isinstance(finding, Finding) for finding in findings)


# How strict the fake is: what it must refuse, so that green tests mean something on the real platform.

TEXT = {"recipient": {"id": "71"}, "messaging_type": "RESPONSE", "message": {"text": "a"}}
REPLY = {"content_type": "text", "title": "t", "payload": "p"}
WEB = {"type": "web_url", "title": "t", "url": "https://x.vn"}


def template(text: str = "a", *buttons: dict[str, str]) -> dict[str, Any]:
    payload = {"template_type": "button", "text": text, "buttons": list(buttons)}
    return {"message": {"attachment": {"type": "template", "payload": payload}}}


BAD_MESSAGES: list[dict[str, Any]] = [
    {"recipient": {}},
    {"recipient": {"id": 71}},
    {"recipient": {"id": "71", "comment_id": "1_2"}},
    {"recipient": {"comment_id": "1_2"}},
    {"messaging_type": "MESSAGE_TAG", "tag": "CONFIRMED_EVENT_UPDATE"},
    {"messaging_type": None},
    {"message": {}},
    {"message": {"text": " "}},
    {"message": {"text": "a" * 2000}},
    {"message": {"text": "a", "quick_replies": []}},
    {"message": {"text": "a", "quick_replies": [REPLY] * 14}},
    {"message": {"text": "a", "quick_replies": [{**REPLY, "payload": "p" * 1001}]}},
    {"message": {"text": "a", "quick_replies": [{**REPLY, "content_type": "emoji"}]}},
    {"message": {"text": "a", "attachment": {}}},
    template("a" * 641, WEB),
    template("a"),
    template("a", *[WEB] * 4),
    template("a", {**WEB, "url": "javascript:alert(1)"}),
    template("a", {**WEB, "title": "t" * 21}),
    template("a", {"type": "phone_number", "title": "t", "payload": "0292"}),
    template("a", {"type": "postback", "title": "t", "payload": ""}),
    template("a", {"type": "account_link", "title": "t", "url": "https://x.vn"}),
    {"sender_action": "dance"},
    {"sender_action": "typing_on"},  # not beside a message
]


def post(http: Http, path: str, **kwargs: Any) -> requests.Response:
    return requests.post(http.urls["graph"] + path, timeout=5, **kwargs)


@pytest.mark.parametrize("change", BAD_MESSAGES, ids=range(len(BAD_MESSAGES)))
def test_the_fake_refuses_what_meta_refuses(graph: FakeGraph, http: Http, change: dict[str, Any]) -> None:
    graph.add(replace(PAGE, needs_proof=False))
    graph.meet(PAGE.page_id, "71")
    right = post(http, "/v26.0/me/messages?access_token=EAAB", json=TEXT)
    answer = post(http, "/v26.0/me/messages?access_token=EAAB", json={**TEXT, **change})
    assert right.status_code == 200
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert len(graph.sent()) == 1


BAD_PROFILES: list[dict[str, Any]] = [
    {},
    {"whatever": 1},
    {"get_started": {}},
    {"greeting": [{"locale": "vi_VN", "text": "a"}]},
    {"greeting": [{"locale": "default", "text": "a" * 161}]},
    {"greeting": "a"},
    {"persistent_menu": [{"locale": "default", "call_to_actions": [WEB]}]},  # no Get Started yet
    *(
        {"get_started": {"payload": "p"}, "persistent_menu": [{"locale": locale, "call_to_actions": items}]}
        for locale, items in [
            ("vi_VN", [WEB]),
            ("default", []),
            ("default", [WEB] * 21),
            ("default", [{**WEB, "title": "t" * 31}]),
            ("default", [{"type": "phone_number", "title": "t", "payload": "+84292382188"}]),
        ]
    ),
]


@pytest.mark.parametrize("profile", BAD_PROFILES, ids=range(len(BAD_PROFILES)))
def test_the_fake_refuses_a_wrong_profile(graph: FakeGraph, http: Http, profile: dict[str, Any]) -> None:
    graph.add(replace(PAGE, needs_proof=False))
    answer = post(http, "/v26.0/me/messenger_profile", json=profile, headers={"Authorization": "Bearer EAAB"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)
    assert graph.profile(PAGE.page_id) == {}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v26.0/me/messages", 104),
        ("/v26.0/me/messages?access_token=x", 190),
        ("/v26.0/me/messages?access_token=EAAB", 100),  # no proof
        ("/v26.0/me/messages?access_token=EAAB&appsecret_proof=x", 100),
        ("/v26.0/100000000000001/subscribed_apps?access_token=EAAB", 100),
        ("/v19.0/me/messages?access_token=EAAB", 2500),
    ],
)
def test_the_fake_refuses_who_may_not(graph: FakeGraph, http: Http, path: str, code: int) -> None:
    answer = post(http, path, json=TEXT)
    assert answer.json()["error"]["code"] == code
    assert graph.sent() == []
    assert graph.calls() == ([] if code == 2500 else [f"POST {path.partition('?')[0]}"])


@pytest.mark.parametrize("fields", ["", "messages,nonsense"])
def test_the_fake_knows_the_webhook_fields(graph: FakeGraph, http: Http, fields: str) -> None:
    graph.add(replace(PAGE, needs_proof=False))
    query = {"access_token": "EAAB", "subscribed_fields": fields}
    answer = post(http, f"/v26.0/{PAGE.page_id}/subscribed_apps", params=query)
    assert answer.json()["error"]["code"] == 100
    assert graph.subscribed(PAGE) == {"data": []}
