"""The jobs: each asks a table what is due and lets `bot` do it. Several schedulers do no harm."""

from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.base import BaseScheduler

from bot import heartbeat, tokens
from bot.db import Database
from bot.settings import Settings
from bot.talks import search
from bot.vault import Vault

TOKENS_EVERY_MINUTES = 10
HEARTBEAT_EVERY_SECONDS = 20
INDEX_EVERY_SECONDS = 10

log = structlog.get_logger()


def register(scheduler: BaseScheduler, db: Database, vault: Vault, settings: Settings) -> None:
    """Add every job to `scheduler`."""

    def renew_tokens() -> None:
        renewed = tokens.renew_due(db, vault, settings.urls, now=datetime.now(UTC))
        if renewed:
            log.info("tokens.renewed", accounts=renewed)

    def index_messages() -> None:
        with db.write(durable=False) as session:
            indexed = search.catch_up(session, now=datetime.now(UTC))
        if indexed:
            log.info("search.indexed", messages=indexed)

    scheduler.add_job(index_messages, "interval", seconds=INDEX_EVERY_SECONDS, id="index_messages")
    scheduler.add_job(
        renew_tokens,
        "interval",
        minutes=TOKENS_EVERY_MINUTES,
        id="renew_tokens",
        next_run_time=datetime.now(UTC),
    )
    scheduler.add_job(
        heartbeat.beat,
        "interval",
        args=[settings.heartbeat_path],
        seconds=HEARTBEAT_EVERY_SECONDS,
        id="heartbeat",
        next_run_time=datetime.now(UTC),
    )
