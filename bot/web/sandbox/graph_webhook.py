"""Signed Messenger webhooks as Meta would send them, for the sandbox's phones and for tests."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class FakePage:
    """A Page on the fake platform. `expires_at`: epoch seconds of the token's end, 0 for never."""

    page_id: str
    app_id: str
    app_secret: str = field(repr=False)
    page_token: str = field(repr=False)
    name: str = "Trang thử nghiệm"
    needs_proof: bool = True
    expires_at: int = 0
    human_agent: bool = False
    """Whether Meta approved the feature Human Agent for it."""
    scopes: tuple[str, ...] = (
        "pages_messaging",
        "pages_manage_metadata",
        "pages_read_engagement",
        "pages_manage_posts",
        "read_insights",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a person (or a colleague) does; `kind` is one of `ACTS`. `item_id`: the mid or comment id."""

    kind: str
    user: str
    text: str = ""
    payload: str = ""
    item_id: str = field(default_factory=lambda: uuid.uuid4().hex[:20])
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def millis(self) -> int:
        """The time of the act as Messenger counts it."""
        return int(self.at.timestamp() * 1000)


def _message(page: FakePage, act: Act, **parts: Any) -> Json:
    words = {"text": act.text} if act.text else {}
    return _from_person(page, act, message={"mid": f"m_{act.item_id}", **words, **parts})


def _from_person(page: FakePage, act: Act, **parts: Any) -> Json:
    return {"sender": {"id": act.user}, "recipient": {"id": page.page_id}, "timestamp": act.millis, **parts}


def _from_page(page: FakePage, act: Act, app_id: str) -> Json:
    author = {"app_id": int(app_id)} if app_id else {}
    echo = _message(page, act, is_echo=True, **author)
    return {**echo, "sender": {"id": page.page_id}, "recipient": {"id": act.user}}


def _attached(kind: str, **payload: Any) -> Callable[[FakePage, Act], Json]:
    return lambda page, act: _message(page, act, attachments=[{"type": kind, "payload": payload}])


def _postback(page: FakePage, act: Act, **parts: Any) -> Json:
    body = {"mid": f"m_{act.item_id}", "title": act.text, "payload": act.payload, **parts}
    return _from_person(page, act, postback=body)


def _get_started(page: FakePage, act: Act) -> Json:
    referral = {"ref": act.payload, "source": "SHORTLINK", "type": "OPEN_THREAD"}
    postback = {"mid": f"m_{act.item_id}", "title": "Bắt đầu", "payload": "GET_STARTED"}
    return _from_person(page, act, postback=postback | ({"referral": referral} if act.payload else {}))


_CDN = "https://scontent.xx.fbcdn.net/v/"

ACTS: dict[str, Callable[[FakePage, Act], Json]] = {
    "text": _message,
    "quick_reply": lambda page, act: _message(page, act, quick_reply={"payload": act.payload}),
    "postback": _postback,
    "get_started": _get_started,
    "sticker": _attached("sticker", url=_CDN + "like.png", sticker_id=369239263222822),
    "image": _attached("image", url=_CDN + "anh.jpg"),
    "audio": _attached("audio", url=_CDN + "giong.mp4"),
    "location": _attached("location", coordinates={"lat": 10.0452, "long": 105.7469}),
    "read": lambda page, act: _from_person(page, act, read={"watermark": act.millis}),
    "staff": lambda page, act: _from_page(page, act, "263902037430900"),  # the Page Inbox
    "echo": lambda page, act: _from_page(page, act, page.app_id),
}
"""What the phone can do, by name, besides "comment"; each gives one item of `messaging`."""


def webhook(page: FakePage, act: Act) -> tuple[bytes, dict[str, str]]:
    """Return the raw body and the headers of a signed event."""
    entry: Json = {"id": page.page_id, "time": act.millis}
    if act.kind == "comment":
        entry |= {"time": act.millis // 1000, "changes": [_comment(page, act)]}
    else:
        entry["messaging"] = [ACTS[act.kind](page, act)]
    body = escaped({"object": "page", "entry": [entry]})
    return body, {"Content-Type": "application/json", **sign(page, body)}


def comment_id(act: Act) -> str:
    """Return the id under which a comment made by `act` is known."""
    return f"122100000000000001_{act.item_id}"


def _comment(page: FakePage, act: Act) -> Json:
    post = f"{page.page_id}_122100000000000001"
    # Who comments is known by another id than who chats.
    author = {"id": act.user[::-1], "name": "Người dân"}
    ids = {"post_id": post, "comment_id": comment_id(act), "parent_id": post}
    made = {"created_time": act.millis // 1000, "message": act.text}
    return {"field": "feed", "value": {"item": "comment", "verb": "add", "from": author, **ids, **made}}


def escaped(wire: Json) -> bytes:
    """Return JSON as Meta writes it: everything beyond ASCII as \\uXXXX, and \\/ for a slash."""
    return json.dumps(wire, separators=(",", ":")).replace("/", "\\/").encode()


def sign(page: FakePage, body: bytes) -> dict[str, str]:
    """Return both signature headers that Meta sends; the SHA-1 one is a relic."""
    key = page.app_secret.encode()
    return {
        "X-Hub-Signature": "sha1=" + hmac.new(key, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest(),
    }
