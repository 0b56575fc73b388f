"""What stands near the procedure talked of: "còn bỏ hẳn thì sao" after a pause of the business means its end."""

import re

from bot.dialogue.asking import asks_how, leftover, spoken_in, without_questions
from bot.dialogue.gist import gist
from bot.dialogue.ranking import AHEAD, ASK_BACK, CHOICES_MAX, EXACT, POSSIBLE, SURE
from bot.dialogue.turn import Ranking, Turn
from bot.dialogue.words import expand
from content.families import Family, family_of
from content.model import Procedure
from nlu.text import fold
from nlu.understanding import Candidate

FAINT = 0.03
"""Probability from which the model's best is believed, when it stands near what is talked of."""
CLOSE = 0.5
"""A score of the search over names from which a neighbour is meant."""

_SWITCH = re.compile(
    r"^(?:(?:a|da|ok|vay|the|ua|o|um|roi|voi lai|nhung|thoi)\s+)*(?:con|neu|hay|the|vay)\b(.+?)"
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
    known = _words(record)
    said = [word for word in leftover(turn.text).split() if word not in _POINTING]
    return record if said and known.issuperset(said) else None


def nearer(turn: Turn, best: Procedure) -> Procedure:
    """Return the neighbour of what is talked of that bears the very words said too, or `best`.

    "lệ phí trước bạ tính sao" after the transfer of a car is the car's, though it names the house's as well. "Mất căn
    cước thì làm lại ở đâu" after a birth is not the child's: its name lacks "mất" and "lại", which the best bears.
    """
    record = current(turn)
    near = [] if record is None else [*record.related, *record.confusable]
    said = set(leftover(turn.text).split()) - _POINTING
    if not said or best.code in near or best is record or not said <= _words(best):
        return best
    said |= set(expand(turn.text).split()) & _words(best)
    same = [one for code in near if (one := turn.library.catalogue.get(code)) and said <= _words(one)]
    return same[0] if same else best


def _words(record: Procedure) -> set[str]:
    return set(expand(record.short).split())


_SAID_IDLY = "thu tuc viec cai loai do ay nay kia nhung gom sao rang kieu"
_POINTING = frozenset(_SAID_IDLY.split())


CURRENT, NAMED, OF_THE_FIELD = 6.0, 4.0, 2.0
"""How many times likelier than a stranger the next question is about what is talked of, what it names, its field."""


def returned_to(turn: Turn) -> Procedure | None:
    """Return what was talked of before and is named again by "quay lại …", by its words or as the last of them."""
    said = expand(turn.text)
    earlier = [one for code in turn.memory.get("earlier", []) if (one := turn.library.catalogue.get(code))]
    if not earlier or not _RETURNS.search(said):
        return None
    words = set(leftover(_RETURNS.sub(" ", said)).split()) - _POINTING
    shares = [len(words & _all_words(one)) / len(words) if words else 1.0 for one in earlier]
    best = max(shares)
    return earlier[shares.index(best)] if best >= SHARED else None


SHARED = 0.5
"""Share of the words said that what we return to must bear."""
_RETURNS = re.compile(
    r"\b(?:(?:quay|tro|tro ve|ve) lai(?: (?:voi|cai|vu|viec|chuyen|phan|ho so|thu tuc))*"
    r"|(?:luc|hoi|ban|khi) (?:nay|truoc|dau)(?: (?:toi|em|minh) hoi)?"
    r"|(?:cai|viec|thu tuc|vu) (?:truoc|dau tien|hoi nay|luc nay|ban nay))\b"
)


def _all_words(record: Procedure) -> set[str]:
    return set(expand(" ".join((record.short, *record.aliases))).split())


def leant(turn: Turn) -> Ranking:
    """Return the ranking with what is near the talk made likelier, where the text alone leaves doubt."""
    record, understanding = current(turn), turn.understanding
    if record is None or turn.ranking.sure or understanding.source != "rasa" or "wanted" in turn.memory:
        return turn.ranking
    named, near = {*record.related, *record.confusable}, neighbours(turn, record)
    earlier = turn.memory.get("earlier", [])
    weights = {**dict.fromkeys(near, OF_THE_FIELD), **dict.fromkeys([*named, *earlier], NAMED), record.code: CURRENT}
    scores = {c.item: c.confidence * weights.get(c.item, 1.0) for c in understanding.candidates if _known(turn, c.item)}
    total = sum(scores.values()) + understanding.other + understanding.bare
    ordered = sorted(scores, key=lambda item: -scores[item])
    heard = max((c.confidence for c in understanding.candidates), default=0.0) >= ASK_BACK
    if not heard or not ordered or ordered[0] not in weights:
        return turn.ranking
    candidates = [Candidate(item=item, confidence=scores[item] / total) for item in ordered]
    first, second = candidates[0].confidence, candidates[1].confidence if len(candidates) > 1 else 0.0
    likely = tuple(c for c in candidates if c.confidence >= POSSIBLE)[:CHOICES_MAX]
    return Ranking(likely, first >= SURE and first >= AHEAD * second) if likely else turn.ranking


def _known(turn: Turn, item: str) -> bool:
    return item in turn.library.topics or turn.library.catalogue.get(item) is not None


def asks_a_detail(turn: Turn, best: Procedure, confidence: float) -> bool:
    """Say whether "cần công chứng giấy ủy quyền không" asks about what is talked of, not for a procedure of its own."""
    record, said = current(turn), expand(turn.text)
    if record is None or best.code == record.code:
        return False
    if best.code in {*record.related, *record.confusable}:
        return bool(_IF_NEEDED_FOR_IT.search(said))
    return confidence < EXACT and bool(_IF_NEEDED.search(said))


_IF_NEEDED_FOR_IT = re.compile(r"^(?:(?:a|da|the|vay|roi|ma) )*co (?:phai|can|bat buoc)\b.*\b(?:khong|chua)$")
"""Begins with the question, so that nothing but what is talked of can need it."""
_IF_NEEDED = re.compile(r"\b(can|phai|bat buoc|duoc)\b.*\b(khong|chua|chu|ha|a)$")


def family_named(turn: Turn) -> Family | None:
    """Return the family of procedures that the text names without a word on what is wanted."""
    said = expand(gist(turn.text))
    if family := family_of(said):
        return family
    for pattern in _WISHES:
        said = pattern.sub(" ", said)
    return family_of(" ".join(without_questions(said).split()))


_SELVES = "toi|em|minh|con|chau|tui|bac|co|chu|ong|ba"
_WISHES = (
    re.compile(rf"^(?:(?:a|da|alo|chao|xin|ad|anh|chi|ban|can bo|cho|oi|thua|{_SELVES})\b ?)+"),
    re.compile(r"\b(?:muon |can |dinh )?(?:hoi|tu van|biet)(?: (?:ve|thu tuc|chut|ti|viec|chuyen))*\b"),
    re.compile(r"\b(?:muon|dinh|thu tuc|ho so|viec|chuyen|ve|lien quan(?: den)?|cho (?:toi|em|minh))\b"),
    re.compile(r"\b(?:can |phai |muon |mun )?(?:lam|xin) lai\b"),
    re.compile(r"\b(?:co|gap|bi) (?:van de|viec|chuyen|truc trac)(?: gi)?\b"),
    re.compile(r"\bcua (?:me|bo|cha|ma|vo|chong|con|chau|nguoi nha)\b"),
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
    likelier = best is not None and best.confidence >= FAINT and turn.understanding.bare < best.confidence * 2
    if best and best.item in near and likelier and asks_how(turn.text):
        return turn.library.catalogue.get(best.item)
    if not (turned := _turned_to(turn)):
        return None  # "còn phí?" asks on, it names nothing else
    hits = [hit for hit in turn.library.search.rank(turned, most=8) if hit.code in near and hit.score >= CLOSE]
    if hits:
        return turn.library.catalogue.get(hits[0].code)
    return turn.library.catalogue.get(best.item) if best and best.item in near and asks_how(turn.text) else None


def turns_beside(turn: Turn) -> bool:
    """Say whether the text turns to something else beside what is talked of: "còn nếu bị mất thì sao"."""
    return bool(_turned_to(turn)) and not spoken_in(turn.text)


def _turned_to(turn: Turn) -> str:
    switch = _SWITCH.match(expand(_without_children(turn.text)))
    return switch[1] if switch and leftover(switch[1]) else ""


def _without_children(text: str) -> str:
    """Return `text` without the word "con" (child) where marks tell it from "còn" (and what about)."""
    return _CHILD.sub("cháu", text) if fold(text) != text.lower() else text


_CHILD = re.compile(r"\bcon\b", re.I)
