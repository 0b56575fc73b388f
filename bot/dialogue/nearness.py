"""What stands near the procedure talked of: "còn bỏ hẳn thì sao" after a pause of the business means its end."""

import re

from bot.dialogue.turn import Turn
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
    if switch is None or not switch[1].strip():
        return None
    hits = [hit for hit in turn.library.search.rank(switch[1], most=8) if hit.code in near and hit.score >= CLOSE]
    if hits:
        return turn.library.catalogue.get(hits[0].code)
    return turn.library.catalogue.get(best.item) if best and best.item in near else None
