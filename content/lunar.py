"""The Vietnamese lunar calendar: lunar dates as solar ones, and the names of years. Pure.

The rules are Vietnam's of 1967 (Decision 121-CP): time of the 105th meridian; a month begins on the day of the new
moon; the month of the winter solstice is the eleventh; where thirteen months lie between two of these, the first
without a principal term is a leap month. New moon and sun by the series of Meeus, "Astronomical Algorithms",
chapters 25 and 49, right within about a minute; from 1999 to 2053 no new moon falls within two minutes of midnight.
"""

from datetime import date, timedelta
from functools import lru_cache
from math import floor, radians, sin

HOURS_EAST = 7 / 24
DELTA_T = 70 / 86400
"""What the earth's turning lags behind even time, in days; about a minute in our lifetimes."""
LUNATION = 29.530588861
_EPOCH = 2451550.09766
"""The new moon of 6 January 2000, as a Julian day."""
_ORDINAL = 1721425
"""A Julian day number minus `date.toordinal()`."""
_MOON = (
    # coefficient, and how often the sun's anomaly, the moon's anomaly and the moon's latitude stand in the sine
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0),
)  # fmt: skip
_STEMS = ["Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý"]
_BRANCHES = ["Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi"]


def solar(year: int, month: int, day: int) -> date | None:
    """Return the solar date of a day of lunar `year`, leap months left aside; None where its month is shorter.

    >>> solar(2027, 1, 1)
    datetime.date(2027, 2, 6)
    """
    # The eleventh and twelfth months stand at the head of the span that ends in the next year.
    span = _months(year + (month >= 11))
    first, after = next((first, after) for number, first, after in span if number == month)
    found = first + timedelta(days=day - 1)
    return found if found < after else None


def name_of(year: int) -> str:
    """Return the name of a lunar year.

    >>> name_of(2027)
    'Đinh Mùi'
    """
    return f"{_STEMS[(year - 4) % 10]} {_BRANCHES[(year - 4) % 12]}"


@lru_cache(maxsize=64)
def _months(year: int) -> tuple[tuple[int, date, date], ...]:
    """Return number, first day and day after the last of the months from the eleventh of `year` - 1 on, to its tenth.

    A leap month has number 0.
    """
    begin, end = _of_solstice(year - 1), _of_solstice(year)
    starts = [_new_moon(k) for k in range(begin, end + 1)]
    leap = next((at for at in range(len(starts) - 1) if _sector(starts[at]) == _sector(starts[at + 1])), None)
    if len(starts) == 13:
        leap = None  # twelve months: none is a leap one, whatever lacks a term
    months, number = [], 11
    for at in range(len(starts) - 1):
        if at == leap:
            months.append((0, starts[at], starts[at + 1]))
            continue
        months.append((number, starts[at], starts[at + 1]))
        number = number % 12 + 1
    return tuple(months)


def _of_solstice(year: int) -> int:
    """Return the number of the lunation in which the winter solstice of `year` lies."""
    solstice = date(year, 12, 18)
    while _sector(solstice + timedelta(days=1)) != 9:
        solstice += timedelta(days=1)
    k = floor((solstice.toordinal() + _ORDINAL - _EPOCH) / LUNATION) + 1
    while _new_moon(k) > solstice:
        k -= 1
    return k


@lru_cache(maxsize=1024)
def _new_moon(k: int) -> date:
    """Return the day in Vietnam of the `k`-th new moon since January 2000."""
    t = k / 1236.85
    sun = radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2)
    moon = radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2)
    latitude = radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2)
    node = radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2)
    flattening = 1 - 0.002516 * t - 0.0000074 * t**2
    at = _EPOCH + LUNATION * k + 0.00015437 * t**2 - 0.00017 * sin(node)
    for size, suns, moons, latitudes in _MOON:
        at += size * flattening ** abs(suns) * sin(suns * sun + moons * moon + latitudes * latitude)
    return date.fromordinal(floor(at - DELTA_T + HOURS_EAST + 0.5) - _ORDINAL)


def _sector(day: date) -> int:
    """Return in which twelfth of its way, 0 from the spring equinox, the sun is when `day` begins in Vietnam."""
    t = (day.toordinal() + _ORDINAL - 0.5 - HOURS_EAST + DELTA_T - 2451545.0) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    centre = (1.914602 - 0.004817 * t) * sin(anomaly) + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
    true = 280.46646 + 36000.76983 * t + 0.0003032 * t**2 + centre + 0.000289 * sin(3 * anomaly)
    apparent = true - 0.00569 - 0.00478 * sin(radians(125.04 - 1934.136 * t))
    return int(apparent % 360 // 30)
