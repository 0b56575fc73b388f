"""Procedures: named, talked of before, asked back, corrected, expired; and the honest "I don't know"."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.dialogue.context import PROCEDURE_FADES
from bot.dialogue.ranking import EXACT
from content.catalogue import Catalogue
from content.library import Library
from content.phrases import say
from content.search import Search
from nlu import keywords
from tests.dialogue.person import BIRTH, MARRIAGE, RESIDENCE, UNCLEAR, Person, understood

LOST = understood("none", 0.9)


def about(person: Person, code: str = BIRTH, intent: str = "overview") -> None:
    """Talk of one procedure."""
    assert person.says("việc này", understood(intent, about={code: 0.95})).procedure == code


@pytest.mark.parametrize("aspect", ["documents", "fee", "time", "where", "online", "steps", "legal", "overview"])
def test_a_named_procedure_is_answered_in_the_asked_aspect(person: Person, aspect: str) -> None:
    reply = person.says("abc", understood(aspect, about={BIRTH: 0.95, MARRIAGE: 0.02}))
    assert (reply.skill, reply.procedure, reply.aspect) == ("procedure", BIRTH, aspect)
    assert (reply.confidence, reply.understood) == (0.95, True)
    assert f"mã {BIRTH}" in reply.texts[0]


def test_the_very_name_is_enough_whatever_the_model_says(person: Person, real: Library) -> None:
    name = "đăng ký khai sinh"
    assert real.search.rank(name)[0].score >= EXACT
    assert person.says(name, UNCLEAR).procedure == BIRTH


def test_without_a_model_names_and_keywords_answer(person: Person) -> None:
    text = "đăng ký kết hôn hết bao nhiêu tiền"
    reply = person.says(text, keywords.parse(text))
    assert (reply.procedure, reply.aspect) == (MARRIAGE, "fee")


def test_an_item_that_no_record_knows_is_left_out(person: Person) -> None:
    reply = person.says("abc", understood("fee", about={"9.999999": 0.95}))
    assert reply.procedure is None
    assert "9.999999" not in reply.candidates


def test_what_is_out_of_scope_with_more_certainty_is_not_answered(person: Person) -> None:
    assert person.says("abc", understood("none", 0.99, about={BIRTH: 0.7})).skill == "none"


def test_a_topic_is_told_with_source_and_related(person: Person, real: Library) -> None:
    reply = person.says("abc", understood("portal", about={"portal/otp": 0.95}))
    topic = real.topics["portal/otp"]
    assert (reply.skill, reply.candidates) == ("portal", ("portal/otp",))
    assert reply.texts[0].endswith(say("topic_source", source=topic.source, date=f"{topic.as_of:%d/%m/%Y}"))
    assert [b.value for b in reply.buttons] == [f"#item:{item}" for item in topic.related]


# --- follow-up -----------------------------------------------------------------------------------


def test_an_aspect_of_nothing_asks_which_then_answers_it(person: Person) -> None:
    reply = person.says("lệ phí bao nhiêu", understood("fee", bare=0.95))
    assert (reply.texts, reply.procedure) == ((say("which"),), None)
    then = person.says("thường trú", understood("overview", about={RESIDENCE: 0.95}))
    assert (then.procedure, then.aspect) == (RESIDENCE, "fee")


def test_an_aspect_follows_the_procedure_talked_of(person: Person) -> None:
    about(person)
    reply = person.says("thế lệ phí bao nhiêu", understood("fee", bare=0.95))
    assert (reply.procedure, reply.aspect) == (BIRTH, "fee")
    reply = person.says("mấy ngày xong", understood("time", bare=0.95))
    assert (reply.procedure, reply.aspect) == (BIRTH, "time")


def test_smalltalk_between_keeps_the_procedure(person: Person) -> None:
    about(person)
    person.says("cảm ơn", understood("thanks"))
    assert person.says("thế phí bao nhiêu", understood("fee", bare=0.95)).procedure == BIRTH


def test_another_name_switches_the_procedure(person: Person) -> None:
    about(person)
    person.says("còn kết hôn thì sao", understood("documents", about={MARRIAGE: 0.95}))
    assert person.says("phí bao nhiêu", understood("fee", bare=0.95)).procedure == MARRIAGE


@pytest.mark.parametrize(
    ("waited", "remembered"),
    [(PROCEDURE_FADES, True), (PROCEDURE_FADES + timedelta(seconds=1), False)],
)
def test_the_procedure_fades(person: Person, waited: timedelta, remembered: bool) -> None:
    about(person)
    person.waits(waited)
    reply = person.says("thế phí bao nhiêu", understood("fee", bare=0.95))
    assert (reply.procedure == BIRTH) is remembered


def test_every_turn_starts_the_fading_anew(person: Person) -> None:
    about(person)
    for _ in range(3):
        person.waits(PROCEDURE_FADES - timedelta(hours=1))
        assert person.says("thế phí bao nhiêu", understood("fee", bare=0.95)).procedure == BIRTH


# --- correction ----------------------------------------------------------------------------------


def test_a_correction_that_names_another_is_answered(person: Person) -> None:
    about(person)
    reply = person.says("không, ý tôi là kết hôn", understood("correct", about={MARRIAGE: 0.95}))
    assert reply.procedure == MARRIAGE


@pytest.mark.parametrize("intent", ["correct", "deny"])
def test_a_correction_that_names_nothing_asks_anew(person: Person, intent: str) -> None:
    about(person)
    reply = person.says("không phải", understood(intent))
    assert (reply.texts, "procedure" in person.memory) == ((say("choose.other"),), False)
    assert person.says("thế phí bao nhiêu", understood("fee", bare=0.95)).texts == (say("which"),)


def test_a_no_to_nothing_is_small_talk(person: Person) -> None:
    assert person.says("không", understood("deny")).skill == "smalltalk"


# --- not understood ------------------------------------------------------------------------------


def test_two_misunderstandings_offer_a_person(person: Person) -> None:
    first = person.says("abc xyz")
    assert (first.texts, first.understood) == ((say("none.first"),), False)
    second = person.says("xyz abc")
    assert (second.texts, [b.value for b in second.buttons]) == ((say("none.again"),), ["#say:handoff"])
    assert person.memory["missed"] == 2


def test_out_of_scope_says_so(person: Person) -> None:
    assert person.says("giá vàng hôm nay", LOST).texts == (say("none.outside"),)


def test_an_understood_turn_starts_the_count_anew(person: Person) -> None:
    person.says("abc xyz")
    about(person)
    assert "missed" not in person.memory
    assert person.says("abc xyz").texts == (say("none.first"),)


@pytest.mark.parametrize("text", ["", " ", "?", "😀", "a" * 5000, "\u202e\u200b", "{agency}", "%s {0}"])
def test_anything_gets_a_reply(person: Person, text: str) -> None:
    reply = person.says(text)
    assert reply.texts[0]
    assert reply.skill == "none"


# --- expired -------------------------------------------------------------------------------------


@pytest.fixture
def ended(real: Library) -> Library:
    """The library in which the registration of births gave way to that of marriages."""
    old = replace(real.catalogue.procedures[BIRTH], valid_to=date(2026, 11, 21), replaced_by=(MARRIAGE,))
    records = Catalogue({**real.catalogue.procedures, BIRTH: old})
    return Library(records, Search(records), real.topics)


def test_an_expired_record_leads_to_its_successor(ended: Library, person: Person) -> None:
    person.library = ended
    reply = person.says("phí khai sinh", understood("fee", about={BIRTH: 0.95}))
    assert "không còn áp dụng từ sau ngày 21/11/2026" in reply.texts[0]
    assert [button.value for button in reply.buttons] == [f"#tthc:{MARRIAGE}:fee", "#say:handoff"]
    then = person.says("1")
    assert (then.procedure, then.aspect) == (MARRIAGE, "fee")


def test_it_answers_on_its_last_day(ended: Library, person: Person) -> None:
    person.library = ended
    person.now -= timedelta(days=1)
    assert "8.000 đồng" in person.says("phí", understood("fee", about={BIRTH: 0.95})).texts[0]
