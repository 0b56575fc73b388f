"""Signed webhooks as Zalo would send them, for the sandbox's phones and for tests."""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class FakeOA:
    """An Official Account on the fake platform. `oa_type`: 2 enterprise, 4 state agency."""

    oa_id: str
    app_id: str
    app_secret: str = field(repr=False)
    oa_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    name: str = "OA thử nghiệm"
    oa_type: int = 4
    package: str = ""
    package_until: str = ""
    needs_proof: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """What a person does, before it becomes an event."""

    oa: FakeOA
    user: str
    text: str
    message_id: str


def _attached(kind: str, payload: Json) -> Callable[[_Act], Json]:
    attachment = {"type": kind, "payload": payload}
    return lambda act: _chat(act, f"user_send_{kind}", attachments=[attachment])


def _chat(act: _Act, event: str, **message: Any) -> Json:
    words = {"text": act.text} if act.text else {}
    return {
        "sender": {"id": act.user},
        "recipient": {"id": act.oa.oa_id},
        "event_name": event,
        "message": {**words, "msg_id": act.message_id, **message},
    }


def _relation(act: _Act, event: str) -> Json:
    return {"oa_id": act.oa.oa_id, "follower": {"id": act.user}, "source": "oa_profile", "event_name": event}


def _from_oa(act: _Act, sender: Json) -> Json:
    parties = {"sender": {"id": act.oa.oa_id, **sender}, "recipient": {"id": act.user}}
    return {**_chat(act, "oa_send_text"), **parties}


_PICTURE = {"thumbnail": "https://f1.photo.zdn.vn/t.jpg", "url": "https://f1.photo.zdn.vn/p.jpg"}

ACTS: dict[str, Callable[[_Act], Json]] = {
    "text": lambda act: _chat(act, "user_send_text"),
    "button": lambda act: _chat(act, "user_send_text"),  # the text is the button's payload
    "image": _attached("image", _PICTURE),
    "audio": _attached("audio", {"url": "https://voice.zdn.vn/v.amr"}),
    "sticker": _attached("sticker", {"id": "46982", "url": "https://s.zdn.vn/46982.png"}),
    "location": _attached("location", {"coordinates": {"latitude": "10.0452", "longitude": "105.7469"}}),
    "follow": lambda act: _relation(act, "follow"),
    "unfollow": lambda act: _relation(act, "unfollow"),
    "chatnow": lambda act: {"oa_id": act.oa.oa_id, "user_id": act.user, "event_name": "user_click_chatnow"},
    "withdraw": lambda act: {"oa_id": act.oa.oa_id, "user_id": act.user, "event_name": "user_withdraw"},
    "staff": lambda act: _from_oa(act, {"admin_id": "7000000000000000001"}),
    "echo": lambda act: _from_oa(act, {}),
}
"""What the phone can do, by name; each gives the event that Zalo would send."""


def webhook(
    oa: FakeOA, act: str, *, user: str, text: str = "", message_id: str = "", at: datetime | None = None
) -> tuple[bytes, dict[str, str]]:
    """Return the raw body and the headers of a signed event; `act` is one of `ACTS`."""
    stamp = str(int((at or datetime.now(UTC)).timestamp() * 1000))
    event = ACTS[act](_Act(oa=oa, user=user, text=text, message_id=message_id or uuid.uuid4().hex[:20]))
    shared = {"app_id": oa.app_id, "user_id_by_app": user[::-1], "timestamp": stamp}
    body = json.dumps({**shared, **event}, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return body, {"Content-Type": "application/json", "X-ZEvent-Signature": sign(oa, body, stamp)}


def sign(oa: FakeOA, body: bytes, stamp: str) -> str:
    """Return the signature header: SHA-256 (not HMAC) over app id, raw body, timestamp and OA secret."""
    return (
        "mac=" + hashlib.sha256(b"".join((oa.app_id.encode(), body, stamp.encode(), oa.oa_secret.encode()))).hexdigest()
    )
