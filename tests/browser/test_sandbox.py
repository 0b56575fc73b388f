"""Staff try the bot on two phones in the browser: typing there goes through the real hook."""

from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from bot.channels.publishing import Picture, Publication
from tests.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
WAIT = 15


def phone(browser: Chrome, channel: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, f".phone.{channel}")


def said(browser: Chrome, channel: str, part: str) -> WebElement:
    def find(_driver: Chrome) -> WebElement | bool:
        bubbles = phone(browser, channel).find_elements(By.CSS_SELECTOR, ".bot")
        return next((bubble for bubble in bubbles if part in bubble.text), False)

    found = WebDriverWait(browser, WAIT).until(find)
    assert isinstance(found, WebElement)
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_a_question_on_both_phones(town: Town, browser: Chrome, screenshots: Path, width: int) -> None:
    browser.set_window_size(width, 900)
    browser.get(f"{town.web}/sandbox/")
    for channel in ("zalo", "facebook"):
        field = phone(browser, channel).find_element(By.NAME, "text")
        field.send_keys(QUESTION + Keys.ENTER)
        answer = said(browser, channel, "Giấy chứng sinh")
        assert "Nguồn: Cổng Dịch vụ công quốc gia" in answer.text
        fee = next(b for b in answer.find_elements(By.CSS_SELECTOR, ".choices button") if b.text == "Phí bao nhiêu")
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", fee)
        fee.click()
        said(browser, channel, "phí, lệ phí")
        browser.save_screenshot(str(screenshots / f"sandbox-{channel}-{width}.png"))
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0  # nothing sticks out sideways


def test_everything_can_be_reached_by_keyboard(town: Town, browser: Chrome) -> None:
    browser.get(f"{town.web}/sandbox/")
    reached = set()
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        element = browser.switch_to.active_element
        reached.add(element.accessible_name)
    assert {"Quan tâm", "Bắt đầu", "Tin nhắn trên Zalo", "Tin nhắn trên Messenger", "Gửi", "Nhãn dán"} <= reached


def test_a_sticker_gets_a_kind_sentence(town: Town, browser: Chrome) -> None:
    browser.get(f"{town.web}/sandbox/")
    phone(browser, "zalo").find_element(By.CSS_SELECTOR, "[data-kind=sticker]").click()
    assert "gõ câu hỏi bằng chữ" in said(browser, "zalo", "chưa đọc được").text


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_published_stands_under_its_phone(town: Town, browser: Chrome, screenshots: Path, width: int) -> None:
    cover = Picture(url="https://suoimo.gov.vn/bia.jpg", alt="Trụ sở")
    post = Publication(
        title="Nộp hồ sơ qua mạng", text="Mời bà con.\n\n" + "dàidài" * 60, cover=cover, pictures=(cover,)
    )
    browser.set_window_size(width, 900)
    browser.get(f"{town.web}/sandbox/")
    walls = {wall.get_dom_attribute("data-channel"): wall for wall in browser.find_elements(By.CSS_SELECTOR, ".wall")}
    assert {"Chưa có bài nào." in wall.text for wall in walls.values()} == {True}
    town.publishes("zalo", replace(post, broadcast={"cities": "9"})).last()
    town.publishes("facebook", post).last()
    for channel, parts in (
        ("zalo", ["Ảnh bìa: https://", "Đã gửi người theo dõi: cities 9"]),
        ("facebook", ["Ảnh: Trụ sở"]),
    ):
        WebDriverWait(browser, WAIT).until(lambda _driver, wall=walls[channel]: "Nộp hồ sơ qua mạng" in wall.text)
        assert all(part in walls[channel].text for part in parts)
        assert "Chưa có bài nào." not in walls[channel].text
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", walls[channel])
        browser.save_screenshot(str(screenshots / f"sandbox-wall-{channel}-{width}.png"))
    wide = browser.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
