"""The lunar calendar against dates that Vietnam kept, also where China's calendar says another day."""

from datetime import date, timedelta

import pytest

from content import holidays, lunar


@pytest.mark.parametrize(
    ("year", "tet"),
    [
        (1968, "1968-01-29"), (1976, "1976-01-31"), (1984, "1984-02-02"), (2000, "2000-02-05"), (2020, "2020-01-25"),
        (2021, "2021-02-12"), (2022, "2022-02-01"), (2023, "2023-01-22"), (2024, "2024-02-10"), (2025, "2025-01-29"),
        (2026, "2026-02-17"), (2027, "2027-02-06"), (2028, "2028-01-26"), (2029, "2029-02-13"), (2033, "2033-01-31"),
        (2034, "2034-02-19"), (2035, "2035-02-08"),
        (1985, "1985-01-21"),  # China: 20 February
        (2007, "2007-02-17"),  # China: 18 February
        (2030, "2030-02-02"),  # China: 3 February
    ],
)  # fmt: skip
def test_tet_is_on_the_day_that_vietnam_keeps(year: int, tet: str) -> None:
    assert lunar.solar(year, 1, 1) == date.fromisoformat(tet)


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (2024, 3, 10, "2024-04-18"), (2025, 3, 10, "2025-04-07"), (2026, 3, 10, "2026-04-26"),
        (2027, 3, 10, "2027-04-16"), (2023, 8, 15, "2023-09-29"), (2025, 8, 15, "2025-10-06"),
        (2026, 8, 15, "2026-09-25"), (2026, 12, 23, "2027-01-30"),
    ],
)  # fmt: skip
def test_known_days_of_the_year(year: int, month: int, day: int, expected: str) -> None:
    assert lunar.solar(year, month, day) == date.fromisoformat(expected)


@pytest.mark.parametrize("year", range(1968, 2100))
def test_every_year_has_twelve_named_months_of_29_or_30_days(year: int) -> None:
    firsts = [lunar.solar(year, month, 1) for month in range(1, 13)]
    assert all(firsts)
    lengths = [30 if lunar.solar(year, month, 30) else 29 for month in range(1, 13)]
    assert all(lunar.solar(year, month, 31) is None for month in range(1, 13))
    known = [one for one in firsts if one]
    gaps = [(after - before).days - length for before, after, length in zip(known, known[1:], lengths, strict=False)]
    assert all(gap in {0, 29, 30} for gap in gaps)  # a leap month lies between
    assert sum(gap > 0 for gap in gaps) <= 1


def test_leap_months_are_left_aside() -> None:
    sixth, seventh = lunar.solar(2025, 6, 1), lunar.solar(2025, 7, 1)
    assert sixth is not None
    assert seventh == date(2025, 8, 23)
    assert seventh - sixth == timedelta(days=59)  # the sixth and its leap month


def test_the_holidays_say_the_same() -> None:
    for number, year in holidays.years().items():
        assert lunar.solar(number, 1, 1) == year.tet_first


@pytest.mark.parametrize(
    ("year", "name"), [(1984, "Giáp Tý"), (2026, "Bính Ngọ"), (2027, "Đinh Mùi"), (2043, "Quý Hợi")]
)
def test_years_have_names(year: int, name: str) -> None:
    assert lunar.name_of(year) == name
