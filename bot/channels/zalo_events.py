"""What Zalo's OA webhooks say, read into `Inbound` values.

Shapes: https://docs.zaloplatforms.com/docs/OA/ (webhook), checked 2026-11-22.
Nothing that Zalo may send may raise here, except bytes that are no envelope at all.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

from bot.channels.base import Inbound, Kind, Media
from bot.errors import BadInput

Wire = dict[str, Any]


class Side(Enum):
    """Who speaks, which says where the OA's and the person's ids stand."""

    CITIZEN = auto()  # sender: the person, recipient: the OA
    OA = auto()  # sender: the OA, recipient: the person
    ANY = auto()  # `oa_id` with follower, user_id or nobody; or sender and recipient either way round


EVENTS: dict[str, tuple[Kind, Side]] = {
    "user_send_text": (Kind.TEXT, Side.CITIZEN),
    "anonymous_send_text": (Kind.TEXT, Side.CITIZEN),
    "user_reacted_message": (Kind.REACTION, Side.CITIZEN),
    "user_submit_info": (Kind.INFO, Side.ANY),
    "user_seen_message": (Kind.SEEN, Side.ANY),
    "user_received_message": (Kind.DELIVERED, Side.ANY),
    "follow": (Kind.FOLLOW, Side.ANY),
    "unfollow": (Kind.UNFOLLOW, Side.ANY),
    "user_click_chatnow": (Kind.FOLLOW, Side.ANY),
    "user_withdraw": (Kind.WITHDRAW, Side.ANY),
    "oa_send_consent": (Kind.OTHER, Side.ANY),
}
"""What each event is to us. Events in neither table (tags, calls, groups, ZBS, widget …) are OTHER."""

FAMILIES: tuple[tuple[str, tuple[Kind, Side]], ...] = (
    ("user_send_", (Kind.MEDIA, Side.CITIZEN)),  # image gif link audio video sticker location file card …
    ("anonymous_send_", (Kind.MEDIA, Side.CITIZEN)),
    ("oa_send_", (Kind.ECHO, Side.OA)),  # STAFF when `sender.admin_id` is there
)

MEDIA_KINDS = frozenset({"image", "gif", "audio", "video", "file", "sticker", "link", "location"})

PAYLOAD = re.compile(r"#\S{1,999}")
"""A text that looks like what one of our buttons sends; the dialogue still has to know it."""

ID_MAX = 64
EXTERNAL_ID_MAX = 200
"""Longest key the inbox stores; a longer one is replaced by its digest."""

ANONYMOUS = "@"
"""Joins an anonymous visitor's id and conversation: Zalo wants both back in an answer."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EPOCH = datetime.fromtimestamp(0, UTC)


def load(body: bytes) -> Wire:
    """Return the body's JSON object with every number as the text that stood there: ids exceed 2^53."""
    try:
        wire = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadInput("the webhook's body is not JSON") from error
    if not isinstance(wire, dict):
        raise BadInput("the webhook's body is not Zalo's envelope")
    return wire


def header(headers: Mapping[str, str], name: str) -> str:
    """Return a header whatever its case, and with - for _ (WSGI servers change both); "" if absent."""
    wanted = name.casefold().replace("_", "-")
    return next((value for key, value in headers.items() if key.casefold().replace("_", "-") == wanted), "")


def recipient(person: str) -> dict[str, str]:
    """Return the `recipient` object that reaches the person an event came from."""
    anonymous, joined, conversation = person.partition(ANONYMOUS)
    return {"anonymous_id": anonymous, "conversation_id": conversation} if joined else {"user_id": person}


def parse(body: bytes, headers: Mapping[str, str], *, oa: str) -> Sequence[Inbound]:
    """Return the event in `body` when it concerns the account `oa`; Zalo sends one at a time."""
    wire = load(body)
    name = text(wire.get("event_name"))
    if not name:
        raise BadInput("the webhook's body has no event_name")
    kind, side = _shape(name)
    person = _person(wire, side, oa)
    if person is None:
        return []
    if kind is Kind.ECHO and text(_map(wire.get("sender")).get("admin_id")):
        kind = Kind.STAFF
    message = _map(wire.get("message"))
    words, payload = _words(text(message.get("text")))
    return [
        Inbound(
            external_id=_external_id(name, wire, person, body=body),
            kind=kind,
            sender="" if "_group" in name else _address(person, message),
            text=words,
            payload=payload if kind is Kind.TEXT else "",
            sent_at=_moment(text(wire.get("timestamp"))),
            media=tuple(_media(one) for one in _maps(message.get("attachments"))),
            extra=_extra(name, wire, header(headers, "num_retry")),
        )
    ]


def _shape(name: str) -> tuple[Kind, Side]:
    if name in EVENTS:
        return EVENTS[name]
    # A group chat is not a conversation of ours, whatever its event is called.
    family = next((shape for prefix, shape in FAMILIES if name.startswith(prefix)), None)
    return family if family and "_group" not in name else (Kind.OTHER, Side.ANY)


def _person(wire: Wire, side: Side, oa: str) -> str | None:
    """Return the person's id, "" when it is about nobody, None when the event is not for `oa`."""
    sender, receiver = (_id(_map(wire.get(role)).get("id")) for role in ("sender", "recipient"))
    if side is Side.CITIZEN:
        return (sender or None) if receiver == oa else None
    if side is Side.OA:
        return receiver if sender == oa else None
    ours = _id(wire.get("oa_id"))
    if (ours and ours != oa) or (not ours and (sender or receiver) and oa not in {sender, receiver}):
        return None
    named = (_map(wire.get("follower")).get("id"), wire.get("user_id"), _map(wire.get("data")).get("user_id"))
    return next((one for one in (*map(_id, named), sender, receiver) if one and one != oa), "")


def _address(person: str, message: Wire) -> str:
    conversation = _id(message.get("conversation_id"))
    return f"{person}{ANONYMOUS}{conversation}" if person and conversation else person


def _words(said: str) -> tuple[str, str]:
    """Return text and payload; the chatbot builder of OA Manager wraps a button's text in JSON."""
    if said.startswith("{"):
        with suppress(ValueError, RecursionError):
            said = text(_map(json.loads(said)).get("content")) or said
    return said, said.strip() if PAYLOAD.fullmatch(said.strip()) else ""


def _external_id(name: str, wire: Wire, person: str, *, body: bytes) -> str:
    """Return the same key for every delivery of one event, and another for another event."""
    message = text(_map(wire.get("message")).get("msg_id"))
    # Several reactions to one message share its id.
    stamp = "" if message and "reacted" not in name else text(wire.get("timestamp"))
    parts = [name, message, person, stamp]
    if not message and not (person and stamp):
        parts.append(hashlib.sha256(body).hexdigest()[:16])
    key = ":".join(part for part in parts if part)
    return key if len(key) <= EXTERNAL_ID_MAX else f"{name[:100]}:{hashlib.sha256(key.encode()).hexdigest()}"


def _moment(milliseconds: str) -> datetime | None:
    if not (milliseconds.isascii() and milliseconds.isdigit() and len(milliseconds) <= 14):
        return None
    return _EPOCH + timedelta(milliseconds=int(milliseconds))


def _media(attachment: Wire) -> Media:
    kind, payload = text(attachment.get("type")), _map(attachment.get("payload"))
    url, title = _url(payload.get("url")), text(payload.get("name")) or text(payload.get("description"))
    card = _card(title) if kind == "link" else {}
    if card:
        return Media(kind="contact", url=url or _url(card.get("qrCodeUrl")), title=text(card.get("phone")))
    place = _map(payload.get("coordinates"))
    latitude, longitude = _degrees(place.get("latitude"), 90), _degrees(place.get("longitude"), 180)
    known = kind if kind in MEDIA_KINDS else "other"
    return Media(kind=known, url=url, title=title, latitude=latitude, longitude=longitude)


def _card(description: str) -> Wire:
    """Return what a business card carries: a link whose description is JSON with a phone number."""
    try:
        card = _map(json.loads(description, parse_int=str)) if description.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return card if card.get("phone") else {}


def _degrees(value: object, most: float) -> float | None:
    try:
        number = float(text(value))
    except ValueError:
        return None
    return number if -most <= number <= most else None


def _url(value: object) -> str:
    address = text(value).strip()
    return address if address.startswith(("https://", "http://")) else ""


def _extra(name: str, wire: Wire, retry: str) -> dict[str, str]:
    message, tag = _map(wire.get("message")), _map(wire.get("tag"))
    ids = [message.get("msg_id"), *_list(message.get("msg_ids"))]
    facts = {
        "event": name,
        "message_ids": ",".join(filter(None, map(text, ids))),
        "quote": text(message.get("quote_msg_id")),
        "reaction": text(message.get("react_icon")),
        "tracking_id": text(message.get("tracking_id")),
        "admin_id": text(_map(wire.get("sender")).get("admin_id")),
        "source": text(wire.get("source")),
        "tag": text(tag.get("name")),
        "user_ids": ",".join(filter(None, map(_id, _list(tag.get("user_ids"))))),
        "retry": retry,
        **_info(_map(wire.get("info"))),
    }
    return {key: value for key, value in facts.items() if value}


def _info(info: Wire) -> dict[str, str]:
    """Return the contact details of the form, in its shape since 2026 or the old one."""
    full = _map(info.get("full_address"))
    return {
        "name": text(info.get("name")),
        "phone": text(info.get("phone")),
        "birthday": text(info.get("user_dob")),
        "gender": text(info.get("gender")),
        "city": text(full.get("user_city")) or text(info.get("city")),
        "district": text(info.get("district")),
        "ward": text(full.get("user_ward")) or text(info.get("ward")),
        "address": text(full.get("user_address")) or text(info.get("address")),
    }


def text(value: object) -> str:
    """Return `value` if it is text, without what a database cannot store; else ""."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def _id(value: object) -> str:
    return one if len(one := text(value).strip()) <= ID_MAX else ""


def _map(value: object) -> Wire:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _maps(value: object) -> list[Wire]:
    return [one for one in _list(value) if isinstance(one, dict)]
