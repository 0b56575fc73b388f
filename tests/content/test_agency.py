"""Which of an agency's offices takes a procedure, and what is said where none does."""

from datetime import date

import pytest
import yaml

from bot.demo import FACTS
from content.agency import AgencyFacts, Office, closed, facts_of, office_for, other_level
from content.holidays import Closed
from content.library import Library

COUNTER, POLICE = "Trung tâm Phục vụ hành chính công", "Công an xã"


@pytest.fixture(scope="module")
def demo() -> AgencyFacts:
    """What the demo agency, a commune, told of itself."""
    return facts_of(yaml.safe_load(FACTS.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("code", "office"),
    [
        ("1.001193", COUNTER),  # births
        ("1.001612", COUNTER),  # household business
        ("1.013225", COUNTER),  # building
        ("1.013314", COUNTER),  # floor space: of the field of residence, but the commune confirms it
        ("1.004194", POLICE),  # residence
        ("1.014063", POLICE),  # identity card
        ("1.000253", POLICE),  # a foreigner's stay
        ("3.000333", None),  # criminal record: the province's police
        ("1.001456", None),  # passport: the province's police, though its field is the commune police's too
        ("1.001613", None),  # social insurance
        ("1.007607", None),  # tax
        ("1.013133", None),  # military command
        ("1.009664", None),  # investment
    ],
)
def test_the_office_that_takes_a_procedure(demo: AgencyFacts, real: Library, code: str, office: str | None) -> None:
    found = office_for(demo, real.catalogue.procedures[code])
    assert (found.name if found else "").startswith(office or "")
    assert (found is None) is (office is None)


@pytest.mark.parametrize(
    ("level", "code", "told"),
    [
        ("commune", "1.001193", ""), ("commune", "3.000333", "province"), ("province", "3.000333", ""),
        ("zone", "1.009664", ""), ("province", "1.001193", "commune"), ("", "3.000333", ""),
    ],
)  # fmt: skip
def test_another_level_is_named(real: Library, level: str, code: str, told: str) -> None:
    assert other_level(AgencyFacts(level=level), real.catalogue.procedures[code]) == told


OFFICE = Office(name="Một cửa", address="Số 1", hours="7 giờ", days=(1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 23), False), (date(2026, 11, 28), True), (date(2026, 11, 22), True),
        (date(2026, 8, 22), False),  # a Saturday worked in exchange
        (date(2026, 11, 20), True),  # its own closed day
    ],
)  # fmt: skip
def test_open_or_closed(day: date, state: bool) -> None:
    facts = AgencyFacts(offices=(OFFICE,), closed_days=(date(2026, 11, 20),))
    assert closed(facts, OFFICE, day) is state


def test_a_holiday_says_its_name_and_an_untold_week_is_unknown() -> None:
    assert isinstance(closed(AgencyFacts(), OFFICE, date(2026, 2, 17)), Closed)
    assert closed(AgencyFacts(), Office(name="a", address="b", hours="c"), date(2026, 11, 28)) is None


def test_the_demo_agency_is_whole(demo: AgencyFacts, real: Library) -> None:
    assert demo.level == "commune"
    assert all(office.days and office.phone and office.serves and office.map_url for office in demo.offices)
    assert set(demo.clips) <= set(real.topics)
    assert {code for office in demo.offices for code in office.procedures} <= set(real.catalogue.procedures)
