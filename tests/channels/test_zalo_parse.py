"""Zalo's events, from recorded payloads and from anything hypothesis can think of."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import zalo_events
from bot.channels.base import Account, Inbound, Kind
from bot.channels.zalo import Zalo
from bot.errors import BadInput

ZALO = Zalo()
OA = "388613280878808645"
USER = "246845883529197922"
ACCOUNT = Account(key=OA, secrets={"app_id": "1234567890123456789", "oa_secret": "s"})
RECORDED = sorted((Path(__file__).parent / "payloads").glob("zalo_*.json"))


def parse(wire: object, **headers: str) -> list[Inbound]:
    return list(ZALO.parse(ACCOUNT, json.dumps(wire).encode(), headers))


def plain(event: Inbound) -> dict[str, Any]:
    """Return an event as the payload files write it: times as text, nothing that is empty."""
    facts = asdict(event) | {"kind": event.kind.value, "sender": event.sender}
    facts["sent_at"] = event.sent_at.isoformat() if event.sent_at else None
    facts["media"] = [{key: value for key, value in one.items() if value not in ("", None)} for one in facts["media"]]
    return {key: value for key, value in facts.items() if value or key == "sender"}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_payload_becomes_the_expected_events(path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    events = [plain(one) for one in ZALO.parse(ACCOUNT, json.dumps(recorded["body"]).encode(), recorded["headers"])]
    for event, expected in zip(events, recorded["events"], strict=True):
        if "external_id" not in expected:  # ends in a digest of the bytes
            assert event.pop("external_id").startswith(recorded["body"]["event_name"])
        assert event == expected


def test_every_event_of_the_reference_is_recorded() -> None:
    recorded = {json.loads(path.read_text(encoding="utf-8"))["body"]["event_name"] for path in RECORDED}
    assert set(zalo_events.EVENTS) <= recorded


def chat(**message: Any) -> dict[str, Any]:
    return {"event_name": "user_send_text", "sender": {"id": USER}, "recipient": {"id": OA}, "message": message}


def test_a_redelivery_has_the_same_key_and_another_message_has_not() -> None:
    first, again = parse(chat(text="a", msg_id="m1")), parse(chat(text="a", msg_id="m1"), num_retry="1")
    other = parse(chat(text="a", msg_id="m2"))
    assert first[0].external_id == again[0].external_id != other[0].external_id
    assert again[0].extra["retry"] == "1"


def test_two_reactions_to_one_message_are_two_events() -> None:
    wire = {**chat(msg_id="m1", react_icon="/-heart"), "event_name": "user_reacted_message"}
    keys = {parse({**wire, "timestamp": stamp})[0].external_id for stamp in ("1767225600000", "1767225600001")}
    assert len(keys) == 2


def test_events_about_nobody_are_told_apart_by_their_bytes() -> None:
    wires = [{"event_name": "remove_tag", "oa_id": OA, "tag": {"name": name}} for name in ("a", "b", "a")]
    first, other, again = (parse(wire)[0] for wire in wires)
    assert first.external_id == again.external_id != other.external_id
    assert (first.kind, first.sender) == (Kind.OTHER, "")


def test_a_very_long_id_still_gives_a_key_that_fits() -> None:
    keys = {parse(chat(text="a", msg_id="m" * 500 + end))[0].external_id for end in "12"}
    assert len(keys) == 2
    assert all(len(key) <= zalo_events.EXTERNAL_ID_MAX for key in keys)


@pytest.mark.parametrize(
    ("said", "text", "payload"),
    [
        ("#tthc:1.001193:fee", "#tthc:1.001193:fee", "#tthc:1.001193:fee"),
        (" #menu\n", " #menu\n", "#menu"),
        ('{"content":"A"}', "A", ""),
        ('{"content":"#menu"}', "#menu", "#menu"),
        ('{"content":5}', '{"content":5}', ""),
        ("{không phải json", "{không phải json", ""),
        ("# khai sinh", "# khai sinh", ""),
        ("#", "#", ""),
        ("#" + "x" * 1000, "#" + "x" * 1000, ""),
        ("phí #2", "phí #2", ""),
    ],
)
def test_what_is_a_button_and_what_is_typed(said: str, text: str, payload: str) -> None:
    event = parse(chat(text=said, msg_id="m"))[0]
    assert (event.kind, event.text, event.payload) == (Kind.TEXT, text, payload)


@pytest.mark.parametrize(
    "wire",
    [
        chat(text="a") | {"recipient": {"id": "other"}},
        chat(text="a") | {"recipient": {}},
        chat(text="a") | {"sender": {}},
        chat(text="a") | {"sender": "x"},
        {"event_name": "follow", "oa_id": "other", "follower": {"id": USER}},
        {"event_name": "oa_send_text", "sender": {"id": "other"}, "recipient": {"id": USER}},
        # The OA as sender of a citizen's event: would make the bot answer itself.
        {"event_name": "user_send_text", "sender": {"id": OA}, "recipient": {"id": USER}},
        {"event_name": "user_seen_message", "sender": {"id": "x"}, "recipient": {"id": USER}},
    ],
)
def test_what_is_not_for_this_account_is_left_out(wire: dict[str, Any]) -> None:
    assert parse(wire) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"alo", b"[]", b"null", b'"x"', b"{}", b'{"event_name":7.5e', b'{"event_name":[]}',
     b"[" * 100_000, b'{"event_name":' + b'{"a":' * 100_000],
)  # fmt: skip
def test_bytes_that_are_no_envelope_are_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        ZALO.parse(ACCOUNT, body, {})


@pytest.mark.parametrize(
    ("given", "expected"),
    [("10.5", 10.5), (10.5, 10.5), (-90, -90.0), ("91", None), ("nan", None), ("1e999", None), ("x", None), ({}, None)],
)
def test_latitudes(given: object, expected: float | None) -> None:
    place = {"type": "location", "payload": {"coordinates": {"latitude": given, "longitude": "105"}}}
    event = parse(chat(attachments=[place]) | {"event_name": "user_send_location"})[0]
    assert event.media[0].latitude == expected


@pytest.mark.parametrize("stamp", ["", "x", "-1", "1e9", "9" * 15, "²", None, [], "99999999999999"])
def test_an_impossible_time_is_no_error(stamp: object) -> None:
    event = parse({**chat(text="a", msg_id="m"), "timestamp": stamp})[0]
    assert event.sent_at is None or event.sent_at.year > 5000


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "", None, 5])
def test_only_web_addresses_are_kept(url: object) -> None:
    image = {"type": "image", "payload": {"url": url}}
    assert parse(chat(attachments=[image]) | {"event_name": "user_send_image"})[0].media[0].url == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PEOPLE = st.fixed_dictionaries({}, optional={"id": st.sampled_from([OA, USER]) | JSON, "admin_id": JSON})
NAMES = st.sampled_from(
    [*zalo_events.EVENTS, "user_send_image", "oa_send_text", "add_user_to_tag", "anonymous_send_file"]
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text() | JSON,
        "msg_id": st.text() | JSON,
        "msg_ids": JSON,
        "conversation_id": st.text() | JSON,
        "attachments": st.lists(st.fixed_dictionaries({"type": JSON, "payload": JSON}) | JSON, max_size=3) | JSON,
    },
)
ENVELOPES = st.fixed_dictionaries(
    {"event_name": NAMES | st.text()},
    optional={
        "sender": PEOPLE | JSON,
        "recipient": PEOPLE | JSON,
        "oa_id": st.just(OA) | JSON,
        "user_id": JSON,
        "follower": PEOPLE | JSON,
        "message": MESSAGES | JSON,
        "info": JSON,
        "tag": st.fixed_dictionaries({"name": JSON, "user_ids": JSON}) | JSON,
        "data": JSON,
        "timestamp": st.integers() | st.text() | JSON,
    },
)


def check(body: bytes) -> None:
    try:
        events = ZALO.parse(ACCOUNT, body, {"NUM-RETRY": "1"})
    except BadInput:
        return
    for event in events:
        assert 0 < len(event.external_id) <= zalo_events.EXTERNAL_ID_MAX
        stored = json.dumps(asdict(event), default=str, ensure_ascii=False)
        stored.encode()  # no half surrogates
        assert "\\u0000" not in stored
        assert event.sender != OA
        assert event.kind not in {Kind.TEXT, Kind.MEDIA} or event.sender


@given(ENVELOPES)
def test_any_envelope_is_read_or_bad_input(wire: dict[str, Any]) -> None:
    check(json.dumps(wire).encode())


@given(JSON)
def test_any_json_is_read_or_bad_input(value: object) -> None:
    check(json.dumps(value).encode())


@given(st.binary())
def test_any_bytes_are_read_or_bad_input(body: bytes) -> None:
    check(body)
    assert ZALO.verify(ACCOUNT, {"X-ZEvent-Signature": "mac=" + "0" * 64}, body) is False
