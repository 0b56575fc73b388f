"""Danger goes before everything; what we cannot read is told once."""

from dataclasses import replace

import pytest

from bot.dialogue.skills.safety import HINT
from content.phrases import say
from nlu import keywords
from tests.dialogue.person import BIRTH, Person, understood


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cháy nhà tôi rồi", "fire"),
        ("chồng tôi cầm dao đánh tôi", "police"),
        ("mẹ tôi ngất bất tỉnh", "medical"),
        ("cứu tôi với", "any"),
    ],
)
@pytest.mark.parametrize("by", ["rasa", "keywords"])
def test_danger_gets_the_numbers(person: Person, text: str, kind: str, by: str) -> None:
    reply = person.says(text, understood("emergency") if by == "rasa" else keywords.parse(text))
    assert (reply.skill, reply.texts) == ("emergency", (say(f"emergency.{kind}"),))


def test_words_of_danger_need_only_a_hint_of_the_model(person: Person) -> None:
    unsure = understood("feedback", 0.6)
    hinted = replace(unsure, intents=(("feedback", 0.6), ("emergency", HINT)))
    assert person.says("có trộm vào nhà", hinted).skill == "emergency"
    assert person.says("có trộm vào nhà", unsure).skill == "feedback"


def test_danger_goes_before_an_awaited_complaint_and_before_choices(person: Person) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    assert person.memory["asked"] == "feedback"
    assert person.says("đánh nhau chảy máu", understood("emergency")).skill == "emergency"


def test_a_child_in_danger_adds_the_childrens_line(person: Person) -> None:
    (text,) = person.says("có người đánh cháu bé", understood("emergency")).texts
    assert text.endswith(say("emergency.child"))


def test_a_pressed_button_is_no_danger(person: Person) -> None:
    assert person.says("cháy", understood("emergency"), payload=f"#tthc:{BIRTH}:fee").skill == "procedure"


def test_a_procedure_that_speaks_of_an_accident_is_no_danger(person: Person) -> None:
    what = understood("overview", about={"1.001667": 0.95})
    assert person.says("trợ cấp tai nạn lao động", what).skill == "procedure"


def test_a_picture_is_told_once_then_silence_until_words(person: Person) -> None:
    assert person.shows().texts == (say("unreadable"),)
    assert person.shows().texts == ()
    assert person.shows().texts == ()
    person.says("làm giấy khai sinh", understood("overview", about={BIRTH: 0.95}))
    assert person.shows().texts == (say("unreadable"),)


def test_a_picture_with_words_is_read_by_its_words(person: Person) -> None:
    what = understood("fee", about={BIRTH: 0.95})
    assert person.says("phí khai sinh", what, kind="media").procedure == BIRTH


def test_a_picture_does_not_end_what_we_asked(person: Person) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    person.shows()
    person.shows()
    reply = person.says("rác đổ đầy ngõ 3", understood("overview", 0.3))
    assert [(effect.kind, effect.text) for effect in reply.effects] == [("feedback", "rác đổ đầy ngõ 3")]


def test_a_silent_picture_keeps_the_procedure_and_the_choices(person: Person) -> None:
    person.shows()
    person.memory |= {"procedure": BIRTH, "choices": [["Phí bao nhiêu", f"#tthc:{BIRTH}:fee"]]}
    person.shows()
    assert person.says("1").aspect == "fee"
