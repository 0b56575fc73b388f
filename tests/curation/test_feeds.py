"""Portals' news as drafts: once, by whatever address; taken over by people; fetched by any number of schedulers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import machine, staff
from bot.campaigns import drafts, review, steps
from bot.curation import feeds, following
from bot.curation.following import Outcome
from bot.errors import BadInput, NotAllowed
from bot.tables import Feed, Post, PostVersion, Proposal, Staff
from tests.campaigns.conftest import WORDS, Desk
from tests.curation.hostile import Hostile

LONG = (
    "Từ ngày 01/12/2026, bộ phận một cửa xã Suối Mơ nhận hồ sơ cả buổi sáng thứ Bảy, bà con bận việc trong tuần có thể "
    "đến nộp hồ sơ và nhận kết quả mà không phải xin nghỉ làm."
)


def item(number: int, title: str = "", *, text: str = "", link: str = "", more: str = "") -> str:
    title = title or f"Tin số {number} của cổng xã Suối Mơ về việc thứ {number}"
    link = link or f"https://cong.example/tin/{number}"
    return (f"<item><title>{title}</title><link>{link}</link><guid>urn:{number}</guid>"
            f"<description>{text}</description>{more}</item>")  # fmt: skip


def served(web: Hostile, *items: str, path: str = "/rss", headers: tuple[str, ...] = ()) -> str:
    body = f'<rss version="2.0"><channel><title>Cổng xã</title>{"".join(items)}</channel></rss>'
    return web.page(path, body.encode(), *headers)


def follow(desk: Desk, url: str, *, by: str = "lan", every: int = 30) -> int:
    with desk.db.write() as session:
        return feeds.follow(session, desk.actors[by], url, title="Cổng xã", every=every, now=desk.now).id


def fetch(desk: Desk, web: Hostile, *only: int) -> Outcome:
    (found,) = following.fetch(desk.db, web.fetcher(), now=desk.now, only=only)
    return found


def test_news_become_drafts_with_link_picture_and_every_account(desk: Desk, web: Hostile) -> None:
    picture = '<enclosure url="https://cong.example/a.jpg" type="image/jpeg" length="9"/>'
    follow(desk, served(web, item(1, "Nhận hồ sơ thứ Bảy", text=LONG, more=picture)))
    (post_id,) = fetch(desk, web).posts
    shown = desk.show(post_id)
    assert (shown["state"], shown["author"], shown["title"]) == ("draft", machine.LOGIN, "Nhận hồ sơ thứ Bảy")
    assert (shown["text"], shown["link"]) == (LONG, "https://cong.example/tin/1")
    assert [one["url"] for one in shown["media"]] == ["https://cong.example/a.jpg"]
    assert "Nhận hồ sơ thứ Bảy" in shown["media"][0]["alt"]
    assert [one["channel"] for one in shown["targets"]] == ["zalo", "facebook"]
    assert "Cổng xã" in shown["note"]
    assert desk.audit("post.add")[-1].facts["origin"].startswith("feed:")


@pytest.mark.parametrize(
    "again",
    [
        item(2, "Tiêu đề khác hẳn của bài này", link="http://www.cong.example/tin/1/?utm_source=zalo"),
        item(2, "NHẬN HỒ SƠ CẢ BUỔI SÁNG THỨ BẢY"),
        item(2, "Nhận hồ sơ cả buổi sáng thứ Bảy!", text="Chữ khác."),
        item(2, "Bà con được nộp giấy tờ cuối tuần", text=LONG.replace("bà con", "người dân")),
    ],
    ids=["link", "title", "near title", "near text"],
)
@pytest.mark.parametrize("together", [True, False])
def test_the_same_news_under_another_number_comes_once(desk: Desk, web: Hostile, again: str, together: bool) -> None:
    first = item(1, "Nhận hồ sơ cả buổi sáng thứ Bảy", text=LONG)
    follow(desk, served(web, first, *([again] if together else [])))
    before = fetch(desk, web)
    if not together:
        served(web, first, again)
        desk.now += timedelta(minutes=31)
        assert fetch(desk, web).arrived == replace(before.arrived, posts=(), known=1)
    else:
        assert (len(before.posts), before.arrived.known) == (1, 1)
    with desk.db.read() as session:
        assert len(session.scalars(select(Post)).all()) == 1
        assert len(session.scalars(select(Proposal)).all()) == 2  # the second is noted, and not looked at again


def test_what_people_wrote_themselves_is_known_too(desk: Desk, web: Hostile) -> None:
    desk.add(replace(WORDS, title="Nhận hồ sơ thứ Bảy", link="https://cong.example/tin/1"))
    follow(desk, served(web, item(1), item(2, "Nhận hồ sơ thứ Bảy"), item(3)))
    found = fetch(desk, web)
    assert (len(found.posts), found.arrived.known) == (1, 2)


def test_another_agency_gets_the_same_news_for_itself(desk: Desk, web: Hostile) -> None:
    url = served(web, item(1))
    first, second = follow(desk, url), follow(desk, url, by="tu")
    assert len(fetch(desk, web, first).posts) == 1
    assert len(fetch(desk, web, second).posts) == 1


def test_of_a_first_fetch_the_twenty_newest_are_drafted(desk: Desk, web: Hostile) -> None:
    titles = [
        f"{word} hỏi đáp về giấy tờ" for word in ["mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"]
    ]
    items = [item(n, f"{titles[n % 5]} phần {n}") for n in range(30)]
    follow(desk, served(web, *items))
    assert len(fetch(desk, web).posts) == feeds.FIRST_MOST
    desk.now += timedelta(minutes=31)
    assert fetch(desk, web).posts == ()


def test_a_draft_of_the_system_is_nobodys_until_a_person_takes_it_over(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1, text=LONG)))
    (post_id,) = fetch(desk, web).posts
    assert desk.do(review.submit, post_id, by="minh") == "submitted"
    assert desk.show(post_id)["author"] == "minh"
    with pytest.raises(NotAllowed, match="somebody else has to review"):
        desk.do(review.approve, post_id, by="minh")
    assert desk.do(review.approve, post_id, by="hoa") == "approved"
    assert [one.who for one in desk.audit("post.take_over")] == ["minh"]


def test_an_author_may_throw_a_draft_of_the_system_away(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1)))
    (post_id,) = fetch(desk, web).posts
    with pytest.raises(NotAllowed):
        desk.do(review.cancel, post_id, by="nga")
    assert desk.do(review.cancel, post_id, by="lan") == "cancelled"


def test_the_system_can_neither_submit_nor_approve_nor_sign_in(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1)))
    (post_id,) = fetch(desk, web).posts
    with desk.db.write() as session:
        here = desk.actors["lan"].agency_id
        system = machine.author(session, here, now=desk.now)
        person = session.scalars(select(Staff).where(Staff.login == machine.LOGIN)).one()
        assert not staff.proves(person, "")
        with pytest.raises(NotAllowed):
            staff.actor(session, person, here)
        with pytest.raises(NotAllowed, match="only proposes"):
            review.submit(session, system, post_id, now=desk.now)
        review.submit(session, desk.actors["lan"], post_id, now=desk.now)
        with pytest.raises(NotAllowed, match="'review' is missing"):
            review.approve(session, system, post_id, now=desk.now)
        post = steps.find(session, here, post_id)
        assert {row.staff_id for row in session.scalars(select(PostVersion))} == {person.id}
        assert drafts.editors(session, post) == {person.id, desk.actors["lan"].staff_id}


@pytest.mark.parametrize(
    ("path", "page", "told"),
    [
        ("/none", None, "hỏng"), ("/page", b"<!DOCTYPE html><p>tin", "RSS"), ("/gone", b"", "rỗng"),
        ("/bomb", b'<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "nguy hiểm"),
    ],
)  # fmt: skip
def test_a_feed_that_fails_says_why_and_is_asked_ever_less(
    desk: Desk, web: Hostile, path: str, page: bytes | None, told: str
) -> None:
    feed_id = follow(desk, web.page(path, page) if page is not None else web.url(path))
    waits = []
    for _ in range(4):
        found = fetch(desk, web)
        assert told in found.error
        with desk.db.read() as session:
            feed = session.get_one(Feed, feed_id)
        waits.append(feed.next_at - desk.now)
        desk.now = feed.next_at
    assert (feed.failures, feed.error) == (4, found.error)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(hours=1)
    assert timedelta(days=1) == feeds.AGAIN_MOST
    served(web, item(1), path=path)
    assert fetch(desk, web).error == ""
    with desk.db.read() as session:
        assert (session.get_one(Feed, feed_id).failures, session.get_one(Feed, feed_id).error) == (0, "")


def test_what_did_not_change_is_not_sent_again(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1), headers=('ETag: "7"', "Last-Modified: Mon, 23 Nov 2026 05:00:00 GMT")))
    fetch(desk, web)
    desk.now += timedelta(minutes=31)
    web.page("/rss", b"", status="304 Not Modified")
    assert fetch(desk, web) == replace(fetch_of_nothing(web), feed_id=1)
    assert 'If-None-Match: "7"' in web.asked[-1]


def fetch_of_nothing(web: Hostile) -> Outcome:
    return Outcome(0, web.url("/rss"))


def test_two_schedulers_do_not_fetch_the_same(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1)))
    with desk.db.write() as session:
        assert len(feeds.claim(session, now=desk.now, most=5)) == 1
    assert following.fetch(desk.db, web.fetcher(), now=desk.now) == []
    desk.now += feeds.LEASE  # the first one died
    assert len(fetch(desk, web).posts) == 1


def test_a_removed_feed_is_not_fetched_and_its_drafts_stay(desk: Desk, web: Hostile) -> None:
    feed_id = follow(desk, served(web, item(1)))
    fetch(desk, web)
    with desk.db.write() as session:
        with pytest.raises(BadInput, match="no feed"):
            feeds.remove(session, desk.actors["tu"], feed_id, now=desk.now)
        feeds.remove(session, desk.actors["lan"], feed_id, now=desk.now)
    desk.now += timedelta(days=1)
    assert following.fetch(desk.db, web.fetcher(), now=desk.now) == []
    with desk.db.read() as session:
        assert len(session.scalars(select(Post)).all()) == 1
    assert follow(desk, web.url("/rss")) != feed_id  # and may be followed again


@pytest.mark.parametrize(
    ("every", "by", "error"), [(14, "lan", BadInput), (99999, "lan", BadInput), (30, "nga", NotAllowed)]
)
def test_who_follows_and_how_often(desk: Desk, every: int, by: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        follow(desk, "https://cong.example/rss", by=by, every=every)
    follow(desk, "https://cong.example/rss")
    with pytest.raises(BadInput, match="already"):
        follow(desk, "https://cong.example/rss")


def test_one_bad_item_keeps_the_others(desk: Desk, web: Hostile) -> None:
    follow(desk, served(web, item(1, "Mẫu {{ngày}}"), item(2)))
    found = fetch(desk, web)
    assert (len(found.posts), found.arrived.refused) == (1, 1)
    assert "1 could not be kept" in str(found)


def test_what_a_channel_cannot_take_is_left_out_not_the_news(desk: Desk, web: Hostile) -> None:
    seen: Mapping[str, str] = {"media": "https://cong.example/a.webp"}
    picture = f'<enclosure url="{seen["media"]}" type="image/webp" length="9"/>'
    follow(desk, served(web, item(1, text=LONG, more=picture)))
    (post_id,) = fetch(desk, web).posts
    assert desk.show(post_id)["text"] == LONG
    assert desk.do(review.submit, post_id, by="lan") == "submitted"
