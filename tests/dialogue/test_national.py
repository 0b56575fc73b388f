"""Answers about records that were only imported: beside the curated ones, and only when the search is strong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import dialogue
from bot.dialogue import national
from bot.dialogue.turn import Reply, Turn
from content.agency import AgencyFacts
from content.library import Library
from content.national.search import Found
from nlu.understanding import Candidate, Understanding
from tests.content.national.lines import made

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
IMPORTED = {code: made(code=code, name=f"Cấp giấy phép thử số {code}").procedure for code in ("1.900001", "1.900002")}
CURATED = "1.001193"
STRONG = (Found("1.900001", 60.0, 0.9), Found("1.900002", 30.0, 0.5))
WEAK = (Found("1.900001", 12.0, 1.0), Found("1.900002", 11.0, 1.0))


def turn(
    real: Library, text: str = "xin giấy phép thử cần gì", *, found: tuple[Found, ...] = STRONG,
    model: Mapping[str, float] | None = None, other: float = 0.0, memory: Mapping[str, Any] | None = None,
    intent: str = "documents",
) -> Turn:  # fmt: skip
    candidates = tuple(Candidate(item=code, confidence=p) for code, p in (model or {}).items())
    understanding = Understanding(text=text, intent=intent, confidence=0.9, candidates=candidates, other=other,
                                  intents=((intent, 0.9),))  # fmt: skip
    books = replace(real, catalogue=real.catalogue.with_imported(IMPORTED))
    return Turn(text=text, understanding=understanding, memory=memory or {}, facts=AgencyFacts(), library=books,
                now=NOW, national=found)  # fmt: skip


def answered(*given: Any, **named: Any) -> Reply:
    return dialogue.reply(turn(*given, **named))


def test_a_strong_hit_answers_with_the_portal_as_its_source(real: Library) -> None:
    reply = answered(real)
    assert (reply.skill, reply.procedure, reply.aspect) == ("procedure", "1.900001", "documents")
    assert "Theo dữ liệu Cổng Dịch vụ công quốc gia ngày 10/06/2026" in reply.texts[0]
    assert reply.candidates[:2] == ("1.900001", "1.900002")


def test_two_alike_are_offered(real: Library) -> None:
    reply = answered(real, found=(Found("1.900001", 50.0, 0.9), Found("1.900002", 49.0, 0.9)))
    assert reply.procedure is None
    assert set(reply.candidates) == {"1.900001", "1.900002"}
    assert len(reply.buttons) == 3


@pytest.mark.parametrize(
    ("found", "model", "other"),
    [
        ((), {}, 0.9),
        (WEAK, {}, 0.0),
        ((Found("1.900001", 20.0, 0.5),), {}, 1.0),
    ],
)
def test_a_weak_hit_keeps_quiet(real: Library, found: tuple[Found, ...], model: Any, other: float) -> None:
    assert national.likely(turn(real, found=found, model=model, other=other)) == {}


def test_what_model_and_search_agree_on_needs_no_rival(real: Library) -> None:
    found = (Found(CURATED, 60.0, 0.9), *STRONG)
    assert national.likely(turn(real, found=found, model={CURATED: 0.9})) == {}


def test_a_certain_model_wins_over_a_middling_hit(real: Library) -> None:
    found = (Found("1.900001", 30.0, 0.6), Found(CURATED, 27.0, 0.6))
    reply = answered(real, found=found, model={CURATED: 0.99})
    assert reply.procedure == CURATED


def test_an_unsure_model_yields_to_a_strong_hit(real: Library) -> None:
    assert answered(real, model={CURATED: 0.2}).procedure == "1.900001"


def test_a_follow_up_asks_on_about_an_imported_record(real: Library) -> None:
    before = answered(real)
    understood = {"text": "phí bao nhiêu", "found": (), "intent": "fee", "memory": before.memory}
    reply = answered(real, **understood)
    assert (reply.procedure, reply.aspect) == ("1.900001", "fee")
    assert "150.000 đồng" in reply.texts[0]


def test_records_are_fetched_for_what_is_likely_remembered_or_offered(real: Library) -> None:
    memory = {"procedure": "1.900007", "choices": [["x", "#tthc:1.900008:fee"], ["y", "#say:handoff"]]}
    wanted = national.wanted(turn(real, memory=memory))
    assert [code for code in wanted if code] == ["1.900008", "1.900007", "1.900001", "1.900002"]
