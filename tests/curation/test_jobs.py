"""What the scheduler does for curation: its own jobs, run as it runs them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.tables import Evergreen, Feed, Post, Proposal
from content import observances
from scheduler.jobs import EVERY, Jobs
from tests.campaigns.conftest import FACEBOOK, Desk
from tests.curation.hostile import Hostile
from tests.curation.test_feeds import item, served


def jobs(desk: Desk) -> Jobs:
    return Jobs(desk.db, desk.vault, desk.settings)


def test_they_are_among_the_schedulers_jobs() -> None:
    assert {Jobs.fetch_feeds, Jobs.propose_drafts} <= set(EVERY)


def test_a_feed_that_came_to_lie_inside_is_not_asked(desk: Desk, web: Hostile) -> None:
    url = served(web, item(1))
    with desk.db.write() as session:
        here = desk.actors["lan"].agency_id
        session.add(Feed(agency_id=here, url=url, every=30, next_at=desk.now, created_at=desk.now))
        session.add(Feed(agency_id=here, url="http://127.0.0.1/rss", every=30, next_at=desk.now, created_at=desk.now))
    jobs(desk).fetch_feeds()
    with desk.db.read() as session:
        feeds = session.scalars(select(Feed).order_by(Feed.id)).all()
        assert session.scalars(select(Post)).all() == []
    assert web.asked == []
    assert [one.failures for one in feeds] == [1, 1]
    assert "mạng nội bộ" in feeds[1].error


def test_drafts_are_proposed_once_whoever_runs(desk: Desk) -> None:
    now = datetime.now(UTC)
    desk.now = now - timedelta(days=60)
    post_id = desk.add(targets=(FACEBOOK,), at=None)
    with desk.db.write() as session:
        post = session.get_one(Post, post_id)
        post.state, post.released_at = "published", desk.now
        session.add(Evergreen(post_id=post_id, every=30, by="lan", created_at=desk.now))
    for _ in range(2):
        jobs(desk).propose_drafts()
    with desk.db.read() as session:
        origins = sorted(session.scalars(select(Post.origin).where(Post.origin != "")))
        noted = sorted(session.scalars(select(Proposal.origin)))
        today = now.astimezone().date()
        due = [one.observance.key for one in observances.due(today, level="commune")]
    assert origins == noted
    assert origins.count(f"evergreen:{post_id}:1") == 1
    assert len(origins) == len(due) + 1
