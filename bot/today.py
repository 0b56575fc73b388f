"""What an agency's day looks like: what waits, what alarms, how the bot did yesterday."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.tables import Account, Event, Ticket

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ASKED = ("text", "comment")
"""Kinds of events that are questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person: citizens who asked for one, complaints, failures; `since` is the oldest."""

    people: int
    feedback: int
    failures: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the bot: `asked` messages with words, of which `answered`, `asked_back`, `not_understood`."""

    asked: int
    answered: int
    asked_back: int
    not_understood: int


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


def alerts(session: Session, agency_id: int) -> list[Account]:
    """Return the agency's accounts that are paused until a person acts."""
    stopped = select(Account).where(Account.agency_id == agency_id, Account.paused_at.is_not(None))
    return list(session.scalars(stopped.order_by(Account.id)))


def yesterday(session: Session, agency_id: int, *, now: datetime) -> Day:
    """Return how the bot did on the last whole day of the agency's clock."""
    midnight = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    outcomes = session.scalars(
        select(Event.outcome)
        .join(Account, Account.id == Event.account_id)
        .where(Account.agency_id == agency_id, Event.kind.in_(ASKED), Event.state == "done")
        .where(Event.received_at >= midnight - timedelta(days=1), Event.received_at < midnight)
    ).all()
    told = [outcome for outcome in outcomes if outcome]
    asked_back = sum(1 for one in told if one["skill"] == "procedure" and one["procedure"] is None)
    missed = sum(1 for one in told if not one["understood"])
    return Day(
        asked=len(told), answered=len(told) - asked_back - missed, asked_back=asked_back, not_understood=missed
    )  # fmt: skip
