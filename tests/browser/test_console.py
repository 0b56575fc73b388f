"""Staff in a real browser: signing in by keyboard, nothing sticks out at 360 pixels, axe finds nothing serious."""

from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import sideways
from tests.channels.conftest import Serve, serve
from tests.console.conftest import PASSWORD, SECRETS, _cheap_passwords, app

__all__ = ["_cheap_passwords", "app", "serve"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = {
    "today": "/console/suoi-mo/",
    "people": "/console/suoi-mo/people",
    "mine": "/console/mine",
    "phone": "/console/phone",
    "missing": "/console/nowhere/",
}


def enter(page: Page, web: str, login: str) -> None:
    """Sign in with the keyboard alone."""
    page.goto(f"{web}/console/")
    page.get_by_label("Tên đăng nhập").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Mã 6 số").focus()
    page.keyboard.type(pyotp.TOTP(SECRETS[login]).at(datetime.now(UTC)))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Đăng xuất").wait_for()


def looked_at(page: Page, name: str, screenshots: Path) -> None:
    """Keep a picture, and hold what every page must be."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=screenshots / f"console-{name}-{width}.png", full_page=True)
    assert sideways(page) <= 0, name
    found = Axe().run(page)
    serious = [v for v in found.response["violations"] if v["impact"] in {"serious", "critical"}]
    assert serious == [], (name, [(v["id"], [node["html"] for node in v["nodes"]]) for v in serious])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_sound(app: Flask, serve: Serve, page: Page, screenshots: Path, theme: str) -> None:
    web = serve(app)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(f"{web}/console/sign-in")
    looked_at(page, f"sign-in-{theme}", screenshots)
    enter(page, web, "an")
    for name, address in PAGES.items():
        page.goto(web + address)
        looked_at(page, f"{name}-{theme}", screenshots)
