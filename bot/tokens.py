"""Renewal of tokens whose refresh token can be used once: one refresher at a time, stored before used."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select, update

from bot import agencies, audit
from bot.channels import CHANNELS
from bot.channels.base import Tokens
from bot.channels.http import Http
from bot.db import Database
from bot.errors import AccountStopped, ChannelError, OutcomeUnknown, TokenRejected, TryLater
from bot.tables import Account
from bot.vault import Vault

AHEAD = timedelta(hours=2)
"""Renew this long before the token ends."""
ASSUMED_LIFE = timedelta(hours=25)
"""Life of a token that was given to us without its end (Zalo: 90,000 s)."""
AT_LEAST = timedelta(days=7)
"""Renew at least this often, so that the three months of the refresh token never lapse."""
LOCK = timedelta(seconds=60)
"""Longer than the HTTP time-outs (20 s): a second refresher would burn the single-use token."""

log = structlog.get_logger()


def renew_due(db: Database, vault: Vault, urls: Mapping[str, str], *, now: datetime) -> int:
    """Renew every account whose token ends soon; return how many were renewed."""
    with db.read() as session:
        due = [account.id for account in session.scalars(select(Account)) if _due(account, now)]
    renewed = 0
    for account_id in due:
        try:
            renewed += renew(db, vault, Http(urls), account_id=account_id, now=now) is not None
        except ChannelError as error:
            log.warning("token.renew_failed", account=account_id, code=error.code)
    return renewed


def _due(account: Account, now: datetime) -> bool:
    if not CHANNELS[account.channel].renews or account.paused_at:
        return False
    given = account.token_renewed_at or account.created_at
    ends = account.token_expires_at or given + ASSUMED_LIFE
    return now >= ends - AHEAD or now - given >= AT_LEAST


def renew(
    db: Database, vault: Vault, http: Http, *, account_id: int, now: datetime, rejected: str | None = None
) -> Account | None:  # fmt: skip
    """Renew one account's tokens; return the account with the pair to use, or None if another does it.

    `rejected` is the encrypted secrets that the platform just refused: when the stored ones differ,
    somebody has renewed already and nothing is called. Without it, only what is due is renewed.
    Raises `ChannelError` as the platform says; an account that only a person can help is stopped with one alert.
    """
    with db.write() as session:
        account = session.get_one(Account, account_id)
        if rejected is not None and account.secrets != rejected:
            return account
        if rejected is None and not _due(account, now):
            return None  # another scheduler was quicker
        locked = session.execute(
            update(Account)
            .where(Account.id == account_id, Account.secrets == account.secrets)
            .where(or_(Account.renewing_until.is_(None), Account.renewing_until < now))
            .values(renewing_until=now + LOCK)
        )
        if not locked.rowcount:  # type: ignore[attr-defined]
            return None
        before = account.secrets
    return _exchange(db, vault, http, account=account, before=before, now=now, dead=rejected is not None)


def after_rejection(
    db: Database, vault: Vault, http: Http, account: Account, *, error: TokenRejected, now: datetime
) -> Account:  # fmt: skip
    """Return the account with the tokens to try once more, after the platform refused those it has.

    Raises `AccountStopped` where nothing renews them, `TryLater` where they could not be renewed yet.
    """
    if not CHANNELS[account.channel].renews:
        raise AccountStopped(f"the token is dead ({error}); connect the account again", code=error.code)
    try:
        renewed = renew(db, vault, http, account_id=account.id, now=now, rejected=account.secrets)
    except OutcomeUnknown as unknown:
        # The renewal was cut off, not the message: that one was refused and may go again later.
        raise TryLater("the token could not be renewed yet", code=unknown.code) from unknown
    if renewed is None:
        raise TryLater("another process renews the token")
    return renewed


def _exchange(
    db: Database, vault: Vault, http: Http, *, account: Account, before: str, now: datetime, dead: bool
) -> Account:  # fmt: skip
    try:
        tokens = _renewed(http, account, vault, now)
    except TryLater:
        _unlock(db, account.id, before=before, alert="")
        raise
    except OutcomeUnknown:
        # The old refresh token may be spent. The next try tells: it works, or -14014 and a person is called.
        _unlock(db, account.id, before=before, alert="token renewal was cut off; if the next fails, grant the OA again")
        raise
    except ChannelError as error:
        ours = _unlock(db, account.id, before=before, alert=f"token renewal refused: {error}. Grant the account again")
        if ours and (dead or isinstance(error, AccountStopped)):
            with db.write() as session:
                agencies.stop(session, account.id, why=f"token renewal refused: {error}", now=now)
            log.error("account.stopped", account=account.id, channel=account.channel, code=error.code)
        raise
    return _store(db, vault, account.id, before=before, tokens=tokens, now=now)


def _renewed(http: Http, account: Account, vault: Vault, now: datetime) -> Tokens:
    """Exchange the refresh token; where it is refused, the pair before, if the new one has not proved itself yet."""
    channel, opened = CHANNELS[account.channel], agencies.opened(account, vault)
    try:
        return channel.renew(http, opened, now)
    except AccountStopped:
        if account.previous_secrets is None:
            raise
        before = replace(opened, secrets=vault.open(account.previous_secrets))
        log.warning("token.previous_pair", account=account.id)
        return channel.renew(http, before, now)


def _unlock(db: Database, account_id: int, *, before: str, alert: str) -> bool:
    """Give the turn back; False when a person granted the account again meanwhile: that grant is another story."""
    with db.write() as session:
        values = {"renewing_until": None} | ({"alert": alert} if alert else {})
        mine = update(Account).where(Account.id == account_id, Account.secrets == before)
        return bool(session.execute(mine.values(**values)).rowcount)  # type: ignore[attr-defined]


def _store(db: Database, vault: Vault, account_id: int, *, before: str, tokens: Tokens, now: datetime) -> Account:
    with db.write() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        if account.secrets != before:
            return account  # a person granted the account again meanwhile: the newer grant stays
        account.secrets = vault.close({**vault.open(before), **tokens.secrets})
        account.previous_secrets = before
        account.token_expires_at = tokens.expires_at
        account.token_renewed_at = now
        account.renewing_until = None
        account.alert = ""
        audit.note(session, "token.renew", what=f"account:{account_id}", now=now, agency_id=account.agency_id)
    return account


def proved(db: Database, account: Account) -> None:
    """Forget the previous pair once the new one has worked."""
    if account.previous_secrets is None:
        return
    with db.write() as session:
        session.execute(
            update(Account)
            .where(Account.id == account.id, Account.secrets == account.secrets)
            .values(previous_secrets=None)
        )
