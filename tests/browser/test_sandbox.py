"""Staff try the bot on two phones in the browser: typing there goes through the real hook."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from bot.channels.publishing import Picture, Publication
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


def test_what_is_published_stands_under_its_phone(town: Town, page: Page, screenshots: Path) -> None:
    cover = Picture(url="https://suoimo.gov.vn/bia.jpg", alt="Trụ sở")
    text = "Mời bà con.\n\n" + "dàidài" * 60  # a word too long for any line
    post = Publication(title="Nộp hồ sơ qua mạng", text=text, cover=cover, pictures=(cover,))
    page.goto(f"{town.web}/sandbox/")
    walls = {channel: page.locator(f".wall[data-channel={channel}]") for channel in CHANNELS}
    for wall in walls.values():
        wall.get_by_text("Chưa có bài nào.").wait_for()
    town.publishes("zalo", replace(post, broadcast={"cities": "9"})).last()
    town.publishes("facebook", post).last()
    walls["zalo"].get_by_text("Đã gửi người theo dõi: cities 9").wait_for()
    walls["facebook"].get_by_text("Ảnh: Trụ sở – https://suoimo.gov.vn/bia.jpg").wait_for()
    for wall in walls.values():
        assert "Nộp hồ sơ qua mạng" in wall.inner_text()
        assert "Chưa có bài nào." not in wall.inner_text()
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=screenshots / f"sandbox-walls-{width}.png", full_page=True)
    assert sideways(page) <= 0
