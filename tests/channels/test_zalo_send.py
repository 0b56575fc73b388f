"""Sending through a fake Zalo over real HTTP: shapes, the switch of address, and every error code."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from bot.channels.base import Account, Button, Message, Press
from bot.channels.http import Http
from bot.channels.zalo import LIMITS, Zalo
from bot.channels.zalo_answers import ERRORS
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    Refused,
    TokenRejected,
    TryLater,
    Unreachable,
    WindowClosed,
)
from bot.web.sandbox.zalo import FakeOA, FakeZalo, blueprint

ZALO = Zalo()
LAN = "246845883529197922"
HELLO = Message(text="Chào chị Lan")
V2, V3 = "/v2.0/oa/message", "/v3.0/oa/message/cs"


@dataclass
class Scene:
    """One OA on the fake platform, the account that the bot has of it, and how to reach it."""

    zalo: FakeZalo
    oa: FakeOA
    http: Http
    account: Account

    def send(self, message: Message = HELLO, *, to: str = LAN, **memory: str) -> dict[str, str]:
        """Send with this memory, and return what is to be remembered."""
        account = replace(self.account, memory=memory)
        return dict(ZALO.send(self.http, account, to, message).remember)


@pytest.fixture
def scene(serve: Callable[[Flask], str]) -> Iterator[Scene]:
    oa = FakeOA(
        oa_id="388613280878808645", app_id="1234567890123456789", app_secret="app-secret", oa_secret="oa-secret",
        access_token="access-1", refresh_token="refresh-1", oa_type=2, package="Toàn diện", package_until="31/12/2099",
    )  # fmt: skip
    zalo = FakeZalo(slow=1.5)
    zalo.add(oa)
    zalo.meet(oa.oa_id, LAN)
    app = Flask("fake")
    app.register_blueprint(blueprint(zalo))
    url = serve(app)
    secrets = {name: getattr(oa, name) for name in ZALO.secrets}
    http = Http({"zalo": url, "zalo_oauth": url}, timeout=(1.0, 0.4))
    yield Scene(zalo, oa, http, Account(key=oa.oa_id, secrets=secrets))
    http.session.close()


def test_text_arrives_and_the_receipt_has_its_id(scene: Scene) -> None:
    sent = ZALO.send(scene.http, scene.account, LAN, HELLO)
    (kept,) = scene.zalo.sent(LAN)
    assert (kept["text"], kept["buttons"], kept["endpoint"]) == ("Chào chị Lan", [], "v3")
    assert sent.message_id == kept["message_id"]
    assert not sent.remember


def test_buttons_have_zalos_shapes(scene: Scene) -> None:
    buttons = (
        Button(title="Lệ phí", value="#tthc:1.001193:fee"),
        Button(title="Cổng DVC", press=Press.URL, value="https://dichvucong.gov.vn"),
        Button(title="Gọi", press=Press.PHONE, value="+84 292 3812 345"),
        Button(title="Gọi nữa", press=Press.PHONE, value="0292.3812.345"),
        Button(title="Công an", press=Press.PHONE, value="113"),
    )
    scene.send(Message(text="Chọn một mục", buttons=buttons))
    (kept,) = scene.zalo.sent(LAN)
    assert [(b["type"], b["payload"]) for b in kept["buttons"]] == [
        ("oa.query.hide", "#tthc:1.001193:fee"),
        ("oa.open.url", {"url": "https://dichvucong.gov.vn"}),
        ("oa.open.phone", {"phone_code": "842923812345"}),
        ("oa.open.phone", {"phone_code": "842923812345"}),
        ("oa.open.phone", {"phone_code": "113"}),
    ]


def test_the_largest_message_our_limits_allow_is_accepted(scene: Scene) -> None:
    button = Button(title="ộ" * LIMITS.title, value="#" + "x" * (LIMITS.payload - 1))
    scene.send(Message(text="ộ" * LIMITS.text, buttons=(button,) * LIMITS.buttons))
    assert len(scene.zalo.sent(LAN)[0]["buttons"]) == 5


@pytest.mark.parametrize(
    "message",
    [
        Message(text="ộ" * 2001),
        Message(text="a", buttons=(Button(title="t", value="#x"),) * 6),
        Message(text="a", buttons=(Button(title="t" * 101, value="#x"),)),
        Message(text="a", buttons=(Button(title="t", value="x" * 1001),)),
        Message(text="a", buttons=(Button(title="", value="#x"),)),
        Message(text="a", buttons=(Button(title="t", press=Press.URL, value="javascript:x"),)),
        Message(text=" "),
    ],
)
def test_one_more_than_the_limit_is_refused_for_good(scene: Scene, message: Message) -> None:
    with pytest.raises(Refused) as caught:
        scene.send(message)
    assert caught.value.code in {"-201", "-210"}
    assert scene.zalo.sent() == []


def test_an_anonymous_visitor_is_answered_in_their_conversation_without_a_template(scene: Scene) -> None:
    scene.zalo.meet(scene.oa.oa_id, "a1b2c3")
    message = Message(text="Chọn\n1. Lệ phí", buttons=(Button(title="Lệ phí", value="#x"),))
    assert scene.send(message, to="a1b2c3@c9d8", endpoint="v3") == {}
    (kept,) = scene.zalo.sent("a1b2c3")
    assert (kept["endpoint"], kept["buttons"]) == ("v2", [])


@pytest.mark.parametrize(
    ("oa_type", "memory", "calls", "remember"),
    [
        (2, {}, [V3], {}),
        (2, {"oa_type": "2"}, [V3], {}),
        (2, {"oa_type": "4"}, [V2, V3], {"endpoint": "v3"}),
        (2, {"oa_type": "4", "endpoint": "v3"}, [V3], {}),
        (4, {}, [V3, V2], {"endpoint": "v2"}),
        (4, {"oa_type": "4"}, [V2], {}),
        (4, {"endpoint": "v2"}, [V2], {}),
        (4, {"endpoint": "nonsense"}, [V3, V2], {"endpoint": "v2"}),
    ],
)
def test_address_by_type_and_memory_switched_once_and_remembered(
    scene: Scene, oa_type: int, memory: dict[str, str], calls: list[str], remember: dict[str, str]
) -> None:
    scene.oa.oa_type = oa_type
    assert scene.send(**memory) == remember
    assert scene.zalo.calls() == calls
    assert len(scene.zalo.sent(LAN)) == 1


@pytest.mark.parametrize(("memory", "first", "second"), [({}, "-235", "-240"), ({"endpoint": "v2"}, "-240", "-235")])
def test_two_refusals_of_address_stop_the_account_after_two_calls(
    scene: Scene, memory: dict[str, str], first: str, second: str
) -> None:
    scene.zalo.faults.arm("zalo", first)
    scene.zalo.faults.arm("zalo", second)
    with pytest.raises(AccountStopped):
        scene.send(**memory)
    assert len(scene.zalo.calls()) == 2


@pytest.mark.parametrize(("memory", "code"), [({}, "-240"), ({"endpoint": "v2"}, "-235")])
def test_the_wrong_way_round_is_not_a_reason_to_switch(scene: Scene, memory: dict[str, str], code: str) -> None:
    scene.zalo.faults.arm("zalo", code)
    with pytest.raises(AccountStopped):
        scene.send(**memory)
    assert len(scene.zalo.calls()) == 1


@pytest.mark.parametrize("code", sorted(set(ERRORS) - {"-235"}))
def test_no_other_code_switches_and_each_is_its_error(scene: Scene, code: str) -> None:
    scene.zalo.faults.arm("zalo", code)
    with pytest.raises(ChannelError) as caught:
        scene.send()
    assert type(caught.value) is ERRORS[code][0]
    assert caught.value.code == code
    assert scene.zalo.calls() == [V3]


# Written down by hand from shared/platforms/zalo-oa.md, section 4.7, so that the table is tested too.
DECISIONS: dict[type[ChannelError], tuple[int, ...]] = {
    TryLater: (-32, -211, -214, -218, -234),
    OutcomeUnknown: (-200,),
    TokenRejected: (-216, -220),
    Unreachable: (-213, -217, -227, -244),
    WindowClosed: (-230, -232),
    Refused: (-100, -201, -210, -233, -237, -238, -241, -248, -249, -403, -1340, -1341),
    AccountStopped: (-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321),
}


def test_the_table_holds_every_code_of_the_reference() -> None:
    expected = {str(code): error for error, codes in DECISIONS.items() for code in codes}
    assert {code: error for code, (error, _hint) in ERRORS.items()} == expected


def test_an_unlisted_code_is_a_refusal(scene: Scene) -> None:
    scene.zalo.faults.arm("zalo", "-99999")
    with pytest.raises(Refused, match="-99999"):
        scene.send()


def test_only_the_rate_limit_pauses_the_whole_account(scene: Scene) -> None:
    pauses = {}
    for code in ("-32", "-211", "-218", "-234"):
        scene.zalo.faults.arm("zalo", code)
        with pytest.raises(TryLater) as caught:
            scene.send()
        pauses[code] = caught.value.retry_after
    assert pauses == {"-32": 10.0, "-211": None, "-218": None, "-234": None}


def test_a_timeout_after_accepting_is_unknown_and_never_switches(scene: Scene) -> None:
    scene.zalo.faults.arm("zalo", "timeout")
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        scene.send()
    assert caught.value.maybe_sent
    assert time.monotonic() - started < 1.4
    assert scene.zalo.calls() == [V3]
    assert len(scene.zalo.sent(LAN)) == 1


@pytest.mark.parametrize("fault", ["5xx", "garbage"])
def test_a_vague_answer_is_unknown(scene: Scene, fault: str) -> None:
    scene.zalo.faults.arm("zalo", fault)
    with pytest.raises(OutcomeUnknown):
        scene.send()
    assert scene.zalo.calls() == [V3]


def test_nobody_listening_means_surely_not_sent(scene: Scene) -> None:
    http = Http({"zalo": "http://127.0.0.1:9"}, timeout=(0.5, 0.5))
    with pytest.raises(TryLater):
        ZALO.send(http, scene.account, LAN, HELLO)


def test_a_stranger_and_a_person_silent_for_a_week_are_told_apart(scene: Scene) -> None:
    with pytest.raises(Unreachable):
        scene.send(to="999")
    scene.zalo.meet(scene.oa.oa_id, LAN, at=datetime.now(UTC) - LIMITS.window - timedelta(minutes=1))
    with pytest.raises(WindowClosed):
        scene.send()
    scene.zalo.act(scene.oa.oa_id, "text", user=LAN, text="alo")
    assert scene.send() == {}


def test_a_wrong_token_is_rejected_and_never_in_the_message(scene: Scene) -> None:
    account = replace(scene.account, secrets={**scene.account.secrets, "access_token": "stolen-token"})
    with pytest.raises(TokenRejected) as caught:
        ZALO.send(scene.http, account, LAN, HELLO)
    assert "stolen-token" not in str(caught.value) + repr(account)


def test_proof_is_sent_only_when_asked_for(scene: Scene) -> None:
    scene.oa.needs_proof = True
    with pytest.raises(AccountStopped, match="appsecret_proof"):
        scene.send()
    assert scene.send(appsecret_proof="on") == {}
    account = replace(scene.account, secrets={**scene.account.secrets, "appsecret_proof": "on"})
    assert ZALO.send(scene.http, account, LAN, HELLO).message_id


ANSWERS = [
    ({"error": "-216"}, 200, TokenRejected),
    ({"error": -216.0}, 200, OutcomeUnknown),
    ({"error": "-999"}, 500, OutcomeUnknown),
    ({"error": -201}, 400, Refused),
    ({"message": "no"}, 404, Refused),
    ({"message": "Success"}, 200, OutcomeUnknown),
    ({"error": 0, "data": []}, 200, OutcomeUnknown),
    ([], 200, OutcomeUnknown),
    ({}, 429, TryLater),
    ({}, 503, TryLater),
    ({}, 302, OutcomeUnknown),
]


@pytest.mark.parametrize(("body", "status", "error"), ANSWERS)
def test_answers_of_odd_shapes(
    serve: Callable[[Flask], str], body: object, status: int, error: type[ChannelError]
) -> None:
    app = Flask("odd")
    app.add_url_rule(V3, "cs", lambda: (app.json.dumps(body), status), methods=["POST"])
    with pytest.raises(error):
        ZALO.send(Http({"zalo": serve(app)}), Account(key="1", secrets={"access_token": "t"}), LAN, HELLO)


@pytest.mark.parametrize("data", [{"message_id": "m1"}, {"message_id": 9007199254740993001}, {}])
@pytest.mark.parametrize("zero", [0, "0", None])
def test_success_is_read_from_numbers_and_text(serve: Callable[[Flask], str], data: object, zero: object) -> None:
    app = Flask("odd")
    app.add_url_rule(V3, "cs", lambda: {"error": zero, "data": data}, methods=["POST"])
    sent = ZALO.send(Http({"zalo": serve(app)}), Account(key="1", secrets={"access_token": "t"}), LAN, HELLO)
    assert sent.message_id in {"m1", "9007199254740993001", ""}


def test_typing_calls_nobody(scene: Scene) -> None:
    ZALO.typing(scene.http, scene.account, LAN)
    assert scene.zalo.calls() == []
