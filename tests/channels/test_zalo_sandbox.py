"""The fake Zalo itself: what its phones send is read by the bot, what it gets is checked."""

import json
import threading
from collections.abc import Callable

import pytest
import requests
from flask import Flask

from bot.channels.base import Account, Kind
from bot.channels.zalo import Zalo
from bot.web.sandbox.faults import Faults
from bot.web.sandbox.zalo import ACTS, FakeOA, FakeZalo, blueprint, webhook

ZALO = Zalo()
OA = FakeOA(oa_id="388", app_id="123", app_secret="as", oa_secret="os", access_token="t", refresh_token="r", oa_type=2)
ACCOUNT = Account(key="388", secrets={"app_id": "123", "oa_secret": "os"})

KINDS = {
    "text": Kind.TEXT, "button": Kind.TEXT, "image": Kind.MEDIA, "audio": Kind.MEDIA, "sticker": Kind.MEDIA,
    "location": Kind.MEDIA, "follow": Kind.FOLLOW, "unfollow": Kind.UNFOLLOW, "chatnow": Kind.FOLLOW,
    "withdraw": Kind.WITHDRAW, "staff": Kind.STAFF, "echo": Kind.ECHO,
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_signed_and_read(act: str) -> None:
    body, headers = webhook(OA, act, user="246", text="#menu" if act == "button" else "Xin chào 😀")
    assert ZALO.verify(ACCOUNT, headers, body)
    (event,) = ZALO.parse(ACCOUNT, body, headers)
    assert (event.kind, event.sender) == (KINDS[act], "246")
    assert event.payload == ("#menu" if act == "button" else "")
    assert event.sent_at is not None


def test_each_message_has_its_own_id() -> None:
    keys = {ZALO.parse(ACCOUNT, webhook(OA, "text", user="246", text="a")[0], {})[0].external_id for _ in range(3)}
    assert len(keys) == 3


@pytest.fixture
def url(serve: Callable[[Flask], str]) -> str:
    zalo = FakeZalo()
    zalo.add(OA)
    zalo.act("388", "follow", user="246")
    zalo.act("388", "follow", user="247")
    zalo.act("388", "unfollow", user="247")
    app = Flask("fake")
    app.register_blueprint(blueprint(zalo), url_prefix="/sandbox/zalo")
    return serve(app) + "/sandbox/zalo"


def error(reply: requests.Response) -> int:
    assert reply.status_code == 200
    return int(reply.json()["error"])


TEXT = {"recipient": {"user_id": "246"}, "message": {"text": "a"}}


def template(button: object) -> dict[str, object]:
    attachment = {"type": "template", "payload": {"buttons": [button]}}
    return {**TEXT, "message": {"text": "a", "attachment": attachment}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (TEXT, 0),
        ({}, -201),
        ([], -201),
        ({"recipient": {"user_id": 246}, "message": {"text": "a"}}, -201),
        ({"recipient": {"user_id": "246"}, "message": {}}, -201),
        ({"recipient": {"user_id": "248"}, "message": {"text": "a"}}, -213),
        ({"recipient": {"user_id": "247"}, "message": {"text": "a"}}, -213),
        (template({"title": "t", "type": "oa.query.show", "payload": "x"}), 0),
        (template({"title": "t", "type": "oa.query.hide", "payload": {"x": 1}}), -201),
        (template({"title": "t", "type": "oa.open.url", "payload": "https://x"}), -201),
        (template({"title": "t", "type": "oa.open.phone", "payload": {"phone_code": "+84"}}), -201),
        (template({"title": "t", "type": "postback", "payload": "x"}), -201),
        (template("x"), -201),
        ({**TEXT, "message": {"text": "a", "attachment": {"type": "file"}}}, -201),
    ],
)
def test_shapes_are_checked(url: str, body: object, code: int) -> None:
    reply = requests.post(f"{url}/v3.0/oa/message/cs", json=body, headers={"access_token": "t"}, timeout=5)
    assert error(reply) == code


@pytest.mark.parametrize("headers", [{}, {"access_token": "x"}, {"Authorization": "Bearer t"}])
def test_the_token_belongs_in_its_header(url: str, headers: dict[str, str]) -> None:
    assert error(requests.post(f"{url}/v3.0/oa/message/cs", json=TEXT, headers=headers, timeout=5)) == -216
    query = {"access_token": "t"}
    assert error(requests.post(f"{url}/v3.0/oa/message/cs", json=TEXT, params=query, timeout=5)) == -216


@pytest.mark.parametrize(("asked", "code"), [({"user_id": "246"}, 0), ({"user_id": "9"}, -213), ([], -213)])
def test_details_of_people_it_met(url: str, asked: object, code: int) -> None:
    query = {"data": json.dumps(asked)}
    reply = requests.get(f"{url}/v3.0/oa/user/detail", params=query, headers={"access_token": "t"}, timeout=5)
    assert error(reply) == code


def test_faults_are_taken_once_each_in_order_by_any_number_of_threads() -> None:
    faults = Faults()
    faults.arm("zalo", "5xx", 50)
    faults.arm("zalo", "-32")
    faults.arm("facebook", "timeout")
    taken: list[str | None] = []
    threads = [threading.Thread(target=lambda: taken.extend(faults.take("zalo") for _ in range(10))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (taken.count("5xx"), taken.count("-32"), taken.count(None)) == (50, 1, 29)
    assert faults.armed("facebook") == ("timeout",)
    faults.clear("facebook")
    assert faults.take("facebook") is None
