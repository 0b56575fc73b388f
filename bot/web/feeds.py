"""Published posts for portals: `/feed/<agency>.xml` (Atom, RFC 4287) and `/feed/<agency>.json` (JSON Feed 1.1)."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring  # only written here, never read

from flask import Blueprint, Response, abort, request

from bot import agencies
from bot.campaigns import bulletin
from bot.campaigns.bulletin import Bulletin, Entry
from bot.db import Database
from bot.settings import Settings
from content.phrases import say

ATOM, XML = "http://www.w3.org/2005/Atom", "http://www.w3.org/XML/1998/namespace"
VERSION = "https://jsonfeed.org/version/1.1"
KINDS = {"xml": "application/atom+xml", "json": "application/feed+json"}
FRESH = "public, max-age=300"
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold in any form."""
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def create(db: Database, settings: Settings) -> Blueprint:
    """Return the blueprint of both feeds."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feed/<slug>.<any(xml, json):kind>")
    def feed(slug: str, kind: str) -> Response:
        """Give the newest published posts of one agency."""
        with db.read() as session:
            agency = agencies.find_agency(session, slug)
            if agency is None:
                abort(404)
            website = agencies.facts_for(agency).website
            told = bulletin.of_agency(session, agency, base=settings.public_url, website=website)
        body = _WRITTEN[kind](told, f"{settings.public_url}/feed/{slug}.{kind}")
        response = Response(body, content_type=f"{KINDS[kind]}; charset=utf-8")
        response.headers["Cache-Control"] = FRESH
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.last_modified = told.updated
        response.add_etag()
        response.make_conditional(request)
        return response

    return feeds


def html(entry: Entry) -> str:
    """Return an entry as HTML in which nothing of ours can act: paragraphs, line breaks, links, pictures."""
    paragraphs = [one.strip() for one in re.split(r"\n\s*\n", entry.text) if one.strip()]
    pictures = [
        f'<p><img src="{escape(one.url)}" alt="{escape(one.alt)}"></p>' for one in entry.pictures
    ]  # fmt: skip
    return "".join([*pictures, *(f"<p>{_linked(one)}</p>" for one in paragraphs)])


def _linked(text: str) -> str:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        url = escape(found[0])
        pieces += [escape(text[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return "".join([*pieces, escape(text[end:])]).replace("\n", "<br>")


# --- Atom ----------------------------------------------------------------------------------------


def atom(told: Bulletin, here: str) -> bytes:
    """Return the Atom document."""
    feed = Element("feed", {"xmlns": ATOM, f"{{{XML}}}lang": "vi"})
    _add(feed, "id", told.id)
    _add(feed, "title", say("queue.feed.title", agency=told.agency))
    _add(feed, "updated", _time(told.updated))
    _add(feed, "link", rel="self", type=KINDS["xml"], href=here)
    if told.website:
        _add(feed, "link", rel="alternate", href=told.website)
    _author(feed, told)
    _add(feed, "generator", "motcua")
    for entry in told.entries:
        _atom_entry(feed, entry, told)
    written: bytes = tostring(feed, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _atom_entry(feed: Element, entry: Entry, told: Bulletin) -> None:
    node = SubElement(feed, "entry", {f"{{{XML}}}lang": entry.language})
    _add(node, "id", entry.id)
    _add(node, "title", entry.title, type="text")
    _add(node, "published", _time(entry.published))
    _add(node, "updated", _time(entry.updated))
    _author(node, told)  # in each: portals take entries apart
    if entry.link:
        _add(node, "link", rel="alternate", href=entry.link)
    if entry.source and entry.source != entry.link:
        _add(node, "link", rel="related", href=entry.source)
    for picture in entry.pictures:
        size = {"length": str(picture.size)} if picture.size else {}
        _add(node, "link", rel="enclosure", type=picture.kind, href=picture.url, title=picture.alt, **size)
    if entry.topic:
        _add(node, "category", term=entry.topic)
    _add(node, "summary", entry.text, type="text")
    _add(node, "content", html(entry), type="html")


def _author(node: Element, told: Bulletin) -> None:
    author = SubElement(node, "author")
    _add(author, "name", told.agency)
    if told.website:
        _add(author, "uri", told.website)


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> None:
    node = SubElement(parent, name, {key: _legal(value) for key, value in attributes.items()})
    node.text = _legal(text) or None


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


# --- JSON Feed -----------------------------------------------------------------------------------


def json_feed(told: Bulletin, here: str) -> bytes:
    """Return the JSON Feed document."""
    home = {"home_page_url": told.website} if told.website else {}
    author = {"name": told.agency, **({"url": told.website} if told.website else {})}
    feed = {
        "version": VERSION, "title": say("queue.feed.title", agency=told.agency), **home, "feed_url": here,
        "language": "vi", "authors": [author], "items": [_item(one) for one in told.entries],
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id, "title": entry.title, "content_html": html(entry), "content_text": entry.text,
        "date_published": _time(entry.published), "date_modified": _time(entry.updated), "language": entry.language,
    }  # fmt: skip
    if entry.link:
        item["url"] = entry.link
    if entry.source and entry.source != entry.link:
        item["external_url"] = entry.source
    if entry.pictures:
        item["image"] = entry.pictures[0].url
        item["attachments"] = [_attachment(one) for one in entry.pictures]
    if entry.topic:
        item["tags"] = [entry.topic]
    return item


def _attachment(picture: bulletin.Shown) -> dict[str, Any]:
    size = {"size_in_bytes": picture.size} if picture.size else {}
    return {"url": picture.url, "mime_type": picture.kind, "title": picture.alt, **size}


def _time(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")


_WRITTEN: dict[str, Callable[[Bulletin, str], bytes]] = {"xml": atom, "json": json_feed}
