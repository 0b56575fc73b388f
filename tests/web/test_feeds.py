"""Both feeds of what an agency published: valid by their rules, stable, cacheable, silent about everything else."""

import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree.ElementTree import Element

import feedparser
import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from bot import create_app
from bot.campaigns import review
from bot.campaigns.content import Asset
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, SOON, WORDS, Desk, desk, platforms
from tests.channels.conftest import serve

__all__ = ["desk", "platforms", "serve"]

A = "{http://www.w3.org/2005/Atom}"
HOSTILE = (
    "Phí <script>alert('x')</script> & \"nháy\"\nxem https://suoimo.example.gov.vn/a?b=1&c=2.\n\n"
    "Đoạn hai ]]> \U0001f600"
)
PICTURE = Asset(kind="image/jpeg", url="https://suoimo.example.gov.vn/anh.jpg", alt="Bộ phận Một cửa <mới>")


@pytest.fixture
def web(desk: Desk, platforms: Platforms) -> FlaskClient:
    return create_app(desk.settings).test_client()


def published(desk: Desk, **parts: Any) -> dict[str, Any]:
    post_id = desk.approved(**{"at": desk.now, **parts})
    return desk.published(post_id)


def atom(web: FlaskClient, slug: str = "suoi-mo") -> Element:
    answer = web.get(f"/feed/{slug}.xml")
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed: Element = fromstring(answer.data)
    return feed


def check_atom(feed: Element) -> None:
    """Hold RFC 4287, sections 4.1.1 and 4.1.2, for what we write."""
    assert feed.tag == f"{A}feed"
    for node in (feed, *feed.iter(f"{A}entry")):
        for name in ("id", "title", "updated"):
            (one,) = node.findall(f"{A}{name}")
            assert one.text
        assert re.match(r"urn:uuid:[0-9a-f-]{36}$", node.findtext(f"{A}id") or "")
        for name in ("updated", "published"):
            for one in node.findall(f"{A}{name}"):
                assert datetime.fromisoformat(one.text or "").tzinfo
        assert len([one for one in node.findall(f"{A}link") if one.get("rel") == "alternate"]) <= 1
        assert all(re.match(r"https?://", one.get("href", "")) for one in node.findall(f"{A}link"))
    assert feed.findtext(f"{A}author/{A}name")
    assert next(one.get("rel") for one in feed.findall(f"{A}link")) == "self"
    ids = [one.findtext(f"{A}id") for one in feed.iter(f"{A}entry")]
    assert len(set(ids)) == len(ids)


def check_json(feed: dict[str, Any]) -> None:
    """Hold https://www.jsonfeed.org/version/1.1/."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] and feed["feed_url"].endswith(".json")
    assert all(set(one) & {"name", "url", "avatar"} for one in feed["authors"])
    for item in feed["items"]:
        assert isinstance(item["id"], str) and item["id"]
        assert "content_html" in item or "content_text" in item
        assert all(datetime.fromisoformat(item[one]).tzinfo for one in ("date_published", "date_modified"))
        assert all({"url", "mime_type"} <= set(one) for one in item.get("attachments", []))


def test_an_agency_that_published_nothing_has_empty_valid_feeds(web: FlaskClient) -> None:
    feed = atom(web)
    check_atom(feed)
    assert feed.findall(f"{A}entry") == []
    empty = web.get("/feed/suoi-mo.json").get_json(force=True)
    check_json(empty)
    assert empty["items"] == []


@pytest.mark.parametrize("path", ["nobody.xml", "nobody.json", "suoi-mo.rss", "SUOI-MO.xml", "suoi-mo", "../etc.xml"])
def test_another_address_is_not_there(web: FlaskClient, path: str) -> None:
    assert web.get(f"/feed/{path}").status_code == 404


def test_both_feeds_show_what_was_published(desk: Desk, web: FlaskClient) -> None:
    content = replace(WORDS, title="Lệ phí <mới> & cũ", text=HOSTILE, link="https://suoimo.example.gov.vn/le-phi")
    shown = published(desk, content=content, media=(PICTURE,), topic="le-phi", targets=(FACEBOOK,))
    assert shown["state"] == "published", shown
    feed = atom(web)
    check_atom(feed)
    (entry,) = feed.findall(f"{A}entry")
    assert entry.findtext(f"{A}title") == content.title
    assert entry.findtext(f"{A}summary") == HOSTILE
    html = entry.findtext(f"{A}content") or ""
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert '<a href="https://suoimo.example.gov.vn/a?b=1&amp;c=2">' in html  # without the full stop after it
    assert html.count("<p>") == 3 and "<br>" in html
    links = {one.get("rel"): one.get("href") for one in entry.findall(f"{A}link")}
    assert links == {"alternate": shown["links"][0], "related": content.link, "enclosure": PICTURE.url}
    told = web.get("/feed/suoi-mo.json")
    assert told.content_type == "application/feed+json; charset=utf-8"
    check_json(told.get_json(force=True))
    (item,) = told.get_json(force=True)["items"]
    assert item["id"] == entry.findtext(f"{A}id")
    assert (item["content_html"], item["content_text"]) == (html, HOSTILE)
    assert (item["url"], item["external_url"]) == (shown["links"][0], content.link)
    assert item["image"] == PICTURE.url and item["tags"] == ["le-phi"]


def test_a_feed_reader_reads_it(desk: Desk, web: FlaskClient) -> None:
    published(desk)
    read = feedparser.parse(web.get("/feed/suoi-mo.xml").data)
    assert read.bozo is False and read.version == "atom10"
    (entry,) = read.entries
    assert entry.title == WORDS.title
    assert entry.author_detail.name == read.feed.author_detail.name == "UBND xã Suối Mơ"
    assert entry.link.startswith("http") and entry.published_parsed


def test_only_what_is_public_is_shown(desk: Desk, web: FlaskClient) -> None:
    desk.add()
    waiting = desk.add()
    desk.do(review.submit, waiting, by="lan")
    desk.approved(at=SOON)
    assert web.get("/feed/suoi-mo.json").get_json(force=True)["items"] == []
    published(desk)
    assert len(web.get("/feed/suoi-mo.json").get_json(force=True)["items"]) == 1
    assert web.get("/feed/da-nui.json").get_json(force=True)["items"] == []


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_ids_stay_and_who_knows_it_gets_nothing_again(desk: Desk, web: FlaskClient, kind: str) -> None:
    published(desk)
    first = web.get(f"/feed/suoi-mo.{kind}")
    desk.now = desk.now.replace(hour=8)
    again = create_app(desk.settings).test_client().get(f"/feed/suoi-mo.{kind}")
    assert again.data == first.data
    etag, since = first.headers["ETag"], first.headers["Last-Modified"]
    assert parsedate_to_datetime(since).tzinfo
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": since}):
        answer = web.get(f"/feed/suoi-mo.{kind}", headers=headers)
        assert (answer.status_code, answer.data) == (304, b"")
    published(desk, title="Bài thứ hai")
    fresh = web.get(f"/feed/suoi-mo.{kind}", headers={"If-None-Match": etag})
    assert fresh.status_code == 200 and fresh.headers["ETag"] != etag


def test_the_newest_come_first(desk: Desk, web: FlaskClient) -> None:
    for name in ("Một", "Hai", "Ba"):
        published(desk, title=f"Bài {name}")
        desk.now = desk.now.replace(hour=desk.now.hour + 1)
    items = web.get("/feed/suoi-mo.json").get_json(force=True)["items"]
    assert [one["title"] for one in items] == ["Bài Ba", "Bài Hai", "Bài Một"]
