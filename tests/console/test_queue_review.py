"""Reviewing in the console: who may, the checklist, what changed, comments, languages; and when it appears."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot import agencies, staff
from bot.campaigns import drafts, review
from bot.campaigns.content import of_post
from bot.db import Database
from bot.tables import Audit, Post, Review
from tests.console.conftest import Visitor
from tests.console.queue_desk import (
    QUEUE,
    TICKED,
    Enter,
    actor,
    approved,
    post,
    submitted,
    tomorrow,
    written,
)
from tests.people import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def judge(visitor: Visitor, post_id: int, verdict: str, *, version: int = 1, **fields: str) -> str:
    page = f"{QUEUE}/{post_id}/review"
    return visitor.post(page, page=f"{QUEUE}/calendar", verdict=verdict, version=str(version), **fields).text


def audits(db: Database, verb: str) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Audit.who).where(Audit.verb == verb)))


def edited(db: Database, post_id: int, by: str = "lan", **parts: str) -> None:
    with db.write() as session:
        now = of_post(session.get_one(Post, post_id))
        drafts.edit(session, actor(db, by), post_id, replace(now, **parts), now=datetime.now(UTC))


def test_another_person_approves_with_the_whole_checklist(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db, at=tomorrow())
    minh = signed_in("minh")
    for missing in TICKED:
        page = judge(minh, post_id, "approve", **{**TICKED, missing: ""}, comment="đang xem")
        assert "Hãy đánh dấu đủ" in page
        assert "đang xem</textarea>" in page
        assert page.count(" checked") == len(TICKED) - 1
    assert post(db).state == "submitted"
    assert "đã lên lịch" in judge(minh, post_id, "approve", **TICKED, comment="Tốt")
    assert post(db).state == "scheduled"
    with db.read() as session:
        verdict = session.scalars(select(Review)).one()
    assert (verdict.comment, verdict.checklist) == ("Tốt", dict.fromkeys(review.CHECKLIST, True))
    assert audits(db, "post.approve") == ["minh"]


@pytest.mark.parametrize("verdict", ["approve", "return", "reject"])
def test_nobody_reviews_what_they_wrote_not_even_an_admin(
    db: Database, app: Flask, signed_in: Enter, verdict: str
) -> None:
    post_id = submitted(db)
    edited(db, post_id, by="an", text="An sửa một câu.")
    with db.write() as session:
        review.submit(session, actor(db, "lan"), post_id, now=datetime.now(UTC))
    an = signed_in("an")
    page = an.get(f"{QUEUE}/{post_id}/review").text
    assert "người khác phải thẩm định" in page
    assert "Duyệt</button>" not in page
    assert "người khác phải thẩm định" in judge(an, post_id, verdict, version=2, **TICKED, comment="x")
    assert post(db).state == "submitted"


@pytest.mark.parametrize(("verdict", "state"), [("return", "draft"), ("reject", "rejected")])
def test_sending_back_needs_a_reason(
    db: Database, app: Flask, signed_in: Enter, verdict: str, state: str
) -> None:  # fmt: skip
    post_id = submitted(db)
    minh = signed_in("minh")
    for comment in ("", "   "):
        assert "Hãy viết lý do" in judge(minh, post_id, verdict, comment=comment)
    assert "nhiều nhất 2000" in judge(minh, post_id, verdict, comment="a" * 2001)
    judge(minh, post_id, verdict, comment="Sai tên thôn")
    assert post(db).state == state
    assert "Sai tên thôn" in signed_in("lan").get(f"{QUEUE}/{post_id}").text


@pytest.mark.parametrize("verdict", ["", "cancel", "nonsense"])
def test_an_odd_verdict_is_refused(db: Database, app: Flask, signed_in: Enter, verdict: str) -> None:
    post_id = submitted(db)
    assert "Hãy chọn duyệt" in judge(signed_in("minh"), post_id, verdict, **TICKED)
    assert post(db).state == "submitted"


@pytest.mark.parametrize("version", [0, 1, 9])
def test_what_was_not_read_is_not_approved(db: Database, app: Flask, signed_in: Enter, version: int) -> None:
    post_id = submitted(db)
    edited(db, post_id, text="Bản mới.")
    with db.write() as session:
        review.submit(session, actor(db, "lan"), post_id, now=datetime.now(UTC))
    assert "Có người vừa sửa bài này" in judge(signed_in("minh"), post_id, "approve", version=version, **TICKED)
    assert post(db).state == "submitted"


def test_the_way_from_the_last_judged_version_is_shown_word_by_word(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db, text="Phí 5.000 đồng.")
    minh = signed_in("minh")
    assert "chưa được thẩm định lần nào" in minh.get(f"{QUEUE}/{post_id}/review").text
    judge(minh, post_id, "return", comment="Sai phí")
    edited(db, post_id, text="Phí 8.000 đồng.")
    edited(db, post_id, title="Phí mới")
    with db.write() as session:
        review.submit(session, actor(db, "lan"), post_id, now=datetime.now(UTC))
    page = minh.get(f"{QUEUE}/{post_id}/review").text
    assert "Thay đổi so với bản 1" in page
    assert '<del><span class="visually-hidden">[bỏ: </span>5.000<' in page
    assert '<ins><span class="visually-hidden">[thêm: </span>8.000<' in page
    judge(minh, post_id, "approve", version=3, **TICKED)
    edited(db, post_id, text="Phí 9.000 đồng.")
    page = minh.get(f"{QUEUE}/{post_id}/review").text
    assert "Thay đổi so với bản 3" in page
    assert "không còn chờ thẩm định" in page
    old = minh.get(f"{QUEUE}/{post_id}/versions/1").text
    assert "Phí 5.000 đồng." in old
    assert "9.000" in old
    assert minh.get(f"{QUEUE}/{post_id}/versions/9").status_code == 404


def test_a_comment_moves_nothing(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db)
    minh = signed_in("minh")
    address = f"{QUEUE}/{post_id}/comment"
    refused = minh.post(address, page=f"{QUEUE}/{post_id}", comment="  ")
    assert refused.status_code == 422
    assert "từ 1 đến 2.000" in refused.text
    assert "a" * 2001 in minh.post(address, page=f"{QUEUE}/{post_id}", comment="a" * 2001).text
    minh.post(address, page=f"{QUEUE}/{post_id}", comment="Ảnh này <b>đẹp</b>")
    assert post(db).state == "submitted"
    page = signed_in("lan").get(f"{QUEUE}/{post_id}").text
    assert "Ảnh này &lt;b&gt;đẹp&lt;/b&gt;" in page
    assert audits(db, "post.comment") == ["minh"]


def test_a_text_in_thai_is_reviewed_by_who_reads_it(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db, language="thai")
    minh = signed_in("minh")
    assert "người thẩm định biết tiếng đó" in minh.get(f"{QUEUE}/{post_id}/review").text
    judge(minh, post_id, "approve", **TICKED)
    assert post(db).state == "submitted"
    with db.write() as session:
        person, agency = staff.find(session, "minh"), agencies.find_agency(session, "suoi-mo")
        assert person is not None
        assert agency is not None
        staff.knows(session, person, agency, languages=["thai"], now=NOON)
    judge(minh, post_id, "approve", **TICKED)
    assert post(db).state == "approved"


def test_an_author_does_what_an_author_may(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, other = written(db), written(db, by="minh")
    lan = signed_in("lan")
    page = lan.get(f"{QUEUE}/{post_id}").text
    assert "Gửi thẩm định</button>" in page
    lan.post(f"{QUEUE}/{post_id}/submit", page=f"{QUEUE}/{post_id}")
    assert post(db).state == "submitted"
    assert "chưa có quyền" in lan.post(f"{QUEUE}/{other}/cancel", page=f"{QUEUE}/{other}").text
    lan.post(f"{QUEUE}/{post_id}/cancel", page=f"{QUEUE}/{post_id}", comment="không cần nữa")
    assert post(db).state == "cancelled"
    again = lan.post(f"{QUEUE}/{post_id}/submit", page=f"{QUEUE}/{other}").text
    assert "đang ở bước “đã hủy”" in again


def test_a_leader_sees_everything_and_changes_nothing(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db)
    page = signed_in("binh").get(f"{QUEUE}/{post_id}").text
    assert "Từ 01/12" in page
    acts = re.findall(r'<form[^>]* action="([^"]+)"', page.split("<main")[1])
    assert acts == ["/console/suoi-mo/try"]  # asking the bot changes nothing


@pytest.mark.parametrize(
    ("fields", "told", "state"),
    [
        ({"act": "at", "day": "", "clock": ""}, "chưa phải ngày và giờ", "approved"),
        ({"act": "at", "day": "2026-01-01", "clock": "08:00"}, "đã qua", "approved"),
        ({"act": "at", "day": "hôm nay", "clock": "08:00"}, "chưa phải ngày và giờ", "approved"),
        ({"act": "slot"}, "Đã chọn giờ đăng", "scheduled"),
    ],
)
def test_a_post_without_a_time_gets_one(
    db: Database, app: Flask, signed_in: Enter, fields: dict[str, str], told: str, state: str
) -> None:
    post_id = approved(db)
    page = signed_in("minh").post(f"{QUEUE}/{post_id}/schedule", page=f"{QUEUE}/{post_id}", **fields)
    assert told in page.text
    assert post(db).state == state


def test_a_missed_post_waits_for_a_decision(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = approved(db, at=tomorrow())
    with db.write() as session:
        session.execute(update(Post).values(state="missed", due_at=tomorrow() - timedelta(days=3)))
    minh = signed_in("minh")
    page = minh.get(f"{QUEUE}/{post_id}").text
    for told in ("Bài đã lỡ giờ", "Đăng vào giờ này", "Sửa bài", "Hủy bài"):
        assert told in page
    day = f"{tomorrow(6) + timedelta(hours=7):%Y-%m-%d}"
    minh.post(f"{QUEUE}/{post_id}/schedule", page=f"{QUEUE}/{post_id}", act="at", day=day, clock="13:00")
    assert (post(db).state, post(db).due_at) == ("scheduled", tomorrow(6))
