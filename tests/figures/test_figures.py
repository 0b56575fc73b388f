"""Every figure, by cases counted by hand; the same whether days are counted live or were rolled up."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import tickets
from bot.db import Database
from bot.figures import counting, daily, reading
from bot.figures.reading import Figures, Span
from bot.tables import Account, Conversation, DailyFigure, Delivery, Event, Ticket
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo

DAY = date(2026, 11, 23)
NOW = NOON + timedelta(days=1)
PROCEDURE = {"skill": "procedure", "procedure": "1.001193", "candidates": ["1.001193"], "understood": True}
ASKED_BACK = {"skill": "procedure", "procedure": None, "candidates": ["1.001193", "1.004194"], "understood": True}
TOPIC = {"skill": "topic", "procedure": None, "candidates": ["topic/pci"], "understood": True}
HANDOFF = {"skill": "handoff", "procedure": None, "candidates": [], "understood": True}
LOST = {"skill": "none", "procedure": None, "candidates": [], "understood": False}


class Desk:
    """Writes events as the worker would have left them."""

    def __init__(self, session: Session, accounts: tuple[Account, Account]) -> None:
        self.session, self.accounts, self.number = session, accounts, 0

    def talk(self, person: str, channel: int = 0) -> Conversation:
        account = self.accounts[channel]
        mine = (Conversation.account_id == account.id, Conversation.person == person)
        found = self.session.scalars(select(Conversation).where(*mine)).one_or_none()
        if found is None:
            found = Conversation(account_id=account.id, person=person, memory={}, created_at=NOON, last_at=NOON)
            self.session.add(found)
            self.session.flush()
        return found

    def event(
        self, outcome: dict[str, Any] | None = None, *, person: str = "7001", at: datetime = NOON, kind: str = "text",
        state: str = "done", channel: int = 0, answered_after: float | None = None, number: int = 0,
    ) -> Event:  # fmt: skip
        self.number += 1
        talk = self.talk(person, channel)
        event = Event(
            account_id=talk.account_id, conversation_id=talk.id, external_id=f"e{number}.{self.number}", kind=kind,
            text="x", extra={}, received_at=at, due_at=at, state=state, outcome=outcome or {},
        )  # fmt: skip
        self.session.add(event)
        self.session.flush()
        if answered_after is not None:
            sent = at + timedelta(seconds=answered_after)
            self.session.add(
                Delivery(
                    account_id=talk.account_id, conversation_id=talk.id, event_id=event.id, key=f"event:{event.id}:1",
                    kind="reply", recipient=person, body={}, state="sent", due_at=at, created_at=at, finished_at=sent,
                )
            )  # fmt: skip
            self.session.flush()
        return event


@pytest.fixture
def accounts(db: Database, vault: Vault) -> tuple[Account, Account]:
    with db.write() as session:
        return add_suoi_mo(session, vault, now=NOON - timedelta(days=400))


def figures(db: Database, accounts: tuple[Account, Account], *days: date, channel: str = "") -> Figures:
    """Return the figures of a span, the same counted live and rolled up."""
    span = Span(days[0], days[-1]) if days else Span(DAY, DAY)
    agency = accounts[0].agency_id
    with db.read() as session:
        live = reading.read(session, agency, span, now=NOW, channel=channel)
    while daily.roll_up(db, now=NOW):
        pass
    with db.read() as session:
        rolled = reading.read(session, agency, span, now=NOW, channel=channel)
    if (days[-1] - days[0]).days < reading.LIVE_MAX if days else True:
        assert rolled == live
    return rolled


@pytest.mark.parametrize(
    ("outcome", "kind", "state", "counts"),
    [
        (PROCEDURE, "text", "done", (1, 1, 1, 0, 0, 0)),
        (PROCEDURE, "comment", "done", (1, 1, 1, 0, 0, 0)),
        (TOPIC, "text", "done", (1, 1, 1, 0, 0, 0)),
        ({"skill": "feedback", "procedure": None, "candidates": [], "understood": True}, "text", "done",
         (1, 1, 1, 0, 0, 0)),
        (ASKED_BACK, "text", "done", (1, 1, 0, 1, 0, 0)),
        (HANDOFF, "text", "done", (1, 1, 0, 0, 1, 0)),
        ({"error": "Timeout"}, "text", "failed", (1, 1, 0, 0, 1, 0)),
        (LOST, "text", "done", (1, 1, 0, 0, 0, 1)),
        ({}, "text", "done", (1, 0, 0, 0, 0, 0)),  # a colleague had taken over
        ({}, "comment", "done", (1, 0, 0, 0, 0, 0)),
        ({"skill": "smalltalk", "procedure": None, "candidates": [], "understood": True}, "media", "done",
         (1, 0, 0, 0, 0, 0)),
        ({"skill": "smalltalk", "procedure": None, "candidates": [], "understood": True}, "follow", "done",
         (0, 0, 0, 0, 0, 0)),
        ({}, "seen", "ignored", (0, 0, 0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_what_a_message_counts_as(
    db: Database, accounts: tuple[Account, Account], outcome: dict[str, Any], kind: str, state: str,
    counts: tuple[int, ...],
) -> None:  # fmt: skip
    with db.write() as session:
        Desk(session, accounts).event(outcome, kind=kind, state=state)
    total = figures(db, accounts).total
    assert tuple(getattr(total, name) for name in counting.COUNTS) == counts


def test_a_day_by_channel_procedure_topic_and_hour(db: Database, accounts: tuple[Account, Account]) -> None:
    with db.write() as session:
        desk = Desk(session, accounts)
        for outcome, hour, channel in [
            (PROCEDURE, 1, 0), (PROCEDURE, 1, 1), (PROCEDURE, 14, 0), (ASKED_BACK, 14, 0), (TOPIC, 9, 1), (LOST, 9, 1),
            (HANDOFF, 9, 0),
        ]:  # fmt: skip
            at = datetime(2026, 11, 23, hour, 30, tzinfo=counting.HANOI)
            desk.event(outcome, at=at, channel=channel)
    found = figures(db, accounts)
    assert (found.total.asked, found.total.answered, found.total.asked_back) == (7, 4, 1)
    assert (found.total.handed_over, found.total.not_understood) == (1, 1)
    assert {name: one.asked for name, one in found.channels.items()} == {"zalo": 4, "facebook": 3}
    assert {code: one.asked for code, one in found.procedures.items()} == {"1.001193": 3}
    assert {item: one.asked for item, one in found.topics.items()} == {"topic/pci": 1}
    assert {hour: one.asked for hour, one in found.hours.items() if one.asked} == {"01": 2, "09": 3, "14": 2}
    only = figures(db, accounts, channel="facebook")
    assert (only.total.asked, only.total.not_understood, set(only.channels)) == (3, 1, {"facebook"})


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 17, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
    ],
)
def test_a_day_is_one_of_vietnams_clock(
    db: Database, accounts: tuple[Account, Account], at: datetime, day: date
) -> None:  # fmt: skip
    with db.write() as session:
        Desk(session, accounts).event(PROCEDURE, at=at)
    found = figures(db, accounts, date(2026, 11, 22), date(2026, 11, 23))
    assert [one for one, counts in found.days.items() if counts.asked] == [day]


def test_people_are_counted_once_in_a_span_and_on_each_of_their_days(
    db: Database, accounts: tuple[Account, Account]
) -> None:
    days = [NOON - timedelta(days=number) for number in (4, 3, 2, 1, 0)]
    wrote = {"bưởi": (0, 1, 4), "cam": (1,), "mít": (0, 4), "na": (4, 4), "ổi": ()}
    with db.write() as session:
        desk = Desk(session, accounts)
        for person, when in wrote.items():
            for number in when:
                desk.event(PROCEDURE, person=person, at=days[number])
        desk.event({}, person="ổi", at=days[4], kind="follow")  # following is no message
    whole = figures(db, accounts, DAY - timedelta(days=4), DAY)
    assert list(whole.people_by_day.values()) == [2, 2, 0, 0, 3]
    assert whole.people == 4
    # From the second day on: bưởi, cam; then bưởi (again), mít and na on the last day.
    assert figures(db, accounts, DAY - timedelta(days=3), DAY).people == 4
    assert figures(db, accounts, DAY - timedelta(days=2), DAY).people == 3
    assert figures(db, accounts, DAY - timedelta(days=2), DAY - timedelta(days=1)).people == 0


def test_waits_from_question_to_receipt(db: Database, accounts: tuple[Account, Account]) -> None:
    with db.write() as session:
        desk = Desk(session, accounts)
        for seconds in (0.5, 1.0, 1.5, 4, 400):
            desk.event(PROCEDURE, answered_after=seconds)
        desk.event(PROCEDURE)  # never sent
        desk.event(PROCEDURE, kind="follow", answered_after=9)  # no question
    found = figures(db, accounts)
    assert {bound: one.messages for bound, one in found.waits.items() if one.messages} == {
        "1": 2, "2": 1, "5": 1, "longer": 1,
    }  # fmt: skip
    assert found.mean_wait == pytest.approx((0.5 + 1 + 1.5 + 4 + 400) / 5)


def test_waits_for_a_colleague(db: Database, accounts: tuple[Account, Account]) -> None:
    with db.write() as session:
        desk = Desk(session, accounts)
        for number, (kind, minutes) in enumerate(
            [("handoff", 3), ("handoff", 5), ("failure", 20), ("handoff", None), ("feedback", 1)]
        ):
            talk = desk.talk(f"80{number}")
            session.add(
                Ticket(
                    agency_id=accounts[0].agency_id, conversation_id=talk.id, kind=kind, text="", facts={},
                    created_at=NOON, due_at=NOON,
                )
            )  # fmt: skip
            session.flush()
            if minutes is not None:
                tickets.answered(session, talk.id, now=NOON + timedelta(minutes=minutes))
                tickets.answered(session, talk.id, now=NOON + timedelta(hours=9))  # the second answer counts no more
    calls = figures(db, accounts).calls
    assert (calls.asked, calls.answered) == (4, 3)
    assert calls.mean == pytest.approx((3 + 5 + 20) * 60 / 3)
    assert calls.within == {300: 2, 1800: 1, 7200: 0, 86400: 0}
    assert figures(db, accounts, channel="facebook").calls.asked == 0


def test_another_agency_counts_nothing_of_it(db: Database, accounts: tuple[Account, Account]) -> None:
    with db.write() as session:
        Desk(session, accounts).event(PROCEDURE)
    with db.read() as session:
        theirs = reading.read(session, accounts[0].agency_id + 1, Span(DAY, DAY), now=NOW)
    assert (theirs.total.messages, theirs.people, theirs.calls.asked) == (0, 0, 0)


def stored(db: Database) -> dict[date, int]:
    """Return what the table says was asked, by day."""
    with db.read() as session:
        rows = session.scalars(select(DailyFigure).where(DailyFigure.dimension == "all")).all()
        return {row.day: row.asked for row in rows}


def test_a_day_with_something_open_waits_and_is_then_counted_once(
    db: Database, accounts: tuple[Account, Account]
) -> None:
    with db.write() as session:
        event = Desk(session, accounts).event(state="waiting")
    daily.roll_up(db, now=NOW)
    assert stored(db) == {NOW.date(): 0}
    with db.write() as session:
        kept = session.get_one(Event, event.id)
        kept.state, kept.outcome = "done", PROCEDURE
    assert (daily.roll_up(db, now=NOW), daily.roll_up(db, now=NOW)) == (1, 0)
    assert stored(db) == {DAY: 1, NOW.date(): 0}


def test_today_is_counted_while_people_write_and_a_day_that_is_over_once_more(
    db: Database, accounts: tuple[Account, Account]
) -> None:
    def ask(minutes: int) -> None:
        with db.write() as session:
            Desk(session, accounts).event(PROCEDURE, at=NOON + timedelta(minutes=minutes), number=minutes)

    def told(minutes: int) -> tuple[int, datetime | None]:
        with db.read() as session:
            found = reading.read(
                session, accounts[0].agency_id, Span(DAY, DAY), now=NOON + timedelta(minutes=minutes)
            )  # fmt: skip
        return found.total.asked, found.as_of

    ask(0)
    assert told(1) == (1, None)  # nobody counted yet: the page does
    assert daily.roll_up(db, now=NOON + timedelta(minutes=1)) == 1
    ask(2)
    assert told(3) == (1, NOON + timedelta(minutes=1))
    assert [daily.roll_up(db, now=NOON + timedelta(minutes=minute)) for minute in (3, 3, 4, 30, 32)] == [1, 0, 1, 1, 0]
    assert told(39) == (2, NOON + timedelta(minutes=30))  # nobody wrote, and yet it is fresh
    ask(61)
    assert told(62) == (3, None)  # the scheduler stood still: the page counts
    midnight = counting.bounds(DAY)[1]
    assert daily.roll_up(db, now=midnight + timedelta(minutes=20)) == 2
    assert stored(db)[DAY] == 3
    ask(62)
    daily.roll_up(db, now=midnight + timedelta(hours=5))
    assert stored(db)[DAY] == 3  # for good


@pytest.fixture
def history(db: Database, accounts: tuple[Account, Account]) -> list[tuple[date, str, int]]:
    """Return who asked on which day and channel, over some months, most of them summed up."""
    dice = random.Random(5)  # noqa: S311 - variety, no secret
    asked = [
        (DAY - timedelta(days=dice.randrange(110)), f"90{dice.randrange(25)}", dice.randrange(2)) for _ in range(150)
    ]
    with db.write() as session:
        desk = Desk(session, accounts)
        for day, person, channel in asked:
            desk.event(PROCEDURE, person=person, channel=channel, at=counting.bounds(day)[0], answered_after=1.5)
    while daily.roll_up(db, now=NOW):
        pass
    return asked


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 8, 5), date(2026, 11, 23)),
        (date(2026, 9, 1), date(2026, 10, 31)),
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2026, 11, 1)),
        (date(2026, 9, 2), date(2026, 11, 24)),
        (date(2026, 9, 15), date(2026, 10, 15)),
        (date(2026, 10, 31), date(2026, 10, 31)),
    ],
)
def test_sums_of_months_are_those_of_their_days(
    db: Database, accounts: tuple[Account, Account], history: list[tuple[date, str, int]], since: date, until: date
) -> None:  # fmt: skip
    within = [(day, person, channel) for day, person, channel in history if since <= day <= until]
    with db.read() as session:
        summed = daily.months(session, [one.id for one in accounts])
        found = reading.read(session, accounts[0].agency_id, Span(since, until), now=NOW)
    assert all({date(2026, 9, 1), date(2026, 10, 1)} <= months for months in summed.values())
    assert found.total.asked == found.procedures["1.001193"].asked == len(within)
    assert found.hours["00"].asked == found.waits["2"].messages == len(within)
    assert found.people == len({(person, channel) for _, person, channel in within})
    for day, people in found.people_by_day.items():
        assert people == len({(who, channel) for when, who, channel in within if when == day})


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, (date(2026, 10, 26), date(2026, 11, 24))),
        (date(2026, 11, 1), date(2026, 11, 5), (date(2026, 11, 1), date(2026, 11, 5))),
        (date(2026, 11, 9), date(2026, 11, 5), (date(2026, 11, 5), date(2026, 11, 5))),
        (date(2020, 1, 1), date(2026, 11, 5), (date(2025, 11, 5), date(2026, 11, 5))),
        (date(2027, 1, 1), date(2027, 1, 2), (date(2026, 11, 24), date(2026, 11, 24))),
    ],
)
def test_spans_are_sound(since: date | None, until: date | None, expected: tuple[date, date]) -> None:
    span = reading.span_of(since, until, now=NOW)
    assert (span.since, span.until) == expected
