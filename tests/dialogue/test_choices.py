"""Answers to what we offered: by button, number or words; forged buttons do nothing."""

from datetime import timedelta

import pytest

from bot.channels.base import Press
from bot.dialogue import payloads
from bot.dialogue.context import CHOICES_FADE
from bot.dialogue.turn import Reply
from content.model import Aspect
from content.phrases import say
from nlu.understanding import Understanding
from tests.dialogue.person import BIRTH, MARRIAGE, RESIDENCE, Person, understood

TWO = {BIRTH: 0.42, MARRIAGE: 0.40}


def asked_back(person: Person, what: Understanding | None = None) -> Reply:
    """Bring the bot to ask which of two procedures is meant."""
    return person.says("đăng ký hộ tịch", what or understood("fee", about=TWO))


@pytest.mark.parametrize("aspect", list(Aspect))
def test_a_pressed_aspect_is_answered(person: Person, aspect: Aspect) -> None:
    reply = person.presses(f"#tthc:{BIRTH}:{aspect}")
    assert (reply.procedure, reply.aspect, reply.confidence) == (BIRTH, aspect, 1.0)
    assert f"#tthc:{BIRTH}:{aspect}" not in [button.value for button in reply.buttons]


@pytest.mark.parametrize(
    ("payload", "skill"),
    [
        ("#say:handoff", "handoff"),
        ("#say:feedback", "feedback"),
        ("#say:status", "status"),
        ("#say:office", "office"),
        ("#say:portal", "portal"),
        ("#say:help", "smalltalk"),
        ("#item:portal/otp", "portal"),
        ("#item:topic/lua-dao", "topic"),
    ],
)
def test_a_pressed_button_opens_its_skill(person: Person, payload: str, skill: str) -> None:
    assert person.presses(payload).skill == skill


@pytest.mark.parametrize(
    "payload",
    [
        "#tthc:9.999999:fee", "#tthc:1.001193'--", "#tthc:../../etc", "#item:topic/khong-co", "#item:topic/../otp",
        "#say:admin", "#say:HANDOFF", "#say:", "#tthc:", "tthc:1.001193", "<script>", "#tthc:1.001193:fee:fee",
        "#" * 5000,
    ],
)  # fmt: skip
def test_a_forged_button_does_nothing(person: Person, payload: str) -> None:
    reply = person.presses(payload)
    assert (reply.skill, reply.procedure, reply.effects) == ("none", None, ())


@pytest.mark.parametrize("payload", [f"#tthc:{BIRTH}:root", f"#tthc:{BIRTH}", f"  #tthc:{BIRTH}\n"])
def test_a_button_without_a_known_aspect_gives_the_overview(person: Person, payload: str) -> None:
    assert person.presses(payload).aspect == Aspect.OVERVIEW


def test_a_payload_is_read_as_it_is_written() -> None:
    for button in (payloads.procedure("Khai sinh", BIRTH, Aspect.FEE), payloads.item("OTP", "portal/otp")):
        assert payloads.read(button.value) is not None
    assert payloads.read(payloads.none_of_these().value) == payloads.Pressed(skill="other")
    assert len(payloads.procedure("a" * 500, BIRTH).title) == payloads.TITLE_MAX


def test_two_alike_are_asked_back_with_a_way_out(person: Person) -> None:
    reply = asked_back(person)
    assert (reply.skill, reply.procedure, reply.texts) == ("procedure", None, (say("choose.procedure"),))
    assert reply.candidates == (BIRTH, MARRIAGE)
    assert [button.value for button in reply.buttons] == [f"#tthc:{BIRTH}", f"#tthc:{MARRIAGE}", "#say:other"]
    assert reply.buttons[-1].title == say("choose.none_of_these") == "Việc khác"


@pytest.mark.parametrize(
    "said",
    [
        "2",
        "số 2",
        "Cái 2",
        "chọn 2 nhé",
        "hai",
        "thứ hai",
        "câu thứ nhì",
        "mục 2 đi",
        "cái thứ hai ạ",
        "ý 2 em",
        "tôi chọn số 2",
        "2 ạ",
    ],
)
def test_a_choice_by_number_or_ordinal(person: Person, said: str) -> None:
    asked_back(person)
    assert person.says(said).procedure == MARRIAGE


@pytest.mark.parametrize("said", ["1", "một", "đầu tiên", "cái đầu", "thứ nhất"])
def test_the_first_choice(person: Person, said: str) -> None:
    asked_back(person)
    assert person.says(said).procedure == BIRTH


def test_a_choice_by_its_words(person: Person) -> None:
    title = asked_back(person).buttons[1].title
    assert person.says(title.upper() + "!").procedure == MARRIAGE


@pytest.mark.parametrize("said", ["4", "9", "0", "10", "năm", "số 7", "²"])
def test_a_number_out_of_range_chooses_nothing(person: Person, said: str) -> None:
    asked_back(person)
    assert person.says(said).procedure is None


def test_a_number_without_choices_chooses_nothing(person: Person) -> None:
    assert person.says("1").skill == "none"


def test_the_wanted_aspect_is_kept_after_a_choice(person: Person) -> None:
    asked_back(person)
    reply = person.says("1")
    assert (reply.procedure, reply.aspect) == (BIRTH, "fee")


def test_the_wanted_aspect_is_kept_when_the_choice_is_typed_anew(person: Person) -> None:
    asked_back(person)
    reply = person.says("thường trú", understood("overview", about={RESIDENCE: 0.95}))
    assert (reply.procedure, reply.aspect) == (RESIDENCE, "fee")


def test_something_else_asks_anew_and_keeps_what_was_wanted(person: Person) -> None:
    asked_back(person)
    reply = person.presses("#say:other", "Việc khác")
    assert (reply.texts, reply.skill) == ((say("choose.other"),), "none")
    assert "procedure" not in person.memory
    assert person.says("thường trú", understood("overview", about={RESIDENCE: 0.95})).aspect == "fee"


def test_the_wanted_aspect_lasts_for_one_turn(person: Person) -> None:
    asked_back(person)
    person.says("1")
    assert person.says("thường trú", understood("overview", about={RESIDENCE: 0.95})).aspect == "overview"


def test_choices_fade(person: Person) -> None:
    asked_back(person)
    person.waits(CHOICES_FADE)
    fresh = dict(person.memory)
    assert person.says("1").procedure == BIRTH
    person.memory = fresh
    person.waits(timedelta(seconds=1))
    reply = person.says("1")
    assert (reply.procedure, "wanted" in person.memory) == (None, False)


def test_next_aspects_are_choices_too(person: Person) -> None:
    shown = person.says("làm khai sinh", understood("overview", about={BIRTH: 0.95})).buttons
    assert [button.press for button in shown] == [Press.SAY] * 5
    reply = person.says("2")
    assert f"#tthc:{BIRTH}:{reply.aspect}" == shown[1].value
