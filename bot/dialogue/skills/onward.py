"""Goes on about what is talked of: a bare question whose words sound like another thing, a taking back in its words."""

import re
from collections.abc import Iterable

from bot.dialogue.asking import FEW_WORDS, aspects_of, leftover
from bot.dialogue.nearness import current
from bot.dialogue.skills.procedures import about, corrects
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.families import families
from content.model import Aspect, Procedure

_PAPERS = re.compile(r"\bchứng từ (?:gì|nào|chi)\b|\bchung tu (?:gi|nao|chi)\b", re.I)
"""Asks for papers, though it sounds like the certificate of a death."""
_TAKES_BACK = re.compile(
    r"^(?:(?:a|da|o|ua|oi|ay|thoi) )*(?:trat(?: lat)?|sai|lon|nham|hong phai|khong phai|dau co phai)"
    r"(?: (?:roi|cai do|cai nay|the|vay|y toi|bot|em|chau|con|dau|ma))*\b"
)
_SAID_IDLY = "cai viec giay the so xin lam lai bi cap moi dang ky cua va thay tu co cho toi em muon nha hoi noi y"
_IDLE = frozenset(_SAID_IDLY.split())


def barely(turn: Turn) -> Reply | None:
    """Answer "cần chứng từ gì" about what is talked of: it asks, and names nothing else."""
    record, text = current(turn), _PAPERS.sub("giấy tờ gì", turn.text)
    if record is None or text == turn.text or len(text.split()) > FEW_WORDS or leftover(text):
        return None
    return about(turn, record, aspect=Aspect.DOCUMENTS, confidence=turn.understanding.confidence)


def instead(turn: Turn) -> Reply | None:
    """Answer a taking back with the neighbour that has its words: "không phải, thẻ hết hạn cơ" after a lost one."""
    record, taken_back = current(turn), _TAKES_BACK.match(expand(turn.text))
    if record is None or turn.ranking.sure or not (taken_back or corrects(turn)):
        return None
    said = expand(turn.text)[taken_back.end() if taken_back else 0 :]
    other = _by_its_words(turn, record, _content(said)) or _kept(turn, record)
    aspect = aspects_of(turn, named=True)[0] if other else Aspect.OVERVIEW
    return about(turn, other, aspect=aspect, confidence=turn.understanding.confidence) if other else None


def _by_its_words(turn: Turn, record: Procedure, said: set[str]) -> Procedure | None:
    """Return what alone, of what can be done with the same thing, has most of the words said and `record` has not."""
    near, own = _near(turn, record), _words(record) | _IDLE
    shared = [len(said & (_words(one) - own)) for one in near]
    most = max(shared, default=0)
    return near[shared.index(most)] if most and shared.count(most) == 1 else None


def _kept(turn: Turn, record: Procedure) -> Procedure | None:
    """Return `record` if what follows the taking back tells of it alone: "trật rồi, sổ mất hẳn" about a lost one."""
    _, _, rest = turn.text.partition(",")
    same_thing = _known(turn, _family(record)) or _near(turn, record)
    others = set[str]().union(*(_words(one) for one in same_thing if one is not record))
    return record if _content(expand(rest)) & (_words(record) - others - _IDLE) else None


def _content(said: str) -> set[str]:
    """Return the words that ask for nothing; "mất" is one where it tells of a loss and not of a cost."""
    return {*leftover(said).split(), *_LOSS.findall(said)}


_LOSS = re.compile(r"\bmat\b(?! (?:bao|may|tien|phi|le phi|nhieu|nhiu|them))")


def _near(turn: Turn, record: Procedure) -> list[Procedure]:
    """Return what can be done with the same thing, and what `record` is confused with."""
    codes = dict.fromkeys([*record.confusable, *record.related, *_family(record)])
    return [one for one in _known(turn, codes) if one is not record]


def _family(record: Procedure) -> list[str]:
    things = [(*one.codes, *one.also) for one in families()]
    return [code for codes in things if record.code in codes for code in codes]


def _known(turn: Turn, codes: Iterable[str]) -> list[Procedure]:
    return [one for code in codes if (one := turn.library.catalogue.get(code))]


def _words(record: Procedure) -> set[str]:
    return set(expand(record.short).split())
