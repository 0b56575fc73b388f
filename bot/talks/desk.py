"""An agency's desk: when people are there, how long the bot keeps quiet for them, by when they should have acted."""

import json
import re
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Agency
from content import holidays
from content.agency import facts_of
from content.model import value

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WORKDAYS = (1, 2, 3, 4, 5)
LOOK_AHEAD = 30
"""Days in which the next open one is looked for."""
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@value
class Desk:
    """What an agency set. `hours` are spans of the local day ("07:30-11:30"); empty: we do not know them.

    `silence`: minutes that the bot keeps quiet after a colleague; `handoff`: minutes within which somebody who asked
    for a person should be answered; `feedback`: working days for a complaint. `days` are ISO weekdays (1 is Monday).
    """

    silence: int = 120
    handoff: int = 60
    feedback: int = 5
    days: tuple[int, ...] = WORKDAYS
    hours: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(Desk)


def desk_of(agency: Agency) -> Desk:
    """Return the agency's desk; what it did not set is as usual."""
    return _validated(json.dumps(agency.desk or {}, sort_keys=True))


@lru_cache(maxsize=256)
def _validated(raw: str) -> Desk:
    return _ADAPTER.validate_json(raw)


def change(session: Session, by: Actor, agency: Agency, *, desk: Desk, now: datetime) -> None:
    """Store a new desk; raise `BadInput` with every fault."""
    by.need(Right.MANAGE)
    if faults := _faults(desk):
        raise BadInput("; ".join(faults))
    agency.desk = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(desk).items()}
    audit.note(
        session, "desk.change", what=f"agency:{agency.slug}", now=now, agency_id=by.agency_id, who=by.login,
        facts=agency.desk,
    )  # fmt: skip


def _faults(desk: Desk) -> list[str]:
    faults = []
    if not 5 <= desk.silence <= 24 * 60:
        faults.append("silence: between 5 minutes and 24 hours")
    if not 5 <= desk.handoff <= 7 * 24 * 60:
        faults.append("handoff: between 5 minutes and 7 days")
    if not 1 <= desk.feedback <= 60:
        faults.append("feedback: between 1 and 60 working days")
    if not desk.days or not set(desk.days) <= set(range(1, 8)):
        faults.append("days: at least one of 1 (Monday) to 7")
    faults += [f"hours '{span}': write 07:30-11:30" for span in desk.hours if _span(span) is None]
    return faults


def _span(text: str) -> tuple[time, time] | None:
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    return (start, end) if start < end else None


def silence(agency: Agency) -> timedelta:
    """Return how long the bot keeps quiet after a colleague's act."""
    return timedelta(minutes=desk_of(agency).silence)


def open_at(agency: Agency, now: datetime) -> bool | None:
    """Say whether people are there now; None when the agency did not tell its hours."""
    spans = _spans(agency)
    if not spans:
        return None
    local = now.astimezone(HANOI)
    return _works(agency, local.date()) and any(start <= local.time() < end for start, end in spans)


def back_at(agency: Agency, now: datetime) -> datetime | None:
    """Return when people are back (local time); None when they are there, or we do not know."""
    if open_at(agency, now) is not False:
        return None
    local = now.astimezone(HANOI)
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        starts = [datetime.combine(day, start, HANOI) for start, _ in _spans(agency)] if _works(agency, day) else []
        if found := next((start for start in starts if start > local), None):
            return found
    return None


def due(agency: Agency, kind: str, now: datetime) -> datetime:
    """Return by when a ticket opened now should be dealt with: minutes for a person waiting, working days else."""
    desk = desk_of(agency)
    if kind in {"handoff", "failure"}:
        return now + timedelta(minutes=desk.handoff)
    day, left = now.astimezone(HANOI), desk.feedback
    for _ in range(desk.feedback * LOOK_AHEAD):
        day += timedelta(days=1)
        left -= _works(agency, day.date())
        if not left:
            break
    return day.astimezone(UTC)


def _spans(agency: Agency) -> list[tuple[time, time]]:
    return sorted(span for text in desk_of(agency).hours if (span := _span(text)))


def _works(agency: Agency, day: date) -> bool:
    if day in facts_of(agency.facts).closed_days or holidays.closed_on(day):
        return False
    return day.isoweekday() in desk_of(agency).days or holidays.worked_on(day)


def settings_from(days: list[int], hours: str, **numbers: Any) -> Desk:
    """Return the desk that a form describes: `hours` are spans with commas between them."""
    spans = tuple(part.strip().replace(" ", "").replace("–", "-") for part in hours.split(",") if part.strip())
    return Desk(days=tuple(days), hours=spans, **numbers)
