"""Procedures: the one named, the one talked of before, or a question back."""

from dataclasses import replace

from bot.channels.base import Button, Press
from bot.dialogue import payloads
from bot.dialogue.ranking import ASK_BACK
from bot.dialogue.turn import Reply, Turn
from content.compose import answer
from content.model import Aspect, Procedure
from content.phrases import say
from nlu import keywords
from nlu.understanding import Candidate

ASPECTS = {aspect.value for aspect in Aspect}
SPECIFIC = 0.25
"""Probability from which an aspect beats the overview, which the training knows most of."""
HINT = 0.02
"""Probability that is enough for an aspect when the words themselves ask for it."""
BARE_WORDS = 6
"""A text of so few words that names nothing for sure asks on about what was talked of."""


def aspect_of(turn: Turn) -> Aspect:
    """Return the aspect that the text asks, or the overview."""
    likely = {name: p for name, p in turn.understanding.intents if name in ASPECTS and name != Aspect.OVERVIEW}
    spoken = keywords.aspect(turn.text)
    if spoken and (turn.understanding.source == "keywords" or likely.get(spoken, 0.0) >= HINT):
        return Aspect(spoken)
    best = max(likely, key=lambda name: likely[name], default=Aspect.OVERVIEW)
    return Aspect(best) if likely.get(best, 0.0) >= SPECIFIC else Aspect.OVERVIEW


def about(turn: Turn, record: Procedure, *, aspect: Aspect, confidence: float) -> Reply:
    """Answer one aspect of one procedure, and offer the next ones."""
    said = answer(record, aspect, facts=turn.facts, today=turn.now.date(), catalogue=turn.library.catalogue)
    buttons: list[Button] = [payloads.procedure(say(f"button.{one}"), record.code, one) for one in said.next]
    if record.expired_on(turn.now.date()):
        heirs = [heir for code in record.replaced_by if (heir := turn.library.catalogue.get(code))]
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


def named(turn: Turn) -> Reply | None:
    """Answer when the text names one procedure beyond doubt."""
    ranking = turn.ranking
    best = ranking.best
    record = turn.library.catalogue.get(best.item) if best else None
    if best is None or record is None or not ranking.sure or _says_otherwise(turn, best):
        return None
    reply = about(turn, record, aspect=_aspect_wanted(turn), confidence=best.confidence)
    return replace(reply, candidates=tuple(c.item for c in ranking.candidates))


def _aspect_wanted(turn: Turn) -> Aspect:
    """Return the aspect asked now, or the one that was asked before we had to ask back."""
    aspect = aspect_of(turn)
    return Aspect(turn.memory.get("wanted") or aspect) if aspect is Aspect.OVERVIEW else aspect


def _says_otherwise(turn: Turn, best: Candidate) -> bool:
    """Say whether the intent contradicts the item: a skill or out of scope, more certain than the item."""
    understanding = turn.understanding
    if understanding.intent in ASPECTS or understanding.intent in {
        "correct",
        "greet",
        "affirm",
        "deny",
        "thanks",
    }:
        return False
    return understanding.confidence > best.confidence


def correction(turn: Turn) -> Reply | None:
    """Take "không, ý tôi là …" as a new question; ask anew when it names nothing."""
    if turn.understanding.intent not in {"correct", "deny"} or turn.understanding.confidence < 0.5:
        return None
    if turn.ranking.best is not None:
        return None  # the skills below answer what it names
    if not turn.memory.get("procedure") and not turn.memory.get("choices"):
        return None
    return Reply(texts=(say("choose.other"),), skill="none", memory={"procedure": None})


def follow_up(turn: Turn) -> Reply | None:
    """Answer an aspect of the procedure talked of before, when the text names no other."""
    aspect = aspect_of(turn)
    if aspect is Aspect.OVERVIEW or not _names_nothing(turn):
        return None
    record = turn.library.catalogue.get(str(turn.memory.get("procedure", "")))
    if record is None:
        return Reply(texts=(say("which"),), skill="none", memory={"wanted": aspect.value})
    return about(turn, record, aspect=aspect, confidence=turn.understanding.confidence)


def _names_nothing(turn: Turn) -> bool:
    ranking = turn.ranking
    best = ranking.best.confidence if ranking.best else 0.0
    if turn.understanding.bare > best:
        return True
    short = len(turn.text.split()) <= BARE_WORDS
    return best < ASK_BACK or (short and not ranking.sure and "procedure" in turn.memory)


def unsure(turn: Turn) -> Reply | None:
    """Ask back, with the likeliest as choices."""
    candidates = [c for c in turn.ranking.candidates if turn.library.catalogue.get(c.item)]
    if not candidates or candidates[0].confidence < ASK_BACK or _says_otherwise(turn, candidates[0]):
        return None
    records = [turn.library.catalogue.procedures[c.item] for c in candidates]
    aspect = _aspect_wanted(turn)
    return Reply(
        texts=(say("choose.procedure"),),
        buttons=(*(payloads.procedure(r.short, r.code) for r in records[:4]), payloads.none_of_these()),
        skill="procedure",
        candidates=tuple(r.code for r in records),
        aspect=aspect.value,
        confidence=candidates[0].confidence,
        memory={"wanted": aspect.value},
    )
