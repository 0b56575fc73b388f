"""What the talk has said already: when a text is read once more after the thing talked of, and what of that."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue import ellipsis
from bot.dialogue.turn import Turn
from content.agency import AgencyFacts
from content.families import family_within, thing_of
from content.library import Library
from nlu.understanding import Candidate, Understanding
from tests.dialogue.person import NOW

PASSPORT, INFANT_CARD, RENEWAL, LOST_CARD = "1.001456", "1.116410", "1.014063", "1.014064"


def heard(intent: str, *, bare: float = 0.0, other: float = 0.0, **items: float) -> Understanding:
    """Return an understanding; the items' names are codes with `_` for the dot, after a letter."""
    candidates = tuple(Candidate(item=name[1:].replace("_", "."), confidence=p) for name, p in items.items())
    return Understanding(text="", intent=intent, confidence=0.9, candidates=candidates, bare=bare, other=other,
                         intents=((intent, 0.9),))  # fmt: skip


def turn(real: Library, text: str, what: Understanding, *, about: str | None = PASSPORT, **other: Any) -> Turn:
    memory: Mapping[str, Any] = {"procedure": about, "at": NOW.isoformat()} if about else {}
    return Turn(text=text, understanding=replace(what, text=text), memory=memory, facts=AgencyFacts(), library=real,
                now=NOW, **other)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what", "thing"),
    [
        ("em bé 2 tuổi có làm được không", heard("conditions", c1_116410=0.94), "hộ chiếu"),
        ("đăng ký kết hôn cần gì", heard("documents", c1_000894=0.99), None),
        ("phí bao nhiêu", heard("fee", bare=1.0), None),
        ("phải nộp trong mấy ngày", heard("time", bare=0.99), None),
        ("còn nếu bị mất thì sao", heard("time", bare=1.0), "hộ chiếu"),
        ("cảm ơn bạn", heard("thanks", other=1.0), None),
        ("thu nhập thấp có mua được không", heard("none", other=0.9), "hộ chiếu"),
        ("cuốn mới đó lấy ở đâu", heard("where", c1_001456=0.6), None),
    ],
)
def test_the_thing_is_put_before_what_may_leave_it_out(
    real: Library, text: str, what: Understanding, thing: str | None
) -> None:
    assert ellipsis.left_out(turn(real, text, what)) == thing


def test_nothing_is_left_out_at_the_beginning_or_behind_a_button(real: Library) -> None:
    unsure = heard("conditions", c1_116410=0.5)
    assert ellipsis.left_out(turn(real, "em bé có làm được không", unsure, about=None)) is None
    assert ellipsis.left_out(turn(real, "em bé có làm được không", unsure, payload="#tthc:1.001456")) is None


def test_the_second_reading_takes_the_first_ones_place(real: Library) -> None:
    first = turn(real, "em bé 2 tuổi có làm được không", heard("conditions", c1_116410=0.94))
    read = ellipsis.understood(first, heard("overview", c1_001456=0.91)).understanding
    assert (read.candidates[0].item, read.intent, read.text) == (PASSPORT, "conditions", first.text)


def test_a_turn_aside_goes_to_the_neighbour_and_not_to_the_same(real: Library) -> None:
    aside = turn(real, "còn nếu bị mất thì sao", heard("time", bare=1.0), about=RENEWAL)
    turned = ellipsis.understood(aside, heard("overview", bare=0.8, c1_014064=0.19)).understanding
    assert turned.candidates[0].item == LOST_CARD
    assert turned.candidates[0].confidence == pytest.approx(0.95)
    assert ellipsis.understood(aside, heard("overview", bare=0.5, c1_014063=0.3, c1_014064=0.19)) == aside


def test_what_says_nothing_of_ours_by_itself_asks_about_what_is_talked_of(real: Library) -> None:
    first = turn(real, "xin ở đâu nhanh nhất", heard("none", other=0.9))
    read = ellipsis.understood(first, heard("where", c1_010386=0.9)).understanding
    assert [one.item for one in read.candidates] == [PASSPORT]
    assert read.intent == "where"


@pytest.mark.parametrize("second", [heard("none", c1_014064=0.9), heard("conditions", c1_014064=0.4)])
def test_what_is_out_of_scope_stays_so_without_a_clear_second_reading(real: Library, second: Understanding) -> None:
    first = turn(real, "giá vàng lên hay xuống", heard("none", other=0.9))
    assert ellipsis.understood(first, second) == first


@pytest.mark.parametrize(
    ("text", "first"),
    [("giấy chứng nhận hộ nghèo có hạn tới bao giờ", "1.011607"), ("sổ hộ khẩu bỏ rồi hả", "1.004222")],
)
def test_a_family_is_found_inside_a_sentence(text: str, first: str) -> None:
    family = family_within(text)
    assert family is not None
    assert family.codes[0] == first


def test_a_thing_is_named_by_its_family() -> None:
    assert thing_of(INFANT_CARD) == "căn cước"
    assert thing_of("2.001263") is None
    assert family_within("xin chào") is None
