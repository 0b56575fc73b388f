"""Which day a text asks about: today, tomorrow, a weekday, a date, a day of Tết."""

import re
from datetime import date, timedelta

from content import holidays
from nlu.text import canonical, expand

_WEEKDAYS = {"hai": 1, "2": 1, "ba": 2, "3": 2, "tu": 3, "4": 3, "nam": 4, "5": 4, "sau": 5, "6": 5, "bay": 6, "7": 6}
_WEEKDAY = re.compile(r"\b(?:thu |t)(hai|ba|tu|nam|sau|bay|[2-7])\b|\b(chu nhat|cn)\b")
_NEXT_WEEK = re.compile(r"tuan (sau|toi)")
_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})(?:[/-]| ?th[aá]ng ?)(\d{1,2})(?:[/-](20\d\d))?(?![\d/])", re.I)
_LUNAR = re.compile(r"\b(?:mung|mong) (\d{1,2}|mot|hai|ba|bon|tu|nam|sau|bay)\b")
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7}
_NAMED = ((r"quoc khanh", (9, 2)), (r"tet (duong|tay)|nam moi duong", (1, 1)), (r"quoc te lao dong", (5, 1)),
          (r"giai phong|chien thang", (4, 30)), (r"ngay van hoa", (11, 24)))  # fmt: skip
_TODAY = re.compile(r"hom nay|bay gio|gio nay|luc nay|(sang|trua|chieu|toi|bua) nay")
_TOMORROW = re.compile(r"\bngay mai\b|\bmai\b")
_AFTER = re.compile(r"ngày (?:mốt|kia)|\bmốt\b|ngay (?:kia|mot)\b", re.I)
_TET = re.compile(r"\btet\b(?! (?:duong|tay))")


def day_asked(text: str, today: date) -> date | None:
    """Return the one day that `text` asks about, or None."""
    said = expand(text)
    if match := _DATE.search(canonical(text)):
        return _coming(int(match[2]), int(match[1]), today, year=int(match[3]) if match[3] else None)
    if match := _LUNAR.search(said):
        return holidays.tet_day(_NUMBERS.get(match[1]) or int(match[1]), today)
    if re.search(r"giao thua|\b(29|30|ba muoi) tet", said):
        return holidays.tet_day(0, today)
    for pattern, (month, day) in _NAMED:
        if re.search(pattern, said):
            return _coming(month, day, today)
    return _near(text, said, today)


def _near(text: str, said: str, today: date) -> date | None:
    if match := _WEEKDAY.search(said):
        weekday = holidays.SUNDAY if match[2] else _WEEKDAYS[match[1]]
        ahead = (weekday - today.isoweekday()) % 7
        if _NEXT_WEEK.search(said):
            ahead = 7 - today.isoweekday() + weekday
        return today + timedelta(days=ahead)
    if re.search(r"cuoi tuan", said):
        return today + timedelta(days=(holidays.SATURDAY - today.isoweekday()) % 7)
    if _AFTER.search(canonical(text)):
        return today + timedelta(days=2)
    if _TOMORROW.search(said):
        return today + timedelta(days=1)
    return today if _TODAY.search(said) else None


def asks_tet(text: str) -> bool:
    """Say whether `text` asks about Tết as a whole ("nghỉ Tết mấy ngày")."""
    return bool(_TET.search(expand(text)))


def _coming(month: int, day: int, today: date, *, year: int | None = None) -> date | None:
    try:
        if year:
            return date(year, month, day)
        this = date(today.year, month, day)
        return this if this >= today else date(today.year + 1, month, day)
    except ValueError:
        return None  # 31/2 is no day
