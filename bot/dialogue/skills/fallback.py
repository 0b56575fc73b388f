"""The honest "I don't know", with a way on."""

from bot.dialogue import payloads
from bot.dialogue.skills.smalltalk import starters
from bot.dialogue.turn import Reply, Turn
from content.agency import say_own
from content.phrases import say


def not_understood(turn: Turn) -> Reply:
    """Say so; the second time in a row offer a person first."""
    outside = turn.understanding.intent == "none" and turn.understanding.source != "keywords"
    if turn.memory.get("missed"):
        person = payloads.person()
        return Reply(texts=(say("none.again"),), buttons=(person,), skill="none", memory={"offered": person.value},
                     confidence=turn.understanding.confidence, understood=False)  # fmt: skip
    return Reply(
        texts=(say("none.outside") if outside else say_own(turn.facts, "none.first"),),
        buttons=starters(turn),
        skill="none",
        confidence=turn.understanding.confidence,
        understood=False,
    )
