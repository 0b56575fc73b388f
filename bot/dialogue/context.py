"""What a conversation remembers: the procedure talked of, open choices, misunderstandings in a row.

Memory is JSON: `procedure`, `aspect`, `at` (ISO time of the last turn), `choices` (payloads offered),
`wanted` (the aspect that was asked when we had to ask back), `named` (the last text named the procedure itself),
`offered` (the payload that a "yes" opens), `skill` (what answered last),
`warned` (told not to send secrets), `asked` (a free answer we wait for), `missed` (misunderstandings in a row),
`unread` (told that we cannot read pictures). It fades: choices after an hour, the procedure after two days.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Press
from bot.dialogue.turn import Memory, Reply, Turn

CHOICES_FADE = timedelta(hours=1)
PROCEDURE_FADES = timedelta(days=2)
_SHORT_LIVED = ("choices", "asked", "missed", "wanted", "named", "offered", "skill", "warned")


def prepared(turn: Turn) -> Turn:
    """Return the turn with what has faded taken out of its memory."""
    memory = dict(turn.memory)
    age = turn.now - datetime.fromisoformat(memory["at"]) if "at" in memory else timedelta.max
    if age > CHOICES_FADE:
        for name in _SHORT_LIVED:
            memory.pop(name, None)
    if age > PROCEDURE_FADES:
        memory = {}
    return replace(turn, memory=memory)


def after(turn: Turn, reply: Reply) -> Memory:
    """Return what to remember after `reply`; what the skill set itself comes first."""
    memory: Memory = {
        "at": turn.now.isoformat(),
        "procedure": reply.procedure or turn.memory.get("procedure"),
        "aspect": reply.aspect or (turn.memory.get("aspect") if reply.procedure is None else None),
        "choices": [[b.title, b.value] for b in reply.buttons if b.press is Press.SAY],
        "skill": reply.skill,
        "missed": 0 if reply.understood else int(turn.memory.get("missed", 0)) + 1,
        "warned": turn.memory.get("warned"),
        **reply.memory,
    }
    return {name: value for name, value in memory.items() if value}
