"""Short replies to what we said last: yes, no, once more, I do not follow."""

import re

from bot.channels.base import Button
from bot.dialogue import payloads
from bot.dialogue.nearness import current
from bot.dialogue.skills import choices, procedures
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.model import Aspect
from content.phrases import say
from nlu import keywords

LIKELY = 0.5
FEW_WORDS = 5
"""A yes or a no of more words says something of its own."""

_YES = re.compile(
    r"^(?:(?:da|vang|u|um|uh|uk|uhm|o|ok|oke|okay|oki|okie|co|dung|phai|duoc|yes|dong y|chuan|nhat tri|muon|"
    r"lam on|tot)"
    r"\b ?)+(?:(?:a|roi|vay|chu|nhe|nha|em|ban|anh|chi|admin|day|the|di|luon|hieu|toi|minh|bac|con)\b ?)*$"
)
_I_SEE = re.compile(
    r"^(?:(?:a|o|u|da|vang|ok) )*"
    r"(?:(?:ra |hoa ra )?(?:la )?(?:the|vay)(?: (?:a|ha|sao|do))*|(?:hieu|biet|ro) roi)(?: a)?$"
)
_NO_MORE = re.compile(
    r"^(?:(?:a|da|o|ok|thoi|vay)\s+)*(?:khong|thoi|khoi|chua)(?: (?:can|muon|co|hoi|phien|dau|nua|gi|them|a|anh|"
    r"nhe|nha|"
    r"em|ban|chi|roi|duoc|cam on))*$"
)
_NOT_THAT = re.compile(r"khong (phai|dung)|sai|nham|lon")
_AGAIN = re.compile(r"\b(nhac|noi|doc|tra loi|giai thich|cho xem)( \w+)? lai\b(?! ho so)|^lai di$|^gi co$|^sao co$")
_LOST = re.compile(
    r"(khong|chua|kho|chang|cha) hieu|khong ro (lam|cho|y)|noi (de hieu|don gian|ngan|ro)|roi (qua|nao)|dai qua|"
    r"la sao$"
)


def yes(turn: Turn) -> Reply | None:
    """Do what we offered; with nothing on offer show what can be asked next."""
    said = expand(turn.text)
    if not _short(turn) or not (_YES.match(said) or _I_SEE.match(said) or _affirmed(turn)):
        return None
    if offered := payloads.read(str(turn.memory.get("offered", ""))):
        return choices.opened(turn, offered)
    open_choices: list[list[str]] = turn.memory.get("choices", [])
    if "wanted" in turn.memory and open_choices:
        one = payloads.read(open_choices[0][1])
        only = len([title for title, value in open_choices if value != payloads.none_of_these().value]) == 1
        return choices.opened(turn, one) if only and one else choices.asked_again(turn)
    record = current(turn)
    if record is None:
        return Reply(texts=(say("no_more"),), skill="smalltalk") if _I_SEE.match(expand(turn.text)) else None
    return Reply(texts=(say("affirm"),), buttons=_next(turn, record.code), skill="smalltalk")


def no(turn: Turn) -> Reply | None:
    """Let an offer go; a no to an answer means that nothing more is wanted."""
    said = expand(turn.text)
    if not _short(turn) or not _NO_MORE.match(said) or _NOT_THAT.search(said) or "wanted" in turn.memory:
        return None
    if turn.memory.get("skill") == "handoff":
        return Reply(texts=(say("handoff_left"),), skill="smalltalk")
    if not (turn.memory.get("offered") or current(turn)):
        return None
    return Reply(texts=(say("no_more"),), skill="smalltalk", memory={"choices": turn.memory.get("choices")})


def again(turn: Turn) -> Reply | None:
    """Say once more what was said last."""
    if not _about_the_last(turn, _AGAIN):
        return None
    if turn.memory.get("wanted") and turn.memory.get("choices"):
        return choices.asked_again(turn)
    record = current(turn)
    aspect = Aspect(turn.memory.get("aspect") or Aspect.OVERVIEW)
    return procedures.about(turn, record, aspect=aspect, confidence=1.0) if record else None


def lost(turn: Turn) -> Reply | None:
    """Say it in fewer words when an answer was not followed, and offer a person."""
    record = current(turn)
    if record is None or not _about_the_last(turn, _LOST):
        return None
    text = say("simpler", short=record.short, summary=record.summary)
    offered = payloads.person()
    return Reply(
        texts=(text,),
        buttons=(*_next(turn, record.code)[:3], offered),
        skill="procedure",
        procedure=record.code,
        candidates=(record.code,),
        aspect=Aspect.OVERVIEW.value,
        memory={"offered": offered.value},
    )


def _about_the_last(turn: Turn, pattern: re.Pattern[str]) -> bool:
    few = len(turn.text.split()) <= 2 * FEW_WORDS
    return few and not turn.ranking.sure and bool(pattern.search(expand(turn.text)))


def _short(turn: Turn) -> bool:
    return 0 < len(turn.text.split()) <= FEW_WORDS and not turn.ranking.sure and keywords.aspect(turn.text) is None


def _meant(turn: Turn, intent: str) -> bool:
    return turn.understanding.intent == intent and turn.understanding.confidence >= LIKELY


def _affirmed(turn: Turn) -> bool:
    return _meant(turn, "affirm") and not choices.numbered(turn)


def _next(turn: Turn, code: str) -> tuple[Button, ...]:
    said = turn.memory.get("aspect")
    most = (Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME, Aspect.WHERE, Aspect.ONLINE)
    return tuple(payloads.procedure(say(f"button.{one}"), code, one) for one in most if one != said)[:4]
