"""Knowledge and learning in a real browser: every page is sound, and a wrong fee is put right by two people."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from bot import agencies, staff
from bot.db import Database
from bot.learning import examples, trainings
from bot.learning.trainings import Verb
from bot.worker import clock
from tests.browser.test_console import enter, looked_at
from tests.channels.conftest import Serve, serve
from tests.console.conftest import PASSWORD, SECRETS, _cheap_passwords, app
from tests.console.test_learning import NONE, UNSURE, happened
from tests.town import Town

__all__ = ["_cheap_passwords", "app", "serve"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOME = "/console/suoi-mo/knowledge"
BIRTH = f"{HOME}/procedures/1.001193"
PAGES = {
    "procedures": HOME,
    "procedures-found": f"{HOME}?q=khai+sinh",
    "procedures-none": f"{HOME}?show=changed",
    "procedure": BIRTH,
    "names": f"{BIRTH}/names",
    "topics": f"{HOME}/topics",
    "topic": f"{HOME}/topics/portal/otp",
    "text": f"{HOME}/topics/portal/otp/text",
    "facts": f"{HOME}/facts",
    "phrases": f"{HOME}/phrases",
    "phrase": f"{HOME}/phrases/absence",
    "changes-none": f"{HOME}/changes",
    "try": "/console/suoi-mo/try",
    "questions": "/console/suoi-mo/learning",
    "taught": "/console/suoi-mo/learning/examples",
    "models": "/console/suoi-mo/learning/models",
}
FIGURES = {"rows": [["procedure first", 441, 443, 450], ["aspect", 398, 395, 450], ["skills", 110, 112, 120]],
           "wrong": [6, 5, 450], "worse": []}  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound(app: Flask, db: Database, serve: Serve, page: Page, screenshots: Path, theme: str) -> None:
    web = serve(app)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    _taught(db)
    enter(page, web, "an")
    for name, address in PAGES.items():
        page.goto(web + address)
        looked_at(page, f"knowledge-{name}-{theme}", screenshots)


def _taught(db: Database) -> None:
    """Let citizens ask what is not understood, and staff teach and train."""
    happened(db, ("giấy đầu đời của bé nhiêu tiền", UNSURE), ("giay dau doi cua be nhieu tien vay", UNSURE),
             ("hôm nay xã mình có chợ phiên không", NONE))  # fmt: skip
    with db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        person = staff.find(session, "an")
        assert agency is not None
        assert person is not None
        an = staff.actor(session, person, agency.id)
        for text in ("làm tờ lai lịch cho con mới đẻ", "cái giấy đầu tiên của cháu thì ra đâu làm hả cô"):
            examples.add(session, an, text, intent="where", item="1.001193", items={"1.001193"}, now=clock())
        done = trainings.ask(session, an, Verb.TRAIN, now=clock())
        trainings.claim(session, "host/1", now=clock())
        trainings.trained(session, done.id, "host/1", figures=FIGURES, now=clock())
        session.flush()
        trainings.ask(session, an, Verb.TRAIN, now=clock())
        trainings.claim(session, "host/1", now=clock())


@pytest.fixture
def office(town: Town) -> Town:
    """The town with lan, who writes, and minh, who reviews."""
    with town.db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        for login, role in {"lan": "author", "minh": "reviewer"}.items():
            person = staff.add(session, agency, login=login, role=role, password=PASSWORD, now=clock())
            person.totp = town.vault.close({"secret": SECRETS[login]})
    return town


@pytest.fixture
def minhs(chromium: Browser, page: Page) -> Iterator[Page]:
    """Minh's browser, as wide as the other."""
    context = chromium.new_context(viewport=page.viewport_size, locale="vi-VN")
    yield context.new_page()
    context.close()


def test_a_fee_is_proposed_reviewed_answered_and_taken_back(
    office: Town, page: Page, minhs: Page, screenshots: Path
) -> None:
    enter(page, office.web, "lan")
    page.goto(f"{office.web}{BIRTH}")
    page.get_by_role("link", name="Thêm mức thu").click()
    assert page.get_by_label("Mã thủ tục").input_value() == "1.001193"
    page.get_by_label("Mức thu (đồng)").fill("15.000")
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.locator("#basis-wrong").wait_for()  # a fault stands at its field
    page.get_by_label("Văn bản quy định").fill("Nghị quyết 12/2026/NQ-HĐND")
    page.get_by_label("Vì sao cần đổi").fill("Nghị quyết mới")
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.get_by_text("đang chờ một người khác thẩm định").wait_for()
    looked_at(page, "knowledge-change-mine", screenshots)

    enter(minhs, office.web, "minh")
    minhs.goto(f"{office.web}{HOME}/changes?state=submitted")
    looked_at(minhs, "knowledge-changes", screenshots)
    minhs.locator(".mc-talks a").click()
    looked_at(minhs, "knowledge-change-review", screenshots)
    minhs.get_by_role("button", name="Duyệt, cho trả lời ngay").click()
    minhs.get_by_text("Đã duyệt. Trợ lý").wait_for()

    office.says("zalo", "7001", "đăng ký khai sinh phí bao nhiêu")
    assert "15.000 đồng" in str(office.hears("zalo", "7001"))
    minhs.get_by_role("button", name="Hoàn tác thay đổi này").click()
    minhs.get_by_text("Đã hoàn tác. Trợ lý").wait_for()
    looked_at(minhs, "knowledge-change-undone", screenshots)
    office.says("zalo", "7002", "đăng ký khai sinh phí bao nhiêu")
    assert "15.000 đồng" not in str(office.hears("zalo", "7002"))


def test_a_question_is_tried_from_any_page(app: Flask, serve: Serve, page: Page, screenshots: Path) -> None:
    enter(page, serve(app), "binh")
    page.get_by_text("Hỏi thử").click()
    page.get_by_label("Hỏi như một người dân").fill("dang ky khai sinh can giay to gi")
    page.keyboard.press("Enter")
    page.get_by_text("Trợ lý hiểu").wait_for()
    looked_at(page, "knowledge-tried", screenshots)
    page.get_by_role("button", name="Phí").first.click()
    page.locator(".mc-asked", has_text="Phí").wait_for()


def test_a_trainings_progress_is_shown_without_reload(app: Flask, db: Database, serve: Serve, page: Page) -> None:
    web = serve(app)
    _taught(db)
    enter(page, web, "an")
    page.goto(f"{web}/console/suoi-mo/learning/models")
    spent = page.locator("#spent").inner_text()
    page.wait_for_function("before => document.getElementById('spent').textContent !== before", arg=spent)
    with db.write() as session:
        trainings.trained(session, 2, "host/1", figures=FIGURES, now=clock())
    page.get_by_role("heading", name="Lần 2: Đã so sánh").wait_for()
    page.get_by_role("button", name="Dùng bản này").first.click()
    page.get_by_role("status").filter(has_text="Đang đợi").wait_for()
