"""One turn of a conversation: skills in order, the first that answers wins."""

from dataclasses import replace

from bot.dialogue import context
from bot.dialogue.ranking import rank
from bot.dialogue.skills import SKILLS
from bot.dialogue.skills.safety import careful
from bot.dialogue.turn import Reply, Turn


def reply(turn: Turn) -> Reply:
    """Return the answer to one turn, with the memory for the next."""
    turn = context.prepared(turn)
    turn = replace(turn, ranking=rank(turn))
    for skill in SKILLS:
        if (answer := skill(turn)) is not None:
            answer = careful(turn, answer)
            return replace(answer, memory=context.after(turn, answer))
    raise AssertionError("the last skill answers everything")
