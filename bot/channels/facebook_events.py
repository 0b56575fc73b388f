"""What Meta's Page webhooks say, read into `Inbound` values.

Shapes: https://developers.facebook.com/docs/messenger-platform/webhooks, checked 2026-11-22.
Nothing that the platform may send may raise here, except bytes that are no envelope at all.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import ANSWERED, Inbound, Kind, Media
from bot.errors import BadInput

GET_STARTED = "GET_STARTED"
"""The payload of the Get Started button, as `Facebook.apply` sets it."""

MILLISECONDS = 10**11
"""A timestamp from here on is in milliseconds: as seconds it would be the year 5138."""

ID_MAX = 200
"""A longer id would not fit the inbox's key; Meta's are about 100 characters."""

MEDIA_KINDS = {
    **{kind: kind for kind in ("image", "audio", "video", "file", "sticker", "location")},
    **dict.fromkeys(("reel", "ig_reel"), "video"),
    **dict.fromkeys(("fallback", "post", "ig_post"), "link"),
}
"""Messenger's attachment types and ours; any other is `other`."""

Wire = dict[str, Any]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What all the items of one entry share."""

    page: str
    app: str
    time: datetime | None
    standby: bool = False


def parse(body: bytes, *, page: str, app: str) -> Sequence[Inbound]:
    """Return the events of all entries that are for `page`, oldest first; `app` tells our own echoes."""
    try:
        found = [event for wire in _entries(body, page) for event in _events(wire, page, app)]
    except RecursionError as error:
        raise BadInput("the webhook's body is nested too deeply") from error
    return sorted(found, key=lambda event: event.sent_at or _BEGINNING)


def _entries(body: bytes, page: str) -> Sequence[Wire]:
    try:
        envelope = json.loads(body)
    except ValueError as error:
        raise BadInput("the webhook's body is not JSON") from error
    entries = _map(envelope).get("entry")
    if not isinstance(_map(envelope).get("object"), str) or not isinstance(entries, list):
        raise BadInput("the webhook's body is not Meta's envelope")
    if envelope["object"] != "page":
        return []
    return [entry for entry in _maps(entries) if _text(entry.get("id")) == page]


def _events(wire: Wire, page: str, app: str) -> Sequence[Inbound]:
    here = _Entry(page, app, _moment(wire.get("time")))
    aside = replace(here, standby=True)
    changes = (_change(item, here) for item in _maps(wire.get("changes")))
    return [
        *(_messaging(item, here) for item in _maps(wire.get("messaging"))),
        *(_messaging(item, aside) for item in _maps(wire.get("standby"))),
        *(event for event in changes if event),
    ]


def _messaging(item: Wire, entry: _Entry) -> Inbound:
    name = next((known for known in _READERS if isinstance(item.get(known), dict)), "")
    event = _READERS[name](item[name], entry.app) if name else _unknown(item)
    # In an echo the Page is the sender; the person is whom it wrote to.
    person = "recipient" if event.kind in {Kind.ECHO, Kind.STAFF} else "sender"
    sender = _text(_map(item.get(person)).get("id"))
    stamp = item.get("timestamp")
    fits = 0 < len(event.external_id) <= ID_MAX
    return replace(
        event,
        external_id=event.external_id if fits else _made_id(name or "unknown", sender, stamp, item),
        sender=sender,
        sent_at=_moment(stamp) or entry.time,
        # Another app owns a conversation on standby: whatever is said there is not ours to answer.
        kind=Kind.OTHER if entry.standby and event.kind in ANSWERED else event.kind,
        extra={**event.extra, **({"standby": "1"} if entry.standby else {})},
    )


def _message(part: Wire, app: str) -> Inbound:
    mid, text = _text(part.get("mid")), _text(part.get("text"))
    if part.get("is_deleted"):
        # Not the message's own id: the message itself came under that.
        return Inbound(external_id=f"deleted:{mid}" if mid else "", kind=Kind.OTHER, extra={"type": "deleted"})
    payload = _text(_map(part.get("quick_reply")).get("payload"))
    attachments = _maps(part.get("attachments"))
    stickers = (_text(_map(wire.get("payload")).get("sticker_id")) for wire in attachments)
    kind = Kind.TEXT if text.strip() or payload else Kind.MEDIA
    author = _text(part.get("app_id"))
    if part.get("is_echo"):
        kind = Kind.ECHO if author and author == app else Kind.STAFF
    reply_to = _map(part.get("reply_to")).get("mid")
    facts = _facts(
        app_id=author,
        metadata=part.get("metadata"),
        reply_to=reply_to,
        sticker_id=next(filter(None, stickers), ""),
    )
    media = tuple(_media(wire) for wire in attachments)
    if kind is Kind.MEDIA and not media:
        # A form that Messenger does not pass on; the person still waits for an answer.
        media = (Media(kind="other"),)
    return Inbound(external_id=mid, kind=kind, text=text, payload=payload, media=media, extra=facts)


def _media(wire: Wire) -> Media:
    payload = _map(wire.get("payload"))
    place = _map(payload.get("coordinates"))
    kind = MEDIA_KINDS.get(_text(wire.get("type")), "other")
    return Media(
        kind="sticker" if payload.get("sticker_id") else kind,
        url=_text(payload.get("url")) or _text(wire.get("url")),
        title=_text(payload.get("title")) or _text(wire.get("title")),
        latitude=_degrees(place.get("lat")),
        longitude=_degrees(place.get("long")),
    )


def _postback(part: Wire, _app: str) -> Inbound:
    payload = _text(part.get("payload"))
    return Inbound(
        external_id=_text(part.get("mid")),
        kind=Kind.FOLLOW if payload == GET_STARTED else Kind.TEXT,
        text=_text(part.get("title")),
        payload=payload,
        extra=_origin(_map(part.get("referral"))),
    )


def _referral(part: Wire, _app: str) -> Inbound:
    # Without a reference the person only opened a chat they already had: nothing to greet or answer.
    extra = _origin(part)
    return Inbound(external_id="", kind=Kind.FOLLOW if "ref" in extra else Kind.OTHER, extra=extra)


def _origin(referral: Wire) -> dict[str, str]:
    return _facts(**{name: referral.get(name) for name in ("ref", "source", "type", "ad_id")})


def _delivery(part: Wire, _app: str) -> Inbound:
    wire = part.get("mids")
    mids = [_text(mid) for mid in wire] if isinstance(wire, list) else []
    extra = _facts(message_ids=",".join(filter(None, mids)), watermark=part.get("watermark"))
    return Inbound(external_id="", kind=Kind.DELIVERED, extra=extra)


def _read(part: Wire, _app: str) -> Inbound:
    return Inbound(external_id="", kind=Kind.SEEN, extra=_facts(watermark=part.get("watermark")))


def _reaction(part: Wire, _app: str) -> Inbound:
    extra = _facts(message_ids=part.get("mid"), **{n: part.get(n) for n in ("reaction", "emoji", "action")})
    return Inbound(external_id="", kind=Kind.REACTION, extra=extra)


def _optin(part: Wire, _app: str) -> Inbound:
    extra = _facts(type="optin", ref=part.get("ref"), optin=part.get("type"))
    return Inbound(external_id="", kind=Kind.OTHER, extra=extra)


def _handover(act: str) -> "Reader":
    def read(part: Wire, app: str) -> Inbound:
        owner = _text(part.get("new_owner_app_id"))
        control = "ours" if owner and owner == app else "theirs"
        facts = _facts(new_owner=owner, previous_owner=part.get("previous_owner_app_id"), act=act)
        return Inbound(external_id="", kind=Kind.HANDOVER, extra={"control": control, **facts})

    return read


def _unknown(item: Wire) -> Inbound:
    names = sorted(set(item) - {"sender", "recipient", "timestamp"})
    return Inbound(external_id="", kind=Kind.OTHER, extra=_facts(type=",".join(names)[:100]))


Reader = Callable[[Wire, str], Inbound]

_READERS: dict[str, Reader] = {
    "message": _message,
    "postback": _postback,
    "referral": _referral,
    "delivery": _delivery,
    "read": _read,
    "reaction": _reaction,
    "optin": _optin,
    "pass_thread_control": _handover("pass"),
    "take_thread_control": _handover("take"),
}


def _change(change: Wire, entry: _Entry) -> Inbound | None:
    field, value = _text(change.get("field")), _map(change.get("value"))
    is_comment = field == "feed" and value.get("item") == "comment"
    author = _text(_map(value.get("from")).get("id"))
    if is_comment and author == entry.page:
        return None
    comment, verb = _text(value.get("comment_id")), _text(value.get("verb"))
    made = value.get("created_time")
    names = ("item", "verb", "comment_id", "post_id", "parent_id")
    own_id = f"{comment}:{verb}:{_text(made)}" if is_comment and comment else ""
    return Inbound(
        external_id=own_id if 0 < len(own_id) <= ID_MAX else _made_id(field or "change", author, made, change),
        kind=Kind.COMMENT if is_comment and comment and verb == "add" else Kind.OTHER,
        sender=author,
        text=_text(value.get("message")),
        sent_at=_moment(made) or entry.time,
        extra=_facts(type=field, **{name: value.get(name) for name in names}),
    )


def _made_id(name: str, sender: str, stamp: object, part: Wire) -> str:
    """Return the id of an event that Meta gave none: the same again for a redelivery."""
    digest = hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()
    return f"{name[:40]}:{sender[:40]}:{_text(stamp)[:20]}:{digest[:32]}"


def _facts(**values: object) -> dict[str, str]:
    return {name: text for name, value in values.items() if (text := _text(value))}


def _map(value: object) -> Wire:
    return value if isinstance(value, dict) else {}


def _maps(value: object) -> Sequence[Wire]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    """Return a string or whole number as text that a database takes; anything else is empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    # NUL cannot be stored in PostgreSQL, half a surrogate pair cannot be written as UTF-8.
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def _degrees(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and -180 <= value <= 180 else None


def _moment(value: object) -> datetime | None:
    """Read a time in milliseconds, or in seconds as the feed has it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value >= MILLISECONDS else value, UTC)
    except (OverflowError, ValueError, OSError):
        return None
