"""Settings, figures, help and the pages for everybody, in a real browser; pictures of all are kept."""

from functools import partial
from pathlib import Path

import pytest
from flask import Flask, abort
from PIL import Image
from playwright.sync_api import Page

from bot.db import Database
from tests.browser.test_console import enter, looked_at
from tests.channels.conftest import Serve, serve
from tests.console.conftest import _cheap_passwords, app
from tests.console.test_figures import ask
from tests.console.test_today import fill

__all__ = ["_cheap_passwords", "app", "serve"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOME = "/console/suoi-mo/settings"
PUBLIC = {
    "home": "/",
    "privacy": "/privacy/suoi-mo",
    "privacy-all": "/privacy",
    "deletion": "/data-deletion",
    "deletion-unknown": "/data-deletion?code=ABCD-EFGH-JKLM",
    "lost": "/nowhere",
    "forbidden": "/refused/403",
    "too-many": "/refused/429",
}
REFUSALS = (403, 429)
STAFF = {
    "settings": HOME,
    "settings-agency": f"{HOME}/agency",
    "settings-office": f"{HOME}/offices/1",
    "settings-fee": f"{HOME}/fees/new",
    "settings-accounts": f"{HOME}/accounts",
    "settings-connect-zalo": f"{HOME}/accounts/new/zalo",
    "settings-connect-facebook": f"{HOME}/accounts/new/facebook",
    "settings-publishing": f"{HOME}/publishing",
    "settings-data": f"{HOME}/data",
    "settings-log": f"{HOME}/log",
    "figures-empty": "/console/suoi-mo/figures?until=2026-01-31",
    "figures": "/console/suoi-mo/figures",
    "help": "/console/suoi-mo/help",
    "today-full": "/console/suoi-mo/",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound(app: Flask, db: Database, serve: Serve, page: Page, screenshots: Path, theme: str) -> None:
    ask(db)
    fill(db)
    for code in REFUSALS:
        app.add_url_rule(f"/refused/{code}", f"refused_{code}", partial(abort, code))
    web = serve(app)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name, address in PUBLIC.items():
        page.goto(web + address)
        looked_at(page, f"public-{name}-{theme}", screenshots)
    enter(page, web, "an")
    for name, address in STAFF.items():
        page.goto(web + address)
        looked_at(page, f"{name}-{theme}", screenshots)
    page.goto(f"{web}{HOME}/publishing")
    page.get_by_role("button", name="Dừng đăng mọi bài").click()
    page.get_by_text("an dừng lúc").first.wait_for()
    looked_at(page, f"settings-frozen-{theme}", screenshots)


def test_a_chart_is_saved_as_a_picture_for_word(app: Flask, db: Database, serve: Serve, page: Page) -> None:
    ask(db)
    web = serve(app)
    enter(page, web, "binh")
    page.goto(f"{web}/console/suoi-mo/figures")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Lưu hình Câu hỏi theo ngày").click()
    picture = Image.open(saving.value.path())
    assert (picture.format, picture.width, saving.value.suggested_filename[:5]) == ("PNG", 1440, "days-")
    assert len(picture.convert("RGB").getcolors(100_000) or ()) > 3  # something is drawn


def test_faults_stand_at_their_fields(app: Flask, serve: Serve, page: Page, screenshots: Path) -> None:
    web = serve(app)
    enter(page, web, "an")
    page.goto(f"{web}{HOME}/offices/new")
    page.get_by_label("Điện thoại").fill("gọi cô Lan")
    page.get_by_role("button", name="Gửi thẩm định").click()
    assert page.get_by_label("Địa chỉ").get_attribute("aria-describedby") == "address-wrong"
    assert "chữ số" in page.locator("#phone-wrong").inner_text()
    looked_at(page, "settings-office-faults", screenshots)
