"""A post of unknown outcome in a real browser: what the Page shows beside what we sent, and the decision."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from bot.db import Database
from bot.web.sandbox.platforms import Platforms
from tests.browser.test_console import enter, looked_at
from tests.channels.conftest import Serve
from tests.console.conftest import _cheap_passwords, app
from tests.console.platforms import env, fakes, platforms, serve
from tests.console.queue_desk import QUEUE, WORDS, post, submitted
from tests.console.test_queue_outcome import says, unknown
from tests.console.test_queue_review import edited

__all__ = ["_cheap_passwords", "app", "env", "fakes", "platforms", "serve"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def test_a_person_sees_both_and_decides(
    app: Flask, db: Database, serve: Serve, platforms: Platforms, page: Page, screenshots: Path
) -> None:
    post_id = unknown(db)
    says(platforms, "Lịch cắt điện ngày 28/11 tại thôn Bản Pè", ours=False)
    says(platforms, f"{WORDS.title}: {WORDS.text} (Trang sửa lại)", ours=False)
    web = serve(app)
    enter(page, web, "minh")
    page.goto(f"{web}{QUEUE}/{post_id}")
    page.get_by_role("button", name="Xem trên kênh").click()
    page.get_by_text("Lịch cắt điện ngày 28/11").wait_for()
    looked_at(page, "queue-beside-shown", screenshots)
    page.get_by_label("Trang sửa lại").check()
    page.get_by_role("button", name="Đúng là bài đã chọn").click()
    page.get_by_text("Đã ghi quyết định của bạn").wait_for()
    assert post(db).state == "published"


def test_a_reviewer_reads_what_changed(
    app: Flask, db: Database, serve: Serve, page: Page, screenshots: Path
) -> None:  # fmt: skip
    post_id = submitted(db, text="Lệ phí 5.000 đồng một bản.\n\nNộp tại bộ phận Một cửa.")
    web = serve(app)
    enter(page, web, "minh")
    page.goto(f"{web}{QUEUE}/{post_id}/review")
    page.get_by_label("Lời nhắn cho người soạn").fill("Phí mới là 8.000 đồng theo nghị quyết của tỉnh.")
    page.get_by_role("button", name="Trả lại để sửa").click()
    page.get_by_text("trả lại để sửa").first.wait_for()
    looked_at(page, "queue-returned", screenshots)
    edited(db, post_id, text="Lệ phí 8.000 đồng một bản.\n\nNộp tại bộ phận Một cửa hoặc qua mạng.")
    page.goto(f"{web}{QUEUE}/{post_id}/versions/1")
    page.get_by_text("8.000").first.wait_for()
    looked_at(page, "queue-diff", screenshots)
    assert page.locator("ins").count() >= 2
