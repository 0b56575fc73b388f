"""The line that CI holds on the development questions."""

import pytest

from bot.assistant import Assistant
from bot.evaluation import Figures, Tally, measure
from content import library
from nlu.client import Client
from tests.nlu.served import rasa_server  # noqa: F401 - a fixture
from tests.understanding.__main__ import HERE, LINE, report, under

TALKS = 0.92
"""Least share of right turns, and of right aspects, in the second development set."""


def reached(**other: float) -> Figures:
    """Return figures at the line, but for the `other` shares by name with underscores."""
    figures = Figures(asked=1000, wrong=int(other.pop("wrong", 0)))
    for name, least in LINE.items():
        share = other.get(name.replace(" ", "_").replace(",", ""), least)
        figures.tallies[name] = Tally(round(1000 * share), 1000)
    return figures


def test_at_the_line_nothing_is_under_it() -> None:
    assert under(reached(wrong=20)) == []


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        (reached(aspect=0.5), "aspect 50.0%"),
        (reached(procedure_first_stories=0.1), "procedure first, stories 10.0%"),
        (reached(wrong=21), "confident about a wrong one 2.1%"),
        (Figures(), "skills 0.0%"),
    ],
)
def test_what_is_under_the_line_is_named(figures: Figures, named: str) -> None:
    assert any(fault.startswith(named) for fault in under(figures))


def test_the_report_tells_the_misses_only_when_asked() -> None:
    figures = reached()
    figures.tallies["skills"].misses.append("alo -> none")
    assert "    alo -> none" in list(report(figures, misses=True))
    assert "    alo -> none" not in list(report(figures, misses=False))


def answered(rasa: str, folder: str) -> Figures:
    """Ask the model every question of a folder."""
    client = Client(rasa, deadline=5.0)
    assistant = Assistant(library.load(), client)
    try:
        figures = measure(assistant, HERE / folder)
        assert client.is_up, "keywords stood in for the model: these figures say nothing about it"
    finally:
        assistant.close()
    return figures


@pytest.mark.nlu
@pytest.mark.slow
def test_the_line_holds(rasa: str) -> None:
    assert under(answered(rasa, "dev")) == []


@pytest.mark.nlu
@pytest.mark.slow
def test_the_talks_go_well(rasa: str) -> None:
    figures = answered(rasa, "talks")
    assert figures.tallies["dialogue turns"].share >= TALKS
    assert figures.tallies["aspect"].share >= TALKS
