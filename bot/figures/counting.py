"""Count one account's day. Nothing that identifies a person enters a figure.

A *message* is what a person sent: words, a comment, a picture. It is *asked* when it has words and the bot dealt with
it (a colleague who has taken the conversation over deals with the others). What was asked is exactly one of `CLASSES`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Float, Integer, Row, Select, String, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import FunctionElement

from bot.tables import Delivery, Event

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MESSAGES = ("text", "media", "comment")
WORDS = ("text", "comment")
CLASSES = ("answered", "asked_back", "handed_over", "not_understood")
COUNTS = ("messages", "asked", *CLASSES)
TOPICS = ("topic", "portal")
WAITS = (1, 2, 5, 10, 30, 60, 300)
"""Upper bounds, in seconds, of the classes of waiting; longer waits are `LONGER`."""
LONGER = "longer"


class local_hour(FunctionElement[int]):  # noqa: N801 - written as SQL functions are
    """The hour of a time on Vietnam's clock, which is UTC+7 all the year."""

    inherit_cache = True
    type = Integer()


@compiles(local_hour, "postgresql")
def _hour_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    time = compiler.process(element.clauses, **kwargs)
    return f"CAST(EXTRACT(HOUR FROM ({time}) AT TIME ZONE 'Asia/Ho_Chi_Minh') AS INTEGER)"


@compiles(local_hour, "sqlite")
def _hour_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"CAST(strftime('%H', {compiler.process(element.clauses, **kwargs)}, '+7 hours') AS INTEGER)"


class seconds_between(FunctionElement[float]):  # noqa: N801 - written as SQL functions are
    """Seconds from one time to a later one; null where one of them is."""

    inherit_cache = True
    type = Float()


@compiles(seconds_between, "postgresql")
def _seconds_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    begin, end = (compiler.process(one, **kwargs) for one in element.clauses)
    return f"DATE_PART('epoch', {end} - {begin})"


@compiles(seconds_between, "sqlite")
def _seconds_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    begin, end = (compiler.process(one, **kwargs) for one in element.clauses)
    return f"ROUND((julianday({end}) - julianday({begin})) * 86400, 3)"


@dataclass(slots=True)
class Counts:
    """The counts of one day by one value of one dimension."""

    messages: int = 0
    asked: int = 0
    answered: int = 0
    asked_back: int = 0
    handed_over: int = 0
    not_understood: int = 0
    seconds: float = 0.0

    def add(self, messages: int, kind: str | None) -> None:
        """Count `messages` of one class (None: not asked)."""
        self.messages += messages
        if kind:
            self.asked += messages
            setattr(self, kind, getattr(self, kind) + messages)


@dataclass(slots=True)
class Day:
    """One account's day: counts by (dimension, value)."""

    day: date
    rows: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends on Vietnam's clock."""
    begin = datetime(day.year, day.month, day.day, tzinfo=HANOI)
    return begin, begin + timedelta(days=1)


def count(session: Session, account_id: int, day: date) -> Day:
    """Count an account's day: dimensions all, hour, procedure, topic, people (see `_people`), writers and wait."""
    found = Day(day)
    _ = found.rows["all", ""]  # a day without messages is counted too: it is known to be empty
    for row in session.execute(_messages(account_id, day)):
        kind = _class(row)
        for dimension, value in _values(row):
            found.rows[dimension, value].add(row.n, kind)
    for previous, people in _people(session, account_id, day):
        found.rows["people", previous].messages += people
        found.rows["writers", ""].messages += people
    for seconds in _waits(session, account_id, day):
        bound = next((str(one) for one in WAITS if seconds <= one), LONGER)
        found.rows["wait", bound].messages += 1
        found.rows["wait", bound].seconds += seconds
    return found


def _mine(account_id: int, day: date) -> tuple[Any, ...]:
    begin, end = bounds(day)
    return Event.account_id == account_id, Event.received_at >= begin, Event.received_at < end


def _messages(account_id: int, day: date) -> Select[Any]:
    told = Event.outcome
    columns = (
        local_hour(Event.received_at).label("hour"),
        Event.kind.label("kind"),
        Event.state.label("state"),
        told["skill"].as_string().label("skill"),
        told["procedure"].as_string().label("procedure"),
        told["understood"].as_boolean().label("understood"),
        told["candidates"][0].as_string().label("first"),
    )
    messages = select(*columns).where(*_mine(account_id, day), Event.kind.in_(MESSAGES)).subquery()
    return select(*messages.c, func.count().label("n")).group_by(*messages.c)


def _class(row: Row[Any]) -> str | None:
    if row.kind not in WORDS or not (row.skill or row.state == "failed"):
        return None
    if row.state == "failed" or row.skill == "handoff":
        return "handed_over"
    if not row.understood:
        return "not_understood"
    return "asked_back" if row.skill == "procedure" and row.procedure is None else "answered"


def _values(row: Row[Any]) -> Iterator[tuple[str, str]]:
    yield "all", ""
    yield "hour", f"{row.hour:02}"
    if row.procedure:
        yield "procedure", row.procedure
    if row.skill in TOPICS and row.first:
        yield "topic", row.first


def _people(session: Session, account_id: int, day: date) -> list[tuple[str, int]]:
    """Return how many people wrote on `day`, by the ISO day on which they had written before ("": never).

    By it the people of any span of days are counted without counting anybody twice: those whose day before it
    lies before the span.
    """
    begin, _ = bounds(day)
    here = select(Event.conversation_id).where(*_mine(account_id, day), Event.kind.in_(MESSAGES)).distinct().subquery()
    older = aliased(Event)
    before = select(func.max(older.received_at)).where(
        older.conversation_id == here.c.conversation_id, older.received_at < begin, older.kind.in_(MESSAGES)
    )
    found: dict[str, int] = defaultdict(int)
    for last in session.scalars(select(before.scalar_subquery()).select_from(here)):
        found[last.astimezone(HANOI).date().isoformat() if last else ""] += 1
    return list(found.items())


def _waits(session: Session, account_id: int, day: date) -> Iterator[float]:
    """Yield the seconds from each question to its first answer's receipt by the platform."""
    key = literal("event:") + cast(Event.id, String) + literal(":1")
    first = select(Event.received_at, Delivery.finished_at).join(Delivery, Delivery.key == key)
    first = first.where(*_mine(account_id, day), Event.kind.in_(WORDS), Delivery.state == "sent")
    for asked, sent in session.execute(first):
        if sent:
            yield max(0.0, (sent - asked).total_seconds())
