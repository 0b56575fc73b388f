"""The figures on cases counted by hand, the comparison of two models, and the curve of a threshold."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant
from bot.dialogue.turn import Reply
from bot.evaluation import Figures, Tally, compared, first, lines, measure, worse
from content.agency import AgencyFacts
from tests.understanding.calibration import Point, Ranked, point


def about(
    code: str | None, aspect: str | None = "fee", *, candidates: tuple[str, ...] = (), sure: float = 0.9
) -> Reply:
    offered = candidates or ((code,) if code else ())
    return Reply(
        texts=("x",), skill="procedure", procedure=code, candidates=offered, aspect=aspect, confidence=sure
    )  # fmt: skip


def skilled(skill: str) -> Reply:
    return Reply(texts=("x",), skill=skill, confidence=0.8)


class Scripted(Assistant):
    """Answers by a table of texts; remembers how often each conversation spoke."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self._replies = replies

    def reply(
        self, text: str, *, memory: Mapping[str, Any], facts: AgencyFacts, now: datetime, payload: str = "",
        kind: str = "text",
    ) -> Reply:  # fmt: skip
        """Return the reply of the table."""
        return self._replies[text]


def write(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    (folder / name).write_text("\n".join(json.dumps(row) for row in rows) + "\n\n")


def row(text: str, procedure: str, aspect: str, style: str = "plain", **more: Any) -> dict[str, Any]:
    return {"text": text, "procedure": procedure, "aspect": aspect, "style": style, **more}


PROCEDURES = [
    row("một", "1.1", "fee"),  # right at once, right aspect; folded: wrong
    row("hai", "2.2", "time", "story"),  # asked back with the right one first, other aspect
    row("ba", "3.3", "fee", "story", also=["4.4"]),  # answered by an equal
    row("bon", "5.5", "documents", also_aspects=["overview"]),  # confident about a wrong one, an equal aspect
]
REPLIES = {
    "một": about("1.1"), "mot": about("9.9", sure=0.7), "hai": about(None, candidates=("2.2", "8.8"), sure=0.4),
    "ba": about("4.4"), "bon": about("6.6", "overview", sure=0.8),
}  # fmt: skip


def test_procedures(tmp_path: Path) -> None:
    write(tmp_path, "procedures.jsonl", *PROCEDURES)
    figures = measure(Scripted(REPLIES), tmp_path)
    counts = {name: (tally.right, tally.total) for name, tally in figures.tallies.items()}
    assert counts == {
        "procedure first": (3, 4), "procedure first, folded": (2, 4), "procedure first, stories": (2, 2),
        "procedure first, stories, folded": (2, 2), "aspect": (3, 4), "aspect, folded": (3, 4),
        "answered at once": (2, 4), "style plain": (1, 2), "style story": (2, 2),
    }  # fmt: skip
    assert (figures.wrong, figures.asked, figures.wrong_share) == (1, 4, 0.25)
    assert sorted(figures.believed) == [(0.4, True), (0.8, False), (0.9, True), (0.9, True)]
    # Gaps: 0.4 said and right, 0.8 and wrong, twice 0.9 and right: (0.6 + 0.8 + 2 x 0.1) / 4.
    assert figures.calibration_error == pytest.approx(0.4)
    assert figures.confused == [(("time", "fee"), 1)]
    assert figures.labels["documents"].f1 == 1.0
    assert figures.tallies["procedure first"].misses == ["bon -> procedure 6.6 (0.80), not 5.5"]


@pytest.mark.parametrize(
    ("reply", "away"),
    [
        (skilled("none"), 1), (skilled("smalltalk"), 1), (skilled("handoff"), 1), (skilled("topic"), 0),
        (skilled("portal"), 0), (skilled("office"), 0), (about("1.1"), 0), (about(None, candidates=("1.1",)), 0),
    ],
)  # fmt: skip
def test_out_of_scope(tmp_path: Path, reply: Reply, away: int) -> None:
    write(tmp_path, "out_of_scope.jsonl", {"text": "vàng"})
    figures = measure(Scripted({"vàng": reply, "vang": reply}), tmp_path)
    assert figures.tallies["out of scope turned away"].right == away


def test_skills(tmp_path: Path) -> None:
    write(
        tmp_path, "skills.jsonl", {"text": "a", "skill": "office"}, {"text": "b", "skill": "office"},
        {"text": "c", "skill": "status", "also_skills": ["handoff"]},
    )  # fmt: skip
    figures = measure(Scripted({"a": skilled("office"), "b": skilled("none"), "c": skilled("handoff")}), tmp_path)
    assert (figures.tallies["skills"].right, figures.tallies["skills"].total) == (2, 3)
    assert figures.tallies["skill office"].share == 0.5
    assert figures.confused == [(("office", "none"), 1)]


@pytest.mark.parametrize(
    ("expect", "reply", "good"),
    [
        ({"skill": "procedure", "procedure": "1.1", "aspect": "fee"}, about("1.1"), True),
        ({"skill": "procedure", "procedure": "1.1", "aspect": "time"}, about("1.1"), False),
        ({"skill": "procedure", "procedure": "1.1", "aspect": "time", "also_aspects": ["fee"]}, about("1.1"), True),
        ({"skill": "procedure", "procedure": "1.1", "aspect": None}, about("1.1"), True),
        ({"skill": "procedure", "procedure": "1.1", "aspect": None, "also": ["2.2"]}, about("2.2"), True),
        ({"skill": "procedure", "procedure": "1.1", "aspect": None}, about(None, candidates=("1.1",)), False),
        ({"skill": "procedure", "procedure": None, "aspect": None}, about(None, candidates=("1.1",)), True),
        ({"skill": "procedure", "procedure": None, "aspect": None}, about("1.1"), False),
        (
            {"skill": "procedure", "procedure": None, "aspect": None, "candidates_include": ["1.1", "2.2"]},
            about(None, candidates=("1.1", "3.3")),
            False,
        ),
        ({"skill": "smalltalk"}, skilled("smalltalk"), True),
        ({"skill": "smalltalk"}, skilled("none"), False),
        ({"skill": "smalltalk", "also_skills": ["none"]}, skilled("none"), True),
        ({"skill": "procedure", "procedure": "1.1", "also_skills": ["none"]}, skilled("none"), True),
    ],
)
def test_dialogue_turns(tmp_path: Path, expect: dict[str, Any], reply: Reply, good: bool) -> None:
    write(tmp_path, "dialogues.jsonl", {"conversation": 1, "text": "a", "expect": expect})
    assert measure(Scripted({"a": reply}), tmp_path).tallies["dialogue turns"].right == good


def test_what_is_not_there_measures_nothing(tmp_path: Path) -> None:
    figures = measure(Scripted({}), tmp_path)
    assert list(lines(tmp_path / "procedures.jsonl")) == []
    assert (dict(figures.tallies), figures.wrong_share, figures.calibration_error) == ({}, 0.0, None)


def test_a_tally_counts_and_keeps_the_misses() -> None:
    tally = Tally()
    for good, miss in ((True, "a"), (False, "b"), (True, "c"), (False, "d")):
        tally.add(good, miss)
    assert (tally.right, tally.total, tally.share, tally.misses) == (2, 4, 0.5, ["b", "d"])
    assert Tally().share == 0.0
    assert Tally().misses == []


@pytest.mark.parametrize(
    ("reply", "procedure"),
    [(about("1.1", candidates=("2.2", "3.3")), "1.1"), (about(None, candidates=("2.2", "3.3")), "2.2"),
     (skilled("none"), None)],
)  # fmt: skip
def test_what_comes_first(reply: Reply, procedure: str | None) -> None:
    assert first(reply) == procedure


def figures_of(wrong: int = 0, **right: int) -> Figures:
    """Return figures of 200 questions each, `right` by name with underscores."""
    figures = Figures(asked=200, wrong=wrong)
    for name, count in right.items():
        figures.tallies[name.replace("_", " ")] = Tally(count, 200)
    return figures


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (figures_of(procedure_first=190), figures_of(procedure_first=190), []),
        (figures_of(procedure_first=190, aspect=180), figures_of(procedure_first=189, aspect=184), []),
        (
            figures_of(procedure_first=190, aspect=180),
            figures_of(procedure_first=186, aspect=199),
            ["procedure first falls from 95.0% to 93.0%"],
        ),
        (
            figures_of(procedure_first=190, aspect=180),
            figures_of(procedure_first=189, aspect=180),
            ["369 right answers in all, 370 before"],
        ),
        (
            figures_of(1, procedure_first=190),
            figures_of(3, procedure_first=199),
            ["confident about a wrong one rises from 0.5% to 1.5%"],
        ),
    ],
)
def test_worse(old: Figures, new: Figures, said: list[str]) -> None:
    assert worse(old, new) == said


def test_compared_side_by_side() -> None:
    told = list(compared(figures_of(2, aspect=180), figures_of(1, aspect=190)))
    assert told[1].split() == ["aspect", "90.0%", "95.0%", "of", "200"]
    assert told[2].split()[-2:] == ["1.0%", "0.5%"]
    assert list(compared(None, figures_of(aspect=190)))[1].split()[:2] == ["aspect", "–"]


RANKED = [
    Ranked(0.9, 9.0, is_right=True), Ranked(0.7, 3.0, is_right=True), Ranked(0.7, 1.5, is_right=False),
    Ranked(0.3, 1.1, is_right=True), Ranked(0.8, 5.0, is_right=False, in_scope=False),
    Ranked(0.1, 1.0, is_right=False, in_scope=False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sure", "ahead", "expected"),
    [
        (0.6, 0.0, Point(coverage=0.75, precision=2 / 3, wrong=0.25, outside=0.5)),
        (0.6, 2.0, Point(coverage=0.5, precision=1.0, wrong=0.0, outside=0.5)),
        (0.85, 2.0, Point(coverage=0.25, precision=1.0, wrong=0.0, outside=0.0)),
        (0.0, 0.0, Point(coverage=1.0, precision=0.75, wrong=0.25, outside=1.0)),
        (0.95, 0.0, Point(coverage=0.0, precision=0.0, wrong=0.0, outside=0.0)),
    ],
)
def test_a_point_of_the_curve(sure: float, ahead: float, expected: Point) -> None:
    assert point(RANKED, sure=sure, ahead=ahead) == expected
    assert point([], sure=sure, ahead=ahead) == Point(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("nth", "answer", "right"),
    [(2, about("2.2"), 2), (1, about("2.2"), 1), (3, about("2.2"), 1), (2, about("2.2", "time"), 2)],
)
def test_a_choice_by_number_is_of_what_was_offered(tmp_path: Path, nth: int, answer: Reply, right: int) -> None:
    asked = {"conversation": 1, "text": "a", "expect": {"skill": "procedure", "procedure": None, "aspect": None}}
    chosen = {"conversation": 1, "text": "b", "expect": {"skill": "procedure", "aspect": None, "nth": nth}}
    write(tmp_path, "dialogues.jsonl", asked, chosen)
    replies = {"a": about(None, None, candidates=("1.1", "2.2")), "b": answer}
    assert measure(Scripted(replies), tmp_path).tallies["dialogue turns"].right == right
