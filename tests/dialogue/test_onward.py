"""Going on about what is talked of: bare questions, details, takings back, choices by all their words."""

import pytest

from bot.dialogue.cues import tells
from tests.dialogue.person import BIRTH, Person, understood
from tests.dialogue.test_replies import LOST_CARD, REPLACED, talk

EXAM, LOST_LICENCE, DEATH = "3.000346", "3.000348", "1.000656"
COPY, COPY_OF_THE_BOOK = "2.000635", "2.000908"


@pytest.mark.parametrize("said", ["có phải đi thi lại phần nào không", "thế có cần học lại không"])
def test_a_question_that_begins_with_need_is_about_what_is_talked_of(person: Person, said: str) -> None:
    talk(person, LOST_LICENCE)
    reply = person.says(said, understood("conditions", about={EXAM: 0.97}))
    assert (reply.procedure, reply.aspect) == (LOST_LICENCE, "conditions")


def test_with_a_reason_before_it_the_question_may_turn_to_a_neighbour(person: Person) -> None:
    talk(person, LOST_LICENCE)
    reply = person.says("tôi rớt lần trước thì có phải thi lại không", understood("conditions", about={EXAM: 0.97}))
    assert reply.procedure == EXAM


def test_papers_asked_barely_are_those_of_what_is_talked_of(person: Person) -> None:
    talk(person, BIRTH)
    reply = person.says("phải nộp chứng từ nào", understood("documents", about={DEATH: 0.96}))
    assert (reply.procedure, reply.aspect) == (BIRTH, "documents")
    assert person.says("giấy chứng tử", understood("overview", about={DEATH: 0.96})).procedure == DEATH


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("nhầm rồi, thẻ của mẹ tôi hết hạn", "overview"),
        ("trật lất, hết hạn chứ", "deny"),
        ("không phải, muốn đổi", "correct"),
    ],
)
def test_a_taking_back_names_the_neighbour_by_its_words(person: Person, said: str, intent: str) -> None:
    talk(person, LOST_CARD)
    assert person.says(said, understood(intent, 0.6)).procedure == REPLACED


def test_a_taking_back_that_tells_of_the_same_stays(person: Person) -> None:
    talk(person, REPLACED)
    assert person.says("không phải, thẻ hết hạn mà", understood("correct", 0.9)).procedure == REPLACED
    talk(person, LOST_CARD)
    assert person.says("trật rồi, tôi mất thẻ mà", understood("deny", 0.6)).procedure == LOST_CARD
    talk(person, REPLACED)
    assert person.says("trật rồi, tôi mất thẻ mà", understood("deny", 0.6)).procedure == LOST_CARD
    talk(person, REPLACED)
    assert person.says("không phải đổi", understood("correct", 0.9)).procedure is None


@pytest.mark.parametrize("said", ["không phải", "nhầm rồi", "không phải cái đó"])
def test_a_taking_back_without_words_of_its_own_asks_anew(person: Person, said: str) -> None:
    talk(person, LOST_CARD)
    assert person.says(said, understood("correct", 0.9)).procedure is None


@pytest.mark.parametrize(
    "said", ["tôi cần làm lại căn cước", "em mún xin lại bằng lái", "căn cước của mẹ tôi bị trục trặc"]
)
def test_a_thing_to_be_made_again_is_asked_back(person: Person, said: str) -> None:
    reply = person.says(said, understood("overview", about={LOST_CARD: 0.99}))
    assert (reply.procedure, len(reply.candidates) > 1) == (None, True)


def test_what_was_lost_is_no_question(person: Person) -> None:
    reply = person.says("tôi đánh mất căn cước, muốn làm lại", understood("overview", about={LOST_CARD: 0.99}))
    assert reply.procedure == LOST_CARD


def test_all_the_words_of_one_title_choose_it_over_another_matter(person: Person) -> None:
    doubt = understood("overview", about={COPY: 0.4, BIRTH: 0.35})
    assert COPY in person.says("giấy tờ của cháu", doubt).candidates
    assert person.says("bản sao", understood("overview", about={COPY_OF_THE_BOOK: 0.99})).procedure == COPY


@pytest.mark.parametrize("said", ["cái thứ 2 cháu à", "số 2 nghen con"])
def test_a_number_is_one_whoever_is_spoken_to(person: Person, said: str) -> None:
    second = person.says("thẻ căn cước", understood("overview")).candidates[1]
    assert person.says(said).procedure == second


def test_a_number_is_a_choice_though_it_sounds_like_a_yes(person: Person) -> None:
    first = person.says("thẻ căn cước", understood("overview")).candidates[0]
    assert person.says("chọn cái đầu tiên", understood("affirm")).procedure == first


@pytest.mark.parametrize("said", ["có ai điền giùm bà tôi không", "bác mù chữ, có ai viết giúp không"])
def test_who_cannot_do_it_alone_gets_a_person(person: Person, said: str) -> None:
    assert person.says(said, understood("none", 0.6)).skill == "handoff"


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("ý tôi là công ty của ba anh em", True),
        ("không phải hộ kinh doanh, công ty cơ", True),
        ("công ty của ba anh em à?", False),
        ("lệ phí", False),
        ("mở công ty ở đâu", False),
    ],
)
def test_what_only_tells_asks_for_no_aspect(text: str, only: bool) -> None:
    assert tells(text) is only
