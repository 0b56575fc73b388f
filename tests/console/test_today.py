"""The start page tells each role what waits for them, and links to where it is done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import staff
from bot.campaigns import drafts, review
from bot.campaigns.content import Content, Target
from bot.db import Database
from bot.staff import Actor
from bot.tables import Account, Ticket
from tests.console.conftest import Visitor
from tests.figures.test_figures import ASKED_BACK, PROCEDURE, Desk
from tests.people import OA

Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo/"


def actor(db: Database, login: str) -> Actor:
    with db.read() as session:
        person = staff.find(session, login)
        assert person is not None
        return staff.actor(session, person, 1)


def post(db: Database, title: str, *, at: datetime | None, approve: bool) -> None:
    """Lan writes and submits; minh approves when told so."""
    now = datetime.now(UTC)
    content = Content(
        title=title, text="Nộp hồ sơ tại nhà.", topic="CCHC", targets=(Target(channel="zalo", key=OA),), at=at
    )
    lan, minh = actor(db, "lan"), actor(db, "minh")
    with db.write() as session:
        post_id = drafts.add(session, lan, content, now=now).id
        review.submit(session, lan, post_id, now=now)
        if approve:
            review.approve(session, minh, post_id, now=now)


def fill(db: Database) -> None:
    """A day with something of everything."""
    now = datetime.now(UTC)
    post(db, "Trả kết quả tại nhà", at=now + timedelta(days=2), approve=False)
    post(db, "Lịch tiếp dân tuần này", at=now + timedelta(minutes=1), approve=True)
    with db.write() as session:
        accounts = session.scalars(select(Account).where(Account.agency_id == 1).order_by(Account.id)).all()
        desk = Desk(session, (accounts[0], accounts[1]))
        for number, outcome in enumerate((PROCEDURE, PROCEDURE, ASKED_BACK)):
            desk.event(outcome, at=now - timedelta(days=1), number=70 + number)
        talk = desk.talk("7001")
        for hours in (-3, 5, 100):
            session.add(
                Ticket(agency_id=1, conversation_id=talk.id, kind="feedback", text="x", facts={}, created_at=now,
                       due_at=now + timedelta(hours=hours))
            )  # fmt: skip


def test_an_empty_day_says_so(signed_in: Enter) -> None:
    page = signed_in("an").get(HOME).text
    for words in ("Không có ai phải chờ", "Không có phiếu nào", "Không có bài nào chờ bạn", "chưa có bài nào lên lịch",
                  "Còn thiếu 2 bài", "Hôm qua chưa có ai hỏi"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(("login", "judges"), [("minh", True), ("an", True), ("lan", False), ("binh", False)])
def test_each_sees_what_waits_for_them(signed_in: Enter, db: Database, login: str, judges: bool) -> None:
    fill(db)
    page = signed_in(login).get(HOME).text
    assert ("Chờ bạn thẩm định" in page, "Trả kết quả tại nhà" in page) == (judges, judges)
    assert ("/queue/1/review" in page) == judges
    assert "Lịch tiếp dân tuần này" in page  # goes out today, for everybody to see
    assert "1 phiếu quá hạn" in page
    assert "1 phiếu đến hạn trong 24 giờ" in page
    assert ("Bài chờ bạn" in page) == (login != "binh")


def test_yesterday_and_the_month_are_told(signed_in: Enter, db: Database) -> None:
    fill(db)
    page = " ".join(signed_in("binh").get(HOME).text.split())
    for count, what in ((3, "câu hỏi"), (2, "trả lời ngay"), (1, "phải hỏi lại"), (0, "chưa hiểu")):
        assert f"<strong>{count}</strong> {what}" in page
    assert "đã đăng 0 trên 2 bài, 1 bài đã lên lịch" in page


def test_a_stopped_channel_alarms(signed_in: Enter, db: Database) -> None:
    with db.write() as session:
        session.scalars(select(Account).where(Account.key == OA)).one().paused_at = datetime.now(UTC)
    assert "đang dừng" in signed_in("hoa").get(HOME).text
