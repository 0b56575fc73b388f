"""What is suspicious in a raw record: it is told to the staff and not shown to citizens as a fact."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from content.catalogue import FEE_MIN


class Why(StrEnum):
    """Why a value is not shown."""

    EMPTY = "nothing entered"
    FREE_WITHOUT_RULE = "free or 0 without a rule"
    FEW_DONG = "three zeros may be missing"
    BARE_NUMBER = "a number without its unit"
    NOT_SAID = "the source says that nothing is laid down"
    EXPIRED = "a date that has passed"
    DISTRICT = "districts were abolished on 01/07/2025"
    MARKUP = "marks of a web page"
    GLUED = "digits or words run together"
    LOST_LETTER = "its first letter was lost; mended"
    CONFLICT = "two amounts contradict each other"
    UNREADABLE = "no amount can be read"
    ADDRESS = "not an address of the national portal"
    YEAR_ONLY = "only a year is given"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A suspicious value of a record: its column, the value (cut) and why."""

    field: str
    value: str
    why: Why


VALUE_MAX = 160
RULES_SINCE = 2021
"""Year from which a day that ends something ends a rule: the reductions of fees began then."""
_DISTRICT = re.compile(
    r"\b(?:cấp|UBND|ủy ban nhân dân|uỷ ban nhân dân|công an|phòng [\w\s]{2,40}|tòa án nhân dân|chi cục [\w\s]{2,30})"
    r" (?:quận|huyện)\b|\b(?:quận,? huyện|huyện,? quận|huyện,? thị xã)\b",
    re.I,
)
_MARKUP = re.compile(r"</?[a-z][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{1,6});|không có thông tin(?=từ khóa|mô tả|chọn)", re.I)
_UNTIL = re.compile(
    r"(?:đến|tới)(?: hết)?(?: ngày)? (\d{1,2})(?:\s*[/.-]\s*| tháng )(\d{1,2})(?:\s*[/.-]\s*| năm )(\d{4})", re.I
)
_UNTIL_YEAR = re.compile(r"(?:đến|tới)(?: hết)? năm (\d{4})", re.I)
_SMALL = re.compile(r"(?<![\d.,/])(\d{1,3})(?:[.,]0{1,2})? ?(?:đồng|đ|vnđ|vnd|việt nam đồng)\b", re.I)
_NOT_SAID = re.compile(r"^(?:không|chưa) (?:quy định|có|có thông tin)\b|^không\.?$", re.I)


def cut(text: str) -> str:
    """Return `text` as it is kept with a doubt."""
    return text if len(text) <= VALUE_MAX else text[: VALUE_MAX - 1] + "…"


def names_district(text: str) -> bool:
    """Say whether the text sends people to an office of a district."""
    return bool(_DISTRICT.search(text))


def has_markup(text: str) -> bool:
    """Say whether a web page's marks are left in the text."""
    return bool(_MARKUP.search(text))


def has_passed(text: str, today: date) -> bool:
    """Say whether the text ends a rule on a day before `today`; older days are history ("đến ngày 30/4/1975")."""
    ended = any(day.year >= RULES_SINCE and day < today for day in _days(text))
    return ended or any(RULES_SINCE <= int(year) < today.year for year in _UNTIL_YEAR.findall(text))


def ends_on(text: str) -> date | None:
    """Return the last day that the text names for what it tells, if there is one."""
    return max(_days(text), default=None)


def _days(text: str) -> Iterator[date]:
    for day, month, year in _UNTIL.findall(text):
        with suppress(ValueError):
            yield date(int(year), int(month), int(day))


def has_few_dong(text: str) -> bool:
    """Say whether an amount under 1,000 đồng stands in the text."""
    return any(0 < int(amount) < FEE_MIN for amount in _SMALL.findall(text))


def says_nothing(text: str) -> bool:
    """Say whether the text only tells that nothing is laid down."""
    return bool(_NOT_SAID.match(text.strip()))


def in_line(text: str, today: date) -> Why | None:
    """Return why a sentence of a list may not be shown, or None."""
    if has_markup(text):
        return Why.MARKUP
    if names_district(text):
        return Why.DISTRICT
    return Why.EXPIRED if has_passed(text, today) else Why.FEW_DONG if has_few_dong(text) else None
