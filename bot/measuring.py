"""Look at what the platforms count for published posts: a few a run, no transaction open meanwhile."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot import agencies
from bot.campaigns import results
from bot.campaigns.results import Look
from bot.channels import PUBLISHERS
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.db import Database
from bot.errors import AccountStopped, ChannelError, MotcuaError
from bot.settings import Settings
from bot.vault import Vault

AT_ONCE = 10
"""Targets a run; a Page's post takes up to four calls."""

log = structlog.get_logger()


def measure(db: Database, vault: Vault, settings: Settings, *, now: datetime, most: int = AT_ONCE) -> int:
    """Fetch the counts that are due; return how many targets were counted. Several schedulers may call it at once."""
    with db.write() as session:
        looks = results.claim(session, now=now, most=most)
    counted = 0
    while looks:
        look = looks.pop(0)
        try:
            counts = _counts(look, vault, settings)
        except ChannelError as error:
            looks = _refused(db, look, looks, error, now=now)
            continue
        with db.write() as session:
            results.stored(session, look, counts, now=now)
        counted += 1
    return counted


def _counts(look: Look, vault: Vault, settings: Settings) -> dict[str, int]:
    http = Http(settings.urls, (CONNECT_TIMEOUT, settings.http_timeout))
    try:
        account = agencies.opened(look.account, vault)
    except MotcuaError as error:
        raise AccountStopped(str(error)) from error  # no key opens the secrets: nothing was called
    with http.session:
        return dict(PUBLISHERS[look.account.channel].results(http, account, look.platform_id))


def _refused(db: Database, look: Look, others: Sequence[Look], error: ChannelError, *, now: datetime) -> list[Look]:
    """Write the failure down; return the looks that still make sense: those of other accounts."""
    log.warning("post.not_counted", target=look.target_id, code=error.code, error=type(error).__name__)
    with db.write() as session:
        again = results.failed(session, look, error, now=now)
        if error.permanent or again is None:
            return list(others)
        return _without(session, look, others, again)


def _without(session: Session, look: Look, others: Sequence[Look], until: datetime) -> list[Look]:
    mine = [one for one in others if one.account.id == look.account.id]
    results.spared(session, mine, until)
    return [one for one in others if one not in mine]
