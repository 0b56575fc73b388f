"""Where posts come from, in the console: proposed drafts, ideas, templates, days ahead, what citizens ask, feeds."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot import machine
from bot.campaigns import release
from bot.campaigns.content import Content
from bot.curation import following, ideas, occasions, proposing
from bot.db import Database
from bot.tables import Account, Conversation, Evergreen, Feed, Idea, Post
from tests.console.queue_desk import QUEUE, ZALO, Enter, actor, approved, post, written
from tests.curation.conftest import web
from tests.curation.hostile import Hostile
from tests.curation.test_feeds import item, served
from tests.curation.test_ideas import BIRTH, asked_event

__all__ = ["web"]
TABS = ("proposals", "ideas", "templates", "occasions", "asked", "feeds")
DIALOGUE = {
    "ngày": "05/12/2026", "giờ": "8 giờ", "thành phần": "bà con", "nội dung": "đất đai", "địa điểm": "hội trường xã",
    "hạn gửi câu hỏi": "01/12/2026",
}  # fmt: skip


def proposed(db: Database, title: str = "Tin của cổng", *, slug: str = "suoi-mo") -> int:
    """Return a draft of the system."""
    here = actor(db, "lan" if slug == "suoi-mo" else "la", slug).agency_id
    with db.write() as session:
        now, origin = datetime.now(UTC), f"feed:1:{title}"
        proposing.first_time(session, here, origin, title=title, now=now)
        whole = Content(title=title, text="Xã mở thêm buổi sáng thứ Bảy.")
        return proposing.draft(session, here, whole, origin=origin, now=now, note="Lấy từ nguồn tin Cổng xã.").id


def noted(db: Database, title: str = "Hỏi nhiều về VNeID", *, by: str = "lan", slug: str = "suoi-mo") -> int:
    with db.write() as session:
        return ideas.add(session, actor(db, by, slug), title, text="Ba việc.", now=datetime.now(UTC)).id


def state_of(db: Database, idea_id: int) -> str:
    with db.read() as session:
        return session.get_one(Idea, idea_id).state


def newest(db: Database) -> Post:
    with db.read() as session:
        found = session.scalars(select(Post).order_by(Post.id.desc())).first()
        assert found is not None
        _ = found.author.login
        return found


def asked_by(db: Database, people: int, *, first: int = 0) -> None:
    """Let people have asked about the registration of a birth."""
    at = datetime.now(UTC) - timedelta(days=1)
    with db.write() as session:
        account = session.scalars(select(Account).where(Account.channel == "zalo")).one()
        for number in range(first, first + people):
            talk = Conversation(account_id=account.id, person=f"70{number}", memory={}, created_at=at, last_at=at)
            session.add(talk)
            session.flush()
            session.add(asked_event(account.id, talk.id, {"skill": "procedure", "procedure": BIRTH}, at=at))


@pytest.mark.parametrize("tab", TABS)
def test_a_leader_sees_every_list_and_can_change_nothing(db: Database, app: Flask, signed_in: Enter, tab: str) -> None:
    proposed(db)
    noted(db)
    asked_by(db, 3)
    page = signed_in("binh").get(f"{QUEUE}/{tab}")
    main = page.text.partition("<main")[2]
    assert page.status_code == 200
    assert re.search(r'queue/proposals" aria-current="page">Gợi ý', page.text) or tab != "proposals"
    assert re.findall(rf'action="{QUEUE}[^"]*"', main) == []
    assert re.findall("Nhận và sửa|Viết thành bài|Dùng mẫu này|Tạo bản nháp<|Ghi lại", main) == []


def test_what_the_system_proposed_is_taken_over_in_the_editor(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, mine = proposed(db, "Nhận hồ sơ thứ Bảy"), written(db, title="Bài của Lan")
    lan = signed_in("lan")
    page = lan.get(f"{QUEUE}/proposals").text
    assert "Nhận hồ sơ thứ Bảy" in page
    assert "Bài của Lan" not in page
    assert "Lấy từ nguồn tin Cổng xã." in page
    assert "Lấy từ nguồn tin Cổng xã." in lan.get(f"{QUEUE}/{post_id}").text
    edit = f"{QUEUE}/{post_id}/edit"
    assert f'href="{edit}"' in page
    read = re.search(r'name="read" value="([^"]+)"', lan.get(edit).text)
    assert read
    lan.post(edit, read=read[1], title="Nhận hồ sơ cả thứ Bảy", text="Từ 8 giờ.", language="vi", grace="60")
    assert post(db, post_id).author_id == actor(db, "lan").staff_id
    assert "Không có bản nháp nào chờ nhận" in lan.get(f"{QUEUE}/proposals").text
    assert mine


def test_a_post_that_is_not_as_approved_says_so_and_not_where_it_came_from(
    db: Database, app: Flask, signed_in: Enter
) -> None:
    post_id = written(db)
    with db.write() as session:
        session.execute(update(Post).values(note=release.CHANGED))
    assert "vì nội dung khác bản đã duyệt" in signed_in("lan").get(f"{QUEUE}/{post_id}").text


def test_an_idea_is_noted_and_becomes_a_draft_once(db: Database, app: Flask, signed_in: Enter) -> None:
    lan, address = signed_in("lan"), f"{QUEUE}/ideas"
    assert (
        "Đã ghi ý này"
        in lan.post(address, title=" Đổi thẻ <b>BHYT</b> ", text="Trước Tết.", link="", topic="Y tế").text
    )
    assert "Đổi thẻ &lt;b&gt;BHYT&lt;/b&gt;" in lan.get(address).text
    editor = lan.post(f"{address}/1/use", page=address)
    assert editor.request.path == f"{QUEUE}/1/edit"
    assert "Đã tạo bản nháp" in editor.text
    assert (post(db).title, post(db).topic, state_of(db, 1)) == ("Đổi thẻ <b>BHYT</b>", "Y tế", "used")
    for act in ("use", "drop"):
        assert "đã có người dùng hoặc bỏ" in lan.post(f"{address}/1/{act}", page=address).text
    assert newest(db).id == 1


def test_an_idea_is_dropped(db: Database, app: Flask, signed_in: Enter) -> None:
    idea_id = noted(db)
    page = signed_in("lan").post(f"{QUEUE}/ideas/{idea_id}/drop", page=f"{QUEUE}/ideas").text
    assert "Đã bỏ ý “Hỏi nhiều về VNeID”" in page
    assert "Chưa có ý nào" in page
    assert state_of(db, idea_id) == "dropped"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": " "}, ["title"]),
        ({"title": "a" * 301, "link": "ftp://a.b"}, ["title", "link"]),
        ({"title": "", "text": "b" * 60_001}, ["title", "text"]),
    ],
)
def test_a_bad_idea_keeps_what_was_typed(
    db: Database, app: Flask, signed_in: Enter, fields: dict[str, str], wrong: list[str]
) -> None:
    answer = signed_in("lan").post(f"{QUEUE}/ideas", **{"topic": "Giữ lại", **fields})
    assert answer.status_code == 422
    assert re.findall(r'class="invalid-feedback" id="(\w+)-wrong"', answer.text) == sorted(
        wrong, key=["title", "text", "link"].index
    )
    assert 'value="Giữ lại"' in answer.text
    with db.read() as session:
        assert session.scalars(select(Idea)).all() == []


def test_ideas_are_paged(db: Database, app: Flask, signed_in: Enter) -> None:
    for number in range(ideas.PAGE + 2):
        noted(db, f"Ý {number}")
    lan = signed_in("lan")
    first = lan.get(f"{QUEUE}/ideas").text
    further = re.search(r'href="([^"]+after=\d+)"', first)
    assert further
    second = lan.get(further[1]).text
    ids = [[int(one) for one in re.findall(r'id="idea-(\d+)"', page)] for page in (first, second)]
    assert [len(one) for one in ids] == [ideas.PAGE, 2]
    assert sorted(ids[0] + ids[1]) == list(range(1, ideas.PAGE + 3))


def test_a_template_is_filled_in(db: Database, app: Flask, signed_in: Enter) -> None:
    lan, address = signed_in("lan"), f"{QUEUE}/templates/doi-thoai"
    assert address in lan.get(f"{QUEUE}/templates").text
    some = {f"blank {name}": text for name, text in DIALOGUE.items() if name not in {"giờ", "địa điểm"}}
    answer = lan.post(address, **some, **{"blank giờ": "  "})
    assert answer.status_code == 422
    assert "Còn 2 chỗ chưa điền" in answer.text
    assert answer.text.count('class="invalid-feedback"') == 2
    assert 'value="05/12/2026"' in answer.text
    assert ">đất đai</textarea>" in answer.text
    editor = lan.post(address, **{f"blank {name}": text for name, text in DIALOGUE.items()})
    assert editor.request.path == f"{QUEUE}/1/edit"
    assert (newest(db).title, newest(db).author.login) == ("Mời đối thoại ngày 05/12/2026", "lan")
    assert lan.get(f"{QUEUE}/templates/khong-co").status_code == 404


@pytest.mark.parametrize(("text", "told"), [("{{lúc nào}}", "lúc nào"), ("a" * 400, "nhiều nhất 300")])
def test_what_a_template_cannot_be_filled_with_is_told(
    db: Database, app: Flask, signed_in: Enter, text: str, told: str
) -> None:
    fields = {f"blank {name}": value for name, value in {**DIALOGUE, "ngày": text}.items()}
    answer = signed_in("lan").post(f"{QUEUE}/templates/doi-thoai", **fields)
    assert answer.status_code == 422
    assert told in answer.text.partition("<form method")[2]
    assert text in answer.text


def first_day(page: str) -> dict[str, str]:
    found = re.search(r'name="key" value="([^"]+)"><input type="hidden" name="day" value="([^"]+)"', page)
    assert found
    return {"key": found[1], "day": found[2]}


def test_a_day_ahead_becomes_a_draft_of_who_asked_once(db: Database, app: Flask, signed_in: Enter) -> None:
    lan, address = signed_in("lan"), f"{QUEUE}/occasions"
    fields = first_day(lan.get(address).text)
    editor = lan.post(address, **fields)
    made = newest(db)
    assert editor.request.path == f"{QUEUE}/{made.id}/edit"
    assert (made.author.login, made.origin) == ("lan", f"observance:{fields['key']}:{fields['day']}")
    assert f"queue/{made.id}" in lan.get(address).text
    again = signed_in("minh").post(address, page=f"{QUEUE}/ideas", **fields)
    assert again.request.path == f"{QUEUE}/{made.id}/edit"
    assert newest(db).id == made.id
    # The scheduler does not propose it again.
    day = datetime.fromisoformat(f"{fields['day']}T01:00:00+00:00")
    with db.write() as session:
        later = occasions.propose(session, made.agency_id, now=day - timedelta(days=1))
    assert made.origin not in [post(db, one).origin for one in later]


@pytest.mark.parametrize("fields", [{}, {"key": "tet", "day": "x"}, {"key": "x", "day": "2027-01-01"}])
def test_a_day_that_is_not_there_is_told(db: Database, app: Flask, signed_in: Enter, fields: dict[str, str]) -> None:
    page = signed_in("lan").post(f"{QUEUE}/occasions", **fields)
    assert "Ngày này không còn trong danh sách" in page.text


def test_what_citizens_ask_becomes_a_draft_once(db: Database, app: Flask, signed_in: Enter) -> None:
    lan, address = signed_in("lan"), f"{QUEUE}/asked"
    asked_by(db, 2)
    assert "chưa có việc nào được từ 3 người trở lên hỏi" in lan.get(address).text
    asked_by(db, 1, first=2)
    page = lan.get(address).text
    assert "3 người, 3 lần" in page
    editor = lan.post(address, item=BIRTH)
    assert editor.request.path == f"{QUEUE}/1/edit"
    assert newest(db).title == "Nhiều người hỏi: làm giấy khai sinh"
    assert lan.post(address, item=BIRTH).request.path == f"{QUEUE}/1/edit"
    assert newest(db).id == 1
    assert "không còn nhiều người hỏi việc đó" in lan.post(address, item="9.999999").text


def test_a_feed_is_followed_and_left(db: Database, app: Flask, signed_in: Enter, web: Hostile) -> None:
    app.extensions["fetcher"] = web.fetcher()
    minh, address = signed_in("minh"), f"{QUEUE}/feeds"
    url = served(web, item(1, "Nhận hồ sơ thứ Bảy"))
    assert "Đã theo dõi “Cổng xã”" in minh.post(address, url=url, every="60").text
    assert "Chưa lấy lần nào" in minh.get(address).text
    following.fetch(db, web.fetcher(), now=datetime.now(UTC))
    assert "cứ 1 giờ lấy một lần" in minh.get(address).text
    assert "Nhận hồ sơ thứ Bảy" in minh.get(f"{QUEUE}/proposals").text
    known = minh.post(address, url=url, every="60")
    assert (known.status_code, "đã theo dõi nguồn tin này rồi" in known.text) == (422, True)
    web.page("/rss", b"x", status="500 Oops")
    following.fetch(db, web.fetcher(), now=datetime.now(UTC), only=[1])
    assert "Cần xem" in (page := minh.get(address).text)
    assert "trang trả lời mã 500" in page
    assert "Đã thôi theo dõi “Cổng xã”" in minh.post(f"{address}/1/remove", page=address).text
    assert minh.post(f"{address}/1/remove", page=address).status_code == 404


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "không phải địa chỉ trang web"),
        ("http://127.0.0.1/rss", "mạng nội bộ"),
        ("<html>", "đây là trang web thường"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>", "cấu trúc nguy hiểm"),
    ],
)
def test_what_is_no_feed_is_refused_in_plain_words(
    db: Database, app: Flask, signed_in: Enter, web: Hostile, url: str, told: str
) -> None:
    app.extensions["fetcher"] = web.fetcher()
    address = web.page("/x", url.encode()) if url.startswith("<") else url
    answer = signed_in("lan").post(f"{QUEUE}/feeds", url=address, every="1440")
    assert answer.status_code == 422
    assert told in answer.text
    assert f'name="url" value="{address}"' in answer.text
    assert 'value="1440" selected' in answer.text
    with db.read() as session:
        assert session.scalars(select(Feed)).all() == []


def test_a_published_post_is_proposed_again(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, lan = approved(db, targets=(ZALO,)), signed_in("lan")
    page, address = f"{QUEUE}/{post_id}", f"{QUEUE}/{post_id}/evergreen"
    assert "Chỉ bài đã đăng" in lan.post(address, page=page, every="90").text
    with db.write() as session:
        session.execute(update(Post).values(state="published", released_at=datetime.now(UTC)))
    for typed in ("3", "nhiều", ""):
        wrong = lan.post(address, page=page, every=typed)
        assert (wrong.status_code, "từ 7 đến 730" in wrong.text) == (422, True)
        assert f'value="{typed}"' in wrong.text
    kept = lan.post(address, page=page, every="120").text
    assert "Cứ 120 ngày" in kept
    assert f"{datetime.now(UTC) + timedelta(days=120, hours=7):%d/%m/%Y}" in kept
    assert "Cứ 120 ngày" in signed_in("binh").get(page).text
    assert "Đã thôi nhắc đăng lại" in lan.post(f"{address}/drop", page=page).text
    with db.read() as session:
        assert session.scalars(select(Evergreen)).all() == []


def _ours(db: Database, web: Hostile) -> dict[str, int]:
    """Return ids of another commune: an idea, a feed, a post."""
    la = actor(db, "la", "da-nui")
    with db.write() as session:
        feed = Feed(
            agency_id=la.agency_id, url=served(web, item(1)), every=30, next_at=datetime.now(UTC),
            created_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(feed)
        session.flush()
        feed_id = feed.id
    return {"idea": noted(db, "Ý của Đá Núi", by="la", slug="da-nui"), "feed": feed_id,
            "post": proposed(db, "Tin của Đá Núi", slug="da-nui")}  # fmt: skip


def test_another_communes_are_not_found(db: Database, app: Flask, signed_in: Enter, web: Hostile) -> None:
    ids, an = _ours(db, web), signed_in("an")
    for address in (
        f"ideas/{ids['idea']}/use", f"ideas/{ids['idea']}/drop", f"feeds/{ids['feed']}/remove",
        f"{ids['post']}/evergreen", f"{ids['post']}/evergreen/drop",
    ):  # fmt: skip
        assert an.post(f"{QUEUE}/{address}", page=f"{QUEUE}/ideas").status_code == 404, address
    pages = "".join(an.get(f"{QUEUE}/{tab}").text for tab in TABS)
    assert "Đá Núi" not in pages
    with db.read() as session:
        kept: list[Any] = [session.get_one(Idea, ids["idea"]).state, session.get_one(Feed, ids["feed"]).removed_at]
        assert kept == ["open", None]
        assert session.get_one(Post, ids["post"]).author.login == machine.LOGIN
