"""A citizen asks for a person, a colleague answers in the console, the citizen reads it on the phone; no reload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bot import agencies, staff
from bot.worker import clock
from tests.browser.test_console import enter, looked_at
from tests.browser.test_sandbox import said
from tests.console.conftest import PASSWORD, SECRETS, _cheap_passwords
from tests.town import Town

__all__ = ["_cheap_passwords"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
CITIZENS_PHONE = {"width": 1280, "height": 900}


@pytest.fixture
def office(town: Town) -> Town:
    """The town with hoa, who answers, and an, who sets the hours."""
    with town.db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        for login, role in {"hoa": "operator", "an": "admin"}.items():
            person = staff.add(session, agency, login=login, role=role, password=PASSWORD, now=clock())
            person.totp = town.vault.close({"secret": SECRETS[login]})
    return town


@pytest.fixture
def citizen(chromium: Browser, office: Town) -> Iterator[Page]:
    """Both phones of the sandbox, in a browser of their own."""
    context = chromium.new_context(viewport=CITIZENS_PHONE, locale="vi-VN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{office.web}/sandbox/")
    yield page
    context.close()


def writes(citizen: Page, channel: str, text: str) -> None:
    citizen.locator(f".phone.{channel}").get_by_label("Tin nhắn").fill(text)
    citizen.keyboard.press("Enter")


@pytest.mark.parametrize("channel", ["zalo", "facebook"])
def test_a_person_is_asked_for_and_answers(
    office: Town, page: Page, citizen: Page, screenshots: Path, channel: str
) -> None:
    enter(page, office.web, "hoa")
    page.goto(f"{office.web}/console/suoi-mo/talks?show=waiting")
    page.get_by_text("Không ai đang chờ. Khi có người").wait_for()

    writes(citizen, channel, "cho tôi gặp cán bộ")
    said(citizen, channel, "chuyển tin của bạn đến cán bộ")
    page.get_by_text("chờ từ").wait_for()  # without reload
    assert page.title().startswith("(1)")
    looked_at(page, f"talks-waiting-{channel}", screenshots)

    page.locator(".mc-talks a").click()
    page.get_by_role("button", name="Tôi trả lời").click()
    page.get_by_text("hoa đang trả lời").wait_for()
    page.get_by_label("Câu trả lời của bạn").fill("Chào bác, tôi là Hoa, bộ phận Một cửa.")
    assert "Còn" in page.locator("#left").inner_text()
    page.get_by_role("button", name="Gửi").click()
    said(citizen, channel, "tôi là Hoa")

    shown = citizen.locator(f".phone.{channel} .bot").count()
    writes(citizen, channel, QUESTION)
    page.locator("#talk-items", has_text=QUESTION).wait_for()  # without reload
    page.get_by_text("đang chờ cán bộ").wait_for()
    looked_at(page, f"talk-{channel}", screenshots)
    assert citizen.locator(f".phone.{channel} .bot").count() == shown  # the bot is silent

    page.get_by_role("button", name="Trả lại cho trợ lý").click()
    page.get_by_text("trợ lý đang trả lời").wait_for()
    writes(citizen, channel, QUESTION)
    said(citizen, channel, "Giấy chứng sinh")
    page.locator("#talk-items", has_text="Trợ lý hiểu").wait_for()


PAGES = {
    "talks": "talks",
    "talks-empty": "talks?q=khongcoai",
    "talk": "talks/1",
    "tickets": "tickets",
    "tickets-closed": "tickets?state=closed",
    "canned": "canned",
    "hours": "hours",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound(office: Town, page: Page, screenshots: Path, theme: str) -> None:
    office.says("zalo", "7001", QUESTION)
    office.says("zalo", "7001", "cho tôi gặp cán bộ, số tôi 0912345678")
    office.says("facebook", "7002", "tôi muốn phản ánh cán bộ hẹn trả hồ sơ ba lần vẫn chưa xong")
    office.hears("zalo", "7001", 2)
    office.hears("facebook", "7002", 1)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    enter(page, office.web, "an")
    page.goto(f"{office.web}/console/suoi-mo/canned")
    page.get_by_label("Tên gọi").fill("Hẹn gọi lại")
    page.get_by_label("Nội dung").fill("Dạ, em sẽ gọi lại cho bác trong chiều nay.")
    page.get_by_role("button", name="Thêm").click()
    for name, address in PAGES.items():
        page.goto(f"{office.web}/console/suoi-mo/{address}")
        looked_at(page, f"{name}-{theme}", screenshots)
    page.goto(f"{office.web}/console/suoi-mo/talks/1")
    page.get_by_text("Chèn câu trả lời về thủ tục").click()
    page.get_by_label("Tên thủ tục").fill("khai sinh")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Phí bao nhiêu").first.wait_for()
    looked_at(page, f"talk-find-{theme}", screenshots)
    page.get_by_role("button", name="Phí bao nhiêu").first.click()
    assert "phí, lệ phí" in page.get_by_label("Câu trả lời của bạn").input_value()
    page.get_by_label("Chỉ đồng nghiệp thấy").fill("Bác nghe kém, nói chậm.")
    page.get_by_role("button", name="Lưu ghi chú").click()
    page.get_by_text("Ghi chú của an").wait_for()
    looked_at(page, f"talk-note-{theme}", screenshots)
