"""The learning pages: doubtful questions grouped and masked, one click teaches, an admin trains and decides."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from bot import agencies
from bot.db import Database
from bot.learning import trainings
from bot.tables import Account, Change, Event, Example, Training
from tests.console.conftest import Visitor

Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo/learning"
NONE = {"skill": "none", "procedure": None, "candidates": [], "confidence": 0.2, "understood": False}
UNSURE = {"skill": "procedure", "procedure": None, "candidates": ["1.001193", "1.004194"], "aspect": "fee",
          "confidence": 0.4, "understood": True}  # fmt: skip
SURE = {"skill": "procedure", "procedure": "1.001193", "candidates": ["1.001193"], "aspect": "fee", "confidence": 0.95,
        "understood": True}  # fmt: skip


def happened(db: Database, *told: tuple[str, dict[str, Any]], slug: str = "suoi-mo") -> None:
    """Keep questions and what became of them."""
    now = datetime.now(UTC)
    with db.write() as session:
        agency = agencies.find_agency(session, slug)
        assert agency is not None
        account = session.scalars(select(Account).where(Account.agency_id == agency.id)).first()
        if account is None:
            account = Account(agency_id=agency.id, channel="zalo", key="9" * 18, secrets="", pace_at=now, memory={},
                              created_at=now)  # fmt: skip
            session.add(account)
            session.flush()
        for text, outcome in told:
            session.add(Event(
                account_id=account.id, external_id=f"{text}:{id(outcome)}:{now}", kind="text", text=text, extra={},
                received_at=now, state="done", due_at=now, outcome=outcome,
            ))  # fmt: skip


def test_what_was_doubted_is_shown_masked_and_grouped(signed_in: Enter, db: Database) -> None:
    happened(db, ("giấy bé nhiêu tiền", UNSURE), ("giay be nhieu tien vay", UNSURE), ("biết rồi", SURE),
             ("gọi em 0912345678 chuyện lạ", NONE))  # fmt: skip
    happened(db, ("chuyện của xã khác", NONE), slug="da-nui")
    page = unescape(signed_in("binh").get(HOME).text)
    assert "hỏi 2 lần" in page
    assert "gọi em chuyện lạ" in page
    for hidden in ("0912345678", "biết rồi", "chuyện của xã khác"):
        assert hidden not in page
    assert "/learning/teach" not in page  # a leader only reads


def test_one_click_teaches_all_of_a_group_and_it_is_gone(signed_in: Enter, db: Database) -> None:
    happened(db, ("giấy bé nhiêu tiền", UNSURE), ("giấy bé nhiêu tiền vậy", UNSURE))
    hoa = signed_in("hoa")
    page = hoa.get(HOME).text
    texts = re.findall(r'name="text" id="[^"]+" value="([^"]+)"', page)
    token = hoa.token(HOME)
    answer = hoa.client.post(
        f"{HOME}/teach", follow_redirects=True,
        data={"csrf_token": token, "text": texts, "item": "1.001193", "intent": "fee", "as": "example"},
    )  # fmt: skip
    assert "Đã dạy 2 câu" in answer.text
    assert "Không có câu nào chưa hiểu" in answer.text
    with db.read() as session:
        rows = session.scalars(select(Example).order_by(Example.text)).all()
    assert [(one.text, one.intent, one.item) for one in rows] == [
        ("giấy bé nhiêu tiền", "fee", "1.001193"), ("giấy bé nhiêu tiền vậy", "fee", "1.001193"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "intent", "item"),
    [
        ({"item": "out_of_scope", "intent": "fee"}, "out_of_scope", ""),
        ({"item": "1.004194", "other": "1.001193", "intent": "time"}, "time", "1.001193"),
        ({"other": "portal/otp", "intent": "time"}, "portal", "portal/otp"),
    ],
)
def test_what_is_chosen_is_what_is_meant(
    signed_in: Enter, db: Database, fields: dict[str, str], intent: str, item: str
) -> None:
    happened(db, ("chuyện lạ lắm", NONE))
    signed_in("lan").post(f"{HOME}/teach", page=HOME, text="chuyện lạ lắm", **fields)
    with db.read() as session:
        [one] = session.scalars(select(Example))
    assert (one.intent, one.item) == (intent, item)


def test_a_question_becomes_a_proposed_name(signed_in: Enter, db: Database) -> None:
    happened(db, ("giấy đầu đời", UNSURE))
    page = (
        signed_in("hoa").post(f"{HOME}/teach", page=HOME, text="giấy đầu đời", item="1.001193", **{"as": "name"}).text
    )
    assert "Đã gửi thẩm định" in page
    with db.read() as session:
        [one] = session.scalars(select(Change))
    assert (one.what, one.after) == ("names:1.001193", {"names/1.001193": ["giấy đầu đời"]})


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"text": "giấy bé", "item": "9.999999", "intent": "fee", "as": "example"}, "chọn thủ tục hoặc chủ đề"),
        ({"text": "giấy bé", "item": "9.999999", "as": "name"}, "chọn thủ tục hoặc chủ đề"),
        ({"item": "1.001193", "intent": "fee", "as": "example"}, "ít nhất một câu"),
    ],
)
def test_a_fault_is_told_and_nothing_is_kept(
    signed_in: Enter, db: Database, fields: dict[str, str], fault: str
) -> None:
    happened(db, ("chuyện lạ lắm", NONE))
    assert fault in signed_in("hoa").post(f"{HOME}/teach", page=HOME, **fields).text
    with db.read() as session:
        assert session.scalars(select(Example)).all() == []


def test_a_sentence_is_taught_by_hand_with_faults_at_their_fields_and_taken_away(
    signed_in: Enter, db: Database
) -> None:
    hoa, page = signed_in("hoa"), f"{HOME}/examples"
    wrong = hoa.post(page, text="", intent="fee", item="1.001193").text
    assert re.findall(r'id="(\w+)-wrong"', wrong) == ["text"]
    wrong = hoa.post(page, text="giấy bé nhiêu", intent="fee", item="giấy").text
    assert re.findall(r'id="(\w+)-wrong"', wrong) == ["item"]
    assert "Đã dạy 1 câu" in hoa.post(page, text="giấy bé nhiêu", intent="fee", item="1.001193").text
    hoa.post(f"{page}/1/drop", page=page)
    assert "Chưa dạy câu nào" in hoa.get(page).text
    assert signed_in("binh").post(page, page="/console/mine", text="x").status_code == 403


def test_another_agencys_sentence_is_not_found(signed_in: Enter, db: Database) -> None:
    signed_in("hoa").post(f"{HOME}/examples", text="giấy bé nhiêu", intent="fee", item="1.001193")
    la = signed_in("la")
    token = la.token("/console/mine")
    assert "giấy bé nhiêu" not in la.get("/console/da-nui/learning/examples").text
    answer = la.client.post("/console/da-nui/learning/examples/1/drop", data={"csrf_token": token})
    assert answer.status_code == 404


def test_an_admin_asks_compares_and_decides(signed_in: Enter, db: Database) -> None:
    an, page = signed_in("an"), f"{HOME}/models"
    assert "Đang đợi" in an.post(f"{page}/train", page=page).text
    assert "Đang có một lần huấn luyện" in an.post(f"{page}/train", page=page).text
    now = datetime.now(UTC)
    figures = {
        "rows": [["procedure first", 430, 440, 450], ["aspect", 400, 399, 450]],
        "wrong": [5, 4, 450],
        "worse": [],
    }
    with db.write() as session:
        task = trainings.claim(session, "host/1", now=now)
        assert task is not None
        trainings.trained(session, task.id, "host/1", figures=figures, now=now)
    told = an.get(f"{page}/news").text
    assert "97,8% (440/450)" in told
    assert told.count("kém hơn") == 1
    assert "Dùng bản này" not in signed_in("minh").get(page).text
    an.post(f"{page}/1/activate", page=page)
    with db.read() as session:
        one = session.get_one(Training, 1)
    assert (one.state, one.verb, one.busy) == ("waiting", "activate", True)


def test_there_is_no_way_back_without_a_model_before(signed_in: Enter, db: Database) -> None:
    page = f"{HOME}/models"
    an = signed_in("an")
    assert "Chưa có bản trước" in an.post(f"{page}/back", page=page).text
