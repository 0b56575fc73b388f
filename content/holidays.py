"""Days on which authorities are closed: public holidays, Tết, days exchanged by the yearly schedule."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from content.faults import ContentError, Fault, Source, build
from content.model import value

ROOT = Path(__file__).parent / "calendar"
SUNDAY, SATURDAY = 7, 6


@value
class Closed:
    """Days off, both ends inclusive. Not `sure`: the schedule that settles it was not published yet."""

    first: date
    last: date
    name: str
    sure: bool = True


@value
class Worked:
    """A Saturday or Sunday that is worked in exchange for a day off (`instead`)."""

    day: date
    instead: date


@value
class Year:
    """One year's schedule, with its source; `tet_first` is the first day of the lunar year."""

    source: str
    as_of: date
    tet_first: date
    closed: tuple[Closed, ...]
    worked: tuple[Worked, ...] = ()


def read(root: Path = ROOT) -> tuple[dict[int, Year], list[Fault]]:
    """Return the schedules by year, and every fault."""
    years: dict[int, Year] = {}
    faults: list[Fault] = []
    for path in sorted(root.glob("*.yaml")):
        source = Source(path, root.parent)
        if year := build(Year, source):
            for index, one in enumerate(year.closed):
                if not (str(one.first.year) == path.stem and one.first <= one.last):
                    source.fault("the days are not of this year, or end before they begin", "closed", index)
            years[int(path.stem)] = year
        faults += source.faults
    return years, faults


@cache
def years() -> dict[int, Year]:
    """Return every schedule that we have; raise `ContentError` listing all faults."""
    found, faults = read()
    if faults:
        raise ContentError(faults)
    return found


def closed_on(day: date) -> Closed | None:
    """Return why authorities are closed on `day`, or None; weekends are not counted here."""
    year = years().get(day.year)
    return next((one for one in year.closed if one.first <= day <= one.last), None) if year else None


def worked_on(day: date) -> bool:
    """Say whether `day` is a weekend day that is worked in exchange."""
    year = years().get(day.year)
    return bool(year and any(one.day == day for one in year.worked))


def tet_day(number: int, today: date) -> date | None:
    """Return the day "mùng <number>" of the Tết that is near or next, seen from `today`."""
    coming = [year.tet_first for year in years().values() if year.tet_first + timedelta(days=14) >= today]
    return min(coming) + timedelta(days=number - 1) if coming else None


def tet_of(year: int) -> tuple[Closed, ...]:
    """Return the days off around Tết of `year`."""
    known = years().get(year)
    return tuple(one for one in known.closed if "Tết Nguyên đán" in one.name) if known else ()
