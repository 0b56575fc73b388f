"""The imported national catalogue beside the model: how likely a question is about a record that was only imported.

The model knows the curated records and the topics; the search knows all names. Which of the two is to be believed is a
logistic curve over what both say, fitted (`tests/understanding/national`) on the development questions of either kind
and on what is out of scope.
"""

from collections.abc import Iterator
from math import exp

from bot.dialogue import payloads
from bot.dialogue.turn import Turn
from content.national.search import Found

STEEP = 10.0
"""How fast a procedure's share falls with its points: a tenth more makes it two and a half times as likely."""
SHARED_BY = 5
POINTS = 20.0
"""Points are counted in this many: about what a question out of scope reaches by chance."""
START, MODEL, OTHER, STRENGTH, EXPLAINED, RIVAL, CURATED_FIRST = -1.3, -2.5, -4.0, 2.7, 2.8, -1.75, -2.5


def likely(turn: Turn) -> dict[str, float]:
    """Return the imported procedures that the text may be about, with their probabilities; {} without an import."""
    curated = turn.library.catalogue.curated
    imported = [found for found in turn.national if found.code not in curated][:SHARED_BY]
    if not imported or turn.payload:
        return {}
    about = _about_imported(turn, imported[0])
    weights = [(found.points / imported[0].points) ** STEEP for found in imported]
    return {found.code: about * weight / sum(weights) for found, weight in zip(imported, weights, strict=True)}


def joined(turn: Turn, scores: dict[str, float]) -> dict[str, float]:
    """Return the candidates' probabilities with those of the imported procedures among them."""
    new = likely(turn)
    left = 1.0 - sum(new.values())
    return {**{item: score * left for item, score in scores.items()}, **new} if new else scores


def _about_imported(turn: Turn, best: Found) -> float:
    understanding = turn.understanding
    first = max(understanding.candidates, key=lambda one: one.confidence, default=None)
    points = {found.code: found.points for found in turn.national}
    rival = points.get(first.item, 0.0) / best.points if first else 0.0
    strength = best.points / POINTS
    value = START + MODEL * (first.confidence if first else 0.0) + OTHER * understanding.other
    value += STRENGTH * strength * best.explained + EXPLAINED * best.explained + RIVAL * rival
    value += CURATED_FIRST * (turn.national[0].code in turn.library.catalogue.curated)
    return 1.0 / (1.0 + exp(-value))


def wanted(turn: Turn, *, least: float) -> list[str]:
    """Return the codes whose records the turn may need: likely ones, those talked of and those that were offered."""
    return list(dict.fromkeys([*_remembered(turn), *(code for code, p in likely(turn).items() if p >= least)]))


def _remembered(turn: Turn) -> Iterator[str]:
    offered = [str(value) for _, value in turn.memory.get("choices") or ()]
    for payload in (turn.payload, turn.text, *offered):
        if pressed := payloads.read(payload):
            yield pressed.code
    yield str(turn.memory.get("procedure") or "")
