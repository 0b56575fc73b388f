"""UTM marks: only on own links, never at the cost of what stands there."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.campaigns import marking
from bot.tables import Agency
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import WORDS, Desk
from tests.people import PAGE, SUOI_MO

SITE = "https://www.suoimo.example.gov.vn"
MARKS = "utm_source=zalo&utm_medium=social&utm_campaign=12"


def marked(url: str, site: str = SITE) -> str:
    return marking.link(url, site=site, source="zalo", campaign=12)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://suoimo.example.gov.vn", f"https://suoimo.example.gov.vn?{MARKS}"),
        ("https://suoimo.example.gov.vn/tin/", f"https://suoimo.example.gov.vn/tin/?{MARKS}"),
        ("https://suoimo.example.gov.vn/tin?", f"https://suoimo.example.gov.vn/tin?{MARKS}"),
        ("https://suoimo.example.gov.vn/t?id=7", f"https://suoimo.example.gov.vn/t?id=7&{MARKS}"),
        ("https://suoimo.example.gov.vn/t?id=7&", f"https://suoimo.example.gov.vn/t?id=7&{MARKS}"),
        ("https://suoimo.example.gov.vn/t#phi", f"https://suoimo.example.gov.vn/t?{MARKS}#phi"),
        ("https://suoimo.example.gov.vn/t?a=1#/x?y=2", f"https://suoimo.example.gov.vn/t?a=1&{MARKS}#/x?y=2"),
        ("https://suoimo.example.gov.vn/?q=kh%C3%A1m+b&x", f"https://suoimo.example.gov.vn/?q=kh%C3%A1m+b&x&{MARKS}"),
        ("http://DICHVU.suoimo.example.gov.vn:8080/a", f"http://DICHVU.suoimo.example.gov.vn:8080/a?{MARKS}"),
    ],
)  # fmt: skip
def test_own_links_are_marked(url: str, expected: str) -> None:
    assert marked(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", "https://dichvucong.gov.vn/tin", "https://xsuoimo.example.gov.vn/", "https://example.gov.vn/",
        "https://suoimo.example.gov.vn.evil.example/", "mailto:a@suoimo.example.gov.vn", "https://[::1", "suoimo",
        "https://suoimo.example.gov.vn/t?utm_source=bantin", "https://suoimo.example.gov.vn/t?a=1&UTM_Medium=x",
    ],
)  # fmt: skip
def test_other_links_stay_as_they_are(url: str) -> None:
    assert marked(url) == url
    assert marked("https://suoimo.example.gov.vn/", site="") == "https://suoimo.example.gov.vn/"


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=4), st.text("abc/?#&=é", max_size=10))
def test_what_stood_in_the_query_still_does(pairs: list[tuple[str, str]], fragment: str) -> None:
    query = urlencode(pairs)
    if "utm_" in query.lower():
        return
    before = f"https://suoimo.example.gov.vn/t?{query}#{fragment}"
    after = urlsplit(marked(before))
    read = parse_qsl(after.query, keep_blank_values=True)
    assert read[:-3] == parse_qsl(query, keep_blank_values=True)
    assert [name for name, _ in read[-3:]] == ["utm_source", "utm_medium", "utm_campaign"]
    assert after.fragment == urlsplit(before).fragment


def test_the_mark_is_put_on_at_publication_and_is_not_part_of_what_was_approved(
    desk: Desk, platforms: Platforms
) -> None:
    with desk.db.write() as session:
        desk_agency = session.get_one(Agency, desk.actors["lan"].agency_id)
        desk_agency.facts = {**SUOI_MO, "website": SITE}
    post_id = desk.approved(content=replace(WORDS, link="https://suoimo.example.gov.vn/nop?buoc=1"), at=desk.now)
    shown = desk.published(post_id)
    assert shown["state"] == "published", shown
    (post,) = platforms.graph.posts.published(PAGE)
    marks = f"utm_source=facebook&utm_medium=social&utm_campaign={post_id}"
    whole = f"{post['message']} {post['link']}"
    assert f"https://suoimo.example.gov.vn/nop?buoc=1&{marks}" in whole
    assert shown["link"] == "https://suoimo.example.gov.vn/nop?buoc=1"
    assert all(one["detail"] == "" for one in shown["attempts"])  # nothing found it altered
