"""An answer to what we offered: by button, by number, or by its words."""

import re
from collections.abc import Callable

from bot.dialogue import payloads
from bot.dialogue.skills import people, places, procedures, smalltalk, topics
from bot.dialogue.turn import Reply, Turn
from content.model import Aspect
from content.phrases import say
from nlu.text import expand

_ORDINALS = {"mot": 1, "dau": 1, "nhat": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_NUMBER = re.compile(
    r"^(?:(?:toi|minh|em|cho|lay|so|cau|cai|muc|y|chon|thu|viec|lua chon|phuong an|dap an)\s+)*"
    r"(\d|mot|hai|ba|bon|tu|nam|dau|nhat|nhi)"
    r"(?:\s+(?:a|anh|chi|nhe|nha|di|tien|ban|do|em|oi|ah|di em))*$"
)
"""Over written-out words: "2 ạ" comes as "2 anh"."""


def pressed(turn: Turn) -> Reply | None:
    """Answer a pressed button."""
    meant = payloads.read(turn.payload)
    return _open(turn, meant) if meant else None


def picked(turn: Turn) -> Reply | None:
    """Answer a choice made by its number or its words, while the choices are fresh."""
    offered: list[list[str]] = turn.memory.get("choices", [])
    if not offered:
        return None
    said = expand(turn.text)
    value = _by_number(said, offered) or next((v for title, v in offered if expand(title) == said), None)
    meant = payloads.read(value) if value else None
    return _open(turn, meant) if meant else None


def _by_number(said: str, offered: list[list[str]]) -> str | None:
    match = _NUMBER.match(said)
    if not match:
        return None
    number = int(match[1]) if match[1].isdigit() else _ORDINALS[match[1]]
    return offered[number - 1][1] if 1 <= number <= len(offered) else None


def _open(turn: Turn, meant: payloads.Pressed) -> Reply | None:
    if meant.code:
        record = turn.library.catalogue.get(meant.code)
        # A clarifying question keeps the aspect that was asked; its choices carry none.
        aspect = meant.aspect or Aspect(turn.memory.get("wanted") or Aspect.OVERVIEW)
        return procedures.about(turn, record, aspect=aspect, confidence=1.0) if record else None
    if meant.item:
        topic = turn.library.topics.get(meant.item)
        return topics.told(turn, topic, confidence=1.0) if topic else None
    if meant.skill == "other":
        memory = {"procedure": None, "wanted": turn.memory.get("wanted")}
        return Reply(texts=(say("choose.other"),), skill="none", memory=memory)
    opened = _SKILLS.get(meant.skill)
    return opened(turn) if opened else None


_SKILLS: dict[str, Callable[[Turn], Reply | None]] = {
    "handoff": people.call_person,
    "feedback": people.ask_feedback,
    "status": places.tell_status,
    "office": places.tell_office,
    "portal": topics.tell_portal,
    "help": smalltalk.tell_help,
}
