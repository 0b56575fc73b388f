"""The jobs: each asks a table what is due and lets `bot` do it. Several schedulers do no harm."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot import forgetting, heartbeat, measuring, retention, tokens
from bot.campaigns import release, rules
from bot.curation import evergreens, following, occasions
from bot.curation.fetching import Fetcher
from bot.db import Database
from bot.figures import daily
from bot.learning import starting
from bot.reconciling import Reconciling
from bot.settings import Settings
from bot.talks import search
from bot.vault import Vault

MINUTE, HOUR = 60, 3600

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is done again and again, and how often: `EVERY`."""

    db: Database
    vault: Vault
    settings: Settings

    def renew_tokens(self) -> None:
        """Renew the tokens that end soon."""
        if renewed := tokens.renew_due(self.db, self.vault, self.settings.urls, now=_now()):
            log.info("tokens.renewed", accounts=renewed)

    def release_posts(self) -> None:
        """Queue the posts that are due."""
        release.release_due(self.db, now=_now())
        with self.db.read() as session:
            frozen = rules.frozen(session)
        if frozen:  # what was queued in the very moment of freezing
            with self.db.write() as session:
                rules.hold(session)

    def reconcile_posts(self) -> None:
        """Look in the platforms' own lists for posts whose outcome is unknown."""
        Reconciling(self.db, self.vault, self.settings).all(now=_now())

    def count_results(self) -> None:
        """Fetch what the platforms count of published posts."""
        measuring.measure(self.db, self.vault, self.settings, now=_now())

    def fetch_feeds(self) -> None:
        """Take the news of the portals that agencies follow as drafts."""
        following.fetch(self.db, Fetcher(), now=_now())

    def propose_drafts(self) -> None:
        """Propose drafts for the observances ahead, and for posts whose time has come again."""
        now = _now()
        made = [*occasions.propose_all(self.db, now=now), *evergreens.propose_all(self.db, now=now)]
        if made:
            log.info("drafts.proposed", posts=made)

    def index_messages(self) -> None:
        """Make new messages findable for staff."""
        with self.db.write(durable=False) as session:
            indexed = search.catch_up(session, now=_now())
        if indexed:
            log.info("search.indexed", messages=indexed)

    def sweep_forgotten(self) -> None:
        """Empty what was written about a person after their data were deleted."""
        with self.db.write() as session:
            forgetting.sweep(session, now=_now())

    def empty_old(self) -> None:
        """Empty citizens' words that are older than their agency keeps them."""
        if emptied := retention.empty_old(self.db, now=_now()):
            log.info("retention.emptied", events=emptied)

    def start_learning(self) -> None:
        """Start a process for a training that an admin asked for."""
        starting.start_waiting(self.db, now=_now())

    def count_days(self) -> None:
        """Count the figures of today, and of days that are over."""
        if days := daily.roll_up(self.db, now=_now()):
            log.info("figures.counted", days=days)

    def beat(self) -> None:
        """Tell the container engine that the scheduler works."""
        heartbeat.beat(self.settings.heartbeat_path)


EVERY: dict[Callable[[Jobs], None], int] = {
    Jobs.release_posts: 1,
    Jobs.start_learning: 5,
    Jobs.index_messages: 10,
    Jobs.reconcile_posts: 15,
    Jobs.beat: 20,
    Jobs.count_results: MINUTE,
    Jobs.fetch_feeds: MINUTE,
    Jobs.sweep_forgotten: 5 * MINUTE,
    Jobs.renew_tokens: 10 * MINUTE,
    Jobs.propose_drafts: HOUR,
    Jobs.count_days: MINUTE,
    Jobs.empty_old: 6 * HOUR,
}
"""Seconds between two runs; the first is at once."""


def register(scheduler: BaseScheduler, db: Database, vault: Vault, settings: Settings) -> None:
    """Add every job to `scheduler`."""
    jobs = Jobs(db, vault, settings)
    for job, seconds in EVERY.items():
        scheduler.add_job(job, "interval", args=[jobs], seconds=seconds, id=job.__name__, next_run_time=_now())


def _now() -> datetime:
    return datetime.now(UTC)
