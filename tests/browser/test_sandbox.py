"""Staff try the bot on two phones in the browser: typing there goes through the real hook."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import sideways
from tests.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
CHANNELS = ("zalo", "facebook")


def said(page: Page, channel: str, part: str) -> Locator:
    """Wait until the bot has said `part` on a phone; return the bubble."""
    bubble = page.locator(f".phone.{channel} .bot", has_text=part).last
    bubble.wait_for()
    return bubble


def test_a_question_on_both_phones(town: Town, page: Page, screenshots: Path) -> None:
    page.goto(f"{town.web}/sandbox/")
    for channel in CHANNELS:
        page.locator(f".phone.{channel}").get_by_label("Tin nhắn").fill(QUESTION)
        page.keyboard.press("Enter")
        answer = said(page, channel, "Giấy chứng sinh")
        assert "Nguồn: Cổng Dịch vụ công quốc gia" in answer.inner_text()
        answer.get_by_role("button", name="Phí bao nhiêu").click()
        said(page, channel, "phí, lệ phí")
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=screenshots / f"sandbox-{channel}-{width}.png")
    assert sideways(page) <= 0


def test_everything_can_be_reached_by_keyboard(town: Town, page: Page) -> None:
    page.goto(f"{town.web}/sandbox/")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("(e => e.labels?.[0]?.innerText.trim() || e.innerText)(document.activeElement)"))
    assert {"Quan tâm", "Bắt đầu", "Tin nhắn trên Zalo", "Tin nhắn trên Messenger", "Gửi", "Nhãn dán"} <= reached


def test_a_sticker_gets_a_kind_sentence(town: Town, page: Page) -> None:
    page.goto(f"{town.web}/sandbox/")
    page.locator(".phone.zalo [data-kind=sticker]").click()
    assert "gõ câu hỏi bằng chữ" in said(page, "zalo", "chưa đọc được").inner_text()
