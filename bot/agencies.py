"""Authorities and their accounts: adding them, opening their secrets, pausing them."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.channels import CHANNELS
from bot.channels import base as wire
from bot.errors import BadInput
from bot.tables import Account, Agency
from bot.vault import Vault
from content.agency import AgencyFacts, facts_of

LEVELS = ("province", "zone", "commune")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[0-9]{5,25}")


def add_agency(session: Session, slug: str, *, name: str, level: str, now: datetime) -> Agency:
    """Add an authority, or raise `BadInput` naming every fault."""
    faults = []
    if not _SLUG.fullmatch(slug):
        faults.append(f"slug '{slug}': use small letters, digits and single hyphens")
    if not name.strip():
        faults.append("name is empty")
    if level not in LEVELS:
        faults.append(f"level '{level}' is not one of {', '.join(LEVELS)}")
    if not faults and find_agency(session, slug):
        faults.append(f"agency '{slug}' already exists")
    if faults:
        raise BadInput("; ".join(faults))
    agency = Agency(slug=slug, name=name.strip(), level=level, facts={}, created_at=now)
    session.add(agency)
    session.flush()
    audit.note(session, "agency.add", what=f"agency:{slug}", now=now, agency_id=agency.id)
    return agency


def find_agency(session: Session, slug: str) -> Agency | None:
    """Return the authority called `slug`, or None."""
    return session.scalar(select(Agency).where(Agency.slug == slug))


def facts_for(agency: Agency) -> AgencyFacts:
    """Return what the authority told of itself; its name and level stand in where the facts have none."""
    return facts_of({"name": agency.name, "level": agency.level, **agency.facts})


def add_account(
    session: Session, agency: Agency, *, channel: str, key: str, secrets: Mapping[str, str], vault: Vault, now: datetime
) -> Account:  # fmt: skip
    """Connect an OA or a Page; a known one of the same agency gets the new secrets and is resumed."""
    _check_account(channel, key, secrets)
    account = session.scalar(select(Account).where(Account.channel == channel, Account.key == key))
    if account and account.agency_id != agency.id:
        raise BadInput(f"{channel} account {key} belongs to another agency")
    if account is None:
        account = Account(
            agency_id=agency.id, channel=channel, key=key, pace_at=now, memory={}, created_at=now, secrets=""
        )  # fmt: skip
        session.add(account)
    account.secrets = vault.close(secrets)
    account.previous_secrets = account.renewing_until = None
    account.token_expires_at = account.token_renewed_at = account.paused_at = None
    account.alert = ""
    session.flush()
    audit.note(session, "account.add", what=f"{channel}:{key}", now=now, agency_id=agency.id)
    return account


def _check_account(channel: str, key: str, secrets: Mapping[str, str]) -> None:
    if channel not in CHANNELS:
        raise BadInput(f"channel '{channel}' is not one of {', '.join(CHANNELS)}")
    faults = []
    if not _KEY.fullmatch(key):
        faults.append(f"key '{key}': the OA's or Page's id is 5 to 25 digits")
    if missing := [name for name in CHANNELS[channel].secrets if not str(secrets.get(name, "")).strip()]:
        faults.append(f"the secrets lack {', '.join(missing)}")
    if faults:
        raise BadInput("; ".join(faults))


def find_account(session: Session, channel: str, key: str) -> Account | None:
    """Return the account of `channel` with the platform's id `key`, or None."""
    return session.scalar(select(Account).where(Account.channel == channel, Account.key == key))


def accounts_of(session: Session, agency_id: int) -> list[Account]:
    """Return the agency's accounts, in the order they were connected."""
    return list(session.scalars(select(Account).where(Account.agency_id == agency_id).order_by(Account.id)))


def opened(account: Account, vault: Vault) -> wire.Account:
    """Return the value that channels work with."""
    return wire.Account(key=account.key, secrets=vault.open(account.secrets), memory=dict(account.memory))


def remember(session: Session, account_id: int, facts: Mapping[str, str]) -> None:
    """Merge what a channel learnt (e.g. the endpoint that works) into the account's memory."""
    if facts and (account := session.get(Account, account_id, with_for_update=True)):
        account.memory = {**account.memory, **facts}


def stop(session: Session, account_id: int, *, why: str, now: datetime, who: str = audit.SYSTEM) -> bool:
    """Pause an account until a person acts; True when this call did it (one alert, not a hundred)."""
    stopped = session.execute(
        update(Account).where(Account.id == account_id, Account.paused_at.is_(None)).values(paused_at=now, alert=why)
    )
    if stopped.rowcount:  # type: ignore[attr-defined]
        _note(session, "account.stop", account_id, now=now, who=who, facts={"why": why})
    return bool(stopped.rowcount)  # type: ignore[attr-defined]


def resume(session: Session, account_id: int, *, now: datetime, who: str = audit.SYSTEM) -> None:
    """Let an account send again."""
    session.execute(update(Account).where(Account.id == account_id).values(paused_at=None, alert="", pace_at=now))
    _note(session, "account.resume", account_id, now=now, who=who)


def _note(
    session: Session, verb: str, account_id: int, *, now: datetime, who: str, facts: Mapping[str, str] | None = None
) -> None:  # fmt: skip
    owner = session.scalar(select(Account.agency_id).where(Account.id == account_id))
    audit.note(session, verb, what=f"account:{account_id}", now=now, agency_id=owner, who=who, facts=facts)


def only_agency(session: Session) -> Agency | None:
    """Return the authority when there is exactly one, else None."""
    found = session.scalars(select(Agency).limit(2)).all()
    return found[0] if len(found) == 1 else None
