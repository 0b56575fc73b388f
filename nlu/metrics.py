"""Figures over pairs of what is true and what was said. Pure: lists in, numbers out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """How well one label is found; 0 where nothing could be counted."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence lies between `low` and `high`: mean confidence, share that was right, how many."""

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


def accuracy(pairs: Sequence[tuple[object, object]]) -> float | None:
    """Return the share of (true, said) pairs that agree; None without pairs."""
    if not pairs:
        return None
    return sum(true == said for true, said in pairs) / len(pairs)


def among(pairs: Sequence[tuple[object, Sequence[object]]]) -> float | None:
    """Return the share of (true, said several) pairs where the truth is among what was said."""
    if not pairs:
        return None
    return sum(true in said for true, said in pairs) / len(pairs)


def per_label(pairs: Sequence[tuple[str, str]]) -> dict[str, Score]:
    """Return precision, recall and F1 of every label that is true or said somewhere, by name."""
    true, said = Counter(t for t, _ in pairs), Counter(s for _, s in pairs)
    right = Counter(t for t, s in pairs if t == s)
    return {name: _score(right[name], said[name], true[name]) for name in sorted(true | said)}


def _score(right: int, said: int, true: int) -> Score:
    precision = right / said if said else 0.0
    recall = right / true if true else 0.0
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0, true)


def confusions(pairs: Sequence[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    """Return the (true, said) pairs that disagree with how often each occurs, most frequent first."""
    counts = Counter(pair for pair in pairs if pair[0] != pair[1])
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def reliability(believed: Sequence[tuple[float, bool]], *, bins: int = 10) -> list[Bin]:
    """Return the bins of (confidence, was right) that are not empty, from the lowest confidence up."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in believed:
        held.setdefault(min(int(confidence * bins), bins - 1), []).append((confidence, right))
    return [_bin(place, held[place], bins) for place in sorted(held)]


def _bin(place: int, inside: list[tuple[float, bool]], bins: int) -> Bin:
    count = len(inside)
    confidence = sum(one for one, _ in inside) / count
    return Bin(place / bins, (place + 1) / bins, confidence, sum(right for _, right in inside) / count, count)


def calibration_error(believed: Sequence[tuple[float, bool]], *, bins: int = 10) -> float | None:
    """Return the mean gap between confidence and accuracy over the bins, weighted (ECE); None without answers."""
    if not believed:
        return None
    gaps = (one.count * abs(one.confidence - one.accuracy) for one in reliability(believed, bins=bins))
    return sum(gaps) / len(believed)
