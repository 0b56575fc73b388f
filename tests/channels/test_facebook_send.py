"""Answers to the fake Graph API over real HTTP, and every refusal as a decision."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from bot.channels.base import Account, Button, Message, Press
from bot.channels.facebook import Facebook
from bot.channels.facebook_graph import ERRORS
from bot.channels.fit import fit
from bot.channels.http import Http
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
from bot.web.sandbox.graph import Act, FakeGraph, FakePage, blueprint, comment_id
from tests.channels.conftest import Serve

FACEBOOK = Facebook()
LAN = "7654321098765432109"
PAGE = FakePage(page_id="100000000000001", app_id="200000000000002", app_secret="sssh", page_token="EAAB-token")
SECRETS = {"app_id": PAGE.app_id, "app_secret": PAGE.app_secret, "verify_token": "v", "page_token": PAGE.page_token}
ACCOUNT = Account(key=PAGE.page_id, secrets=SECRETS)


@pytest.fixture
def graph() -> FakeGraph:
    fake = FakeGraph(slow=5.0)
    fake.add(PAGE)
    fake.meet(PAGE.page_id, LAN)
    return fake


@pytest.fixture
def http(graph: FakeGraph, serve: Serve) -> Http:
    app = Flask("graph")
    app.register_blueprint(blueprint(graph), url_prefix="/graph")
    return Http({"graph": serve(app) + "/graph"}, timeout=(1.0, 2.0))


def say(title: str, value: str = "#say:x") -> Button:
    return Button(title=title, value=value)


def test_words_arrive_and_the_receipt_has_their_id(graph: FakeGraph, http: Http) -> None:
    sent = FACEBOOK.send(http, ACCOUNT, LAN, Message(text="Dạ, cần 3 giấy tờ 😀"))
    (kept,) = graph.sent(LAN)
    assert (kept["text"], kept["buttons"], kept["user_id"]) == ("Dạ, cần 3 giấy tờ 😀", [], LAN)
    assert (sent.message_id, sent.recipient) == (kept["message_id"], "")


def test_choices_become_quick_replies_with_titles_cut(graph: FakeGraph, http: Http) -> None:
    titles = ["Lệ phí", "Đăng ký khai sinh có yếu tố nước ngoài", *(f"Số {n}" for n in range(11))]
    FACEBOOK.send(http, ACCOUNT, LAN, Message(text="Chọn:", buttons=tuple(say(title) for title in titles)))
    buttons = graph.sent()[0]["buttons"]
    assert len(buttons) == 13
    assert buttons[0] == {"title": "Lệ phí", "type": "quick_reply", "value": "#say:x"}
    assert buttons[1]["title"] == "Đăng ký khai sinh c…"


def test_a_link_or_a_telephone_makes_it_a_template(graph: FakeGraph, http: Http) -> None:
    link = Button(title="Nộp trực tuyến", press=Press.URL, value="https://dichvucong.gov.vn/")
    phone = Button(title="Gọi tổng đài", press=Press.PHONE, value="+842923821888")
    FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a" * 640, buttons=(say("Lệ phí"), link, phone)))
    assert graph.sent()[0]["buttons"] == [
        {"title": "Lệ phí", "type": "postback", "value": "#say:x"},
        {"title": "Nộp trực tuyến", "type": "web_url", "value": "https://dichvucong.gov.vn/"},
        {"title": "Gọi tổng đài", "type": "phone_number", "value": "+842923821888"},
    ]


@pytest.mark.parametrize("text", ["Dạ " * 3000, "😀" * 3000, "a\u0309" * 5000, "ngắn"])
@pytest.mark.parametrize("links", [0, 1, 5])
@pytest.mark.parametrize("says", [0, 2, 20])
def test_what_fits_is_taken(graph: FakeGraph, http: Http, text: str, links: int, says: int) -> None:
    choices = [say(f"Chọn thủ tục thứ {n} trong danh sách", "#" * 5000) for n in range(says)]
    others = [Button(title=f"Xem {n}", press=Press.URL, value=f"https://x.vn/{n}") for n in range(links)]
    parts = fit(Message(text=text, buttons=(*choices, *others)), FACEBOOK.limits)
    for part in parts:
        FACEBOOK.send(http, ACCOUNT, LAN, part)
    assert len(graph.sent()) == len(parts)


def test_a_comment_gets_one_private_reply_that_tells_who_it_was(graph: FakeGraph, http: Http) -> None:
    act = Act(kind="comment", user="42", text="lệ phí bao nhiêu?")
    graph.act(PAGE.page_id, act)
    answer = Message(text="Miễn phí ạ", comment_id=comment_id(act))
    assert FACEBOOK.send(http, ACCOUNT, "24", answer).recipient == "42"
    assert graph.sent("42")[0]["comment_id"] == comment_id(act)
    with pytest.raises(Refused, match="10900"):
        FACEBOOK.send(http, ACCOUNT, "24", answer)
    with pytest.raises(WindowClosed):  # until they answer
        FACEBOOK.send(http, ACCOUNT, "42", Message(text="còn nữa"))
    graph.act(PAGE.page_id, Act(kind="text", user="42", text="cảm ơn"))
    assert FACEBOOK.send(http, ACCOUNT, "42", Message(text="còn nữa")).message_id


def test_typing_marks_as_seen_and_shows_dots(graph: FakeGraph, http: Http) -> None:
    FACEBOOK.typing(http, ACCOUNT, LAN)
    assert [one["action"] for one in graph.actions(LAN)] == ["mark_seen", "typing_on"]
    assert graph.sent() == []


@pytest.mark.parametrize("to", ["", "999"])
def test_typing_never_raises(graph: FakeGraph, http: Http, to: str) -> None:
    FACEBOOK.typing(http, ACCOUNT, to)
    assert graph.actions() == []


def test_typing_survives_a_dead_platform() -> None:
    FACEBOOK.typing(Http({"graph": "http://127.0.0.1:9"}, timeout=(0.2, 0.2)), ACCOUNT, LAN)
    with pytest.raises(TryLater):
        FACEBOOK.send(Http({"graph": "http://127.0.0.1:9"}, timeout=(0.2, 0.2)), ACCOUNT, LAN, Message(text="a"))


def test_the_window_and_strangers_are_told_apart(graph: FakeGraph, http: Http) -> None:
    graph.meet(PAGE.page_id, LAN, at=datetime.now(UTC) - timedelta(hours=24, minutes=1))
    with pytest.raises(WindowClosed, match="10/2018278"):
        FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a"))
    with pytest.raises(Unreachable, match="100/2018001"):
        FACEBOOK.send(http, ACCOUNT, "1", Message(text="a"))


FAULTS = {
    "613": TryLater,
    "190/463": TokenRejected,
    "190/460": TokenRejected,
    "10/2018278": WindowClosed,
    "551/1545041": Unreachable,
    "200/2018028": AccountStopped,
    "368": AccountStopped,
    "1/1357046": OutcomeUnknown,
    "2": TryLater,
    "5xx": OutcomeUnknown,
    "garbage": OutcomeUnknown,
}


@pytest.mark.parametrize(("fault", "decision"), FAULTS.items())
def test_an_armed_fault_is_seen_once(graph: FakeGraph, http: Http, fault: str, decision: type[ChannelError]) -> None:
    graph.faults.arm("facebook", fault)
    FACEBOOK.typing(http, ACCOUNT, LAN)  # takes no fault
    with pytest.raises(decision) as caught:
        FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a"))
    assert PAGE.page_token not in str(caught.value)
    if fault[0].isdigit() and fault != "5xx":
        assert caught.value.code == fault
    assert FACEBOOK.send(http, ACCOUNT, LAN, Message(text="b")).message_id


def test_a_rate_limit_tells_how_long_to_wait(graph: FakeGraph, http: Http) -> None:
    graph.regain_minutes = 3
    graph.faults.arm("facebook", "613")
    with pytest.raises(TryLater) as caught:
        FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a"))
    assert caught.value.retry_after == 180


def test_a_time_out_after_accepting_leaves_the_outcome_unknown(graph: FakeGraph, http: Http) -> None:
    graph.faults.arm("facebook", "timeout")
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.send(Http(http.urls, timeout=(1.0, 0.3)), ACCOUNT, LAN, Message(text="a"))
    assert len(graph.sent(LAN)) == 1


@pytest.mark.parametrize(
    ("secrets", "decision"),
    [({"page_token": "old"}, TokenRejected), ({"app_secret": "wrong"}, Refused)],
)
def test_token_and_proof_are_checked(http: Http, secrets: dict[str, str], decision: type[ChannelError]) -> None:
    with pytest.raises(decision):
        FACEBOOK.send(http, Account(key=PAGE.page_id, secrets={**SECRETS, **secrets}), LAN, Message(text="a"))


def test_another_pages_token_is_refused(http: Http) -> None:
    with pytest.raises(Refused):
        FACEBOOK.send(http, Account(key="100000000000009", secrets=SECRETS), LAN, Message(text="a"))


def test_a_page_token_cannot_be_renewed(http: Http) -> None:
    assert not FACEBOOK.renews
    with pytest.raises(AccountStopped, match="account add"):
        FACEBOOK.renew(http, ACCOUNT, datetime.now(UTC))


# What the reference's table (section 2.10) says, written down again.
TABLE: dict[str, type[ChannelError]] = {
    **dict.fromkeys(("1", "1/1357046"), OutcomeUnknown),
    **dict.fromkeys(("2", "4", "17", "32", "613", "80006", "80001", "341"), TryLater),
    **dict.fromkeys(("613/2018338", "368", "10", "10/1893063", "200", "200/2018028", "3"), AccountStopped),
    **dict.fromkeys(("10/2018278", "10/2534022", "10/2018065"), WindowClosed),
    **dict.fromkeys(("10/2018108", "100/2018001", "551", "551/1545041", "200/1545041"), Unreachable),
    **dict.fromkeys(("100", "100/2018008", "100/2018047", "100/2018294", "10/2018300", "10/2018321"), Refused),
    **dict.fromkeys(("190", "190/458", "190/459", "190/460", "190/463", "190/467", "190/492", "102"), TokenRejected),
    **dict.fromkeys(("230", "2018218", "2018247", "506", "1609005", "10900", "999999", "999/1"), Refused),
}


@pytest.fixture
def refusing(serve: Serve) -> Callable[[Any, int], Http]:
    """Return a function that gives a platform which answers every call with one body."""

    def start(body: Any, status: int = 400, **headers: str) -> Http:
        app = Flask("refusing")

        @app.route("/<path:_path>", methods=["GET", "POST"])
        def answer(_path: str) -> Response:
            response = jsonify(body)
            response.status_code = status
            response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
            return response

        return Http({"graph": serve(app)}, timeout=(1.0, 2.0))

    return start


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(("code", "decision"), TABLE.items())
def test_every_code_is_a_decision(
    refusing: Callable[..., Http], code: str, decision: type[ChannelError], status: int
) -> None:
    main, _, sub = code.partition("/")
    error = {"message": f"Malformed access token {PAGE.page_token}", "code": int(main), "fbtrace_id": "Az"}
    if status == 500 and main.startswith("999"):
        decision = OutcomeUnknown
    with pytest.raises(ChannelError) as caught:
        http = refusing({"error": error | ({"error_subcode": int(sub)} if sub else {})}, status)
        FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a"))
    assert type(caught.value) is decision
    assert caught.value.code == code
    assert PAGE.page_token not in str(caught.value)
    assert "Az" in str(caught.value)


def test_the_table_above_names_every_listed_code() -> None:
    listed = {"/".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in ERRORS}
    assert listed <= set(TABLE)


@pytest.mark.parametrize(
    "body",
    [{"error": "no"}, {"error": None}, {"error": {}}, {"error": {"code": "x", "error_subcode": []}}, {"error": []}],
)
def test_a_shapeless_error_is_a_refusal(refusing: Callable[..., Http], body: Any) -> None:
    with pytest.raises(Refused, match="400"):
        FACEBOOK.send(refusing(body), ACCOUNT, LAN, Message(text="a"))


@pytest.mark.parametrize(("code", "decision"), [(999999, OutcomeUnknown), (100, Refused), (613, TryLater)])
def test_an_unlisted_code_that_meta_calls_transient_is_unknown(
    refusing: Callable[..., Http], code: int, decision: type[ChannelError]
) -> None:
    with pytest.raises(decision):
        FACEBOOK.send(refusing({"error": {"code": code, "is_transient": True}}), ACCOUNT, LAN, Message(text="a"))


@pytest.mark.parametrize("body", [{}, {"recipient_id": LAN}, {"message_id": ""}])
def test_no_receipt_leaves_the_outcome_unknown(refusing: Callable[..., Http], body: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.send(refusing(body, 200), ACCOUNT, LAN, Message(text="a"))


@pytest.mark.parametrize(
    ("usage", "seconds"),
    [
        ('{"1":[{"estimated_time_to_regain_access":2},{"estimated_time_to_regain_access":5}],"2":[]}', 300),
        ('{"1":[{"estimated_time_to_regain_access":0}]}', None),
        *((broken, None) for broken in ("", "x", "[]", "{}", '{"1":1}', '{"1":[1]}', '{"1":[{}]}')),
    ],
)
def test_minutes_to_wait_are_read_whatever_else_comes(
    refusing: Callable[..., Http], usage: str, seconds: float | None
) -> None:
    http = refusing({"error": {"code": 80006}}, 400, X_Business_Use_Case_Usage=usage)
    with pytest.raises(TryLater) as caught:
        FACEBOOK.send(http, ACCOUNT, LAN, Message(text="a"))
    assert caught.value.retry_after == seconds


def test_what_goes_over_the_wire(serve: Serve) -> None:
    seen: dict[str, Any] = {}
    app = Flask("wire")

    @app.post("/v26.0/<page>/messages")
    def messages(page: str) -> Response:
        seen.update(page=page, query=dict(request.args), body=request.get_json(), auth=request.headers["Authorization"])
        return jsonify({"recipient_id": LAN, "message_id": "m_1"})

    FACEBOOK.send(Http({"graph": serve(app)}), ACCOUNT, LAN, Message(text="Dạ", buttons=(say("Lệ phí", "#p"),)))
    reply = {"content_type": "text", "title": "Lệ phí", "payload": "#p"}
    assert seen["page"] == PAGE.page_id
    assert seen["auth"] == "Bearer EAAB-token"
    # $ printf EAAB-token | openssl dgst -sha256 -hmac sssh
    assert seen["query"] == {"appsecret_proof": "c906213d23b14094e3c5ccc57fa32bce7ff4b9aadc8efb4cef00c6d54eb0cb9f"}
    assert seen["body"] == {
        "recipient": {"id": LAN},
        "messaging_type": "RESPONSE",
        "message": {"text": "Dạ", "quick_replies": [reply]},
    }
