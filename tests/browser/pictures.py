"""Take the pictures of the staff's help from the real pages: `python -m tests.browser.pictures`; look at them after."""

import io
import random
import shutil
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from bot import agencies, create_app, migrations, settings, staff
from bot.campaigns import rules
from bot.db import Database
from bot.figures import daily
from bot.settings import ROOT
from bot.tables import Account, Agency, Attention, Conversation, Delivery
from bot.vault import Vault
from bot.web.console import books
from tests.browser.conftest import FLAGS
from tests.browser.test_console import enter
from tests.console.conftest import PASSWORD, PEOPLE, SECRETS
from tests.console.test_today import fill
from tests.figures.test_figures import ASKED_BACK, HANDOFF, LOST, PROCEDURE, TOPIC, Desk
from tests.people import add_suoi_mo

FOLDER = ROOT / "bot/web/console/static/help"
SIZE = (1120, 700)
HOME = "/console/suoi-mo"
PICTURES = {
    "hom-nay": ("an", "/"),
    "hoi-thoai": ("hoa", "/talks"),
    "tra-loi": ("hoa", "/talks/1"),
    "viet-bai": ("lan", "/queue/new"),
    "tham-dinh": ("minh", "/queue/1/review"),
    "kien-thuc": ("an", "/knowledge"),
    "so-lieu": ("binh", "/figures"),
    "kenh": ("an", "/settings/accounts"),
    "dung-dang": ("minh", "/settings/publishing"),
}
ANSWER = "1.001193:fee"
SAID = (
    ("Chị Mai", "Làm khai sinh cho cháu có mất tiền không ạ?"),
    ("Bác Tư", "Cho tôi gặp cán bộ"),
    ("Anh Hùng", "Đăng ký kết hôn mất bao lâu?"), ("Cô Lành", "Nộp hồ sơ qua mạng ở đâu?"),
    ("Ông Bảy", "Chứng thực bản sao bao nhiêu tiền?"),
)  # fmt: skip


def main() -> None:
    """Fill a commune, open its pages, keep what they look like."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "DATABASE_URL": f"sqlite:///{folder}/pictures.db", "SECRET_KEY": "p" * 40, "MOTCUA_ENV": "development",
            "TOKEN_KEYS": Fernet.generate_key().decode(),
        }  # fmt: skip
        loaded = settings.load(env, dotenv=None)
        db = Database(loaded.database_url)
        migrations.upgrade(db)
        _fill(db, Vault(loaded.token_keys))
        server = make_server("127.0.0.1", 0, create_app(loaded), threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            _take(db, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            db.close()


def _take(db: Database, web: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS.split())
        screen = {"viewport": {"width": SIZE[0], "height": SIZE[1]}, "locale": "vi-VN", "color_scheme": "light"}
        pages: dict[str, Page] = {}
        for name, (login, address) in PICTURES.items():
            if name == "dung-dang":
                with db.write() as session:
                    rules.freeze(session, rules.agency_scope(1), who="minh", now=datetime.now(UTC))
            if login not in pages:
                pages[login] = browser.new_context(**screen).new_page()  # type: ignore[arg-type]
                enter(pages[login], web, login)
            pages[login].goto(f"{web}{HOME}{address}")
            print(f"{name}: {_kept(pages[login], FOLDER / f'{name}.webp')} bytes")
        browser.close()


def _kept(page: Page, path: Path) -> int:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(path, "WEBP", quality=60, method=6)
    return path.stat().st_size


def _fill(db: Database, vault: Vault) -> None:
    now = datetime.now(UTC)
    with db.write() as session:
        add_suoi_mo(session, vault, now=now - timedelta(days=40))
        agency = agencies.find_agency(session, "suoi-mo")
        for login, role in PEOPLE.items():
            person = staff.add(session, agency, login=login, role=role, password=PASSWORD, now=now)  # type: ignore[arg-type]
            person.totp = vault.close({"secret": SECRETS[login]})
        accounts = session.scalars(select(Account).order_by(Account.id)).all()
        for account in accounts:
            account.last_event_at = now - timedelta(minutes=4)
        desk = Desk(session, (accounts[0], accounts[1]))
        _talk(desk, session, now)
        _ask(desk, now)
    fill(db)
    daily.roll_up(db, now=now)


def _talk(desk: Desk, session: Session, now: datetime) -> None:
    """The citizens of the list, the second of whom waits for a person."""
    facts = agencies.facts_for(session.get_one(Agency, 1))
    for number, (name, words) in enumerate(SAID):
        at = now - timedelta(minutes=7 + 13 * number)
        asks = "cán bộ" in words
        event = desk.event(
            HANDOFF if asks else PROCEDURE, person=f"31{number}", channel=number % 2, at=at, answered_after=1.2,
            number=500 + number,
        )  # fmt: skip
        event.text = words
        event.outcome = {**event.outcome, "confidence": 0.97, "aspect": None if asks else "fee"}
        reply = session.scalars(select(Delivery).where(Delivery.event_id == event.id)).one()
        reply.body = {"text": books.answer(ANSWER, facts=facts, today=at.date())}
        talk = session.get_one(Conversation, event.conversation_id)
        talk.name, talk.last_at, talk.last_act_at, talk.created_at = name, at, at, at - timedelta(days=3)
        talk.attention = Attention.WAITING if asks else Attention.UNREAD if number == 0 else Attention.NONE
        talk.waiting_since = at if asks else None


def _ask(desk: Desk, now: datetime) -> None:
    """A month of questions, more of them on working days."""
    dice = random.Random(3)  # noqa: S311 - variety, no secret
    codes = ("1.001193", "1.004194", "1.000894", "2.000815", "1.004222")
    for back in range(30):
        day = now - timedelta(days=back)
        for number in range(dice.randrange(6, 14) if day.weekday() < 5 else dice.randrange(1, 5)):
            outcome = dice.choices((PROCEDURE, ASKED_BACK, TOPIC, HANDOFF, LOST), (12, 2, 3, 1, 1))[0]
            if outcome is PROCEDURE:
                outcome = {**PROCEDURE, "procedure": dice.choice(codes)}
            at = min(now, day.replace(hour=dice.randrange(0, 12), minute=dice.randrange(60)))
            desk.event(
                outcome, person=f"90{dice.randrange(60)}", channel=number % 2, at=at, number=1000 + 100 * back,
                answered_after=dice.uniform(0.5, 3),
            )  # fmt: skip


if __name__ == "__main__":
    main()
