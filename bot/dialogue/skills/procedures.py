"""Procedures: the one named, the one talked of before, or a question back."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.channels.base import Button, Press
from bot.dialogue import payloads
from bot.dialogue.asking import ASPECTS, FEW_WORDS, asks_for_steps, asks_how, aspect_of, aspects_of, leftover
from bot.dialogue.nearness import (
    asks_a_detail,
    current,
    family_named,
    meant_beside,
    nearer,
    neighbours,
    returned_to,
    still_meant,
)
from bot.dialogue.ranking import ASK_BACK, CHOICES_MAX, EXACT
from bot.dialogue.skills import topics
from bot.dialogue.skills.smalltalk import starters
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.compose import answers
from content.families import Family, family_within
from content.model import Aspect, Procedure
from content.phrases import say
from nlu.understanding import Candidate

BARE = 0.5
"""Probability of naming nothing from which "nếu quá hạn thì sao" asks on, though it asks no aspect."""
OUTSIDE = 0.05
"""Probability of being about nothing we know from which a thing that is named proves nothing."""
FILE_ONLINE = "portal/file-online"
HARMLESS = {"correct", "greet", "affirm", "deny", "thanks", "bye", "help", "abuse"}
"""What people say around a question; it does not contradict what the question is about."""
_CORRECTS = re.compile(
    r"^(?:a |da |o )khong\b"
    r"|^(?:(?:a|da|o|ua|oi|ay|thoi|xin loi|sorry|the)\s+)*(?:khong,? (?:phai|y|toi|em|minh)|khong phai|nham|lon|sai roi"
    r"|y (?:toi|em|minh|la|bac|con|chau)|viet nham|hoi nham|noi nham)"
)
_CLAUSES = re.compile(r"\s+(?:và|với|rồi|xong|va|voi|roi|cùng|cung|kèm|kem|đồng thời|cả)\s+|[,;?\n.]+\s*")
_SOMEBODY = re.compile(r"\bcho (me|bo|ba|cha|ong|con|chau|vo|chong|anh|chi|em|toi|minh|ban|nguoi|be|cu|co|chu|bac)\b")


def about(
    turn: Turn, record: Procedure, *, aspect: Aspect, confidence: float, also: Sequence[Aspect] = ()
) -> Reply:  # fmt: skip
    """Answer one aspect of one procedure (and those asked with it), and offer the next ones."""
    today, records = turn.now.date(), turn.library.catalogue
    said = answers(record, (aspect, *also), facts=turn.facts, today=today, catalogue=records)
    buttons: list[Button] = [payloads.procedure(say(f"button.{one}"), record.code, one) for one in said.next]
    if record.expired_on(today):
        heirs = [heir for code in record.replaced_by if (heir := records.get(code))]
        buttons = [payloads.procedure(heir.short, heir.code, aspect) for heir in heirs[:4]]
    buttons += [Button(title=title, press=Press.URL, value=url) for title, url in said.links]
    return Reply(
        texts=(said.full,),
        buttons=tuple(buttons[:5]) if said.links else (*buttons, payloads.person()),
        skill="procedure",
        procedure=record.code,
        candidates=(record.code,),
        aspect=aspect.value,
        confidence=confidence,
    )


def _of_a_family(turn: Turn) -> Reply | None:
    """Ask back with what can be done with the thing that the text names beside its question."""
    family = family_within(turn.text)
    return _offer(turn, family) if family and turn.understanding.other < OUTSIDE else None


def too_little(turn: Turn) -> Reply | None:
    """Ask back when only a thing is named: what about the ID card? The model would guess what is asked most."""
    family = family_named(turn)
    record = current(turn)
    if family is None or (record is not None and record.code in family.codes):
        return None
    return _offer(turn, family)


def _offer(turn: Turn, family: Family) -> Reply | None:
    known = [turn.library.catalogue.procedures[code] for code in family.codes if turn.library.catalogue.get(code)]
    likely = {c.item: c.confidence for c in turn.understanding.candidates}
    records = sorted(known, key=lambda one: -likely.get(one.code, 0.0))
    return _ask_back(turn, records, confidence=likely.get(records[0].code, 0.0)) if len(records) > 1 else None


def returned(turn: Turn) -> Reply | None:
    """Go back to what was talked of before: "quay lại việc lúc nãy, phí bao nhiêu"."""
    record = returned_to(turn)
    if record is None:
        return None
    first, *more = aspects_of(turn, named=True)
    reply = about(turn, record, aspect=first, also=more, confidence=turn.understanding.confidence)
    return replace(reply, memory={"named": True})


def named(turn: Turn) -> Reply | None:
    """Answer when the text names one procedure beyond doubt, and offer a second one that it names."""
    ranking = turn.ranking
    best = ranking.best if ranking.sure else _said_first(turn)
    record = turn.library.catalogue.get(best.item) if best else None
    if best is None or record is None or _says_otherwise(turn, best):
        return None
    if not corrects(turn):
        record = still_meant(turn, best.confidence) or nearer(turn, record)
    if asks_a_detail(turn, record, best.confidence):
        return _detail(turn)
    first, *more = _aspects_wanted(turn)
    reply = about(turn, record, aspect=first, also=more, confidence=best.confidence)
    reply = replace(reply, candidates=tuple(c.item for c in ranking.candidates), memory={"named": True})
    other = _second(turn, record)
    return _offering(reply, other, first) if other else reply


def _detail(turn: Turn) -> Reply | None:
    record, (first, *more) = current(turn), aspects_of(turn)
    first = Aspect.CONDITIONS if first is Aspect.OVERVIEW else first
    return about(turn, record, aspect=first, also=more, confidence=turn.understanding.confidence) if record else None


def _offering(reply: Reply, other: Procedure, aspect: Aspect) -> Reply:
    button = payloads.procedure(other.short, other.code, aspect)
    text = "\n\n".join([reply.texts[0], say("second", short=other.short)])
    memory = {**reply.memory, "offered": button.value}
    return replace(reply, texts=(text,), buttons=(button, *reply.buttons[:3], payloads.person()), memory=memory)


def _codes_said(turn: Turn) -> list[str]:
    """Return the procedures whose very names stand in the text as clauses of their own, first said first."""
    clauses = [part for part in _CLAUSES.split(turn.text) if part and len(part.split()) >= 2]
    if len(clauses) < 2 or turn.understanding.intent == "correct":
        return []
    hits = [hit for clause in clauses for hit in turn.library.search.rank(clause, most=1, least=EXACT)]
    return list(dict.fromkeys(hit.code for hit in hits))


def _said_first(turn: Turn) -> Candidate | None:
    """Return the first of two procedures that are as likely because both are named."""
    two = {candidate.item: candidate for candidate in turn.ranking.candidates[:2]}
    codes = _codes_said(turn) if len(two) == 2 else []
    return two[codes[0]] if codes and set(codes[:2]) == set(two) else None


def _second(turn: Turn, first: Procedure) -> Procedure | None:
    """Return another procedure whose very name stands in the text beside the first."""
    codes = _codes_said(turn)
    other = next((code for code in codes if code != first.code), None)
    # A procedure that does both ("khai sinh và nhập hộ khẩu" in one go) leaves nothing to offer.
    return turn.library.catalogue.get(other) if other and (first.code in codes or len(codes) == 1) else None


def _aspects_wanted(turn: Turn) -> tuple[Aspect, ...]:
    """Return the aspects asked now, or the one that was asked before we had to ask back or were corrected."""
    aspects = aspects_of(turn, named=True)
    if aspects != (Aspect.OVERVIEW,):
        return aspects
    before = turn.memory.get("wanted")
    if before is None and turn.memory.get("named") and corrects(turn):
        before = turn.memory.get("aspect")
    return (Aspect(before or Aspect.OVERVIEW),)


def corrects(turn: Turn) -> bool:
    """Say whether the text takes back what was said before."""
    sure = turn.understanding.intent == "correct" and turn.understanding.confidence >= 0.5
    return sure or bool(_CORRECTS.match(expand(turn.text)))


def _says_otherwise(turn: Turn, best: Candidate) -> bool:
    """Say whether the intent contradicts the item: a skill or out of scope, more certain than the item."""
    understanding = turn.understanding
    if understanding.intent in ASPECTS or understanding.intent in HARMLESS:
        return False
    found = [one.confidence for one in turn.ranking.candidates if _is_imported(turn, one)]
    if understanding.intent == "none" and found and _is_imported(turn, best):
        # The model calls out of scope what only the national catalogue has; the search was weighed against that.
        return sum(found) < BARE
    return understanding.confidence > best.confidence


def _is_imported(turn: Turn, candidate: Candidate) -> bool:
    record = turn.library.catalogue.get(candidate.item)
    return record is not None and record.imported


def correction(turn: Turn) -> Reply | None:
    """Take "không, ý tôi là …" as a new question; ask anew when it names nothing."""
    denies = turn.understanding.intent == "deny" and turn.understanding.confidence >= 0.5
    if not (denies or corrects(turn)) or turn.ranking.best is not None or aspect_of(turn) is not Aspect.OVERVIEW:
        return None  # the skills below answer what it names
    record = current(turn)
    if record is None and not turn.memory.get("choices"):
        return None
    if record and not denies and (other := meant_beside(turn)):
        return about(turn, other, aspect=_aspects_wanted(turn)[0], confidence=turn.understanding.confidence)
    if record and _SOMEBODY.search(expand(turn.text)):
        # For whom it is does not change the procedure, as far as we were told.
        aspect = Aspect(turn.memory.get("aspect") or Aspect.OVERVIEW)
        return about(turn, record, aspect=aspect, confidence=turn.understanding.confidence)
    return Reply(texts=(say("choose.other"),), skill="none", memory={"procedure": None})


def beside(turn: Turn) -> Reply | None:
    """Answer what stands near the procedure talked of, when the text turns to it in few words."""
    if turn.ranking.sure or turn.understanding.intent not in ASPECTS | HARMLESS:
        return None
    record = meant_beside(turn)
    if record is None:
        return None
    reply = about(turn, record, aspect=aspect_of(turn, named=True), confidence=turn.understanding.confidence)
    return replace(reply, memory={"named": True})


def follow_up(turn: Turn) -> Reply | None:
    """Answer an aspect of the procedure talked of before, when the text names no other."""
    aspect, *more = aspects_of(turn)
    record = current(turn)
    unsaid = turn.understanding.bare > BARE or (asks_how(turn.text) and turn.understanding.other < BARE)
    asks_on = aspect is not Aspect.OVERVIEW or (record is not None and unsaid)
    if not asks_on or (record is None and turn.ranking.candidates) or not _names_nothing(turn):
        return None
    if record is None:
        return _of_a_family(turn) or _about_none(turn, aspect)
    return about(turn, record, aspect=aspect, also=more, confidence=turn.understanding.confidence)


def _about_none(turn: Turn, aspect: Aspect) -> Reply:
    """Ask which procedure is meant; how to file online in general has an answer of its own."""
    guide = turn.library.topics.get(FILE_ONLINE)
    if aspect is Aspect.ONLINE and guide is not None:
        return topics.told(turn, guide, confidence=turn.understanding.confidence)
    unsaid = aspect is Aspect.STEPS and not asks_for_steps(turn.text)
    wanted = (Aspect.OVERVIEW if unsaid else aspect).value
    return Reply(texts=(say("which"),), buttons=starters(turn), skill="none", memory={"wanted": wanted})


def _names_nothing(turn: Turn) -> bool:
    ranking = turn.ranking
    # A topic that is only possible does not stand in the way of a question about what is talked of.
    named = [c.confidence for c in ranking.candidates if ranking.sure or turn.library.catalogue.get(c.item)]
    best = max(named, default=0.0)
    if turn.understanding.bare > best:
        return True
    asks_only = len(turn.text.split()) <= FEW_WORDS and not leftover(turn.text)
    return best < ASK_BACK or (asks_only and not ranking.sure and "procedure" in turn.memory)


def unsure(turn: Turn) -> Reply | None:
    """Ask back, with the likeliest as choices; the first of them is what a bare question after it is about."""
    candidates = [c for c in turn.ranking.candidates if turn.library.catalogue.get(c.item)]
    if not candidates or candidates[0].confidence < ASK_BACK or _says_otherwise(turn, candidates[0]):
        return None
    records = [turn.library.catalogue.procedures[c.item] for c in candidates]
    aspect = _aspects_wanted(turn)[0]
    if not corrects(turn) and (same := still_meant(turn, candidates[0].confidence)) is not None:
        return about(turn, same, aspect=aspect, confidence=candidates[0].confidence)
    if (near := _only_near(turn, records)) is not None:
        return about(turn, near, aspect=aspect, confidence=candidates[0].confidence)
    return _ask_back(turn, _filled(turn, records), confidence=candidates[0].confidence)


def _ask_back(turn: Turn, records: Sequence[Procedure], *, confidence: float) -> Reply:
    aspect = _aspects_wanted(turn)[0]
    only = len(records) == 1
    return Reply(
        texts=(say("choose.only", short=records[0].short) if only else say("choose.procedure"),),
        buttons=(*(payloads.procedure(r.short, r.code) for r in records[:4]), payloads.none_of_these()),
        skill="procedure",
        candidates=tuple(r.code for r in records),
        aspect=aspect.value,
        confidence=confidence,
        memory={"wanted": aspect.value, "procedure": records[0].code},
    )


def _filled(turn: Turn, records: list[Procedure]) -> list[Procedure]:
    """Return `records` with what the model thinks less likely, if it stands near the first: a choice of one is none."""
    near = neighbours(turn, records[0])
    others = [c.item for c in turn.understanding.candidates if c.item in near]
    codes = dict.fromkeys([*(record.code for record in records), *others])
    return [turn.library.catalogue.procedures[code] for code in list(codes)[:CHOICES_MAX]]


def _only_near(turn: Turn, records: Sequence[Procedure]) -> Procedure | None:
    """Return what is talked of if it is among `records`, or the best of them when it alone stands near that."""
    record = current(turn)
    if record is None or (turn.memory.get("choices") and turn.memory.get("wanted")):
        return None
    likely = {c.item: c.confidence for c in turn.ranking.candidates}
    if 2 * likely.get(record.code, 0.0) >= likely[records[0].code]:
        return record  # what is talked of already is the likelier of two alike
    near = neighbours(turn, record)
    return records[0] if [r.code for r in records if r.code in near] == [records[0].code] else None
