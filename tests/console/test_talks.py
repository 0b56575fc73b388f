"""Pages around conversations: what each right sees, what a press does, what renews itself, other agencies' ids."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot import agencies, inbox, staff
from bot.channels.base import Inbound, Kind
from bot.db import Database
from bot.tables import Account, Attention, CannedAnswer, Conversation, Delivery, Note, Ticket
from tests.console.conftest import Visitor

Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo"
WORDS = "tôi tên Mơ, căn cước 012345678901, cần làm khai sinh"


def heard(db: Database, text: str = WORDS, *, user: str = "7001", channel: str = "zalo", age: float = 0) -> int:
    """Let a citizen write `age` hours ago; return the conversation's id."""
    now = datetime.now(UTC) - timedelta(hours=age)
    with db.write() as session:
        account = session.scalars(select(Account).where(Account.channel == channel)).one()
        event = Inbound(external_id=f"{user}:{text}", kind=Kind.TEXT, sender=user, text=text, sent_at=now)
        inbox.accept(session, db, account.id, events=[event], now=now)
        return session.scalars(select(Conversation.id).where(Conversation.person == user)).one()


def ticket(db: Database, talk: int, kind: str = "handoff") -> int:
    with db.write() as session:
        now = datetime.now(UTC)
        home = select(Account.agency_id).join(Conversation, Conversation.account_id == Account.id)
        agency_id = session.scalars(home.where(Conversation.id == talk)).one()
        one = Ticket(
            agency_id=agency_id, conversation_id=talk, kind=kind, text="x", facts={}, created_at=now, due_at=now
        )
        session.add(one)
        session.execute(
            update(Conversation).where(Conversation.id == talk).values(attention=Attention.WAITING, waiting_since=now)
        )
        session.flush()
        return one.id


def the(db: Database, talk: int) -> Conversation:
    with db.read() as session:
        return session.get_one(Conversation, talk)


def sent(db: Database) -> list[str]:
    with db.read() as session:
        return [one.body["text"] for one in session.scalars(select(Delivery).order_by(Delivery.id))]


def box(page: str) -> str:
    found = re.search(r'<textarea[^>]* id="text"[^>]*>(.*?)</textarea>', page, re.S)
    return found[1] if found else ""


@pytest.mark.usefixtures("app")
def test_empty_pages_say_what_comes(signed_in: Enter) -> None:
    hoa = signed_in("hoa")
    assert "Chưa có ai nhắn" in hoa.get(f"{HOME}/talks").text
    assert "Gặp cán bộ" in hoa.get(f"{HOME}/talks?show=waiting").text
    assert "Không có phiếu nào" in hoa.get(f"{HOME}/tickets").text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("login", "whole"), [("hoa", True), ("an", True), ("binh", False), ("lan", False)])
def test_only_who_answers_sees_whole_words_and_ids(db: Database, signed_in: Enter, login: str, whole: bool) -> None:
    talk = heard(db, user="123456787001")
    visitor = signed_in(login)
    listed = visitor.get(f"{HOME}/talks").text
    page = visitor.get(f"{HOME}/talks/{talk}").text
    news = visitor.get(f"{HOME}/talks/{talk}/news").text
    assert "012345678901" not in listed
    assert "123456787001" not in listed
    assert ("012345678901" in page) is ("012345678901" in news) is whole
    assert ("123456787001" in page) is whole
    assert ('id="text" name="text"' in page) is whole


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("login", "attention"), [("hoa", Attention.NONE), ("binh", Attention.UNREAD)])
def test_only_a_look_by_who_answers_makes_it_read(
    db: Database, signed_in: Enter, login: str, attention: Attention
) -> None:
    talk = heard(db)
    signed_in(login).get(f"{HOME}/talks/{talk}")
    assert the(db, talk).attention == attention


@pytest.mark.usefixtures("app")
def test_take_answer_hand_back_close(db: Database, signed_in: Enter) -> None:
    talk = heard(db)
    here = f"{HOME}/talks/{talk}"
    hoa = signed_in("hoa")
    page = hoa.post(f"{here}/do/take", page=here).text
    assert "hoa đang trả lời" in page
    page = hoa.post(f"{here}/answer", page=here, act="send", once="1", text="Chào bác,\r\nem nghe ạ.").text
    assert "em nghe ạ." in page
    assert "đang gửi" in page
    assert sent(db) == ["Chào bác,\nem nghe ạ."]
    page = hoa.post(f"{here}/do/hand-back", page=here).text
    assert "trợ lý đang trả lời" in page
    page = hoa.post(f"{here}/do/close", page=here).text
    assert "đã xong" in page
    assert the(db, talk).attention == Attention.CLOSED
    assert hoa.post(f"{here}/do/nothing", page=here).status_code == 404


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("channel", "age", "text", "why"),
    [
        ("zalo", 0, "  ", "chưa viết gì"),
        ("zalo", 0, "a" * 2001, "dài quá"),
        ("zalo", 169, "Dạ", "hết hạn"),
        ("facebook", 25, "Dạ", "hết hạn"),
    ],
)
def test_a_refused_answer_stays_in_the_box_and_says_why(
    db: Database, signed_in: Enter, channel: str, age: int, text: str, why: str
) -> None:
    here = f"{HOME}/talks/{heard(db, channel=channel, age=age)}"
    answer = signed_in("hoa").post(f"{here}/answer", page=here, act="send", once="1", text=text)
    assert answer.status_code == 422
    assert why in answer.text
    assert box(answer.text).strip() == text.strip()
    assert sent(db) == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("channel", "age", "told"),
    [
        ("zalo", 1, "Còn 166 giờ"),
        ("zalo", 50, "48 giờ"),
        ("facebook", 1, "Còn 22 giờ"),
        ("facebook", 23, "Sắp hết hạn"),
    ],
)
def test_the_window_is_told_before_it_closes(
    db: Database, signed_in: Enter, channel: str, age: float, told: str
) -> None:
    talk = heard(db, channel=channel, age=age)
    assert told in signed_in("hoa").get(f"{HOME}/talks/{talk}").text


@pytest.mark.usefixtures("app")
def test_a_procedures_answer_is_put_into_the_box_for_editing(db: Database, signed_in: Enter) -> None:
    here = f"{HOME}/talks/{heard(db)}"
    hoa = signed_in("hoa")
    page = hoa.post(f"{here}/answer", page=here, act="find", find="khai sinh", text="Chào bác.").text
    assert "1.001193:fee" in page
    assert box(page) == "Chào bác."
    page = hoa.post(f"{here}/answer", page=here, insert="1.001193:fee", find="khai sinh", text="Chào bác.").text
    assert box(page).startswith("Chào bác.\n\nLàm giấy khai sinh – phí")
    assert "Nguồn:" in box(page)
    assert sent(db) == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("choice", ["", "1.001193", "1.001193:x", "9.999999:fee", "../x:fee"])
def test_nonsense_inserts_nothing(db: Database, signed_in: Enter, choice: str) -> None:
    here = f"{HOME}/talks/{heard(db)}"
    page = signed_in("hoa").post(f"{here}/answer", page=here, insert=choice, text="Chào bác.")
    assert (page.status_code, box(page.text)) == (200, "Chào bác.")


@pytest.mark.usefixtures("app")
def test_canned_answers_are_kept_changed_inserted_dropped(db: Database, signed_in: Enter) -> None:
    hoa = signed_in("hoa")
    hoa.post(f"{HOME}/canned", title="Hẹn gọi lại", text="Em sẽ gọi lại trong chiều nay ạ.")
    with db.read() as session:
        kept = session.scalars(select(CannedAnswer)).one().id
    hoa.post(f"{HOME}/canned/{kept}", title="Hẹn gọi lại", text="Em gọi lại trước 17 giờ ạ.")
    here = f"{HOME}/talks/{heard(db)}"
    page = hoa.post(f"{here}/answer", page=here, act="canned", canned=str(kept), text="").text
    assert box(page) == "Em gọi lại trước 17 giờ ạ."
    hoa.post(f"{HOME}/canned/{kept}/drop", page=f"{HOME}/canned")
    with db.read() as session:
        assert session.scalars(select(CannedAnswer)).all() == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("title", "text"), [("", "x"), ("x", ""), ("x" * 81, "x"), ("x", "x" * 1501)])
def test_a_canned_answer_needs_title_and_text(db: Database, signed_in: Enter, title: str, text: str) -> None:
    page = signed_in("hoa").post(f"{HOME}/canned", title=title, text=text).text
    assert "is-invalid" in page
    with db.read() as session:
        assert session.scalars(select(CannedAnswer)).all() == []


@pytest.mark.usefixtures("app")
def test_notes_and_assignment(db: Database, signed_in: Enter) -> None:
    talk = heard(db)
    here = f"{HOME}/talks/{talk}"
    hoa = signed_in("hoa")
    assert "Nói chậm." in hoa.post(f"{here}/note", page=here, note="Nói chậm.").text
    hoa.post(f"{here}/assign", page=here, login="an")
    assert the(db, talk).assignee == "an"
    assert "quyền trực hội thoại" in hoa.post(f"{here}/assign", page=here, login="binh").text
    assert sent(db) == []
    with db.read() as session:
        assert [note.kind for note in session.scalars(select(Note).order_by(Note.id))] == ["note", "assigned"]


@pytest.mark.usefixtures("app")
def test_tickets_are_closed_and_routed(db: Database, signed_in: Enter) -> None:
    talk = heard(db)
    one = ticket(db, talk)
    page = f"{HOME}/tickets"
    hoa = signed_in("hoa")
    assert "Xin gặp cán bộ" in hoa.get(page).text
    hoa.post(f"{page}/{one}/route", page=page, login="an")
    assert "ghi ngắn gọn" in hoa.post(f"{page}/{one}/close", page=page, note="").text
    hoa.post(f"{page}/{one}/close", page=page, note="Đã gọi điện.")
    with db.read() as session:
        closed = session.get_one(Ticket, one)
    assert (closed.state, closed.note, closed.assignee, closed.closed_by) == ("closed", "Đã gọi điện.", "an", "hoa")
    assert "Đã gọi điện." in hoa.get(f"{page}?state=closed").text
    assert the(db, talk).attention == Attention.NONE


@pytest.mark.usefixtures("app")
def test_the_hours_are_set_by_an_admin(db: Database, signed_in: Enter) -> None:
    an = signed_in("an")
    here = f"{HOME}/hours"
    fields = {"silence": "60", "handoff": "30", "feedback": "3", "days": "1", "hours": "07:30 – 11:30, 13:30-17:00"}
    assert "Đã lưu" in an.post(here, **fields, human_agent="y").text
    page = an.get(here).text
    assert 'value="07:30-11:30, 13:30-17:00"' in page
    with db.read() as session:
        memories = {one.channel: one.memory for one in session.scalars(select(Account))}
    assert memories["facebook"]["human_agent"] == "on"
    assert "human_agent" not in memories["zalo"]
    assert "Giờ trực chưa đúng" in an.post(here, **{**fields, "hours": "sáng"}).text


# --- what renews itself -----------------------------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_news_cost_nothing_while_nothing_changes(db: Database, signed_in: Enter) -> None:
    talk = heard(db)
    hoa = signed_in("hoa")
    for address in (f"{HOME}/talks/news?show=all", f"{HOME}/talks/{talk}/news"):
        hoa.get(address)  # the first look makes it read
        first = hoa.get(address)
        mark = first.headers["ETag"]
        again = hoa.client.get(address, headers={"If-None-Match": mark})
        assert (again.status_code, again.data) == (304, b"")
        heard(db, f"thêm một câu {address}")
        changed = hoa.client.get(address, headers={"If-None-Match": mark})
        assert changed.status_code == 200
        assert "thêm một câu" in changed.text
        assert "<html" not in changed.text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "after", ["", "x", "1.2", "9.9.9.9", "3.99999999999999999.1", "-1.2.3", "3.1.99999999999999999"]
)
def test_nonsense_in_addresses_is_the_first_page(db: Database, signed_in: Enter, after: str) -> None:
    heard(db)
    hoa = signed_in("hoa")
    assert hoa.get(f"{HOME}/talks?after={after}&show=x&channel=x").status_code == 200
    assert hoa.get(f"{HOME}/tickets?after={after}&state=x").status_code == 200


# --- another agency's ids ----------------------------------------------------------------------------


def test_every_address_with_another_agencys_ids_is_not_found(db: Database, app: Flask, signed_in: Enter) -> None:
    """`la` is made an admin of Đá Núi only; `an` asks Suối Mơ's pages for what belongs to Đá Núi, and the reverse."""
    talk, one = heard(db), 0
    one = ticket(db, talk, "feedback")
    with db.write() as session:
        agency_id = session.scalars(select(Account.agency_id)).first()
        session.add(
            CannedAnswer(agency_id=agency_id, title="x", text="x", changed_at=datetime.now(UTC), changed_by="an")
        )
    la = signed_in("la")
    token = la.token("/console/mine")
    ids = {"talk_id": talk, "ticket_id": one, "answer_id": 1}
    tried = set()
    for rule in app.url_map.iter_rules():
        if not (set(ids) & rule.arguments):
            continue
        address = rule.rule.replace("<slug>", "da-nui").replace("<act>", "take")
        address = re.sub(r"<int:(\w+)>", lambda match: str(ids[match[1]]), address)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = la.client.open(
                address,
                method=method,
                data={"csrf_token": token, "act": "send", "text": "x", "note": "x", "title": "x"},
            )
            assert answer.status_code == 404, (address, method, answer.status_code)
            tried.add(rule.endpoint)
    assert len(tried) >= 9
    assert sent(db) == []
    with db.read() as session:
        assert session.scalars(select(CannedAnswer.title)).all() == ["x"]
        assert session.get_one(Ticket, one).state == "open"


@pytest.mark.usefixtures("app")
def test_who_works_for_both_sees_each_ones_own(db: Database, signed_in: Enter) -> None:
    talk = heard(db)
    with db.write() as session:
        person, other = staff.find(session, "hoa"), agencies.find_agency(session, "da-nui")
        assert person is not None
        assert other is not None
        staff.add(session, other, login="hoa", role="operator", password="", now=datetime.now(UTC))
    hoa = signed_in("hoa")
    assert f"/talks/{talk}" in hoa.get(f"{HOME}/talks").text
    assert f"/talks/{talk}" not in hoa.get("/console/da-nui/talks").text
    assert hoa.get(f"/console/da-nui/talks/{talk}").status_code == 404
