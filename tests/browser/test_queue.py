"""The queue in a real browser: from the first word to the platforms, dragging, a conflict; pictures of every page."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from bot import agencies, staff
from bot.campaigns import release, rules
from bot.tables import Feed, Post, PostResult, PostTarget
from bot.worker import clock
from tests.browser.test_console import enter, looked_at
from tests.console import queue_desk
from tests.console.conftest import PASSWORD, SECRETS, _cheap_passwords
from tests.console.queue_desk import SPEAKER, ZALO, tomorrow
from tests.console.test_queue_ideas import asked_by, noted, proposed
from tests.people import OA, PAGE
from tests.postgres import wait_for
from tests.town import Town

__all__ = ["_cheap_passwords"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]
TEXT = "Từ 01/12, nộp hồ sơ qua mạng được trả kết quả tại nhà.\n\nHỏi thêm tại bộ phận Một cửa, số 0200 000 0001."


@pytest.fixture
def env(env: dict[str, str]) -> dict[str, str]:
    """A deployment whose pictures the platforms may fetch."""
    return {**env, "PUBLIC_URL": "https://motcua.suoi-mo.example"}


@pytest.fixture
def office(town: Town) -> Town:
    """The town with lan, who writes, minh, who reviews, and an, the admin."""
    with town.db.write() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        for login, role in {"lan": "author", "minh": "reviewer", "an": "admin"}.items():
            person = staff.add(session, agency, login=login, role=role, password=PASSWORD, now=clock())
            person.totp = town.vault.close({"secret": SECRETS[login]})
    return town


@pytest.fixture
def desk(chromium: Browser, page: Page) -> Iterator[Page]:
    """Another person's browser, as wide as the first."""
    context = chromium.new_context(viewport=page.viewport_size, locale="vi-VN")
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    yield opened
    context.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A tall photograph with a sun, so that one sees how it was cut."""
    image = Image.new("RGB", (1200, 1800), "#4a90d9")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 1200, 1200, 1800), fill="#3f7d20")
    draw.ellipse((450, 150, 750, 450), fill="#ffd23f")
    image.save(tmp_path / "anh.jpg")
    return tmp_path / "anh.jpg"


def test_from_the_first_word_to_the_platforms(
    office: Town, page: Page, desk: Page, photo: Path, screenshots: Path
) -> None:
    enter(page, office.web, "lan")
    page.get_by_role("link", name="Bài truyền thông", exact=True).first.click()
    page.get_by_role("link", name="Viết bài").first.click()
    page.get_by_label("Tiêu đề", exact=True).first.fill("Nộp hồ sơ qua mạng")
    page.get_by_label("Nội dung", exact=True).first.fill(TEXT)
    page.get_by_label("Chủ đề theo kế hoạch").fill("CCHC")
    page.get_by_label(re.compile("^Zalo")).check()
    page.get_by_label(re.compile("^Facebook")).check()
    # What is typed shows beside it, without a reload.
    expect(page.locator(".mc-phone-zalo")).to_contain_text("trả kết quả tại nhà")
    expect(page.locator(".mc-phone-facebook")).to_contain_text("trả kết quả tại nhà")
    page.get_by_label("Chọn tệp trên máy").set_input_files(photo)
    page.locator("#crop-canvas").wait_for()
    page.get_by_label("Trên, dưới").fill("0")  # the sun, not the middle
    page.get_by_label("Ảnh có gì?", exact=True).fill("Mặt trời trên cánh đồng")
    looked_at(page, "queue-crop", screenshots)
    page.get_by_role("button", name="Thêm vào bài").click()
    page.locator(".mc-phone-zalo img.mc-cover").wait_for()
    assert page.get_by_label("Nội dung", exact=True).first.input_value() == TEXT
    looked_at(page, "queue-editor", screenshots)
    page.get_by_role("button", name="Gửi thẩm định").click()
    page.get_by_text("Bài chờ người thẩm định").wait_for()

    enter(desk, office.web, "minh")
    desk.goto(f"{office.web}/console/suoi-mo/queue?mine=1")
    desk.get_by_role("link", name=re.compile("Nộp hồ sơ qua mạng")).click()
    desk.get_by_role("link", name="Thẩm định").click()
    desk.get_by_role("button", name="Duyệt", exact=True).click()
    desk.get_by_text("Hãy đánh dấu đủ các mục").wait_for()
    for box in desk.get_by_role("checkbox").all():
        box.check()
    looked_at(desk, "queue-review", screenshots)
    desk.get_by_role("button", name="Duyệt", exact=True).click()
    desk.get_by_role("button", name="Đăng vào khung giờ trống kế tiếp").click()
    desk.get_by_text("Đã chọn giờ đăng").wait_for()

    is_out = lambda: bool(release.release_due(office.db, now=clock()) or _published(office))  # noqa: E731
    assert wait_for(is_out, seconds=15)
    assert wait_for(lambda: _published(office), seconds=15)
    assert wait_for(lambda: _state(office, 1) == "published", seconds=15)
    article = office.platforms.zalo.articles.published(OA)[0]
    assert article["title"] == "Nộp hồ sơ qua mạng"
    assert TEXT.split("\n", 1)[0] in office.platforms.graph.posts.published(PAGE)[0]["message"]
    page.reload()
    expect(page.get_by_role("link", name=re.compile("Xem bài trên"))).to_have_count(2)
    with office.db.write() as session:
        today = datetime.now(UTC).date()
        for day, views in ((today - timedelta(days=1), 120), (today, 345)):
            session.add(PostResult(target_id=1, day=day, views=views, shares=4, at=clock()))
    page.reload()
    expect(page.get_by_role("table")).to_contain_text("345")
    looked_at(page, "queue-published", screenshots)


def _published(office: Town) -> bool:
    articles = office.platforms.zalo.articles.published(OA)
    return bool(articles and office.platforms.graph.posts.published(PAGE))


def _state(office: Town, post_id: int) -> str:
    return queue_desk.post(office.db, post_id).state


def test_two_people_write_on_the_same_post(office: Town, page: Page, desk: Page, screenshots: Path) -> None:
    post_id = queue_desk.written(office.db, targets=(ZALO,))
    address = f"{office.web}/console/suoi-mo/queue/{post_id}/edit"
    for browser, login in ((page, "lan"), (desk, "an")):
        enter(browser, office.web, login)
        browser.goto(address)
    page.get_by_label("Nội dung", exact=True).first.fill("Bản của Lan.")
    page.get_by_role("button", name="Lưu nháp").click()
    page.get_by_text("Đã lưu bản nháp").wait_for()
    desk.get_by_label("Nội dung", exact=True).first.fill("Bản của An.")
    desk.get_by_role("button", name="Lưu nháp").click()
    desk.get_by_text("lan vừa lưu bản 2 trong lúc bạn viết").wait_for()
    expect(desk.locator(".alert-warning")).to_contain_text("Bản của Lan.")
    assert desk.get_by_label("Nội dung", exact=True).first.input_value() == "Bản của An."
    assert queue_desk.post(office.db, post_id).text == "Bản của Lan."
    looked_at(desk, "queue-conflict", screenshots)


def test_a_post_is_moved_to_another_day(office: Town, page: Page) -> None:
    """By dragging on a wide screen, by the form on a phone."""
    at = tomorrow() + timedelta(days=7)
    at -= timedelta(days=at.weekday())  # a Monday
    post_id = queue_desk.written(office.db, at=at)
    wanted = f"{at + timedelta(days=3):%Y-%m-%d}"
    enter(page, office.web, "lan")
    page.goto(f"{office.web}/console/suoi-mo/queue/calendar?view=week&day={at:%Y-%m-%d}")
    if page.viewport_size and page.viewport_size["width"] > 1000:
        page.locator("[data-move]").drag_to(page.locator(f'[data-day="{wanted}"]'))
    else:
        page.get_by_role("link", name="Đổi giờ").click()
        page.get_by_label("Ngày").fill(wanted)
        page.get_by_role("button", name="Đổi giờ").click()
    page.get_by_text("chuyển sang 09:00").wait_for()
    moved = queue_desk.post(office.db, post_id).at
    assert moved is not None
    assert f"{moved:%Y-%m-%d}" == wanted


PAGES = {
    "queue-list": "",
    "queue-none": "?q=khongcogi",
    "queue-month": "/calendar",
    "queue-week": "/calendar?view=week",
    "queue-new": "/new",
    "queue-draft": "/1",
    "queue-edit": "/2/edit",
    "queue-move": "/2/move",
    "queue-scheduled": "/3",
    "queue-missed": "/4",
    "queue-unknown": "/5",
    "queue-by-hand": "/6",
    "queue-version": "/2/versions/1",
    "queue-speech": "/6/speech",
    "queue-proposals": "/proposals",
    "queue-ideas": "/ideas",
    "queue-templates": "/templates",
    "queue-template": "/templates/doi-thoai",
    "queue-occasions": "/occasions",
    "queue-asked": "/asked",
    "queue-feeds": "/feeds",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_sound(office: Town, page: Page, screenshots: Path, theme: str) -> None:
    _fill(office)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    enter(page, office.web, "an")
    for name, address in PAGES.items():
        page.goto(f"{office.web}/console/suoi-mo/queue{address}")
        looked_at(page, f"{name}-{theme}", screenshots)
    page.goto(f"{office.web}/console/suoi-mo/queue/new")
    page.get_by_label(re.compile("^TikTok")).check()
    page.get_by_role("button", name="Lưu nháp").click()
    page.get_by_text("Chưa lưu được").wait_for()
    looked_at(page, f"queue-faults-{theme}", screenshots)
    page.goto(f"{office.web}/console/suoi-mo/queue/templates/doi-thoai")
    page.get_by_label("Ngày", exact=True).fill("05/12/2026")
    page.get_by_role("button", name="Tạo bản nháp").click()
    page.get_by_text("Còn 5 chỗ chưa điền").wait_for()
    looked_at(page, f"queue-template-faults-{theme}", screenshots)
    page.goto(f"{office.web}/console/suoi-mo/queue/5")
    page.get_by_role("button", name="Xem trên kênh").click()
    page.get_by_text("Kênh đang hiện").wait_for()
    looked_at(page, f"queue-beside-{theme}", screenshots)


def _fill(office: Town) -> None:
    """Write a post of every kind."""
    db, at = office.db, tomorrow()
    queue_desk.written(db, title="Lịch tiêm chủng tháng 12 tại trạm y tế", topic="Y tế")
    queue_desk.submitted(db, title="Nộp thuế đất trước 31/12", at=at, topic="Thuế", link="https://suoi-mo.example/thue")
    queue_desk.approved(db, at=at + timedelta(minutes=20))
    queue_desk.approved(db, title="Họp thôn Bản Pè", at=at, targets=(ZALO,))
    queue_desk.approved(db, title="Cảnh báo rét đậm", targets=(ZALO,))
    queue_desk.approved(
        db, title="Phòng cháy mùa khô", targets=(SPEAKER,), text="UBND xã nhắc 120 hộ. Gọi 114 khi cháy."
    )
    with db.write() as session:
        for post_id, state, target in ((4, "missed", ""), (5, "unknown", "unknown"), (6, "publishing", "by_hand")):
            values = {"state": state, "due_at": at - timedelta(days=2), "released_at": None}
            session.execute(update(Post).where(Post.id == post_id).values(**values))
            if target:
                done = {"state": target, "committing_at": clock() - timedelta(minutes=10) if post_id == 5 else None}
                session.execute(update(PostTarget).where(PostTarget.post_id == post_id).values(**done))
        rules.freeze(session, rules.account_scope(2), who="an", now=clock())
    _suggest(office)


def _suggest(office: Town) -> None:
    """Let the system propose, people note, citizens ask, portals answer well and badly."""
    db = office.db
    proposed(db, "Xã mở thêm buổi sáng thứ Bảy cho bà con nộp hồ sơ")
    proposed(db, "Lịch tiếp công dân tháng 12")
    noted(db, "Hỏi nhiều về VNeID")
    noted(db, "Nhắc đổi thẻ bảo hiểm y tế trước Tết")
    asked_by(db, 4)
    with db.write() as session:
        for url, error in (
            ("https://suoi-mo.example/rss.xml", ""),
            (
                "https://tinh.example/tin-tuc/rss?muc=1",
                "trang trả lời mã 500; hãy mở địa chỉ bằng trình duyệt để kiểm tra",
            ),
        ):
            session.add(
                Feed(agency_id=1, url=url, title="" if error else "Cổng thông tin xã Suối Mơ", every=60, error=error,
                     failures=3 if error else 0, fetched_at=clock(), next_at=clock(), created_at=clock())
            )  # fmt: skip
