"""What the fake Zalo accepts: shapes and limits of a message, and what it says when it refuses."""

import unicodedata
from typing import Any

# The platform's own limits, written down again so that the fake does not trust the bot's figures.
TEXT_MAX, BUTTONS_MAX, TITLE_MAX, PAYLOAD_MAX = 2000, 5, 100, 1000

MEANINGS = {
    -32: "Rate limit exceeded", -200: "Upload media failed", -201: "Params is invalid", -210: "Params is out of limit",
    -211: "Out of quota", -214: "Article is processing", -223: "OA reached the limit of articles",
    -224: "OA needs to upgrade its package",
    -213: "User has not followed OA", -216: "Access token is invalid", -230: "No interaction in the last 7 days",
    -235: "API does not support this type of OA", -240: "MessageV2 API has been shut down, switch to MessageV3",
    -242: "appsecret_proof provided in the API is invalid", -14002: "Invalid app id.",
    -14004: "Invalid secret key.", -14005: "Invalid authorization code.",
    -14014: "Invalid refresh token.", -14018: "Invalid grant type.",
}  # fmt: skip

Json = dict[str, Any]


class Refusal(Exception):
    """The platform's answer with `error` set."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


def words(message: Json) -> str:
    """Return the text, refused when empty or too long."""
    text = string(message.get("text"))
    if not text.strip():
        raise Refusal(-201)
    if len(unicodedata.normalize("NFC", text)) > TEXT_MAX:
        raise Refusal(-210)
    return text


def buttons(message: Json) -> list[Json]:
    """Return the buttons as title, type, payload and the value in it; refuse every other attachment."""
    if "attachment" not in message:
        return []
    attachment = mapping(message["attachment"])
    found = mapping(attachment.get("payload")).get("buttons")
    if attachment.get("type") != "template" or not isinstance(found, list) or not found:
        raise Refusal(-201)
    if len(found) > BUTTONS_MAX:
        raise Refusal(-210)
    return [_button(mapping(button)) for button in found]


def _button(button: Json) -> Json:
    title, kind, payload = string(button.get("title")), button.get("type"), button.get("payload")
    if kind in {"oa.query.hide", "oa.query.show"}:
        value, fits = string(payload), len(string(payload)) <= PAYLOAD_MAX
    elif kind == "oa.open.url":
        value, fits = string(mapping(payload).get("url")), True
        value = value if value.startswith(("https://", "http://")) else ""
    elif kind == "oa.open.phone":
        value, fits = string(mapping(payload).get("phone_code")), True
        value = value if value.isdigit() else ""
    else:
        raise Refusal(-201)
    if not title or not value:
        raise Refusal(-201)
    if len(title) > TITLE_MAX or not fits:
        raise Refusal(-210)
    return {"title": title, "type": kind, "payload": payload, "value": value}


def mapping(value: object) -> Json:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """Return `value` if it is text, else none."""
    return value if isinstance(value, str) else ""
