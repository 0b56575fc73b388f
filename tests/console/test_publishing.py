"""The freeze switch: who may, what it holds, and that every page says so; the month's quotas."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.campaigns import rules
from bot.db import Database
from bot.tables import Audit
from tests.console.conftest import Visitor
from tests.people import NOON

Enter = Callable[[str], Visitor]
PAGE = "/console/suoi-mo/settings/publishing"


def frozen(db: Database) -> list[str]:
    with db.read() as session:
        return sorted(rules.frozen(session))


@pytest.mark.parametrize(("account", "scope"), [(0, "agency:1"), (1, "account:1")])
def test_freezing_is_seen_everywhere_and_audited(signed_in: Enter, db: Database, account: int, scope: str) -> None:
    minh, binh = signed_in("minh"), signed_in("binh")
    answer = minh.post(f"{PAGE}/freeze/{account}", page=PAGE)
    assert "Đã dừng đăng bài" in answer.text
    assert frozen(db) == [scope]
    for address in ("", "talks", "figures", "settings"):
        page = binh.get(f"/console/suoi-mo/{address}").text
        assert "Đang dừng đăng bài" in page, address
        assert "minh dừng lúc" in page
    assert "Đang dừng" not in signed_in("la").get("/console/da-nui/").text
    assert "vừa bấm trước bạn" in minh.post(f"{PAGE}/freeze/{account}", page=PAGE).text
    assert "Đã cho đăng lại" in minh.post(f"{PAGE}/unfreeze/{account}", page=PAGE).text
    assert frozen(db) == []
    with db.read() as session:
        lines = session.scalars(select(Audit).where(Audit.verb.like("queue.%")).order_by(Audit.id)).all()
    assert [(line.verb, line.what, line.who) for line in lines] == [
        ("queue.freeze", scope, "minh"), ("queue.unfreeze", scope, "minh"),
    ]  # fmt: skip


@pytest.mark.parametrize("login", ["lan", "hoa", "binh"])
def test_without_the_right_there_is_no_switch(signed_in: Enter, db: Database, login: str) -> None:
    visitor = signed_in(login)
    page = visitor.get(PAGE).text
    assert "đang đăng bình thường" in page
    assert "Dừng đăng mọi bài" not in page
    assert visitor.post(f"{PAGE}/freeze/0", page="/console/mine").status_code == 403
    assert frozen(db) == []


@pytest.mark.parametrize(("act", "account"), [("freeze", 99), ("melt", 0)])
def test_what_is_not_there_is_not_found(signed_in: Enter, db: Database, act: str, account: int) -> None:
    assert signed_in("an").post(f"{PAGE}/{act}/{account}", page=PAGE).status_code == 404
    assert frozen(db) == []


def test_another_agencys_account_is_not_switched(signed_in: Enter, db: Database) -> None:
    theirs = PAGE.replace("suoi-mo", "da-nui")
    assert signed_in("la").post(f"{theirs}/freeze/1", page=theirs).status_code == 404
    assert frozen(db) == []


def test_a_freeze_for_all_is_told_and_cannot_be_undone_here(signed_in: Enter, db: Database) -> None:
    with db.write() as session:
        rules.freeze(session, rules.ALL, who="shell:root", now=NOON)
    page = signed_in("an").get(PAGE).text
    assert "Người vận hành hệ thống (shell:root) dừng" in page
    assert "đang đăng bình thường" not in page
    assert "12:00 ngày 23/11/2026" in page


def test_quotas_are_set_line_by_line(signed_in: Enter, db: Database) -> None:
    an = signed_in("an")
    assert "Đã lưu chỉ tiêu" in an.post(f"{PAGE}/quotas", page=PAGE, told="CCHC: 3\n\n Chuyển đổi số : 2 ").text
    with db.read() as session:
        assert rules.of_agency(session, 1)["quotas"] == {"CCHC": 3, "Chuyển đổi số": 2}
    wrong = an.post(f"{PAGE}/quotas", page=PAGE, told="CCHC: 3\nba bài CĐS")
    assert wrong.status_code == 422
    assert "Dòng “ba bài CĐS” chưa đúng" in wrong.text
    assert "CCHC: 3\nba bài CĐS" in wrong.text  # what was written stays
    assert "CCHC: 3 bài" in signed_in("binh").get(PAGE).text
    an.post(f"{PAGE}/quotas", page=PAGE, told="")
    assert "chưa đặt chỉ tiêu" in an.get("/console/suoi-mo/").text
