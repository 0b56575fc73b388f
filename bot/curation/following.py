"""Fetch the feeds that are due: each over the network with no transaction open, then its news in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.curation import feeds, reading
from bot.curation.arrivals import NOTHING, Arrived
from bot.curation.feeds import Due
from bot.curation.fetching import Fetcher, Unfetchable
from bot.db import Database

AT_ONCE = 5

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What fetching one feed came to: the new drafts and what was passed over, or why there is nothing."""

    feed_id: int
    url: str
    arrived: Arrived = NOTHING
    error: str = ""

    @property
    def posts(self) -> tuple[int, ...]:
        """Ids of the new drafts."""
        return self.arrived.posts

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "feed": self.feed_id, "url": self.url, "posts": list(self.posts), "known": self.arrived.known,
            "refused": self.arrived.refused, "error": self.error,
        }  # fmt: skip

    def __str__(self) -> str:
        passed = f", {self.arrived.known} known already" if self.arrived.known else ""
        passed += f", {self.arrived.refused} could not be kept" if self.arrived.refused else ""
        return f"feed {self.feed_id}: {self.error or f'{len(self.posts)} new drafts{passed}'}"


def fetch(db: Database, fetcher: Fetcher, *, now: datetime, only: Sequence[int] = ()) -> list[Outcome]:
    """Fetch the feeds that are due (`only`: these, due or not); several schedulers may call it at once."""
    with db.write() as session:
        due = feeds.claim(session, now=now, most=len(only) or AT_ONCE, only=only)
    return [_fetched(db, fetcher, one, now=now) for one in due]


def _fetched(db: Database, fetcher: Fetcher, due: Due, *, now: datetime) -> Outcome:
    try:
        fetched = fetcher.get(due.url, etag=due.etag, modified=due.modified)
        read = reading.read(fetched) if fetched.status == 200 else None
    except Unfetchable as error:
        with db.write() as session:
            feeds.failed(session, due, error, now=now)
        log.warning("feed.failed", feed=due.feed_id, why=error.why)
        return Outcome(due.feed_id, due.url, error=str(error))
    with db.write() as session:
        arrived = feeds.took(session, due, fetched, read, now=now)
    log.info("feed.fetched", feed=due.feed_id, posts=len(arrived.posts), known=arrived.known, refused=arrived.refused)
    return Outcome(due.feed_id, due.url, arrived)
