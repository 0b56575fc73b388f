"""Accounts in the hands of staff: connecting, granting, looking at, pausing; no secret is ever given out again."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies, audit
from bot.channels import CHANNELS
from bot.channels import base as wire
from bot.channels.base import Finding, Tokens
from bot.channels.http import Http
from bot.errors import BadInput, ChannelError, MotcuaError
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Account, Agency
from bot.vault import Vault

QUIET = timedelta(days=3)
"""Without any event for so long, the webhook is likely broken: citizens write every day."""
GRANT_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line about an account's health: whether it is well, and the phrase that says it with its values."""

    ok: bool
    key: str
    values: Mapping[str, Any]


def of_agency(session: Session, agency_id: int) -> list[Account]:
    """Return the agency's accounts."""
    return list(session.scalars(select(Account).where(Account.agency_id == agency_id).order_by(Account.id)))


def find(session: Session, agency_id: int, account_id: int) -> Account | None:
    """Return the account when it is the agency's own."""
    return session.scalar(select(Account).where(Account.id == account_id, Account.agency_id == agency_id))


def standing(account: Account, *, now: datetime) -> list[Standing]:
    """Say how an account is, by what we know without asking the platform."""
    return [_running(account), *_token(account, now), _heard(account, now)]


def _running(account: Account) -> Standing:
    if account.paused_at:
        by_hand = account.alert.startswith(PAUSED)
        who = account.alert.removeprefix(PAUSED)
        key = "standing.paused" if by_hand else "standing.stopped"
        return Standing(ok=False, key=key, values={"at": account.paused_at, "who": who, "why": account.alert})
    return Standing(ok=True, key="standing.running", values={})


def _token(account: Account, now: datetime) -> Sequence[Standing]:
    ends = account.token_expires_at
    if not CHANNELS[account.channel].renews:
        return []
    if ends is None:
        return [Standing(ok=True, key="standing.token_unknown", values={})]
    alive = ends > now
    return [Standing(ok=alive, key="standing.token" if alive else "standing.token_ended", values={"at": ends})]


def _heard(account: Account, now: datetime) -> Standing:
    heard = account.last_event_at
    if heard is None:
        return Standing(ok=False, key="standing.never_heard", values={})
    fresh = now - heard < QUIET
    return Standing(ok=fresh, key="standing.heard" if fresh else "standing.quiet", values={"at": heard})


PAUSED = "paused by "


def pause(session: Session, by: Actor, account: Account, *, now: datetime) -> None:
    """Let an account send nothing until it is resumed; what citizens write is still kept and waits."""
    by.need(Right.MANAGE)
    agencies.stop(session, account.id, why=PAUSED + by.login, now=now, who=by.login)


def resume(session: Session, by: Actor, account: Account, *, now: datetime) -> None:
    """Let an account send again."""
    by.need(Right.MANAGE)
    agencies.resume(session, account.id, now=now, who=by.login)


def connect(
    session: Session, by: Actor, *, channel: str, key: str, secrets: Mapping[str, str], vault: Vault, now: datetime
) -> Account:  # fmt: skip
    """Connect an account to the actor's agency, or give a known one new secrets."""
    by.need(Right.MANAGE)
    agency = session.get_one(Agency, by.agency_id)
    account = agencies.add_account(
        session, agency, channel=channel, key=key, secrets=secrets, vault=vault, now=now
    )  # fmt: skip
    _audit(session, by, account, verb="account.connect", now=now)
    return account


def look(account: Account, vault: Vault, http: Http) -> Sequence[Finding]:
    """Ask the platform how the account is. Calls out: no transaction may be open."""
    try:
        return CHANNELS[account.channel].inspect(http, agencies.opened(account, vault))
    except (ChannelError, MotcuaError) as error:
        return [Finding(ok=False, text=str(error), about="failed")]


def noted(session: Session, by: Actor, account: Account, findings: Sequence[Finding], *, now: datetime) -> None:
    """Keep what a look taught us."""
    by.need(Right.MANAGE)
    for finding in findings:
        agencies.remember(session, account.id, finding.remember)
    _audit(session, by, account, verb="account.inspect", now=now, faults=sum(not one.ok for one in findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A grant that an admin was sent to the platform for; kept encrypted in their browser meanwhile."""

    agency_id: int
    channel: str
    key: str
    secrets: Mapping[str, str]
    state: str
    verifier: str
    begun_at: datetime

    @property
    def challenge(self) -> str:
        """The PKCE challenge of the verifier (S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def closed(self, vault: Vault) -> str:
        """Return the grant as text that only this deployment can read."""
        own = {"agency_id": str(self.agency_id), "channel": self.channel, "key": self.key, "state": self.state,
               "verifier": self.verifier, "begun_at": self.begun_at.isoformat()}  # fmt: skip
        return vault.close({**{f"secret:{name}": one for name, one in self.secrets.items()}, **own})


def begin(by: Actor, *, channel: str, key: str, secrets: Mapping[str, str], now: datetime) -> Grant:
    """Return a new grant with a state and a verifier of its own."""
    by.need(Right.MANAGE)
    return Grant(
        agency_id=by.agency_id, channel=channel, key=key, secrets=dict(secrets), state=token_urlsafe(24),
        verifier=token_urlsafe(32), begun_at=now,
    )  # fmt: skip


def opened(closed: str, vault: Vault) -> Grant:
    """Return the grant of `Grant.closed`; raises `MotcuaError` when it is none of ours."""
    told = vault.open(closed)
    secrets = {name.removeprefix("secret:"): one for name, one in told.items() if name.startswith("secret:")}
    return Grant(
        agency_id=int(told["agency_id"]), channel=told["channel"], key=told["key"], secrets=secrets,
        state=told["state"], verifier=told["verifier"], begun_at=datetime.fromisoformat(told["begun_at"]),
    )  # fmt: skip


def exchange(grant: Grant, http: Http, *, state: str, code: str, owner: str, now: datetime) -> Tokens:
    """Turn the platform's code into tokens. Calls out: no transaction may be open.

    Raises `BadInput` with a phrase's key when the answer is not to this grant, `ChannelError` as the platform says.
    """
    if not hmac.compare_digest(state.encode(), grant.state.encode()) or now - grant.begun_at > GRANT_LASTS:
        raise BadInput("grant.stale")
    if owner and owner != grant.key:
        raise BadInput("grant.other")
    if not code:
        raise BadInput("grant.refused")
    account = wire.Account(key=grant.key, secrets=grant.secrets)
    return CHANNELS[grant.channel].granted(http, account, code=code, verifier=grant.verifier, now=now)


def finish(session: Session, by: Actor, grant: Grant, tokens: Tokens, *, vault: Vault, now: datetime) -> Account:
    """Connect the account with the tokens that were granted."""
    secrets = {**grant.secrets, **tokens.secrets}
    account = connect(
        session, by, channel=grant.channel, key=grant.key, secrets=secrets, vault=vault, now=now
    )  # fmt: skip
    account.token_expires_at, account.token_renewed_at = tokens.expires_at, now
    return account


def _audit(session: Session, by: Actor, account: Account, *, verb: str, now: datetime, **facts: object) -> None:
    what = f"{account.channel}:{account.key}"
    audit.note(session, verb, what=what, now=now, agency_id=account.agency_id, who=by.login, facts=facts)
