"""Reading the audit: an agency's lines, newest first, by who, what and when; paged by key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.tables import Audit

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PAGE = 50
EXPORT_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which lines: of whom, of which verb, on which days (both included); None and "" are any."""

    who: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None


def page(session: Session, agency_id: int, wanted: Filter, *, before: int | None = None) -> Sequence[Audit]:
    """Return a page of lines older than line `before`, and one more when there is a next page."""
    return session.scalars(_query(agency_id, wanted, before).limit(PAGE + 1)).all()


def export(session: Session, agency_id: int, wanted: Filter) -> Iterator[Audit]:
    """Yield the newest lines, `EXPORT_MAX` at most."""
    yield from session.scalars(_query(agency_id, wanted, None).limit(EXPORT_MAX))


def _query(agency_id: int, wanted: Filter, before: int | None) -> Select[Audit]:
    query = select(Audit).where(Audit.agency_id == agency_id).order_by(Audit.id.desc())
    if wanted.who:
        query = query.where(Audit.who == wanted.who)
    if wanted.verb:
        query = query.where(Audit.verb == wanted.verb)
    if wanted.since:
        query = query.where(Audit.at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(Audit.at < _midnight(wanted.until + timedelta(days=1)))
    return query.where(Audit.id < before) if before else query


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HANOI)


def known(session: Session, agency_id: int) -> tuple[list[str], list[str]]:
    """Return who and which verbs an agency's audit knows, for the filter's lists."""
    mine = Audit.agency_id == agency_id
    who = session.scalars(select(Audit.who).distinct().where(mine).order_by(Audit.who))
    verbs = session.scalars(select(Audit.verb).distinct().where(mine).order_by(Audit.verb))
    return list(who), list(verbs)
