"""A fetched RSS or Atom document as news: checked before it is parsed, every text made plain."""

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from bot.campaigns.importing import clean
from bot.channels.likeness import is_public
from bot.curation.fetching import Fetched, Unfetchable
from bot.curation.words import Words, shortened

ROOTS = {"rss", "feed", "RDF"}
DEPTH_MAX, NODES_MAX, ITEMS_MAX = 60, 50_000, 50
TITLE_MAX, TEXT_MAX, LINK_MAX = 130, 700, 2000
"""Characters: what Zalo's title holds, and a few sentences; the whole stands behind the link."""
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif)(?:$|\?)", re.IGNORECASE)
_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One item of a feed, in plain words. `picture` is an https address, or empty."""

    guid: str
    title: str
    text: str
    link: str
    picture: str = ""
    alt: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A feed's own title and its items, the newest first where they are dated."""

    title: str
    news: tuple[News, ...]


def read(fetched: Fetched) -> Read:
    """Return the news of a fetched document; raise `Unfetchable` when it is no feed, or a trap."""
    data = fetched.body if fetched.body.startswith(_BOMS) else fetched.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    _check(data)
    # As a stream: given bytes, the parser would first try whether they name a file.
    parsed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": fetched.url})
    if not parsed.get("version"):
        raise Unfetchable("no_feed")
    found = [news for entry in parsed.entries[: ITEMS_MAX * 4] if (news := _news(entry, fetched.url)) is not None]
    # Some portals list the oldest first; without dates their order is kept.
    found.sort(key=lambda one: one.at.timestamp() if one.at else 0.0, reverse=True)
    return Read(title=Words(str(parsed.feed.get("title", ""))).text[:200], news=tuple(found[:ITEMS_MAX]))


def _check(data: bytes) -> None:
    """Refuse what is no feed, and what would unpack to more than it is."""
    if not data:
        raise Unfetchable("empty")
    begin = data[:2000].lower()
    if begin.startswith(b"<!doctype html") or re.search(rb"<html[\s>]", begin):
        raise Unfetchable("html")
    depth = nodes = 0
    try:
        for event, node in iterparse(io.BytesIO(data), events=("start", "end")):
            if event == "end":
                depth -= 1
                node.clear()
                continue
            depth, nodes = depth + 1, nodes + 1
            if nodes == 1 and node.tag.rpartition("}")[2] not in ROOTS:
                raise Unfetchable("no_feed")
            if depth > DEPTH_MAX or nodes > NODES_MAX:
                raise Unfetchable("bomb")
    except DefusedXmlException as error:
        raise Unfetchable("bomb") from error
    except (ParseError, ValueError, LookupError) as error:  # an unknown encoding is one of the last two
        raise Unfetchable("xml", line=getattr(error, "position", (1, 0))[0]) from error


def _news(entry: Mapping[str, Any], base: str) -> News | None:
    page = Words(_html(entry))
    title = " ".join(Words(str(entry.get("title", ""))).text.split())
    title = title or page.text.partition("\n")[0]
    if not title:
        return None
    link = _web(urljoin(base, str(entry.get("link", "") or "")))
    picture, alt = _picture(entry, page, base)
    return News(
        guid=str(entry.get("id") or link or title), title=shortened(title, TITLE_MAX),
        text=shortened(page.text, TEXT_MAX) or title, link=link, picture=picture, alt=clean(alt)[:200], at=_at(entry),
    )  # fmt: skip


def _html(entry: Mapping[str, Any]) -> str:
    whole = [str(one.get("value", "")) for one in entry.get("content", [])]
    return str(entry.get("summary", "") or "") or "".join(whole[:1])


def _web(url: str) -> str:
    sound = url.startswith(("https://", "http://")) and not re.search(r"\s", url) and len(url) <= LINK_MAX
    return url if sound else ""


def _at(entry: Mapping[str, Any]) -> datetime | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(timegm(moment), UTC) if moment else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _picture(entry: Mapping[str, Any], page: Words, base: str) -> tuple[str, str]:
    """Return the item's first picture that platforms can fetch (https, a public name), and the words for it."""
    for url, alt in [*_attached(entry), *page.pictures]:
        address = urljoin(base, url.strip())
        if is_public(address) and len(address) <= LINK_MAX:
            return address, alt
    return "", ""


def _attached(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    media: Sequence[Mapping[str, Any]] = [*entry.get("media_content", []), *entry.get("enclosures", [])]
    for one in media:
        url = str(one.get("url") or one.get("href") or "")
        kind = str(one.get("type") or one.get("medium") or "")
        if kind.startswith("image") or (not kind and _PICTURE.search(url)):
            yield url, ""
    for one in entry.get("media_thumbnail", []):
        yield str(one.get("url") or ""), ""
