"""The search finds a record by any of its names, with or without accents, at once."""

import time
from statistics import median

import pytest

from content.library import Library
from content.search import Search
from nlu.text import fold
from tests.content.records import RECORD

FIRST, THREE = 0.985, 0.995
"""Shares of names that must rank their record first, and among three; measured: 1.0 and 1.0."""


def names(library: Library, kind: str) -> list[tuple[str, str]]:
    """Return the names of one kind with the code each belongs to."""
    return [
        (name, record.code)
        for record in library.catalogue
        for name in (record.aliases if kind == "aliases" else (getattr(record, kind),))
    ]


@pytest.mark.parametrize("kind", ["name", "short", "aliases"])
def test_a_name_finds_its_record(real: Library, kind: str) -> None:
    asked = names(real, kind)
    places = [[hit.code for hit in real.search.rank(name)] for name, _ in asked]
    first = sum(found[:1] == [code] for found, (_, code) in zip(places, asked, strict=True))
    three = sum(code in found[:3] for found, (_, code) in zip(places, asked, strict=True))
    assert first / len(asked) >= FIRST
    assert three / len(asked) >= THREE


def test_accents_do_not_matter(real: Library) -> None:
    differ = [name for name, _ in names(real, "short") if real.search.rank(name) != real.search.rank(fold(name))]
    assert differ == []


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("làm giấy khai sinh cho con cần giấy tờ gì ạ", "1.001193"),
        ("LAM GIAY KHAI SINH bao nhieu tien", "1.001193"),
        ("thủ tục gia hạn tạm trú online", "1.002755"),
    ],
)
def test_what_asks_does_not_count(real: Library, question: str, code: str) -> None:
    assert real.search.rank(question)[0].code == code


@pytest.mark.parametrize("question", ["", "   ", "?!", "xyzq", "cho tôi hỏi", "😀"])
def test_nothing_known_finds_nothing(real: Library, question: str) -> None:
    assert real.search.rank(question) == []


def test_scores_fall_and_stay_below_one(real: Library) -> None:
    hits = real.search.rank("đăng ký", most=10)
    scores = [hit.score for hit in hits]
    assert len(hits) == len({hit.code for hit in hits}) == 10
    assert scores == sorted(scores, reverse=True)
    assert 0 < min(scores) <= max(scores) <= 1


def test_an_empty_catalogue_and_one_record() -> None:
    assert Search([]).rank("khai sinh") == []
    assert [hit.code for hit in Search([RECORD]).rank("đăng ký thử")] == [RECORD.code]


def test_a_query_takes_under_ten_milliseconds(real: Library) -> None:
    took = []
    for name, _ in names(real, "name"):
        start = time.perf_counter()
        real.search.rank(name)
        took.append(time.perf_counter() - start)
    assert median(took) <= 0.010


@pytest.mark.parametrize("least", [0.3, 0.8, 0.92])
def test_looking_for_good_matches_only_finds_the_same(real: Library, least: float) -> None:
    forms = ("{}", "{} cần giấy tờ gì", "xin {} ạ")
    asked = [form.format(name) for name, _ in names(real, "aliases") for form in forms]
    for question in asked[::7]:
        all_hits = [hit for hit in real.search.rank(question, most=50) if hit.score >= least]
        found = real.search.rank(question, most=50, least=least)
        assert [hit.code for hit in found] == [hit.code for hit in all_hits]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in all_hits])
