"""What stands near the procedure talked of: "còn bỏ hẳn thì sao" after a pause of the business means its end."""

import re

from bot.dialogue.asking import leftover, without_questions
from bot.dialogue.ranking import EXACT
from bot.dialogue.turn import Turn
from content.families import Family, family_of
from content.model import Procedure
from nlu.text import expand

FAINT = 0.03
"""Probability from which the model's best is believed, when it stands near what is talked of."""
CLOSE = 0.5
"""A score of the search over names from which a neighbour is meant."""

_SWITCH = re.compile(
    r"^(?:(?:a|da|ok|vay|the|ua|o|um|roi|voi lai|nhung|thoi)\s+)*(?:con|neu|nho|hay|the|vay)\b(.+?)"
    r"(?:thi (?:the nao|lam sao|sao|lam gi|ra sao|can gi)|the nao|lam sao|ra sao|sao|thi)?(?:\s+(?:a|vay|ha|nhi|"
    r"em|anh))*$"
)
"""Turns to something else beside it; the group holds what."""
_POINTS_BACK = re.compile(r"\b(viec|thu tuc|cai|giay|ho so) (nay|do|kia|ay)\b")


def current(turn: Turn) -> Procedure | None:
    """Return the procedure talked of, if it has not faded."""
    return turn.library.catalogue.get(str(turn.memory.get("procedure", "")))


def still_meant(turn: Turn, confidence: float) -> Procedure | None:
    """Return what is talked of, when the text says no word beside its names and the model is not sure of another.

    "hồ sơ khai thuế gồm gì" goes on about the tax talked of, though another tax is asked for more often.
    """
    record = current(turn)
    if record is None or confidence >= EXACT:
        return None
    known = set(expand(" ".join((record.short, record.name, *record.aliases))).split())
    said = [word for word in leftover(turn.text).split() if word not in _POINTING]
    return record if said and known.issuperset(said) else None


def nearer(turn: Turn, best: Procedure) -> Procedure:
    """Return the neighbour of what is talked of that bears the very words said too, or `best`.

    "lệ phí trước bạ tính sao" after the transfer of a car is the car's, though it names the house's as well.
    """
    record = current(turn)
    near = [] if record is None else [*record.related, *record.confusable]
    said = set(leftover(turn.text).split()) - _POINTING
    if not said or best.code in near or best is record or not said <= _words(best):
        return best
    same = [one for code in near if (one := turn.library.catalogue.get(code)) and said <= _words(one)]
    return same[0] if same else best


def _words(record: Procedure) -> set[str]:
    return set(expand(record.short).split())


_SAID_IDLY = "thu tuc viec cai loai do ay nay kia nhung gom sao rang kieu"
_POINTING = frozenset(_SAID_IDLY.split())


def family_named(turn: Turn) -> Family | None:
    """Return the family of procedures that the text names without a word on what is wanted."""
    said = expand(turn.text)
    for pattern in _WISHES:
        said = pattern.sub(" ", said)
    return family_of(" ".join(without_questions(said).split()))


_SELVES = "toi|em|minh|con|chau|tui|bac|co|chu|ong|ba"
_WISHES = (
    re.compile(rf"^(?:(?:a|da|alo|chao|xin|ad|anh|chi|ban|can bo|cho|oi|thua|{_SELVES})\b ?)+"),
    re.compile(r"\b(?:muon |can |dinh )?(?:hoi|tu van|biet)(?: (?:ve|thu tuc|chut|ti|viec|chuyen))*\b"),
    re.compile(r"\b(?:muon|can|dinh|thu tuc|ho so|viec|chuyen|ve|lien quan(?: den)?|cho (?:toi|em|minh))\b"),
    re.compile(rf"\b(?:cua |nha )?(?:{_SELVES}|a|nhe|nha|voi|vay|the|ad|anh|chi|ban|oi)\b"),
)
"""What is said around the thing: manners, the wish to ask, whose it is."""


def neighbours(turn: Turn, record: Procedure) -> frozenset[str]:
    """Return the codes that `record` names as related or easily confused, what names it, what is of its field."""
    naming = {
        one.code
        for one in turn.library.catalogue.procedures.values()
        if one.field == record.field or record.code in (*one.related, *one.confusable)
    }
    return frozenset({*record.related, *record.confusable, *naming} - {record.code})


def meant_beside(turn: Turn) -> Procedure | None:
    """Return the neighbour that a text names too faintly to be understood without what was said before."""
    record = current(turn)
    if record is None or _POINTS_BACK.search(expand(turn.text)):
        return None
    near = neighbours(turn, record)
    likely = [c for c in turn.understanding.candidates if turn.library.catalogue.get(c.item)]
    best = likely[0] if likely else None
    if best and any(c.item == record.code and 2 * c.confidence >= best.confidence >= FAINT for c in likely):
        return None  # what is talked of already is as likely
    if best and best.item in near and best.confidence >= FAINT and turn.understanding.bare < best.confidence * 2:
        return turn.library.catalogue.get(best.item)
    switch = _SWITCH.match(expand(turn.text))
    if switch is None or not leftover(switch[1]):
        return None  # "còn phí?" asks on, it names nothing else
    hits = [hit for hit in turn.library.search.rank(switch[1], most=8) if hit.code in near and hit.score >= CLOSE]
    if hits:
        return turn.library.catalogue.get(hits[0].code)
    return turn.library.catalogue.get(best.item) if best and best.item in near else None
