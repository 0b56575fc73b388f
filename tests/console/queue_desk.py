"""What the tests of the queue's pages share: posts of Suối Mơ, the people who act on them, pictures."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image

from bot import agencies, staff
from bot.campaigns import drafts, review
from bot.campaigns.content import Content, Target
from bot.db import Database
from bot.staff import Actor
from bot.tables import Post
from tests.console.conftest import Visitor
from tests.people import OA, PAGE

QUEUE = "/console/suoi-mo/queue"
ZALO, FACEBOOK = Target(channel="zalo", key=OA), Target(channel="facebook", key=PAGE)
TIKTOK, SPEAKER = Target(channel="tiktok", key="suoi-mo"), Target(channel="loudspeaker", key="suoi-mo")
WORDS = Content(title="Nộp hồ sơ qua mạng", text="Từ 01/12, nộp hồ sơ qua mạng được trả kết quả tại nhà.")
TICKED = {f"check-{one}": "1" for one in review.CHECKLIST}
Enter = Callable[[str], Visitor]


def tomorrow(hour: int = 2) -> datetime:
    """Return tomorrow, 9 o'clock in Vietnam (2 in UTC) or another hour."""
    return (datetime.now(UTC) + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def actor(db: Database, login: str, slug: str = "suoi-mo") -> Actor:
    with db.read() as session:
        person, agency = staff.find(session, login), agencies.find_agency(session, slug)
        assert person is not None
        assert agency is not None
        return staff.actor(session, person, agency.id)


def written(db: Database, *, by: str = "lan", targets: tuple[Target, ...] = (ZALO, FACEBOOK), **parts: Any) -> int:
    """Return a draft."""
    with db.write() as session:
        whole = replace(WORDS, targets=targets, **parts)
        return drafts.add(session, actor(db, by), whole, now=datetime.now(UTC)).id


def submitted(db: Database, **parts: Any) -> int:
    """Return a post that waits for its review."""
    post_id, by = written(db, **parts), actor(db, "lan")
    with db.write() as session:
        review.submit(session, by, post_id, now=datetime.now(UTC))
    return post_id


def approved(db: Database, **parts: Any) -> int:
    """Return a post that minh approved."""
    post_id, by = submitted(db, **parts), actor(db, "minh")
    with db.write() as session:
        review.approve(session, by, post_id, now=datetime.now(UTC))
    return post_id


def post(db: Database, post_id: int = 1) -> Post:
    with db.read() as session:
        found = session.get_one(Post, post_id)
        _ = [target.id for target in found.targets]
        return found


def typed(**fields: Any) -> dict[str, Any]:
    """Return the editor's form with the words of a post for Zalo."""
    base = {"title": WORDS.title, "text": WORDS.text, "language": "vi", "grace": "60", "target": f"zalo:{OA}"}
    return {**base, "act": "save", **fields}


def picture(width: int = 1600, height: int = 1200, color: str = "green") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "JPEG")
    out.seek(0)
    return out
