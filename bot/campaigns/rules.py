"""The rules of publishing (times, spacing, limits) by account, agency and for all; and the freeze switch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, not_, or_, select, true, update
from sqlalchemy.orm import Session

from bot import audit
from bot.db import insert_of, table_of
from bot.tables import Account, Delivery, PostRules

ALL = "all"
DEFAULTS: Mapping[str, Any] = {
    "grace": 60,  # minutes after its time in which a post may still appear
    "catch_up": 60,  # seconds between two late posts of an account: no burst after an outage
    "spacing": 0,  # minutes between any two posts of an account; 0: none
    "per_day": 0,  # most posts of an account in one day of Vietnam; 0: no limit
    "quiet": [],  # hours without posts, e.g. ["22:00-06:00"]
    "holidays": [],  # days without posts, "2027-02-06" or every year "01-01"
    "slots": [],  # times of day for posts without a time of their own ("khung giờ"), e.g. ["07:30", "17:00"]
    "news_window": 168,  # hours since a follower's last act in which a post by list may still go to them
    "quotas": {"CCHC": 2, "Bản tin CCHC": 4},  # posts a month that the plan asks for, by topic
}
"""What holds where nobody said otherwise: an approved time is kept to the minute."""


def agency_scope(agency_id: int) -> str:
    """Return the scope of an agency's rules."""
    return f"agency:{agency_id}"


def account_scope(account_id: int) -> str:
    """Return the scope of an account's rules."""
    return f"account:{account_id}"


def of_agency(session: Session, agency_id: int) -> dict[str, Any]:
    """Return the rules of an agency: its own over those for all."""
    return _merged(session, ALL, agency_scope(agency_id))


def of_account(session: Session, account: Account) -> dict[str, Any]:
    """Return the rules of an account: its own, then its agency's, then those for all."""
    return _merged(session, ALL, agency_scope(account.agency_id), account_scope(account.id))


def _merged(session: Session, *scopes: str) -> dict[str, Any]:
    rows = {one.scope: one.rules for one in session.scalars(select(PostRules).where(PostRules.scope.in_(scopes)))}
    merged = dict(DEFAULTS)
    for scope in scopes:
        merged |= rows.get(scope, {})
    return merged


def is_frozen(session: Session, agency_id: int, *, account_id: int = 0) -> bool:
    """Say whether posts of this agency (or of this account of it) are held."""
    scopes = (ALL, agency_scope(agency_id), account_scope(account_id))
    query = select(PostRules.scope).where(PostRules.scope.in_(scopes), PostRules.frozen_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def frozen(session: Session) -> list[str]:
    """Return the scopes that are frozen."""
    return list(session.scalars(select(PostRules.scope).where(PostRules.frozen_at.is_not(None))))


def freezes(session: Session, agency_id: int) -> list[PostRules]:
    """Return what holds posts of this agency back now: a freeze for all, for it, for accounts of it."""
    accounts = [account_scope(one) for one in session.scalars(select(Account.id).where(Account.agency_id == agency_id))]
    here = PostRules.scope.in_((ALL, agency_scope(agency_id), *accounts))
    return list(
        session.scalars(select(PostRules).where(here, PostRules.frozen_at.is_not(None)).order_by(PostRules.scope))
    )


def set_rules(session: Session, scope: str, rules: Mapping[str, Any], *, who: str, now: datetime) -> None:
    """Replace the rules of `scope` (already checked by `calendar.checked`)."""
    _row(session, scope).rules = dict(rules)
    audit.note(session, "rules.set", what=scope, now=now, agency_id=_agency_of(session, scope), who=who, facts=rules)


def freeze(session: Session, scope: str, *, who: str, now: datetime) -> bool:
    """Hold everything of `scope`: nothing is released, running sends stop at their next step.

    False when it was frozen already.
    """
    row = _row(session, scope)
    if row.frozen_at is not None:
        return False
    row.frozen_at, row.frozen_by = now, who
    session.flush()
    hold(session)
    audit.note(session, "queue.freeze", what=scope, now=now, agency_id=_agency_of(session, scope), who=who)
    return True


def unfreeze(session: Session, scope: str, *, who: str, now: datetime) -> bool:
    """Let things go on; what became late meanwhile is missed or spaced as after an outage. False: was not frozen."""
    row = _row(session, scope)
    if row.frozen_at is None:
        return False
    row.frozen_at, row.frozen_by = None, ""
    session.flush()
    _let_go(session)
    audit.note(session, "queue.unfreeze", what=scope, now=now, agency_id=_agency_of(session, scope), who=who)
    return True


def hold(session: Session) -> int:
    """Keep what waits to be sent for frozen scopes from being claimed; return how many rows."""
    if not frozen(session):
        return 0
    held = update(Delivery).where(Delivery.target_id.is_not(None), Delivery.state == "waiting")
    return _count(session, held.where(_of_frozen(session)).values(state="held"))


def _let_go(session: Session) -> int:
    freed = update(Delivery).where(Delivery.target_id.is_not(None), Delivery.state == "held")
    return _count(session, freed.where(not_(_of_frozen(session))).values(state="waiting"))


def _of_frozen(session: Session) -> ColumnElement[bool]:
    scopes = frozen(session)
    if ALL in scopes:
        return true()
    agencies = [int(one.partition(":")[2]) for one in scopes if one.startswith("agency:")]
    accounts = [int(one.partition(":")[2]) for one in scopes if one.startswith("account:")]
    return Delivery.account_id.in_(
        select(Account.id).where(or_(Account.agency_id.in_(agencies), Account.id.in_(accounts)))
    )


def _count(session: Session, statement: Update) -> int:
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _row(session: Session, scope: str) -> PostRules:
    insert = insert_of(session.get_bind().dialect.name)(table_of(PostRules))
    new: dict[str, Any] = {"scope": scope, "rules": {}, "frozen_at": None, "frozen_by": ""}
    session.execute(insert.values(new).on_conflict_do_nothing(index_elements=["scope"]))
    return session.scalars(select(PostRules).where(PostRules.scope == scope).with_for_update()).one()


def _agency_of(session: Session, scope: str) -> int | None:
    kind, _, number = scope.partition(":")
    if kind == "account":
        return session.scalar(select(Account.agency_id).where(Account.id == int(number)))
    return int(number) if kind == "agency" else None
