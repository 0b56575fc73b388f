"""The queue's list and calendar: filters, what waits for whom, paging, moving with its warnings, isolation."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import update

from bot.campaigns import drafts, listing, planner, rules
from bot.campaigns.states import State
from bot.db import Database
from bot.tables import Post, PostTarget
from tests.console.conftest import Visitor
from tests.console.queue_desk import (
    FACEBOOK,
    QUEUE,
    SPEAKER,
    ZALO,
    Enter,
    actor,
    approved,
    post,
    submitted,
    tomorrow,
    typed,
    written,
)

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def titles(page: str) -> list[str]:
    return re.findall(r'mc-title">([^<]+)<', page)


def in_state(db: Database, post_id: int, state: str, target: str = "") -> None:
    with db.write() as session:
        session.execute(update(Post).where(Post.id == post_id).values(state=state))
        if target:
            session.execute(update(PostTarget).where(PostTarget.post_id == post_id).values(state=target))


def test_an_empty_list_says_what_to_do_first(signed_in: Enter) -> None:
    assert "Bấm “Viết bài” để soạn bài đầu tiên" in signed_in("lan").get(QUEUE).text
    assert "Viết bài</a>" not in signed_in("binh").get(QUEUE).text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Lịch cắt điện", "Tiêm chủng", "Nộp thuế đất"]),
        ("?state=submitted", ["Tiêm chủng"]),
        ("?channel=facebook", ["Tiêm chủng"]),
        ("?channel=loudspeaker", ["Lịch cắt điện"]),
        ("?topic=Thuế", ["Nộp thuế đất"]),
        ("?q=nop thue", ["Nộp thuế đất"]),
        ("?q=THUẾ dat", ["Nộp thuế đất"]),
        ("?q=100%", []),
        ("?state=nonsense&author=x&after=y", ["Lịch cắt điện", "Tiêm chủng", "Nộp thuế đất"]),
        ("?topic=không có", []),
    ],
)
def test_filters(db: Database, app: Flask, signed_in: Enter, asked: str, found: list[str]) -> None:
    written(db, title="Nộp thuế đất", topic="Thuế", targets=(ZALO,))
    submitted(db, title="Tiêm chủng", targets=(FACEBOOK,))
    written(db, by="minh", title="Lịch cắt điện", targets=(SPEAKER,))
    page = signed_in("binh").get(QUEUE + asked).text
    assert titles(page) == found
    assert ("Không có bài nào khớp" in page) == (not found)


def test_the_author_is_a_filter(db: Database, app: Flask, signed_in: Enter) -> None:
    written(db, title="Của Lan")
    written(db, by="minh", title="Của Minh")
    minh = actor(db, "minh").staff_id
    assert titles(signed_in("binh").get(f"{QUEUE}?author={minh}").text) == ["Của Minh"]


@pytest.mark.parametrize(
    ("login", "found"),
    [
        ("lan", {"Nháp của Lan", "Chờ đăng tay"}),
        ("minh", {"Chờ thẩm định", "Lỡ giờ", "Chưa rõ", "Đã duyệt", "Chờ đăng tay"}),
        ("binh", set()),
        ("hoa", set()),
    ],
)
def test_what_waits_for_whom(db: Database, app: Flask, signed_in: Enter, login: str, found: set[str]) -> None:
    written(db, title="Nháp của Lan")
    submitted(db, title="Chờ thẩm định")
    submitted(db, title="Tiếng Thái", language="thai")  # minh was not named for it
    approved(db, title="Đã duyệt")
    for title, state in (("Lỡ giờ", State.MISSED), ("Chưa rõ", State.UNKNOWN), ("Đã đăng", State.PUBLISHED)):
        in_state(db, approved(db, title=title), state)
    in_state(db, approved(db, title="Chờ đăng tay", targets=(SPEAKER,)), State.PUBLISHING, "by_hand")
    assert set(titles(signed_in(login).get(f"{QUEUE}?mine=1").text)) == found


def test_pages_follow_each_other_by_key(db: Database, app: Flask, signed_in: Enter) -> None:
    count = listing.PAGE + 3
    for number in range(count):
        written(db, title=f"Bài {number}", targets=(SPEAKER,))
    binh = signed_in("binh")
    first = binh.get(f"{QUEUE}?state=draft").text
    more = re.search(r'href="([^"]+after=\d+)"', first)
    assert more is not None
    written(db, title="Bài chen vào", targets=(SPEAKER,))
    second = binh.get(more[1].replace("&amp;", "&")).text
    assert titles(first) + titles(second) == [f"Bài {number}" for number in reversed(range(count))]
    assert "after=" not in second


def test_the_words_of_a_post_are_found_after_an_edit(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = written(db, title="Trước")
    with db.write() as session:
        changed = drafts.version(session, actor(db, "lan"), post_id, 1)
        new = type(changed)(**{**{name: getattr(changed, name) for name in changed.__slots__}, "title": "Sau này"})
        drafts.edit(session, actor(db, "lan"), post_id, new, now=datetime.now(UTC))
    binh = signed_in("binh")
    assert titles(binh.get(f"{QUEUE}?q=sau nay").text) == ["Sau này"]
    assert titles(binh.get(f"{QUEUE}?q=truoc").text) == []


# --- the calendar ------------------------------------------------------------------------------------------


def day_of(page: str, day: str) -> str:
    found = re.search(rf'<li class="mc-day[^>]* data-day="{day}">(.*?)\n  </li>', page, re.S)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("view", ["month", "week"])
def test_a_post_stands_on_its_day_of_vietnam(db: Database, app: Flask, signed_in: Enter, view: str) -> None:
    at = tomorrow(hour=18)  # one o'clock in the night after, in Vietnam
    written(db, title="Nửa đêm", at=at)
    local = at.astimezone(HANOI)
    page = signed_in("binh").get(f"{QUEUE}/calendar?view={view}&day={local:%Y-%m-%d}").text
    assert "Nửa đêm" in day_of(page, f"{local:%Y-%m-%d}")
    assert "01:00" in day_of(page, f"{local:%Y-%m-%d}")
    assert "Đổi giờ" not in page  # binh only looks
    assert "draggable" not in page


@pytest.mark.parametrize("asked", ["day=nonsense", "day=9999-01-01", "day=0001-01-01", "view=year", "day=2026-02-29"])
def test_odd_days_show_some_month(signed_in: Enter, asked: str) -> None:
    assert signed_in("binh").get(f"{QUEUE}/calendar?{asked}").status_code == 200


def test_a_day_off_and_close_posts_are_marked(db: Database, app: Flask, signed_in: Enter) -> None:
    at = tomorrow()
    written(db, title="Một", at=at)
    written(db, title="Hai", at=at + timedelta(minutes=10))
    written(db, title="Ba", at=at + timedelta(minutes=20), targets=(SPEAKER,))
    lan = signed_in("lan")
    page = lan.get(f"{QUEUE}/calendar?day={at:%Y-%m-%d}").text
    assert page.count("sát giờ bài khác") == 2
    assert "Giỗ Tổ Hùng Vương" in day_of(lan.get(f"{QUEUE}/calendar?day=2027-04-01").text, "2027-04-16")


def test_posts_without_a_time_wait_beside(db: Database, app: Flask, signed_in: Enter) -> None:
    written(db, title="Chưa biết khi nào")
    page = signed_in("lan").get(f"{QUEUE}/calendar").text
    assert "Chưa biết khi nào" in page.split('id="loose"')[1]


# --- moving ------------------------------------------------------------------------------------------------


def move(visitor: Visitor, db: Database, post_id: int, at: datetime, **more: str) -> str:
    local = at.astimezone(HANOI)
    page = f"{QUEUE}/{post_id}/move"
    fields = {"day": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}", "read": drafts.mark(post(db, post_id)), **more}
    return visitor.post(page, page=f"{QUEUE}/calendar", **fields).text


def test_a_draft_is_moved_at_once(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, at = written(db, at=tomorrow()), tomorrow(4)
    assert "chuyển sang 11:00" in move(signed_in("lan"), db, post_id, at)
    assert post(db, post_id).at == at
    assert post(db, post_id).version == 2


def test_an_approved_time_is_asked_about_first(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, before, at = approved(db, at=tomorrow()), tomorrow(), tomorrow(4)
    lan = signed_in("lan")
    page = move(lan, db, post_id, at)
    assert "phải thẩm định lại" in page
    assert (post(db, post_id).state, post(db, post_id).at) == ("scheduled", before)
    sure = re.search(r'name="sure" value="([^"]+)"', page)
    assert sure is not None
    other = move(lan, db, post_id, tomorrow(6), sure=sure[1])  # another time than was asked about
    assert "Vẫn đổi giờ" in other
    assert "chuyển sang 11:00" in move(lan, db, post_id, at, sure=sure[1])
    assert (post(db, post_id).state, post(db, post_id).at) == ("draft", at)


def test_quiet_hours_holidays_and_close_posts_are_warned_of(db: Database, app: Flask, signed_in: Enter) -> None:
    taken, at = tomorrow(), tomorrow(3)
    approved(db, at=at + timedelta(minutes=5))
    post_id = written(db, at=taken)
    with db.write() as session:
        own = {"quiet": ["09:30-10:30"], "holidays": [f"{at.astimezone(HANOI):%m-%d}"]}
        rules.set_rules(session, rules.agency_scope(1), own, who="an", now=datetime.now(UTC))
    lan = signed_in("lan")
    page = move(lan, db, post_id, at)
    for told in ("có 1 bài khác", "ngày không đăng bài", "bài sẽ đăng lúc"):
        assert told in page
    assert post(db, post_id).at == taken
    with db.write() as session:
        rules.set_rules(session, rules.agency_scope(1), {"quiet": ["09:30-10:30"]}, who="an", now=datetime.now(UTC))
    assert "giờ không đăng bài" in move(lan, db, post_id, at)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("day", "clock", "told"),
    [
        ("", "", "chưa phải ngày và giờ"),
        ("2026-13-01", "08:00", "chưa phải ngày và giờ"),
        ("2027-01-04", "25:00", "chưa phải ngày và giờ"),
        ("2026-01-05", "08:00", "đã qua"),
        ("mai", "sáng", "chưa phải ngày và giờ"),
    ],
)
def test_a_wrong_time_is_refused_and_stays_typed(
    db: Database, app: Flask, signed_in: Enter, day: str, clock: str, told: str
) -> None:
    post_id = written(db)
    fields = {"day": day, "clock": clock, "read": drafts.mark(post(db, post_id)), "sure": f"{day} {clock}"}
    page = signed_in("lan").post(f"{QUEUE}/{post_id}/move", **fields)
    assert told in page.text or (day == "" and page.status_code == 422)
    assert page.status_code == 422
    assert post(db, post_id).at is None


def test_a_post_that_somebody_changed_meanwhile_is_not_moved(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = written(db)
    page = move(signed_in("lan"), db, post_id, tomorrow(), read="7.draft")
    assert "Có người vừa sửa bài này" in page
    assert post(db, post_id).at is None


def test_a_missed_post_gets_a_new_time_by_decision(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = approved(db, at=tomorrow())
    in_state(db, post_id, State.MISSED)
    assert "chưa có quyền" in move(signed_in("lan"), db, post_id, tomorrow(4)).lower()
    assert "Đã lên lịch" in move(signed_in("minh"), db, post_id, tomorrow(4))
    assert post(db, post_id).due_at == tomorrow(4)


def test_what_is_published_is_not_moved(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = approved(db, at=tomorrow())
    in_state(db, post_id, State.PUBLISHED)
    assert "không đổi giờ được nữa" in move(signed_in("minh"), db, post_id, tomorrow(4))


# --- isolation ---------------------------------------------------------------------------------------------

PATHS = ("", "/edit", "/move", "/review", "/versions/1", "/speech")
POSTS = (
    "/submit",
    "/cancel",
    "/comment",
    "/schedule",
    "/look",
    "/decide",
    "/resend",
    "/posted",
    "/move",
    "/review",
    "/edit",
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", [*PATHS, *POSTS])
def test_another_agencys_post_is_not_there(db: Database, app: Flask, signed_in: Enter, path: str) -> None:
    post_id = submitted(db)
    la = signed_in("la")
    theirs = f"/console/da-nui/queue/{post_id}{path}"
    token = la.token("/console/mine")
    answers = [la.client.post(theirs, data={"csrf_token": token})] if path in POSTS else []
    answers += [la.client.get(theirs)] if path in PATHS else []
    assert [one.status_code for one in answers] == [404] * len(answers)
    assert post(db, post_id).state == "submitted"
    assert titles(la.get("/console/da-nui/queue").text) == []
    assert "Nộp hồ sơ" not in la.get("/console/da-nui/queue/calendar").text


def test_a_form_cannot_name_another_agencys_account(db: Database, app: Flask, signed_in: Enter) -> None:
    la = signed_in("la")
    page = la.post("/console/da-nui/queue/new", **typed(target=f"zalo:{ZALO.key}"))
    assert page.status_code == 200
    with db.read() as session:
        assert [str(one.channel) for one in session.get_one(Post, 1).targets] == []


def test_the_planner_knows_what_lies_in_a_span(db: Database, app: Flask) -> None:
    at = tomorrow()
    first, second = written(db, at=at), approved(db, at=at + timedelta(days=1))
    in_state(db, written(db, at=at), State.CANCELLED)
    day = at.astimezone(HANOI).date()
    with db.read() as session:
        one = planner.between(session, 1, day, day + timedelta(days=1))
        both = planner.between(session, 1, day, day + timedelta(days=2))
    assert [entry.post.id for entry in one] == [first]
    assert [entry.post.id for entry in both] == [first, second]
