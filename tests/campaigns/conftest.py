"""The desk of the commune Suối Mơ: lan writes, minh reviews, hoa is an admin, tú of another commune sees nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies, staff
from bot.campaigns import drafts, progress, release, review, views
from bot.campaigns.content import Content, Target
from bot.db import Database
from bot.publishing import Publishing
from bot.reconciling import Looked, Reconciling
from bot.rights import ROLES, Right
from bot.settings import Settings
from bot.staff import Actor
from bot.tables import Account, Audit, Delivery, Membership, Post, PostTarget, Staff
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from tests.channels.conftest import Serve, serve
from tests.people import NOON, OA, PAGE, add_suoi_mo

__all__ = ["serve"]

ZALO = Target(channel="zalo", key=OA)
FACEBOOK = Target(channel="facebook", key=PAGE)
WORDS = Content(title="Nộp hồ sơ qua mạng", text="Từ 01/12, nộp hồ sơ qua mạng được trả kết quả tại nhà.")
SOON = NOON + timedelta(minutes=10)


@dataclass
class Desk:
    """People, posts and a clock that the test moves."""

    db: Database
    vault: Vault
    settings: Settings
    actors: dict[str, Actor] = field(default_factory=dict)
    now: datetime = NOON

    def clock(self) -> datetime:
        return self.now

    def add(self, content: Content = WORDS, *, by: str = "lan", targets: tuple[Target, ...] = (ZALO, FACEBOOK),
            at: datetime | None = SOON, **parts: Any) -> int:  # fmt: skip
        whole = replace(content, targets=targets, at=at, **parts)
        with self.db.write() as session:
            return drafts.add(session, self.actors[by], whole, now=self.now).id

    def do(self, verb: Any, post_id: int, *, by: str, **parts: Any) -> str:
        with self.db.write() as session:
            post = verb(session, self.actors[by], post_id, now=self.now, **parts)
            session.flush()
            return str(post.state)

    def approved(self, **parts: Any) -> int:
        """Return a post that lan wrote and minh approved."""
        post_id = self.add(**parts)
        self.do(review.submit, post_id, by="lan")
        self.do(review.approve, post_id, by="minh")
        return post_id

    def release(self) -> int:
        return release.release_due(self.db, now=self.now)

    def work(self, worker: str = "desk/1/a") -> int:
        """Let a worker do everything that is due; return how many jobs it took."""
        posts, jobs = Publishing(self.db, self.vault, self.settings), 0
        while True:
            with self.db.write() as session:
                claimed = posts.claim(session, worker, now=self.now, most=1)
            if not claimed:
                return jobs
            posts.do(claimed[0], self.clock)
            jobs += 1

    def published(self, post_id: int, *, most: int = 20) -> dict[str, Any]:
        """Release and work, the clock going on, until the post is settled; return it as `queue show` does."""
        for _ in range(most):
            self.release()
            self.work()
            if self.show(post_id)["state"] not in {"scheduled", "publishing"}:
                break
            self.now += timedelta(seconds=4)
        return self.show(post_id)

    def reconcile(self, *, hurry: bool = True) -> list[Looked]:
        return Reconciling(self.db, self.vault, self.settings).all(now=self.now, hurry=hurry)

    def crash(self, worker: str = "desk/1/a") -> int:
        """Find the worker dead."""
        with self.db.write() as session:
            return progress.release(session, now=self.now, dead=[worker])

    def show(self, post_id: int) -> dict[str, Any]:
        with self.db.read() as session:
            return views.whole(session, session.get_one(Post, post_id))

    def state(self, post_id: int) -> str:
        return str(self.show(post_id)["state"])

    def target(self, post_id: int, channel: str) -> PostTarget:
        with self.db.read() as session:
            mine = (PostTarget.post_id == post_id, PostTarget.channel == channel)
            return session.scalars(select(PostTarget).where(*mine)).one()

    def account(self, channel: str) -> Account:
        with self.db.read() as session:
            return session.scalars(select(Account).where(Account.channel == channel)).one()

    def deliveries(self, kind: str = "post") -> list[Delivery]:
        with self.db.read() as session:
            return list(session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))

    def audit(self, verb: str) -> list[Audit]:
        with self.db.read() as session:
            return list(session.scalars(select(Audit).where(Audit.verb == verb).order_by(Audit.id)))


def hired(session: Session, login: str, role: str, agency_id: int) -> Actor:
    """Add a person without a password: hashing one takes longer than all the rest of a test."""
    person = Staff(login=login, created_at=NOON)
    session.add(person)
    session.flush()
    session.add(Membership(staff_id=person.id, agency_id=agency_id, role=role, created_at=NOON))
    session.flush()
    return staff.actor(session, person, agency_id)


@pytest.fixture
def desk(db: Database, vault: Vault, settings_: Settings) -> Desk:
    desk = Desk(db, vault, settings_)
    with db.write() as session:
        accounts = add_suoi_mo(session, vault)
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON)
        here = accounts[0].agency_id
        for login, role, agency_id in (
            ("lan", "author", here), ("minh", "reviewer", here), ("hoa", "admin", here), ("nga", "leader", here),
            ("tu", "admin", other.id),
        ):  # fmt: skip
            desk.actors[login] = hired(session, login, role, agency_id)
    assert ROLES["admin"] == frozenset(Right)
    return desk


@pytest.fixture
def platforms(desk: Desk, db: Database, vault: Vault, serve: Serve) -> Iterator[Platforms]:
    """Both fake platforms over real HTTP; the desk's settings lead there."""
    platforms = Platforms()
    platforms.open_all(db, vault)
    platforms.zalo.slow = platforms.graph.slow = 2.5
    platforms.zalo.articles.clock = platforms.graph.posts.clock = desk.clock
    app = Flask("platforms")
    platforms.mount(app)
    here = serve(app)
    zalo, graph = here + PREFIXES["zalo"], here + PREFIXES["facebook"]
    urls = {"zalo": zalo, "zalo_oauth": zalo, "graph": graph}
    desk.settings = replace(desk.settings, urls=urls, http_timeout=1.5, public_url="https://motcua.suoi-mo.example")
    yield platforms
