"""What is learnt of the national catalogue: names without asides, and nothing of what measures or of the curated."""

from pathlib import Path

import pytest

from content import library
from tests.conftest import SHARED
from tests.understanding.national.measured import questions
from tests.understanding.national.training import MOST, OF_A_FIELD, alike, chosen, short


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Thủ tục cấp lại Thẻ tư vấn viên (cấp Tỉnh)", "cấp lại thẻ tư vấn viên"),
        ("Gia hạn giấy phép; sửa đổi giấy phép", "gia hạn giấy phép"),
        (" ".join(["tàu"] * 40), " ".join(["tàu"] * 16)),
    ],
)
def test_a_name_is_cut_to_what_people_would_say(name: str, kept: str) -> None:
    assert short(name) == kept


def test_two_names_are_alike_by_the_words_they_share() -> None:
    assert alike({"cấp", "lại", "thẻ"}, {"cấp", "thẻ"}) == pytest.approx(2 / 3)
    assert alike(set(), set()) == 0


@pytest.mark.shared
def test_nothing_that_measures_and_nothing_curated_is_learnt() -> None:
    records = chosen(Path(SHARED) / "tthc" / "procedures.jsonl")
    codes = {record.code for record in records}
    measured = {question["procedure"] for name in ("dev", "test") for question in questions(name)}
    fields = [record.field for record in records]
    assert 500 < len(codes) <= MOST
    assert max(fields.count(field) for field in set(fields)) <= OF_A_FIELD
    assert not codes & measured
    assert not codes & set(library.load().catalogue.procedures)
