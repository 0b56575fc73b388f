"""From which probability a text is answered at once, asked back, or let go: one case at each threshold."""

import pytest

from bot.dialogue.ranking import AHEAD, ASK_BACK, ASK_BACK_IN_SHORT, STORY, SURE
from tests.dialogue.person import BIRTH, MARRIAGE, Person, understood

SHORT = "việc kia"
TOLD = " ".join(["chuyện"] * STORY)


@pytest.mark.parametrize(
    ("text", "probability", "becomes"),
    [
        (SHORT, SURE, "answered"),
        (SHORT, SURE - 0.01, "asked back"),
        (SHORT, ASK_BACK_IN_SHORT, "asked back"),
        (SHORT, ASK_BACK_IN_SHORT - 0.01, "let go"),
        (TOLD, SURE, "answered"),
        (TOLD, ASK_BACK_IN_SHORT - 0.01, "asked back"),
        (TOLD, ASK_BACK, "asked back"),
        (TOLD, ASK_BACK - 0.01, "let go"),
    ],
)
def test_a_probability_decides(person: Person, text: str, probability: float, becomes: str) -> None:
    reply = person.says(text, understood("overview", 0.3, about={BIRTH: probability}))
    if becomes == "let go":
        assert reply.skill == "none"
    else:
        assert (reply.skill, reply.candidates) == ("procedure", (BIRTH,))
        assert reply.procedure == (BIRTH if becomes == "answered" else None)


@pytest.mark.parametrize(("times", "answered"), [(AHEAD + 0.1, True), (AHEAD - 0.1, False)])
def test_the_best_must_be_well_ahead(person: Person, times: float, answered: bool) -> None:
    reply = person.says(SHORT, understood("overview", 0.3, about={BIRTH: SURE, MARRIAGE: SURE / times}))
    assert reply.candidates == (BIRTH, MARRIAGE)
    assert (reply.procedure == BIRTH) is answered
