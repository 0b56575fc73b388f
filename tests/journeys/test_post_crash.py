"""The worker is killed at random instants of publishing: no post lost, none public twice, the unknown resolved.

Ten instants on each database here; `MOTCUA_KILLS=100` for the hundred that the figure asks for.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.campaigns import drafts, release, review
from bot.campaigns.content import Asset, Content, Target
from bot.db import Database
from bot.reconciling import Reconciling
from bot.settings import Settings
from bot.tables import Post, PostTarget
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from bot.worker import clock
from tests.campaigns.conftest import hired
from tests.channels.conftest import Serve, serve
from tests.journeys.killing import Deployment, deployed, slow
from tests.people import OA, PAGE, add_suoi_mo
from tests.postgres import wait_for

__all__ = ["serve"]
pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("MOTCUA_KILLS", "10"))
POSTS = KILLS * 2
LAG = 0.05
"""Seconds before and after the platform's work, so that a kill meets both sides of it."""
PICTURES = tuple(
    Asset(kind="image/jpeg", alt=f"ảnh {number}", url=f"https://suoi-mo.example/{number}.jpg") for number in range(2)
)
TARGETS = (Target(channel="zalo", key=OA, options={"broadcast": {}}), Target(channel="facebook", key=PAGE))


@pytest.fixture
def platforms(db: Database, vault: Vault) -> Platforms:
    with db.write() as session:
        add_suoi_mo(session, vault, now=clock())
    platforms = Platforms()
    platforms.open_all(db, vault)
    return platforms


@pytest.fixture
def urls(platforms: Platforms, serve: Serve) -> dict[str, str]:
    here = serve(slow(platforms, LAG))
    zalo = here + PREFIXES["zalo"]
    return {"zalo": zalo, "zalo_oauth": zalo, "graph": here + PREFIXES["facebook"]}


@pytest.fixture
def deployment(urls: dict[str, str], env: dict[str, str], tmp_path: Path) -> Iterator[Deployment]:
    there = {"ZALO_API_URL": urls["zalo"], "ZALO_OAUTH_URL": urls["zalo"], "GRAPH_API_URL": urls["graph"]}
    with deployed({**env, **there}, tmp_path / "worker.log") as running:
        yield running


def released(db: Database) -> None:
    """Let lan write, minh approve and the scheduler release all posts."""
    with db.write() as session:
        agency_id = session.scalars(select(Post.agency_id)).first() or 1
        lan, minh = hired(session, "lan", "author", agency_id), hired(session, "minh", "reviewer", agency_id)
        for number in range(POSTS):
            content = Content(
                title=f"Bài số {number}", text=f"Nội dung bài số {number}.", targets=TARGETS, media=PICTURES,
                at=clock() + timedelta(seconds=30),
            )  # fmt: skip
            post_id = drafts.add(session, lan, content, now=clock()).id
            review.submit(session, lan, post_id, now=clock())
            review.approve(session, minh, post_id, now=clock())
        session.execute(Post.__table__.update().values(due_at=clock()))  # type: ignore[attr-defined]
    while release.release_due(db, now=clock()):
        pass


def states(db: Database) -> Counter[str]:
    with db.read() as session:
        counted = select(PostTarget.state, func.count()).group_by(PostTarget.state)
        return Counter({str(state): int(count) for state, count in session.execute(counted)})


def test_kills_lose_nothing_and_repeat_nothing(
    db: Database, vault: Vault, settings_: Settings, platforms: Platforms, urls: dict[str, str], deployment: Deployment
) -> None:
    dice = random.Random(11)  # noqa: S311
    assert wait_for(lambda: "worker.started" in deployment.log(), seconds=60), deployment.log()
    released(db)
    kills = 0
    while kills < KILLS and states(db)["publishing"]:
        # From the worker's start on, anywhere within the next few calls.
        started = deployment.log().count("worker.started")
        time.sleep(dice.uniform(0, 10 * LAG))
        deployment.kill_and_restart()
        kills += 1
        assert wait_for(lambda n=started: deployment.log().count("worker.started") > n or not states(db)["publishing"],
                        seconds=60), deployment.log()  # fmt: skip
    assert wait_for(lambda: not states(db)["publishing"], seconds=120), (states(db), deployment.log())
    unknown = states(db)["unknown"]
    Reconciling(db, vault, replace(settings_, urls=urls)).all(now=clock(), hurry=True)
    assert wait_for(lambda: not states(db)["publishing"], seconds=60), (states(db), deployment.log())
    check(db, platforms)
    print(f"{kills} kills, {unknown} unknown before reconciliation, after it {dict(states(db))}")


def check(db: Database, platforms: Platforms) -> None:
    articles = Counter(one["title"] for one in platforms.zalo.articles.published(OA))
    posts = Counter(one["message"].split("\n")[0] for one in platforms.graph.posts.published(PAGE))
    sent = [len(one["broadcasts"]) for one in platforms.zalo.articles.published(OA)]
    assert max(articles.values()) == max(posts.values()) == 1  # nothing twice
    assert max(sent) <= 1
    with db.read() as session:
        for target in session.scalars(select(PostTarget)):
            public = articles if target.channel == "zalo" else posts
            there = public[f"Bài số {target.post_id - 1}"]
            if target.state == "published":
                assert (there, bool(target.link)) == (1, True)  # what we say is public is there
            else:
                # Not lost: a person sees it. What is there is unknown only where a broadcast was in doubt.
                assert target.state == "unknown"
                assert there == 0 or "article" in target.memory
