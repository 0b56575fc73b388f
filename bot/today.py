"""What an agency's day looks like: what waits for people, what is due, what alarms; how the bot did yesterday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.figures import counting, reading
from bot.figures.counting import Counts
from bot.tables import Account, Ticket

SOON = timedelta(hours=24)
"""A ticket is near its deadline when it is due within this time."""
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person: citizens who asked for one, complaints, failures; `since` is the oldest."""

    people: int
    feedback: int
    failures: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Open tickets past their deadline and close to it; `first` are the most urgent of both."""

    late: int
    soon: int
    first: Sequence[Ticket]


def waiting(session: Session, agency_id: int, *, now: datetime) -> Waiting:
    """Return what waits for a person of the agency."""
    mine = (Ticket.agency_id == agency_id, Ticket.state == "open")
    kinds = session.execute(select(Ticket.kind, func.count()).where(*mine).group_by(Ticket.kind))
    counts = {kind: count for kind, count in kinds}  # noqa: C416 - a result is no mapping, though it has keys
    since = session.scalar(select(func.min(Ticket.created_at)).where(*mine))
    return Waiting(
        people=counts.get("handoff", 0), feedback=counts.get("feedback", 0), failures=counts.get("failure", 0),
        since=since if since is None or since <= now else now,
    )  # fmt: skip


def due(session: Session, agency_id: int, *, now: datetime) -> Due:
    """Return the agency's tickets that are late or will soon be."""
    mine = (Ticket.agency_id == agency_id, Ticket.state == "open")
    late = session.scalar(select(func.count()).where(*mine, Ticket.due_at < now)) or 0
    near = (Ticket.due_at >= now, Ticket.due_at < now + SOON)
    soon = session.scalar(select(func.count()).where(*mine, *near)) or 0
    urgent = select(Ticket).where(*mine, Ticket.due_at < now + SOON).order_by(Ticket.due_at, Ticket.id)
    return Due(late=late, soon=soon, first=session.scalars(urgent.limit(SHOWN)).all())


def alerts(session: Session, agency_id: int) -> list[Account]:
    """Return the agency's accounts that are paused until a person acts."""
    stopped = select(Account).where(Account.agency_id == agency_id, Account.paused_at.is_not(None))
    return list(session.scalars(stopped.order_by(Account.id)))


def yesterday(session: Session, agency_id: int, *, now: datetime) -> Counts:
    """Return how the bot did on the last whole day of the agency's clock."""
    day = (now.astimezone(counting.HANOI) - timedelta(days=1)).date()
    return reading.of_day(session, agency_id, day, now=now)
