"""The jobs: each asks a table what is due and lets `bot` do it. Several schedulers do no harm."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot import heartbeat, measuring, tokens
from bot.campaigns import release, rules
from bot.db import Database
from bot.reconciling import Reconciling
from bot.settings import Settings
from bot.vault import Vault

TOKENS_EVERY_MINUTES = 10
HEARTBEAT_EVERY_SECONDS = 20
POSTS_EVERY_SECONDS = 1
UNKNOWN_EVERY_SECONDS = 15
RESULTS_EVERY_SECONDS = 60

log = structlog.get_logger()


def register(scheduler: BaseScheduler, db: Database, vault: Vault, settings: Settings) -> None:
    """Add every job to `scheduler`."""

    def renew_tokens() -> None:
        renewed = tokens.renew_due(db, vault, settings.urls, now=datetime.now(UTC))
        if renewed:
            log.info("tokens.renewed", accounts=renewed)

    scheduler.add_job(
        renew_tokens,
        "interval",
        minutes=TOKENS_EVERY_MINUTES,
        id="renew_tokens",
        next_run_time=datetime.now(UTC),
    )

    def release_posts() -> None:
        release.release_due(db, now=datetime.now(UTC))
        with db.read() as session:
            frozen = rules.frozen(session)
        if frozen:  # what was queued in the very moment of freezing
            with db.write() as session:
                rules.hold(session)

    def reconcile_posts() -> None:
        Reconciling(db, vault, settings).all(now=datetime.now(UTC))

    def count_results() -> None:
        measuring.measure(db, vault, settings, now=datetime.now(UTC))

    _every(scheduler, release_posts, seconds=POSTS_EVERY_SECONDS)
    _every(scheduler, reconcile_posts, seconds=UNKNOWN_EVERY_SECONDS)
    _every(scheduler, count_results, seconds=RESULTS_EVERY_SECONDS)
    scheduler.add_job(
        heartbeat.beat,
        "interval",
        args=[settings.heartbeat_path],
        seconds=HEARTBEAT_EVERY_SECONDS,
        id="heartbeat",
        next_run_time=datetime.now(UTC),
    )


def _every(scheduler: BaseScheduler, job: Callable[[], None], *, seconds: int) -> None:
    name = job.__name__
    scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC))
