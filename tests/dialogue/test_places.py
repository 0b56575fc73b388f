"""Offices by place and day: weekends, holidays, Tết, who serves a former commune."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.dialogue import days
from bot.dialogue.days import day_asked
from content import holidays
from content.agency import AgencyFacts, Office
from content.phrases import say
from tests.dialogue.person import FACTS, NOW, ONE_STOP, POLICE, Person, understood

SUNDAY = date(2026, 11, 22)
OFFICE = understood("office")
TOWN = replace(FACTS, offices=(replace(ONE_STOP, days=(1, 2, 3, 4, 5)), replace(POLICE, days=(1, 2, 3, 4, 5, 6))))


@pytest.fixture
def person(person: Person) -> Person:
    """Somebody who asks an authority that told its days."""
    person.facts = TOWN
    return person


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hôm nay có làm việc không", date(2026, 11, 22)),
        ("chiều nay mở không", date(2026, 11, 22)),
        ("ngày mai", date(2026, 11, 23)),
        ("mốt có làm không", date(2026, 11, 24)),
        ("thứ bảy làm không", date(2026, 11, 28)),
        ("t7 co lam ko", date(2026, 11, 28)),
        ("thứ hai tuần sau", date(2026, 11, 23)),
        ("chủ nhật", date(2026, 11, 22)),
        ("cuối tuần", date(2026, 11, 28)),
        ("30/4 có nghỉ không", date(2027, 4, 30)),
        ("ngày 24/11", date(2026, 11, 24)),
        ("2 tháng 9", date(2027, 9, 2)),
        ("15/12/2026 làm không", date(2026, 12, 15)),
        ("mùng 3 có làm việc không", date(2027, 2, 8)),
        ("mùng một tết", date(2027, 2, 6)),
        ("quốc khánh nghỉ không", date(2027, 9, 2)),
        ("tết dương lịch", date(2027, 1, 1)),
        ("31/2", None),
        ("giờ làm việc", None),
    ],
)
def test_which_day_is_asked(text: str, day: date | None) -> None:
    assert day_asked(text, SUNDAY) == day


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("thứ ba 1/12 làm không", "Thứ Ba 01/12/2026: có làm việc."),
        ("chủ nhật làm không", "Hôm nay, Chủ nhật 22/11/2026: không làm việc."),
        ("mùng 3 làm không", "Thứ Hai 08/02/2027: nghỉ (Tết Nguyên đán Đinh Mùi)."),
        ("30/4 làm không", "Thứ Sáu 30/04/2027: nghỉ (Ngày Chiến thắng 30/4)."),
        ("24/11 làm không", "có thể nghỉ (Ngày Văn hóa Việt Nam)"),
        ("ngày 5/5/2031", "chưa có lịch làm việc"),
    ],
)
def test_the_day_is_answered_first(person: Person, text: str, line: str) -> None:
    reply = person.says(text, OFFICE)
    assert (reply.skill, line in reply.texts[0].split("\n\n")[0]) == ("office", True)


def test_offices_of_other_days_are_told_apart(person: Person) -> None:
    first = person.says("thứ bảy có làm không", OFFICE).texts[0].split("\n\n")[0].splitlines()
    assert [line.rpartition(":")[2] for line in first] == [" không làm việc.", " có làm việc."]


def test_the_police_alone_when_they_are_asked_for(person: Person) -> None:
    text = person.says("công an xã ở đâu", OFFICE).texts[0]
    assert (POLICE.address in text, ONE_STOP.address in text) == (True, False)


def test_a_few_words_go_on_about_the_office(person: Person) -> None:
    person.says("mấy giờ làm việc", OFFICE)
    assert person.says("còn chủ nhật?", understood("overview", 0.3)).skill == "office"
    assert person.says("số điện thoại", understood("overview", 0.3)).skill == "office"


def test_where_after_a_procedure_is_where_it_is_handed_in(person: Person) -> None:
    person.says("khai sinh", understood("overview", about={"1.001193": 0.95}))
    assert person.says("ở đâu vậy", understood("office", 0.55, bare=0.6)).aspect == "where"


def test_a_former_commune_is_served_by_its_successor(person: Person) -> None:
    text = person.says("xã Bản Mới giờ làm giấy tờ ở đâu", OFFICE).texts[0]
    assert text.startswith(say("office.served", place="Bản Mới", agency=FACTS.name))


def test_another_commune_is_not_guessed(person: Person) -> None:
    text = person.says("ủy ban xã Tân Lập ở đâu", OFFICE).texts[0]
    assert text.startswith(say("office.other_place", agency=FACTS.name))


def test_tet_as_a_whole(person: Person) -> None:
    assert "mùng 1 là ngày 06/02/2027" in person.says("nghỉ tết mấy ngày", OFFICE).texts[0]
    person.now = datetime(2026, 1, 20, 9, tzinfo=NOW.tzinfo)
    assert "nghỉ từ 16/02/2026 đến 20/02/2026" in person.says("nghỉ tết mấy ngày", OFFICE).texts[0]


def test_own_closed_days_count(person: Person) -> None:
    person.facts = replace(TOWN, closed_days=(date(2026, 11, 23),))
    assert "không làm việc" in person.says("ngày mai làm không", OFFICE).texts[0].split("\n")[0]


def test_without_told_days_only_holidays_are_known(person: Person) -> None:
    person.facts = AgencyFacts(offices=(Office(name="Một cửa", address="Số 1", hours="7 giờ"),))
    assert "chưa có lịch" in person.says("thứ bảy làm không", OFFICE).texts[0]
    assert "nghỉ (Tết" in person.says("mùng 2 làm không", OFFICE).texts[0]


@pytest.mark.parametrize(
    ("day", "closed", "worked"),
    [
        (date(2026, 2, 17), True, False), (date(2026, 8, 31), True, False), (date(2026, 8, 22), False, True),
        (date(2026, 11, 23), False, False), (date(2031, 1, 1), False, False),
    ],
)  # fmt: skip
def test_the_schedule(day: date, closed: bool, worked: bool) -> None:
    assert (holidays.closed_on(day) is not None, holidays.worked_on(day)) == (closed, worked)


def test_schedules_are_dated_and_whole() -> None:
    years, faults = holidays.read()
    assert faults == []
    assert {2026, 2027} <= set(years)
    assert all(year.source and year.tet_first.year == number for number, year in years.items())
    assert all("Tết" in str(holidays.closed_on(year.tet_first)) for year in years.values())
    assert days.asks_tet("nghỉ tết mấy ngày")
    assert not days.asks_tet("tết dương lịch")
