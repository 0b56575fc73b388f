"""Days and deadlines: when they fall, when they are proposed, and that nothing stays blank in their words."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from content import observances
from content.blanks import blanks, filled
from content.observances import Occasion

LEVELS = observances.LEVELS
REQUIRED = {"chuyen-doi-so", "tet", "thong-nhat", "quoc-khanh", "khai-thue-quy"}


def on(day: str, key: str, *, level: str = "commune") -> Occasion:
    found = observances.coming(date.fromisoformat(day), level=level)
    return next(one for one in found if one.observance.key == key)


def test_our_file_has_no_fault_and_the_days_that_the_plans_name() -> None:
    found, faults = observances.read()
    assert faults == []
    assert {one.key for one in found} >= REQUIRED
    assert all(one.source and one.as_of for one in found)


@pytest.mark.parametrize(
    ("today", "key", "day"),
    [
        ("2026-11-25", "chuyen-doi-so", "2027-10-10"), ("2026-10-10", "chuyen-doi-so", "2026-10-10"),
        ("2026-11-25", "tet", "2027-02-06"), ("2027-02-07", "tet", "2028-01-26"),
        ("2026-01-02", "gio-to", "2026-04-26"),
        ("2026-08-01", "quoc-khanh", "2026-09-02"), ("2026-08-01", "trung-thu", "2026-09-25"),
        ("2026-11-25", "khai-thue-quy", "2027-02-01"),  # 31 January 2027 is a Sunday
        ("2027-02-02", "khai-thue-quy", "2027-05-04"),  # 30 April to 3 May: holidays and a weekend
        ("2026-07-01", "khai-thue-quy", "2026-07-31"),
        ("2027-01-31", "khai-thue-quy", "2027-02-01"),  # the day has passed, the deadline not
    ],
)  # fmt: skip
def test_the_next_day_of_each(today: str, key: str, day: str) -> None:
    assert on(today, key).day == date.fromisoformat(day)


def test_a_deadline_that_moves_keeps_its_name() -> None:
    occasion = on("2026-11-25", "khai-thue-quy")
    assert (occasion.nominal, occasion.day) == (date(2027, 1, 31), date(2027, 2, 1))
    assert observances.values(occasion, agency="UBND xã Suối Mơ")["quý"] == "quý IV/2026"


@pytest.mark.parametrize(("ahead", "proposed"), [(22, False), (21, True), (0, True), (-3, True), (-4, False)])
def test_it_is_proposed_from_so_many_days_ahead_until_the_day(ahead: int, proposed: bool) -> None:
    about = on("2026-11-25", "chuyen-doi-so")
    today = about.appears_on - timedelta(days=ahead)
    assert about.observance.appears == 3
    due = [one for one in observances.due(today, level="commune") if one.observance.key == "chuyen-doi-so"]
    assert bool(due) is proposed


@pytest.mark.parametrize("level", LEVELS)
def test_every_blank_is_filled_all_the_year(level: str) -> None:
    found = observances.coming(date(2027, 1, 1), level=level)
    assert len({one.observance.key for one in found}) > 8
    for one in found:
        values = observances.values(one, agency="UBND xã Suối Mơ")
        assert set(values) == set(observances.BLANKS)
        assert blanks(*(filled(text, values) for text in (one.observance.title, one.observance.text))) == []


def test_an_agency_sees_those_of_its_level_only() -> None:
    keys = {
        level: {one.observance.key for one in observances.coming(date(2027, 1, 1), level=level)} for level in LEVELS
    }
    assert "doanh-nhan" in keys["zone"] - keys["commune"]
    assert "dang-ky-nghia-vu-quan-su" in keys["commune"] - keys["zone"]


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "observances.yaml"
    whole = "name: N, text: x, source: s, as_of: 2026-11-25"
    path.write_text(
        f"- {{key: a, title: '{{{{ai}}}}', {whole}}}\n"
        f"- {{key: a, title: t, solar: ['13-40'], levels: [huyện], ahead: 0, {whole}}}\n",
        encoding="utf-8",
    )
    told = [str(one) for one in observances.read(path)[1]]
    for piece in ("yaml:1: a: either solar", "yaml:1: a: nothing fills ai", "yaml:2: a: '13-40'", "level huyện",
                  "yaml:2: 'a' stands twice", "ahead 1 or more"):  # fmt: skip
        assert any(piece in line for line in told), (piece, told)
