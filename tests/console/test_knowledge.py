"""The knowledge pages: answers as citizens see them, proposals and their review, trying a question."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from bot import agencies, procedures
from bot.answering import messages
from bot.db import Database
from bot.tables import Agency, Change, Conversation, Delivery, Event
from bot.web.console.probe import Probe
from content.national.raw import Raw
from tests.console.conftest import Visitor
from tests.content.national.lines import TODAY, raw, way
from tests.people import NOON

Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo/knowledge"
BIRTH = f"{HOME}/procedures/1.001193"
TOPIC = f"{HOME}/topics/portal/otp"


def was(visitor: Visitor, page: str) -> str:
    found = re.search(r'name="was"[^>]* value="(\w+)"', visitor.get(page).text)
    assert found
    return found[1]


def facts(db: Database) -> dict[str, object]:
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        return dict(agency.facts)


def hand_in(visitor: Visitor, page: str, **fields: str) -> str:
    return visitor.post(page, was=was(visitor, page), **fields).text


def agrees(minh: Visitor, number: int = 1) -> str:
    there = f"{HOME}/changes/{number}"
    seen = re.search(r'name="seen" value="(\w+)"', minh.get(there).text)
    assert seen
    return minh.post(f"{there}/approve", page=there, seen=seen[1]).text


def imported(db: Database, *records: Raw) -> None:
    with db.read() as session:
        known = procedures.known(session)
    plan = procedures.prepare(records, known, today=TODAY)
    with db.write() as session:
        procedures.keep(session, plan, file="a.jsonl", now=NOON)


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("?q=khai+sinh", "1.001193", "1.004194"),
        ("?q=lam+giay+chung+tu", "1.000656", "1.004194"),
        ("?q=1.004194", "1.004194", "1.001193"),
        ("?show=ours", "1.001193", "9.999999"),
        ("?show=flagged", "Không có thủ tục nào", "1.001193"),
        ("?q=zzzz", "Không tìm thấy", "1.001193"),
    ],
)
def test_procedures_are_found(signed_in: Enter, query: str, there: str, missing: str) -> None:
    page = signed_in("binh").get(HOME + query).text
    assert there in page
    assert missing not in page


def test_the_list_goes_on_page_by_page_without_gap_or_repetition(signed_in: Enter) -> None:
    binh, address, seen = signed_in("binh"), HOME, []
    while address:
        page = binh.get(address).text
        seen += re.findall(r"/procedures/(\d\.\d{6})", page)
        more = re.search(r'href="([^"]+after=[^"]+)"', page)
        address = unescape(more[1]) if more else ""
    assert seen == sorted(set(seen))
    assert len(seen) == 150


def test_answers_are_those_of_the_assistant_on_each_channel(app: Flask, signed_in: Enter, db: Database) -> None:
    page = unescape(signed_in("binh").get(BIRTH).text)
    probe: Probe = app.extensions["probe"]
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        told = agencies.facts_for(agency)
    for aspect in ("overview", "documents", "fee", "where", "legal", "forms"):
        reply = probe.ask(told, payload=f"#tthc:1.001193:{aspect}")
        for channel in ("zalo", "facebook"):
            for message in messages(reply, channel):
                assert message.text in page, (aspect, channel)
    assert "1. Cần giấy tờ gì" in page


def test_an_imported_record_shows_its_doubts_and_what_changed(signed_in: Enter, db: Database) -> None:
    first = raw(code="1.000001", fee="Miễn phí")
    imported(db, first, raw(code="1.000002", name="Cấp giấy phép đánh bắt cá ngừ"))
    imported(db, raw(code="1.000001", fee="Lệ phí: 20.000 đồng"))
    binh = signed_in("binh")
    changed = binh.get(f"{HOME}?show=changed").text
    assert "1.000001" in changed
    assert "1.000002" not in changed
    page = unescape(binh.get(f"{HOME}/procedures/1.000001").text)
    assert "Danh mục quốc gia đã đổi" in page
    assert re.search(r"<del>.*Miễn phí</del>", page)
    assert re.search(r"<ins>.*20.000 đồng</ins>", page)
    assert "1.000002" in binh.get(f"{HOME}?q=đánh+bắt+cá+ngừ").text


def test_doubts_say_why(signed_in: Enter, db: Database) -> None:
    imported(db, raw(code="1.000001", methods=way(fee="Miễn phí")))
    binh = signed_in("binh")
    assert "1.000001" in binh.get(f"{HOME}?show=flagged").text
    assert "không nêu văn bản" in binh.get(f"{HOME}/procedures/1.000001").text


@pytest.mark.parametrize(
    "page", ["procedures/9.999999", "procedures/9.999999/names", "topics/topic/nope", "phrases/handoff", "changes/7"]
)
def test_what_is_not_there_is_not_found(signed_in: Enter, page: str) -> None:
    assert signed_in("an").get(f"{HOME}/{page}").status_code == 404


def test_a_topics_own_text_is_reviewed_and_told_and_dropped_again(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    assert "Nguồn" in hand_in(lan, f"{TOPIC}/text", answer="", source="")  # faults at their fields
    page = hand_in(lan, f"{TOPIC}/text", answer="Đến Một cửa xã, chúng tôi chỉ tận nơi.", source="TB 15", why="gần hơn")
    assert "chờ một người khác" in page
    assert "Nếu duyệt, người dân sẽ thấy" in page
    assert "chúng tôi chỉ tận nơi" not in minh.get(TOPIC).text
    assert "Đã duyệt" in agrees(minh)
    assert "chúng tôi chỉ tận nơi" in lan.get(TOPIC).text
    lan.post(f"{TOPIC}/drop", page=TOPIC, was=was(lan, TOPIC))
    agrees(minh, 2)
    assert "texts" not in facts(db)


@pytest.mark.parametrize(
    ("text", "fault"), [("Chào {hotline}", "ngoặc nhọn"), ("x" * 601, "600 ký tự"), ("{agency} {agency", "ngoặc nhọn")]
)
def test_a_phrases_fault_is_told_at_its_field(signed_in: Enter, text: str, fault: str) -> None:
    page = hand_in(signed_in("lan"), f"{HOME}/phrases/greet", text=text)
    told = re.search(r'id="text-wrong">([^<]+)<', page)
    assert told
    assert fault in told[1]


def test_a_greeting_is_changed_and_with_an_empty_box_the_general_one_again(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    hand_in(lan, f"{HOME}/phrases/greet", text="{agency} kính chào bà con!")
    agrees(minh)
    tried = lan.post("/console/suoi-mo/try", text="xin chào").text
    assert "UBND xã Suối Mơ kính chào bà con!" in tried
    hand_in(lan, f"{HOME}/phrases/greet", text="")
    agrees(minh, 2)
    assert "phrases" not in facts(db)


def test_a_name_is_learnt_at_once_and_nobody_elses(signed_in: Enter) -> None:
    hoa, minh = signed_in("hoa"), signed_in("minh")
    page = hand_in(hoa, f"{BIRTH}/names", names="giấy đầu đời\nđăng ký tạm trú")
    assert "đã là cách gọi của thủ tục 1.004194" in page
    hand_in(hoa, f"{BIRTH}/names", names="giấy đầu đời\n\n giấy đầu đời ")
    agrees(minh)
    assert "Làm giấy khai sinh (1.001193)" in hoa.post("/console/suoi-mo/try", text="giay dau doi can gi").text


def test_a_returned_change_opens_its_form_as_it_was_written(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    fee = {"code": "1.001193", "rule": "fixed", "amount": "15000", "basis": "NQ 12/2026"}
    hand_in(lan, "/console/suoi-mo/settings/fees/new", **fee)
    there = f"{HOME}/changes/1"
    assert "ghi rõ cần sửa gì" in minh.post(f"{there}/return", page=there, comment="").text
    minh.post(f"{there}/return", page=there, comment="Sai mức, xem lại Nghị quyết")
    page = lan.get(there).text
    assert "Sai mức, xem lại Nghị quyết" in page
    assert "1 đề nghị của bạn bị trả lại" in lan.get("/console/suoi-mo/").text
    form = re.search(r'href="([^"]+change=1[^"]*)"', page)
    assert form
    address = unescape(form[1])
    assert 'value="15000"' in lan.get(address).text
    hand_in(lan, address, **{**fee, "amount": "16000"})
    assert "<del>" in lan.get(there).text or "16.000" in lan.get(there).text
    agrees(minh)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Change)) == 1
    assert facts(db)["fees"]["1.001193"][0]["amount"] == 16000  # type: ignore[index]
    assert signed_in("an").get(address).status_code == 404  # nobody else's draft, and it is settled


def test_the_approval_of_what_was_edited_meanwhile_is_refused(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    hand_in(lan, f"{HOME}/phrases/bye", text="Chào bác nhé.")
    there = f"{HOME}/changes/1"
    seen = re.search(r'name="seen" value="(\w+)"', minh.get(there).text)
    assert seen
    hand_in(lan, f"{HOME}/phrases/bye?change=1", text="Câu khác hẳn.")
    assert "vừa được sửa sau khi bạn đọc" in minh.post(f"{there}/approve", page=there, seen=seen[1]).text
    assert "phrases" not in facts(db)


def test_buttons_are_for_those_who_may(signed_in: Enter) -> None:
    lan = signed_in("lan")
    hand_in(lan, f"{HOME}/phrases/bye", text="Chào bác nhé.")
    there = f"{HOME}/changes/1"
    assert "Rút lại" in lan.get(there).text
    for login, sees in {"minh": True, "hoa": False, "binh": False}.items():
        page = signed_in(login).get(there).text
        assert ("Duyệt, cho trả lời ngay" in page) == sees, login
        assert "Rút lại" not in page, login
    lan.post(f"{there}/withdraw", page=there)
    assert "Đã rút" in lan.get(there).text


def test_another_agency_sees_no_change(signed_in: Enter, db: Database) -> None:
    hand_in(signed_in("lan"), f"{HOME}/phrases/bye", text="Chào bác nhé.")
    la, theirs = signed_in("la"), "/console/da-nui/knowledge/changes"
    assert "Chưa có thay đổi" in la.get(theirs).text
    token = la.token("/console/mine")
    assert la.get(f"{theirs}/1").status_code == 404
    for verb in ("approve", "return", "withdraw", "take-back"):
        answer = la.client.post(f"{theirs}/1/{verb}", data={"csrf_token": token, "comment": "x"})
        assert answer.status_code == 404, verb
    with db.read() as session:
        assert session.get_one(Change, 1).state == "submitted"


def test_a_tried_question_is_answered_as_on_the_channel_and_kept_nowhere(signed_in: Enter, db: Database) -> None:
    binh = signed_in("binh")
    zalo = unescape(binh.post("/console/suoi-mo/try", text="dang ky khai sinh phi bao nhieu", channel="zalo").text)
    assert "Trợ lý hiểu: Làm giấy khai sinh (1.001193) · phí bao nhiêu, chắc" in zalo
    assert "1. Cần giấy tờ gì" in zalo
    page = binh.post("/console/suoi-mo/try", text="dang ky khai sinh phi bao nhieu", channel="facebook").text
    assert "1. Cần giấy tờ gì" not in unescape(page)
    memory = re.search(r'name="memory" value="([^"]+)"', page)
    assert memory
    asked_on = binh.post("/console/suoi-mo/try", text="mấy ngày xong", memory=unescape(memory[1])).text
    assert "mấy ngày xong, chắc" in unescape(asked_on).lower()
    with db.read() as session:
        kept = [session.scalar(select(func.count()).select_from(table)) for table in (Event, Delivery, Conversation)]
    assert kept == [0, 0, 0]


@pytest.mark.parametrize("memory", ["", "nonsense", "e30.forged"])
def test_a_forged_memory_is_no_memory(signed_in: Enter, memory: str) -> None:
    page = signed_in("binh").post("/console/suoi-mo/try", text="mấy ngày xong", memory=memory)
    assert page.status_code == 200
    assert "Làm giấy khai sinh (1.001193)" not in page.text


def test_every_page_of_an_agency_has_the_box(signed_in: Enter) -> None:
    an = signed_in("an")
    for page in ("", "talks", "people", "knowledge", "settings", "learning/models"):
        assert 'action="/console/suoi-mo/try"' in an.get(f"/console/suoi-mo/{page}").text, page
    assert 'action="/console/suoi-mo/try"' not in an.get("/console/mine").text


def test_a_local_name_finds_a_record_that_was_only_imported(signed_in: Enter, db: Database) -> None:
    imported(db, raw(code="1.000002", name="Cấp giấy phép đánh bắt cá ngừ"))
    lan, minh = signed_in("lan"), signed_in("minh")
    hand_in(lan, f"{HOME}/procedures/1.000002/names", names="giấy ra khơi")
    agrees(minh)
    tried = unescape(lan.post("/console/suoi-mo/try", text="giấy ra khơi mấy ngày xong").text)
    assert "1.000002" in tried
    assert "5 ngày" in tried.lower()


def test_what_ages_is_told(signed_in: Enter, db: Database) -> None:
    imported(db, raw(code="1.000001", as_of="2024-01-05"))
    binh = signed_in("binh")
    assert "1.000001" in binh.get(f"{HOME}?show=ageing").text
    assert "hơn nửa năm" in binh.get(f"{HOME}/procedures/1.000001").text


def test_agencies_share_no_facts(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    hand_in(lan, f"{HOME}/phrases/bye", text="Suối Mơ chào bác nhé.")
    agrees(minh)
    with db.read() as session:
        other = session.scalars(select(Agency).where(Agency.slug == "da-nui")).one()
    assert "phrases" not in other.facts
    assert "Suối Mơ chào bác" not in signed_in("la").get("/console/da-nui/knowledge/phrases").text


@pytest.mark.parametrize(
    ("page", "mark"),
    [("knowledge", 'aria-current="page">Kiến thức'), ("knowledge/topics", 'aria-current="true">Kiến thức')],
)
def test_the_list_of_pages_tells_where_one_is(signed_in: Enter, page: str, mark: str) -> None:
    shown = signed_in("binh").get(f"/console/suoi-mo/{page}").text
    assert mark in shown
    assert 'aria-current="true">Hôm nay' not in shown
