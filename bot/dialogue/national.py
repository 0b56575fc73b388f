"""The imported national catalogue beside the model: how likely a question is about a record that was only imported.

The model knows the curated records and the topics; the search knows all names. Which of the two is to be believed is a
logistic curve over what both say, fitted on the development questions of either kind, on turns that ask on in a
dialogue and on what is out of scope (`tests/understanding/{dev,national}`).
"""

from collections.abc import Iterator
from math import exp, log

from bot.dialogue import own_names, payloads
from bot.dialogue.turn import Turn
from content.national.search import Found

LEAST = 0.10
"""Below this probability the national catalogue keeps quiet."""
LEAST_POINTS = 10.0
"""Points that a few words out of nowhere reach: "giấy này dùng được bao lâu"."""
AGREED = 0.5
"""Probability from which the model's candidate needs no rival when the search finds it first too."""
STEEP = 12.0
"""How fast a procedure's share falls with its points: a tenth more makes it three times as likely."""
SHARED_BY = 3
POINTS, POINTS_MAX = 20.0, 60.0
"""Points are counted in this many, and no more of them convince further."""
START, ELSEWHERE, OTHER, STRENGTH, CURATED_FIRST = 2.2, 0.57, -2.05, 3.92, -1.9
"""The curve's weights: whether the model hears a name that it learnt from the rest of the catalogue, what it takes for
out of scope, how well the search did, and whether ours is the search's first."""
ELSEWHERE_LEAST = 1e-6
"""Probability below which it is all the same to the curve, which takes the logarithm."""


def likely(turn: Turn) -> dict[str, float]:
    """Return the imported procedures that the text may be about, with their probabilities; {} without an import."""
    imported = [found for found in turn.national if not _is_curated(turn, found.code)][:SHARED_BY]
    if not imported or imported[0].points < LEAST_POINTS or _agree(turn):
        return {}
    about = _about_imported(turn, imported[0])
    weights = [(found.points / imported[0].points) ** STEEP for found in imported]
    shares = [about * weight / sum(weights) for weight in weights]
    return {found.code: share for found, share in zip(imported, shares, strict=True)} if about >= LEAST else {}


def _agree(turn: Turn) -> bool:
    """Say whether the search puts the model's own candidate first."""
    first = max(turn.understanding.candidates, key=lambda one: one.confidence, default=None)
    return first is not None and first.item == turn.national[0].code and first.confidence >= AGREED


def _about_imported(turn: Turn, best: Found) -> float:
    understanding = turn.understanding
    value = START + ELSEWHERE * log(understanding.elsewhere + ELSEWHERE_LEAST)
    value += OTHER * (understanding.other - understanding.elsewhere)
    value += STRENGTH * min(best.points, POINTS_MAX) / POINTS * best.explained
    value += CURATED_FIRST * _is_curated(turn, turn.national[0].code)
    return 1.0 / (1.0 + exp(-value))


def _is_curated(turn: Turn, code: str) -> bool:
    record = turn.library.catalogue.get(code)
    return record is not None and not record.imported


def wanted(turn: Turn) -> list[str]:
    """Return the codes whose records the turn may need: likely ones, those talked of and those that were offered."""
    return list(dict.fromkeys([*_remembered(turn), *likely(turn), *_own(turn)]))


def _own(turn: Turn) -> Iterator[str]:
    if (hit := own_names.named(turn)) is not None:
        yield hit.code


def _remembered(turn: Turn) -> Iterator[str]:
    offered = [str(value) for _, value in turn.memory.get("choices") or ()]
    for payload in (turn.payload, turn.text, *offered):
        if pressed := payloads.read(payload):
            yield pressed.code
    yield str(turn.memory.get("procedure") or "")
