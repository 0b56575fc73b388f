"""What a text leaves out because the talk has said it: "em bé 2 tuổi có làm được không" after the passport.

The model hears single sentences. Where it is not sure what such a text names, it is asked once more with the thing
talked of put in front ("hộ chiếu em bé 2 tuổi có làm được không"); whether the text goes on about the same procedure
or turns to its neighbour is then read from that.
"""

from dataclasses import replace

from bot.dialogue import context
from bot.dialogue.asking import ASPECTS, leftover
from bot.dialogue.nearness import current, turns_beside
from bot.dialogue.turn import Turn
from content.families import thing_of
from nlu.understanding import Understanding

NAMED = 0.95
"""Probability from which a text names its procedure itself."""
UNNAMED = 0.5
"""Probability of naming nothing from which a text asks on, unless its words turn to something beside."""
OUTSIDE = 0.98
"""Probability of being out of scope from which no context makes a question of a text."""
CLEAR = 0.6
"""Probability that the second reading needs to be believed."""
UNHEARD = 0.5
"""Probability below which the first reading heard no other procedure."""
LONGEST = 25
"""Words; a longer text says what it is about."""


def left_out(turn: Turn) -> str | None:
    """Return the thing talked of that the text may leave out, or None when the text stands for itself."""
    turn = context.prepared(turn)
    record, understanding = current(turn), turn.understanding
    if record is None or understanding.source != "rasa" or turn.payload or not _is_open(turn):
        return None
    # The procedure's own name weighs more than a thing's: what names another even faintly is left to itself.
    unheard = all(one.confidence < UNHEARD for one in understanding.candidates)
    return thing_of(record.code) or (record.short.partition(" (")[0] if unheard else None)


def _is_open(turn: Turn) -> bool:
    understanding = turn.understanding
    best = max(understanding.candidates, key=lambda one: one.confidence, default=None)
    if not leftover(turn.text) or len(turn.text.split()) > LONGEST:
        return False
    if understanding.intent not in ASPECTS:
        return understanding.intent in {"none", "correct"} and understanding.confidence < OUTSIDE
    if understanding.bare >= UNNAMED:
        return turns_beside(turn)
    return best is None or (best.confidence < NAMED and best.item != turn.memory.get("procedure"))


def understood(turn: Turn, second: Understanding) -> Turn:
    """Return the turn with the `second` reading in place of the first, where that says more."""
    first = turn.understanding
    if second.source != "rasa" or not second.candidates:
        return turn
    best = max(second.candidates, key=lambda one: one.confidence)
    if first.bare >= UNNAMED:
        return _turned(turn, second)
    if best.confidence < CLEAR:
        return turn
    if first.intent in ASPECTS:
        told = replace(first, candidates=second.candidates, other=second.other, bare=second.bare)
        return replace(turn, understanding=told)
    if second.intent not in ASPECTS:
        return turn
    # It said nothing of ours by itself: then it is no more than a question about what is talked of.
    same = replace(best, item=str(turn.memory.get("procedure")))
    return replace(turn, understanding=replace(second, text=first.text, candidates=(same,)))


def _turned(turn: Turn, second: Understanding) -> Turn:
    """Return the turn as about the neighbour that the second reading finds, if it finds one rather than the same."""
    likely = {one.item: one.confidence for one in second.candidates}
    best = max(likely, key=lambda item: likely[item])
    same = likely.get(str(turn.memory.get("procedure")), 0.0)
    if turn.library.catalogue.get(best) is None or likely[best] < BESIDE or likely[best] < RATHER * same:
        return turn
    # What is left of naming nothing is shared out: by its words the text names something.
    rest = 1.0 - second.bare
    candidates = tuple(replace(one, confidence=min(1.0, one.confidence / rest)) for one in second.candidates)
    first = turn.understanding
    return replace(turn, understanding=replace(first, candidates=candidates, bare=0.0, other=second.other / rest))


BESIDE, RATHER = 0.1, 3.0
"""What a neighbour needs: this probability, and this many times that of what is talked of."""
