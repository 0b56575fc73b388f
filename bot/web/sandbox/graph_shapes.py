"""What the fake Graph API accepts: shapes and limits of messages and profiles, and its refusals."""

import re
from typing import Any

# The platform's own limits, written down again so that the fake does not trust the bot's figures.
TEXT_MAX, TEMPLATE_TEXT_MAX, PAYLOAD_MAX = 1999, 640, 1000
QUICK_REPLIES_MAX, BUTTONS_MAX, TITLE_MAX = 13, 3, 20
GREETING_MAX, MENU_MAX, MENU_TITLE_MAX = 160, 20, 30

ACTIONS = {"typing_on", "typing_off", "mark_seen"}
TYPES = {"RESPONSE", "UPDATE"}
TAG = "HUMAN_AGENT"

FIELDS = {
    "messages", "messaging_postbacks", "messaging_referrals", "message_deliveries", "message_reads",
    "message_reactions", "message_echoes", "message_edits", "messaging_handovers", "standby",
    "messaging_policy_enforcement", "messaging_optins", "messaging_optouts", "message_template_status_update", "feed",
}  # fmt: skip
"""What a Page's webhook can be subscribed to, as far as the bot could want it."""

MEANINGS = {
    (1, 0): "An unknown error has occurred.",
    (1, 1357046): "An unknown error has occurred.",
    (2, 0): "Service temporarily unavailable",
    (10, 2018278): "(#10) This message is sent outside of allowed window.",
    (10, 1893063): "(#10) Your Page is temporarily restricted from sending messages.",
    (10, 2018300): "(#10) Another app is controlling this thread now.",
    (100, 2018001): "(#100) No matching user found",
    (104, 0): "An access token is required to request this resource.",
    (190, 0): "Invalid OAuth access token - Cannot parse access token",
    (190, 463): "Error validating access token: Session has expired.",
    (200, 2018028): "(#200) Cannot message users who are not admins, developers or testers of the app.",
    (200, 0): "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts",
    (506, 0): "Duplicate status message",
    (3001, 1504028): "(#3001) No metric was specified to be fetched",
    (6000, 1363037): "There was a problem uploading your video: the offset is not the one expected",
    (551, 1545041): "(#551) This person isn't available right now.",
    (551, 0): "(#551) This person isn't available right now.",
    (613, 0): "(#613) Calls to this api have exceeded the rate limit.",
    (2500, 0): "Unknown path components",
    (10900, 0): "(#10900) Activity already replied to",
}

STATUS = {1: 500, 2: 500, 10: 403, 200: 403}
"""HTTP status by code; any other code comes with 400."""

Json = dict[str, Any]

_PHONE = re.compile(r"\+\d{6,15}")
_FORMS = {"web_url": "url", "phone_number": "payload", "postback": "payload"}


class Refusal(Exception):
    """Graph's answer with `error` set."""

    def __init__(self, code: int, subcode: int = 0, *, why: str = "") -> None:
        self.code, self.subcode = code, subcode
        self.why = why or MEANINGS.get((code, subcode)) or f"(#{code}) Error"
        super().__init__(self.why)

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return STATUS.get(self.code, 400)

    def wire(self) -> Json:
        """Return the body."""
        kind = "GraphMethodException" if self.code == 100 and not self.subcode else "OAuthException"
        error: Json = {"message": self.why, "type": kind, "code": self.code, "fbtrace_id": "AfakeTrace0001"}
        return {"error": error | ({"error_subcode": self.subcode} if self.subcode else {})}


def tagged(wire: Json) -> bool:
    """Say whether a message carries the tag for a person's own words; refuse any other type."""
    if wire.get("messaging_type") == "MESSAGE_TAG" and wire.get("tag") == TAG:
        return True
    if wire.get("messaging_type") not in TYPES or "tag" in wire:
        raise Refusal(100, why="(#100) Param messaging_type must be RESPONSE or UPDATE here")
    return False


def content(message: Json) -> Json:
    """Return a message's text and buttons (title type value), refused where Meta refuses."""
    if ("text" in message) == ("attachment" in message):
        raise Refusal(100, why="(#100) Param message must have exactly one of text and attachment")
    if "attachment" in message:
        return _template(mapping(message["attachment"]))
    text = _within(message.get("text"), TEXT_MAX, "message[text]")
    replies = message.get("quick_replies", [])
    if (
        not isinstance(replies, list)
        or len(replies) > QUICK_REPLIES_MAX
        or ("quick_replies" in message and not replies)
    ):
        raise Refusal(100, why=f"(#100) quick_replies must hold 1 to {QUICK_REPLIES_MAX}")
    return {"text": text, "buttons": [_quick_reply(mapping(reply)) for reply in replies]}


def _quick_reply(reply: Json) -> Json:
    if reply.get("content_type") != "text":
        raise Refusal(100, why="(#100) Only text quick replies are known here")
    title = _within(reply.get("title"), 10_000, "quick_replies[title]")
    value = _within(reply.get("payload"), PAYLOAD_MAX, "quick_replies[payload]")
    # Meta does not refuse a longer title, it cuts it.
    return {"title": title[:TITLE_MAX], "type": "quick_reply", "value": value}


def _template(attachment: Json) -> Json:
    payload = mapping(attachment.get("payload"))
    if attachment.get("type") != "template" or payload.get("template_type") != "button":
        raise Refusal(100, why="(#100) Only the button template is known here")
    text = _within(payload.get("text"), TEMPLATE_TEXT_MAX, "payload[text]")
    found = payload.get("buttons")
    if not isinstance(found, list) or not 1 <= len(found) <= BUTTONS_MAX:
        raise Refusal(100, why=f"(#100) A button template holds 1 to {BUTTONS_MAX} buttons")
    return {"text": text, "buttons": [button(mapping(wire), TITLE_MAX) for wire in found]}


def button(wire: Json, title_max: int) -> Json:
    """Return a template's or menu's button as title, type and value."""
    kind = string(wire.get("type"))
    if kind not in _FORMS:
        raise Refusal(100, why=f"(#100) Unknown button type {kind}")
    title = _within(wire.get("title"), title_max, "buttons[title]")
    value = _within(wire.get(_FORMS[kind]), PAYLOAD_MAX, f"buttons[{_FORMS[kind]}]")
    if kind == "web_url" and not value.startswith(("https://", "http://")):
        raise Refusal(100, why="(#100) Param url must be a valid URL")
    if kind == "phone_number" and not _PHONE.fullmatch(value):
        raise Refusal(100, why="(#100) Param payload must be a phone number with + and country code")
    return {"title": title, "type": kind, "value": value}


def profile(wire: Json, before: Json) -> Json:
    """Return the Messenger profile after `wire` is set on `before`."""
    after: Json = {**before, **wire}
    if not wire or set(wire) - {"get_started", "greeting", "persistent_menu"}:
        raise Refusal(100, why="(#100) Unknown or missing profile field")
    if "get_started" in wire:
        _within(mapping(wire["get_started"]).get("payload"), PAYLOAD_MAX, "get_started[payload]")
    for greeting in _by_locale(wire, "greeting"):
        _within(greeting.get("text"), GREETING_MAX, "greeting[text]")
    for menu in _by_locale(wire, "persistent_menu"):
        _menu(menu, after)
    return after


def _menu(menu: Json, profile: Json) -> None:
    items = menu.get("call_to_actions")
    if "get_started" not in profile:
        raise Refusal(100, why="(#100) You must set a Get Started button if you also wish to use persistent menu")
    if not isinstance(items, list) or not 1 <= len(items) <= MENU_MAX:
        raise Refusal(100, why=f"(#100) A menu holds 1 to {MENU_MAX} items")
    if any(button(mapping(item), MENU_TITLE_MAX)["type"] == "phone_number" for item in items):
        raise Refusal(100, why="(#100) A menu holds no phone numbers")


def _by_locale(wire: Json, name: str) -> list[Json]:
    found = wire.get(name, [])
    items = [mapping(item) for item in found] if isinstance(found, list) else [{}]
    if items and "default" not in {item.get("locale") for item in items}:
        raise Refusal(100, why=f"(#100) {name} needs the default locale")
    return items


def _within(value: object, most: int, name: str) -> str:
    text = string(value)
    if not text.strip():
        raise Refusal(100, why=f"(#100) Param {name} is required")
    if len(text) > most:
        raise Refusal(100, why=f"(#100) Length of param {name} must be less than or equal to {most}")
    return text


def address(url: str, *schemes: str) -> bool:
    """Say whether `url` has the form of an address: one of the schemes, ASCII, no space."""
    return url.startswith(schemes) and re.fullmatch(r"\w+://[\w.:-]+(/[!-~]*|\?[!-~]*)?", url, re.ASCII) is not None


def mapping(value: object) -> Json:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """Return `value` if it is text, else none."""
    return value if isinstance(value, str) else ""
