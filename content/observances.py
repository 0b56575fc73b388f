"""Observances and deadlines: on which day each falls, and the words of the draft that is proposed for it. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from content import holidays, lunar
from content.blanks import blanks
from content.compose import day as told_day
from content.faults import ContentError, Fault, Source, build
from content.model import value

FILE = Path(__file__).parent / "observances.yaml"
LEVELS = ("province", "zone", "commune")
BLANKS = ("ngày", "thứ", "năm", "năm trước", "năm âm", "quý", "cơ quan")
"""What the system fills in."""
TITLE_MAX = 100
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_QUARTERS = ("IV", "I", "II", "III")


@value
class Observance:
    """One day of every year (a deadline: several). See the head of `observances.yaml` for the fields."""

    key: str
    name: str
    title: str
    text: str
    source: str
    as_of: date
    solar: tuple[str, ...] = ()
    lunar: str = ""
    deadline: bool = False
    levels: tuple[str, ...] = LEVELS
    appears: int = 0
    ahead: int = 14
    topic: str = ""
    audience: str = ""
    link: str = ""
    check: str = ""


@value
class Occasion:
    """An observance on one day. `nominal` names it for good; `day` may be later: a deadline on a day off moves."""

    observance: Observance
    nominal: date
    day: date

    @property
    def appears_on(self) -> date:
        """The day on which the post is meant to appear."""
        return self.day - timedelta(days=self.observance.appears)

    @property
    def proposed_on(self) -> date:
        """The day from which its draft is proposed."""
        return self.appears_on - timedelta(days=self.observance.ahead)


def read(path: Path = FILE) -> tuple[tuple[Observance, ...], list[Fault]]:
    """Return every observance, and every fault of the file."""
    source = Source(path, path.parent)
    found = build(tuple[Observance, ...], source) or ()
    keys = [one.key for one in found]
    for at, one in enumerate(found):
        for fault in _faults(one):
            source.fault(f"{one.key}: {fault}", at)
        if one.key in keys[:at]:
            source.fault(f"'{one.key}' stands twice", at, "key")
    return found, source.faults


def _faults(one: Observance) -> Iterator[str]:
    if bool(one.solar) == bool(one.lunar):
        yield "either solar days or a lunar one"
    days = [text for text in (*one.solar, one.lunar) if text]
    yield from (f"'{text}' is no day as 10-10" for text in days if not _is_day(text))
    if unknown := set(one.levels) - set(LEVELS):
        yield f"unknown level {', '.join(sorted(unknown))}; known: {', '.join(LEVELS)}"
    if strange := [name for name in blanks(one.title, one.text) if name not in BLANKS]:
        yield f"nothing fills {', '.join(strange)}; known blanks: {', '.join(BLANKS)}"
    if len(one.title) > TITLE_MAX:
        yield f"title of {len(one.title)} characters, at most {TITLE_MAX}"
    if one.appears < 0 or one.ahead < 1:
        yield "appears must be 0 or more, ahead 1 or more"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2024-{text}")
    except ValueError:
        return False
    return True


@cache
def observances() -> tuple[Observance, ...]:
    """Return every observance; raise `ContentError` listing all faults."""
    found, faults = read()
    if faults:
        raise ContentError(faults)
    return found


def due(today: date, *, level: str) -> list[Occasion]:
    """Return the occasions for an agency of `level` whose draft is to be proposed by `today`, the next first."""
    return [one for one in coming(today, level=level) if one.proposed_on <= today]


def coming(today: date, *, level: str = "", days: int = 366) -> list[Occasion]:
    """Return the occasions from `today` on within `days`, those for agencies of `level` only, the next first."""
    found = [
        occasion
        for one in observances() if not level or level in one.levels
        for year in (today.year - 1, today.year, today.year + 1)
        for occasion in _of_year(one, year)
        if today <= occasion.day <= today + timedelta(days=days)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.day, one.observance.key))


def _of_year(one: Observance, year: int) -> Iterator[Occasion]:
    """Yield an observance's occasions of a solar year, or of the lunar year that begins in it."""
    if one.lunar:
        month, number = map(int, one.lunar.split("-"))
        nominal = lunar.solar(year, month, number)
        if nominal:
            yield Occasion(observance=one, nominal=nominal, day=nominal)
        return
    for text in one.solar:
        month, number = map(int, text.split("-"))
        try:
            nominal = date(year, month, number)
        except ValueError:  # 29 February
            continue
        yield Occasion(observance=one, nominal=nominal, day=_working(nominal) if one.deadline else nominal)


def _working(day: date) -> date:
    """Return `day`, or the next one on which authorities work."""
    while holidays.closed_on(day) or (day.isoweekday() >= holidays.SATURDAY and not holidays.worked_on(day)):
        day += timedelta(days=1)
    return day


def values(occasion: Occasion, *, agency: str) -> Mapping[str, str]:
    """Return what fills the blanks of an occasion's words; all of `BLANKS`, and nothing empty."""
    day, nominal = occasion.day, occasion.nominal
    quarter = (nominal.month - 1) // 3
    return {
        "ngày": told_day(day), "thứ": _WEEKDAYS[day.weekday()], "năm": str(nominal.year),
        "năm trước": str(nominal.year - 1), "năm âm": lunar.name_of(nominal.year), "cơ quan": agency,
        "quý": f"quý {_QUARTERS[quarter]}/{nominal.year - (quarter == 0)}",
    }  # fmt: skip
