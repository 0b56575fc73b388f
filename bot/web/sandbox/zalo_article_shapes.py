"""What the fake Zalo accepts as an article, a film and a broadcast."""

import re

from bot.web.sandbox.zalo_shapes import Json, Refusal, mapping, string

# The platform's own limits, written down again so that the fake does not trust the bot's figures. A title of exactly
# 150 and a description of exactly 300 are refused.
TITLE_MAX, DESCRIPTION_MAX, AUTHOR_MAX, ELEMENTS_MAX = 149, 299, 50, 5
FILM_MAX = 50 * 1024 * 1024
TARGETS = {"ages", "gender", "locations", "cities", "platform", "telcos"}

_ADDRESS = re.compile(r"https://[\w.-]+\.[a-z]{2,}(/[!-~]*)?", re.ASCII)
_HERE = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?/[!-~]*", re.ASCII)
_NUMBERS = re.compile(r"\d{1,2}(,\d{1,2})*", re.ASCII)
_BLOCKS = {"text": ("content",), "image": ("url",), "video": ("url",), "product": ("id",)}


def article(wire: Json, *, loopback: bool = False) -> None:
    """Refuse what is not an article; `loopback` takes an address of this machine for a public one."""
    title, description, author = (string(wire.get(name)) for name in ("title", "description", "author"))
    if wire.get("type") != "normal" or not title.strip() or wire.get("status") not in {"show", "hide"}:
        raise Refusal(-201)
    if len(title) > TITLE_MAX or len(description) > DESCRIPTION_MAX or len(author) > AUTHOR_MAX:
        raise Refusal(-201)
    if wire.get("comment", "show") not in {"show", "hide"}:
        raise Refusal(-201)
    _cover(mapping(wire.get("cover")), loopback)
    body = wire.get("body")
    if not isinstance(body, list) or not body:
        raise Refusal(-201)
    for block in body:
        _block(mapping(block), loopback)


def _cover(cover: Json, loopback: bool) -> None:
    photo = cover.get("cover_type") == "photo" and _address(cover.get("photo_url"), loopback)
    film = cover.get("cover_type") == "video" and string(cover.get("video_id"))
    if not photo and not (film and cover.get("cover_view") in {"horizontal", "vertical", "square"}):
        raise Refusal(-201)


def _block(block: Json, loopback: bool) -> None:
    kind = string(block.get("type"))
    if kind not in _BLOCKS or not all(string(block.get(name)).strip() for name in _BLOCKS[kind]):
        raise Refusal(-201)
    if kind in {"image", "video"} and not _address(block.get("url"), loopback):
        raise Refusal(-201)


def _address(value: object, loopback: bool) -> bool:
    url = string(value)
    return bool(_ADDRESS.fullmatch(url) or (loopback and _HERE.fullmatch(url)))


def film(name: str, content: bytes) -> None:
    """Refuse what is not a film's file."""
    if not name.lower().endswith((".mp4", ".avi")) or not content:
        raise Refusal(-201)
    if len(content) > FILM_MAX:
        raise Refusal(-210)


def broadcast(wire: Json) -> tuple[Json, set[str]]:
    """Return the target and the ids of the articles of a broadcast."""
    target = mapping(wire.get("recipient")).get("target")
    attachment = mapping(mapping(wire.get("message")).get("attachment"))
    payload = mapping(attachment.get("payload"))
    elements = payload.get("elements")
    if not isinstance(target, dict) or set(target) - TARGETS:
        raise Refusal(-201)
    if not all(_NUMBERS.fullmatch(string(value)) for value in target.values()):
        raise Refusal(-201)
    if attachment.get("type") != "template" or payload.get("template_type") != "media":
        raise Refusal(-201)
    if not isinstance(elements, list) or not 1 <= len(elements) <= ELEMENTS_MAX:
        raise Refusal(-201)
    if any(mapping(one).get("media_type") != "article" for one in elements):
        raise Refusal(-201)
    return target, {string(mapping(one).get("attachment_id")) for one in elements}
