"""The line that CI holds on the development questions, and the counting behind it."""

import pytest

from bot.assistant import Assistant
from bot.dialogue.turn import Reply
from content import library
from nlu.client import Client
from tests.nlu.served import rasa_server  # noqa: F401 - a fixture
from tests.understanding.__main__ import HERE, LINE, WRONG_MAX, Tally, first, measure


def test_a_tally_counts_and_keeps_the_misses() -> None:
    tally = Tally()
    for good, miss in ((True, "a"), (False, "b"), (True, "c"), (False, "d")):
        tally.add(good, miss)
    assert (tally.right, tally.total, tally.share, tally.misses) == (2, 4, 0.5, ["b", "d"])


def test_an_empty_tally_reaches_no_line() -> None:
    assert Tally().share == 0.0


def test_tallies_do_not_share_their_misses() -> None:
    one, other = Tally(), Tally()
    one.add(False, "a")
    assert other.misses == []


@pytest.mark.parametrize(
    ("reply", "procedure"),
    [
        (Reply(texts=("x",), skill="procedure", procedure="1.1", candidates=("2.2", "3.3")), "1.1"),
        (Reply(texts=("x",), skill="procedure", procedure=None, candidates=("2.2", "3.3")), "2.2"),
        (Reply(texts=("x",), skill="none"), None),
    ],
)
def test_what_comes_first(reply: Reply, procedure: str | None) -> None:
    assert first(reply) == procedure


@pytest.mark.nlu
@pytest.mark.slow
def test_the_line_holds(rasa: str) -> None:
    client = Client(rasa, deadline=5.0)
    assistant = Assistant(library.load(), client)
    try:
        tallies, wrong = measure(assistant, HERE / "dev")
        assert client.is_up, "keywords stood in for the model: these figures say nothing about it"
    finally:
        assistant.close()
    shares = {name: tallies[name].share for name in LINE}
    under = {name: share for name, share in shares.items() if share < LINE[name]}
    assert not under, f"under the line: {under}"
    assert wrong <= WRONG_MAX
