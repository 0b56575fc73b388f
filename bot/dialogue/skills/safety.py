"""Danger first; and a kind word for what we cannot read."""

import re
from dataclasses import replace

from bot.dialogue import payloads
from bot.dialogue.turn import Reply, Turn
from content.phrases import say
from nlu import keywords
from nlu.text import expand

SURE = 0.5
HINT = 0.15
"""Probability of danger that is enough when the words themselves speak of it."""

_KINDS = (
    ("fire", r"\bchay\b|\bno (ga|bom|binh)|khoi (den|boc)|hoa hoan|mac ket|sat lo|lu quet|duoi nuoc|sap (nha|tran)"),
    ("medical", r"cap cuu|bat tinh|ngat|dot quy|tai nan|ngo doc|dien giat|ran can|chay mau|kho tho|tu tu|muon chet"),
    ("police", r"danh|bao hanh|bao luc|xam hai|bat coc|cuop|trom|dam (chem|nhau)|\bdao\b|de doa|hiep|sung"),
)
_CHILD = re.compile(r"\b(tre em|tre con|be gai|be trai|chau be|dua be|dua tre|em be|hoc sinh)\b")


def danger(turn: Turn) -> Reply | None:
    """Give the emergency numbers before anything else."""
    if turn.payload or not _dangerous(turn):
        return None
    said = expand(turn.text)
    kind = next((name for name, pattern in _KINDS if re.search(pattern, said)), "any")
    lines = [say(f"emergency.{kind}"), *([say("emergency.child")] if _CHILD.search(said) else [])]
    return Reply(texts=("\n".join(lines),), skill="emergency", confidence=turn.understanding.confidence)


def _dangerous(turn: Turn) -> bool:
    understanding = turn.understanding
    if understanding.intent == "emergency" and understanding.confidence >= SURE:
        return True
    if understanding.source == "keywords":
        return understanding.intent == "emergency"
    spoken = keywords.parse(turn.text).intent == "emergency"
    likely = dict(understanding.intents).get("emergency", 0.0)
    # "trợ cấp tai nạn lao động" speaks of an accident and asks for a procedure.
    return spoken and likely >= HINT and not turn.ranking.sure


_ID_NUMBER = re.compile(r"(?<!\d)(?:\d[ .-]?){11}\d(?!\d)")
_SECRET = re.compile(r"\b(otp|mat khau|ma pin|ma xac (nhan|thuc))\b( \w+){0,4} \d{4,8}\b|mat khau( cua)?( \w+)? la \w+")


def careful(turn: Turn, reply: Reply) -> Reply:
    """Add once that an ID number, a code or a password does not belong here, when one was sent."""
    revealed = bool(_ID_NUMBER.search(turn.text) or _SECRET.search(expand(turn.text)))
    if not revealed or reply.skill == "emergency" or not reply.texts or turn.memory.get("warned"):
        return reply
    texts = (*reply.texts[:-1], "\n\n".join([reply.texts[-1], say("careful")]))
    return replace(reply, texts=texts, memory={**reply.memory, "warned": True})


def unreadable(turn: Turn) -> Reply | None:
    """Tell once that we read words only; after that stay silent until words come."""
    if turn.kind != "media" or turn.text.strip():
        return None
    # What we asked stays open: a photo before the words of a complaint is no answer to it.
    waiting = {name: turn.memory.get(name) for name in ("asked", "wanted", "missed")}
    if turn.memory.get("unread"):
        kept = {"choices": turn.memory.get("choices"), **waiting, "unread": True}
        return Reply(texts=(), skill="none", memory=kept)
    memory = {**waiting, "unread": True}
    return Reply(texts=(say("unreadable"),), buttons=(payloads.person(),), skill="none", memory=memory)
