"""Portals' feeds: which an agency follows, when each is fetched, and what becomes of a fetch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.curation import arrivals
from bot.curation.arrivals import NOTHING, Arrived
from bot.curation.fetching import Fetched, Unfetchable
from bot.curation.reading import Read
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Feed
from content.phrases import say

EVERY, EVERY_MIN, EVERY_MAX = 30, 15, 7 * 24 * 60
"""Minutes between two fetches."""
FIRST_MOST = 20
"""Drafts of a feed's first fetch: the older items are noted, not drafted."""
FEEDS_MAX = 50
LEASE = timedelta(minutes=5)
AGAIN_MOST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A feed to fetch, as values."""

    feed_id: int
    url: str
    etag: str
    modified: str


def follow(
    session: Session, actor: Actor, url: str, *, title: str, every: int = EVERY, now: datetime
) -> Feed:  # fmt: skip
    """Let an agency follow a feed that was fetched and found good."""
    actor.need(Right.WRITE)
    if not EVERY_MIN <= every <= EVERY_MAX:
        raise BadInput(f"a feed is fetched every {EVERY_MIN} to {EVERY_MAX} minutes, not {every}")
    mine = of_agency(session, actor.agency_id)
    if any(one.url == url for one in mine):
        raise BadInput(f"this agency follows {url} already", told=say("queue.refused.feed_known"))
    if len(mine) >= FEEDS_MAX:
        raise BadInput(
            f"this agency follows {FEEDS_MAX} feeds already", told=say("queue.refused.feeds", most=FEEDS_MAX)
        )
    feed = Feed(agency_id=actor.agency_id, url=url, title=title, every=every, next_at=now, created_at=now)
    session.add(feed)
    session.flush()
    audit.note(session, "feed.add", what=f"feed:{feed.id}", now=now, agency_id=feed.agency_id, who=actor.login,
               facts={"url": url})  # fmt: skip
    return feed


def remove(session: Session, actor: Actor, feed_id: int, *, now: datetime) -> Feed:
    """Follow a feed no more; its drafts stay."""
    actor.need(Right.WRITE)
    feed = find(session, actor.agency_id, feed_id)
    if feed is None:
        raise BadInput(f"no feed {feed_id}")
    feed.removed_at = now
    audit.note(session, "feed.remove", what=f"feed:{feed.id}", now=now, agency_id=feed.agency_id, who=actor.login)
    return feed


def find(session: Session, agency_id: int, feed_id: int) -> Feed | None:
    """Return a feed that the agency follows."""
    return session.scalar(
        select(Feed).where(Feed.agency_id == agency_id, Feed.id == feed_id, Feed.removed_at.is_(None))
    )


def of_agency(session: Session, agency_id: int) -> Sequence[Feed]:
    """Return the feeds that an agency follows."""
    query = select(Feed).where(Feed.agency_id == agency_id, Feed.removed_at.is_(None))
    return session.scalars(query.order_by(Feed.id)).all()


def claim(session: Session, *, now: datetime, most: int, only: Sequence[int] = ()) -> list[Due]:
    """Take the feeds that are due (`only`: these, due or not); another process does not get the same."""
    query = select(Feed).where(Feed.removed_at.is_(None)).order_by(Feed.next_at, Feed.id).limit(most)
    query = query.where(Feed.id.in_(only)) if only else query.where(Feed.next_at <= now)
    taken = []
    for feed in session.scalars(query).all():
        mine = update(Feed).where(Feed.id == feed.id, Feed.next_at == feed.next_at).values(next_at=now + LEASE)
        if session.execute(mine).rowcount:  # type: ignore[attr-defined]
            taken.append(Due(feed.id, feed.url, feed.etag, feed.modified))
    return taken


def failed(session: Session, due: Due, error: Unfetchable, *, now: datetime) -> None:
    """Note what is wrong, and ask ever less often, at least once a day."""
    feed = session.get_one(Feed, due.feed_id, populate_existing=True)
    feed.failures += 1
    wait = timedelta(minutes=feed.every) * 2 ** min(feed.failures, 10)
    feed.error, feed.next_at = str(error), now + min(wait, max(AGAIN_MOST, timedelta(minutes=feed.every)))


def took(session: Session, due: Due, fetched: Fetched, read: Read | None, *, now: datetime) -> Arrived:
    """Write a fetch down, the new items as drafts. `read` None: nothing is new there."""
    feed = session.get_one(Feed, due.feed_id, populate_existing=True)
    first, feed.fetched_at = feed.fetched_at is None, now
    feed.failures, feed.error, feed.next_at = 0, "", now + timedelta(minutes=feed.every)
    if read is None or feed.removed_at is not None:
        return NOTHING
    feed.etag, feed.modified, feed.title = fetched.etag, fetched.modified, read.title or feed.title
    return arrivals.drafted(session, feed, read.news, most=FIRST_MOST if first else len(read.news), now=now)
