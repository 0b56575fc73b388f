"""What an agency says in its own words: topics, phrases, and names that decide before the model."""

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.turn import Reply
from content.agency import AgencyFacts, OwnText, say_own
from content.library import Library
from tests.dialogue.person import BIRTH, FACTS, Person, understood

DEATH = "1.000656"
NAMED = replace(FACTS, names={BIRTH: ("giấy đầu đời", "tờ chào đời")})


def asked(real: Library, text: str, facts: AgencyFacts, *, best: str = "") -> Reply:
    """Return the reply when the model believes in `best`."""
    return Person(library=real, facts=facts).says(text, understood("fee", 0.9, about={best: 0.9} if best else {}))


@pytest.mark.parametrize("best", ["", DEATH])
@pytest.mark.parametrize(
    "text", ["giấy đầu đời hết bao nhiêu tiền", "giay dau doi phi bao nhieu", "Tờ chào đời hết bao nhiêu ạ"]
)
def test_an_own_name_decides_before_the_model(real: Library, text: str, best: str) -> None:
    reply = asked(real, text, NAMED, best=best)
    assert (reply.skill, reply.procedure, reply.aspect) == ("procedure", BIRTH, "fee")


@pytest.mark.parametrize("text", ["khai tử hết bao nhiêu tiền", "giấy tờ đời đầu của xe máy hết bao nhiêu"])
def test_other_questions_are_left_to_the_model(real: Library, text: str) -> None:
    assert asked(real, text, NAMED, best=DEATH).procedure == DEATH


def test_without_the_name_the_model_is_believed(real: Library) -> None:
    assert asked(real, "giấy đầu đời phí bao nhiêu", FACTS, best=DEATH).procedure == DEATH


def test_an_own_text_takes_the_place_of_the_general_one(real: Library) -> None:
    item = next(iter(real.topics))
    own = OwnText(answer="Ở xã ta thì khác.", source="TB 15/2026", as_of=date(2026, 11, 20))
    told = Person(library=real, facts=replace(FACTS, texts={item: own})).presses(f"#item:{item}").texts[0]
    assert all(part in told for part in ("Ở xã ta thì khác.", "TB 15/2026", "20/11/2026"))
    assert real.topics[item].answer.strip() not in told


def test_own_phrases_are_filled_in_plainly() -> None:
    facts = AgencyFacts(name="Xã Ta", phrases={"greet": "{agency} chào bà con {0} {agency.name}"})
    assert say_own(facts, "greet", agency="Xã Ta") == "Xã Ta chào bà con {0} {agency.name}"
    assert "trợ lý" in say_own(AgencyFacts(), "greet", agency="Xã Ta")


def test_a_greeting_in_own_words_is_told(real: Library) -> None:
    facts = replace(FACTS, phrases={"follow": "{agency} chào bà con"})
    assert Person(library=real, facts=facts).says("", kind="follow").texts == ("UBND xã Suối Mơ chào bà con",)
