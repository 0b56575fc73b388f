"""Settings, figures, help and the pages for everybody, in a real browser; pictures of all are kept."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from bot.db import Database
from tests.browser.test_console import enter, looked_at
from tests.channels.conftest import Serve, serve
from tests.console.conftest import _cheap_passwords, app
from tests.console.test_figures import ask

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
}
STAFF = {
    "settings": HOME,
    "settings-agency": f"{HOME}/agency",
    "settings-office": f"{HOME}/offices/1",
    "settings-fee": f"{HOME}/fees/new",
    "settings-accounts": f"{HOME}/accounts",
    "settings-connect-zalo": f"{HOME}/accounts/new/zalo",
    "settings-connect-facebook": f"{HOME}/accounts/new/facebook",
    "settings-data": f"{HOME}/data",
    "settings-log": f"{HOME}/log",
    "figures-empty": "/console/suoi-mo/figures?until=2026-01-31",
    "figures": "/console/suoi-mo/figures",
    "help": "/console/suoi-mo/help",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound(app: Flask, db: Database, serve: Serve, page: Page, screenshots: Path, theme: str) -> None:
    ask(db)
    web = serve(app)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name, address in PUBLIC.items():
        page.goto(web + address)
        looked_at(page, f"public-{name}-{theme}", screenshots)
    enter(page, web, "an")
    for name, address in STAFF.items():
        page.goto(web + address)
        looked_at(page, f"{name}-{theme}", screenshots)


def test_faults_stand_at_their_fields(app: Flask, serve: Serve, page: Page, screenshots: Path) -> None:
    web = serve(app)
    enter(page, web, "an")
    page.goto(f"{web}{HOME}/offices/new")
    page.get_by_label("Điện thoại").fill("gọi cô Lan")
    page.get_by_role("button", name="Lưu").click()
    assert page.get_by_label("Địa chỉ").get_attribute("aria-describedby") == "address-wrong"
    assert "chữ số" in page.locator("#phone-wrong").inner_text()
    looked_at(page, "settings-office-faults", screenshots)
