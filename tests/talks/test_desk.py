"""Office hours, absence and deadlines, by the local clock, holidays and exchanged days included."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import BadInput, NotAllowed
from bot.tables import Agency, Ticket
from bot.talks import desk
from tests.talks.conftest import Town

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = {"hours": ["07:30-11:30", "13:30-17:00"]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@pytest.mark.parametrize(
    ("now", "there", "back"),
    [
        ("2026-10-05 07:29", False, "2026-10-05 07:30"),  # a Monday
        ("2026-10-05 07:30", True, None),
        ("2026-10-05 11:30", False, "2026-10-05 13:30"),
        ("2026-10-05 16:59", True, None),
        ("2026-10-05 17:00", False, "2026-10-07 07:30"),  # the 6th is closed on its own account
        ("2026-10-10 09:00", False, "2026-10-12 07:30"),  # a Saturday
        ("2026-09-02 09:00", False, "2026-09-03 07:30"),  # a holiday
    ],
)
def test_when_people_are_there(now: str, there: bool, back: str | None) -> None:
    agency = Agency(desk=HOURS, facts={"closed_days": ["2026-10-06"]})
    assert desk.open_at(agency, at(now)) is there
    assert desk.back_at(agency, at(now)) == (at(back) if back else None)


def test_hours_that_were_not_told_are_not_guessed() -> None:
    agency = Agency(desk={}, facts={})
    assert desk.open_at(agency, at("2026-10-05 03:00")) is None
    assert desk.back_at(agency, at("2026-10-05 03:00")) is None


@pytest.mark.parametrize(
    ("settings", "kind", "now", "due"),
    [
        ({}, "handoff", "2026-10-05 09:00", "2026-10-05 10:00"),
        ({"handoff": 30}, "failure", "2026-10-05 09:00", "2026-10-05 09:30"),
        ({}, "feedback", "2026-10-05 09:00", "2026-10-12 09:00"),  # five working days: the next Monday
        ({"feedback": 1}, "feedback", "2026-10-09 16:00", "2026-10-12 16:00"),  # from a Friday
        ({"feedback": 1}, "withdraw", "2026-10-10 16:00", "2026-10-12 16:00"),
    ],
)
def test_deadlines(settings: dict[str, int], kind: str, now: str, due: str) -> None:
    assert desk.due(Agency(desk=settings, facts={}), kind, at(now)) == at(due)


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ("2026-10-05 09:00", ""),
        ("2026-10-05 12:00", "từ 13 giờ 30 thứ Hai, ngày 05/10"),
        ("2026-10-10 09:00", "từ 7 giờ 30 thứ Hai, ngày 12/10"),
    ],
)
def test_who_asks_for_a_person_hears_when_people_are_back(town: Town, now: str, line: str) -> None:
    with town.db.write() as session:
        session.scalars(select(Agency).where(Agency.slug == "suoi-mo")).one().desk = HOURS
    town.says("cho tôi gặp cán bộ", at=at(now))
    (said,) = town.sent()
    assert ("ngoài giờ" in said) is bool(line)
    assert line in said


def test_a_ticket_has_the_agencys_deadline(town: Town) -> None:
    town.says("cho tôi gặp cán bộ", at=at("2026-10-05 09:00"))
    with town.db.read() as session:
        ticket = session.scalars(select(Ticket)).one()
    assert ticket.due_at - ticket.created_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, 0), ({"silence": 4}, 1), ({"silence": 1441}, 1), ({"handoff": 0, "feedback": 0}, 2), ({"days": ()}, 1),
        ({"days": (8,)}, 1), ({"hours": ("7:30-11:30",)}, 1), ({"hours": ("11:30-07:30", "25:00-26:00")}, 2),
    ],
)  # fmt: skip
def test_a_wrong_desk_is_refused_whole(town: Town, given: dict[str, object], faults: int) -> None:
    wanted = desk.Desk(**given)  # type: ignore[arg-type]
    with town.db.write() as session:
        agency = session.scalars(select(Agency).where(Agency.slug == "suoi-mo")).one()
        if faults:
            with pytest.raises(BadInput) as refused:
                desk.change(session, town.actors["an"], agency, desk=wanted, now=at("2026-10-05 09:00"))
            assert len(str(refused.value).split("; ")) == faults
            assert agency.desk == {}
        else:
            desk.change(session, town.actors["an"], agency, desk=wanted, now=at("2026-10-05 09:00"))
            assert desk.desk_of(agency) == wanted


def test_only_an_admin_sets_the_desk(town: Town) -> None:
    with town.db.write() as session, pytest.raises(NotAllowed):
        agency = session.scalars(select(Agency).where(Agency.slug == "suoi-mo")).one()
        desk.change(session, town.actors["hoa"], agency, desk=desk.Desk(), now=at("2026-10-05 09:00"))
