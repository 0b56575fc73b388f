"""Messenger's and the Page feed's events, from recorded payloads and from anything hypothesis can think of."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import ANSWERED, Account, Inbound, Kind
from bot.channels.facebook import Facebook
from bot.channels.facebook_events import ID_MAX
from bot.errors import BadInput

FACEBOOK = Facebook()
PAGE, APP, PSID = "100000000000001", "200000000000002", "7654321098765432109"
ACCOUNT = Account(key=PAGE, secrets={"app_id": APP, "app_secret": "s"})
RECORDED = sorted((Path(__file__).parent / "payloads").glob("facebook_*.json"))
T = 1767225600000


def parse(wire: object) -> list[Inbound]:
    return list(FACEBOOK.parse(ACCOUNT, json.dumps(wire).encode(), {}))


def plain(event: Inbound) -> dict[str, Any]:
    """Return an event as the payload files write it: times as text, nothing that is empty."""
    facts = asdict(event) | {"kind": event.kind.value}
    facts["sent_at"] = event.sent_at.isoformat() if event.sent_at else None
    facts["media"] = [{key: value for key, value in one.items() if value not in ("", None)} for one in facts["media"]]
    return {key: value for key, value in facts.items() if value or key == "sender"}


def batch(*items: object, key: str = "messaging") -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "time": T, key: list(items)}]}


def said(**message: Any) -> dict[str, Any]:
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": T, "message": message}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_payload_becomes_the_expected_events(path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    events = [plain(event) for event in parse(recorded["body"])]
    for event, expected in zip(events, recorded["events"], strict=True):
        if start := expected.pop("external_id_starts", ""):  # ends in a digest of the item
            assert event.pop("external_id").startswith(start)
        assert event == expected


def test_the_samples_cover_every_kind_that_facebook_can_give() -> None:
    kinds = {event["kind"] for path in RECORDED for event in json.loads(path.read_text(encoding="utf-8"))["events"]}
    never = {Kind.UNFOLLOW, Kind.INFO, Kind.WITHDRAW}  # no such event on Messenger
    assert kinds == set(Kind) - never


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_redelivery_has_the_same_ids_and_ids_in_a_batch_differ(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))["body"]
    again = {**body, "entry": [{**entry, "time": T + 60_000} for entry in body["entry"]]}
    ids = [event.external_id for event in parse(body)]
    assert ids == [event.external_id for event in parse(again)]
    assert len(set(ids)) == len(ids)
    assert all(0 < len(one) <= ID_MAX for one in ids)


@pytest.mark.parametrize("change", [{"timestamp": T + 1}, {"sender": {"id": "1"}}, {"postback": {"payload": "b"}}])
def test_postbacks_without_mid_are_told_apart_by_person_time_and_payload(change: dict[str, Any]) -> None:
    press = {"sender": {"id": PSID}, "timestamp": T, "postback": {"title": "t", "payload": "a"}}
    first, other = parse(batch(press)), parse(batch({**press, **change}))
    assert first[0].external_id != other[0].external_id


def test_long_ids_that_begin_alike_stay_apart() -> None:
    events = parse(batch(said(mid="m" * 500 + "1", text="a"), said(mid="m" * 500 + "2", text="a")))
    assert len({event.external_id for event in events}) == 2
    assert all(len(event.external_id) <= ID_MAX for event in events)


def test_events_of_one_entry_come_oldest_first_whatever_list_they_are_in() -> None:
    entry = {
        "id": PAGE,
        "time": T,
        "changes": [{"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "1_2",
                                                "created_time": T // 1000 - 5}}],
        "standby": [{**said(mid="s", text="b"), "timestamp": T - 2000}],
        "messaging": [said(mid="m", text="c")],
    }  # fmt: skip
    assert [event.kind for event in parse({"object": "page", "entry": [entry]})] == ["comment", "other", "text"]


@pytest.mark.parametrize("stamp", [True, None, "1767225600000", 1e300, -1e300, float("nan"), float("inf"), 10**400])
def test_a_time_that_is_none_falls_back_to_the_entrys(stamp: object) -> None:
    (event,) = parse(batch({**said(mid="m", text="a"), "timestamp": stamp}))
    assert event.sent_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_without_any_time_the_event_is_kept() -> None:
    (event,) = parse({"object": "page", "entry": [{"id": PAGE, "messaging": [{"message": {"mid": "m", "text": "a"}}]}]})
    assert (event.sent_at, event.sender, event.text) == (None, "", "a")


def test_an_account_without_app_id_takes_no_echo_for_its_own() -> None:
    body = json.dumps(batch(said(mid="m", text="a", is_echo=True))).encode()
    (event,) = FACEBOOK.parse(Account(key=PAGE, secrets={}), body, {})
    assert event.kind is Kind.STAFF


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "😀" * 1000, "\u202eđảo", "\x01\x1b[31m", "'; DROP TABLE events; --", "<script>alert(1)</script>"],
)
def test_strange_words_pass_unharmed(text: str) -> None:
    assert parse(batch(said(mid="m", text=text)))[0].text == text


BROKEN = [b"", b"{", b"null", b"[]", b'"page"', b"1", b"\xff\xfe", b"NaN", b"{}", b'{"object":"page"}',
          b'{"object":1,"entry":[]}', b'{"object":"page","entry":{}}', b"[" * 100_000,
          b'{"object":"page","entry":[' + b"1" * 5000 + b"]}"]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_envelope_is_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        FACEBOOK.parse(ACCOUNT, body, {})


@pytest.mark.parametrize("depth", range(300, 1000, 50))
def test_depth_never_breaks_the_parser(depth: int) -> None:
    body = b'{"object":"page","entry":[{"id":"%s","messaging":[{"deep":%s1%s}]}]}'
    filled = body % (PAGE.encode(), b"[" * depth, b"]" * depth)
    try:  # either is right, the stack decides
        assert [event.kind for event in FACEBOOK.parse(ACCOUNT, filled, {})] == [Kind.OTHER]
    except BadInput as error:
        assert "deep" in str(error)


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([PAGE, APP, T])
)
KEYS = st.sampled_from([
    "id", "sender", "recipient", "timestamp", "message", "mid", "text", "quick_reply", "payload", "attachments", "type",
    "url", "sticker_id", "coordinates", "lat", "long", "is_echo", "app_id", "postback", "title", "referral", "ref",
    "delivery", "mids", "watermark", "read", "reaction", "optin", "reply_to", "new_owner_app_id", "field", "value",
    "item", "verb", "comment_id", "created_time", "from", "is_deleted",
])  # fmt: skip
anything = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=6)
)


@settings(deadline=None)  # the machine may be busy
@given(anything)
def test_any_json_gives_events_or_bad_input(wire: object) -> None:
    try:
        events = parse(wire)
    except BadInput:
        events = []
    assert all(isinstance(event, Inbound) for event in events)


def storable(event: Inbound) -> bool:
    facts = [event.external_id, event.sender, event.text, event.payload, *event.extra.values()]
    return all(isinstance(one, str) and "\x00" not in one and one.encode() is not None for one in facts)


NAMES = ["message", "postback", "referral", "delivery", "read", "reaction", "optin", "pass_thread_control"]


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.dictionaries(st.sampled_from([*NAMES, "sender", "recipient", "timestamp"]), anything), max_size=4),
       st.sampled_from(["messaging", "standby", "changes"]))  # fmt: skip
def test_any_items_of_our_page_are_each_kept_and_can_be_stored(items: list[Any], key: str) -> None:
    events = parse(batch(*items, key=key))
    assert len(events) == len(items)
    assert all(storable(event) and event.external_id for event in events)
    if key == "standby":
        assert not ANSWERED & {event.kind for event in events}


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=200))
def test_any_bytes_give_events_or_bad_input(body: bytes) -> None:
    try:
        assert list(FACEBOOK.parse(ACCOUNT, body, {})) == []
    except BadInput as error:
        assert str(error)
