"""Rank procedures for a question by the words of their names and aliases; no model, no network."""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from content.model import Procedure
from nlu.text import expand

PAIR_WEIGHT = 1.6
"""A pair of neighbouring words says more than two words apart: "khai sinh" against "sinh"."""
UNSEEN_WEIGHT = 0.25
NAME_LENGTH_DAMPING = 0.55
"""Power of the name's own length in the score: 0 would favour long names, 1 very short ones."""

# What asks, not what is asked about; folded. Phrases first: "ho so" is asking, "ho" (hộ) alone is not.
_ASKING_PHRASES = re.compile(
    r"\b(thu tuc|ho so|giay to|le phi|bao nhieu( tien)?|bao lau|bao gio|o dau|the nao|lam sao|nhu the nao|may ngay"
    r"|can (nhung )?gi|nhung gi|cho (toi|em|minh|con|chau) hoi|xin hoi|cho hoi|giup (toi|em|minh)|anh chi|ban oi|ad oi"
    r"|online|truc tuyen|qua mang|mat bao|het bao|khi nao|phai khong|duoc khong)\b"
)
_ASKING = frozenset(
    "a ah alo anh ban bac bi bit biet cac cai can cho cung da dang day de di dieu do duoc dung em gi gio giup ha "  # noqa: SIM905
    "hay het hoi hon khi khong la lau len luc ma may minh moi muon nao nay nha nhe nhieu nhu nhung o oi phai qua ra "
    "rang roi sao se tai the thi toi trong va van vay ve vi voi u uh".split()
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure and how well its name fits: 0 (not at all) to 1 (the very words)."""

    code: str
    score: float


class Search:
    """An inverted index over every name and alias; built once, asked by many threads."""

    def __init__(self, procedures: Iterable[Procedure], *, also: Iterable[tuple[str, str]] = ()) -> None:
        """`also` are further (code, name) pairs."""
        self._names = [*((p.code, name) for p in procedures for name in _names(p)), *also]
        phrases = [(code, _features(name)) for code, name in self._names]
        spread: Counter[str] = Counter()
        for _, features in phrases:
            spread.update(features.keys())
        total = max(1, len(phrases))
        self._idf = {feature: math.log(1 + total / count) for feature, count in spread.items()}
        self._unseen = math.log(1 + total)
        self._codes: list[str] = []
        self._shares: list[float] = []
        """What a phrase's own length leaves of its product with a question."""
        self._phrases: list[Mapping[str, float]] = []
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (code, features) in enumerate(phrases):
            weights = self._weights(features)
            self._codes.append(code)
            self._phrases.append(weights)
            length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            self._shares.append(length ** -(1 + NAME_LENGTH_DAMPING))
            for feature, weight in weights.items():
                self._postings[feature].append((number, weight))

    def extended(self, names: Iterable[tuple[str, str]]) -> "Search":
        """Return a search that knows further (code, name) pairs; built anew, so keep it."""
        return Search((), also=[*self._names, *names])

    def rank(self, question: str, *, most: int = 5, least: float = 0.0) -> list[Hit]:
        """Return the best procedures for `question`, best first, none under `least`; [] when no word is known."""
        weights = self._weights(_features(question))
        size = sum(w * w for w in weights.values()) or 1.0
        share = size ** (-(1 - NAME_LENGTH_DAMPING) / 2)
        best: dict[str, float] = {}
        for number, dot in self._products(weights, size, least).items():
            score = dot * self._shares[number] * share
            code = self._codes[number]
            if score >= least and (code not in best or score > best[code]):
                best[code] = score
        top = heapq.nsmallest(most, best.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Hit(code, min(1.0, score)) for code, score in top]

    def _products(self, weights: Mapping[str, float], size: float, least: float) -> dict[int, float]:
        """Return the products of a question with the phrases that can score `least` or more, and maybe others."""
        if least <= 0:
            products: dict[int, float] = defaultdict(float)
            for feature, weight in weights.items():
                for number, other in self._postings.get(feature, ()):
                    products[number] += weight * other
            return products
        # What both share has the same weights in both, and a phrase is no shorter than what it shares: so the shared
        # part's size (squared) is at least this much of the question's, or the score is under `least`. A phrase that
        # has none of the rarest words, together heavier than the rest that may be missing, need not be looked at.
        spare = size * (1 - least ** (2 / (1 - NAME_LENGTH_DAMPING))) * (1 + 1e-9)
        able: set[int] = set()
        for feature, weight in sorted(weights.items(), key=lambda pair: -pair[1]):
            able.update(number for number, _ in self._postings.get(feature, ()))
            spare -= weight * weight
            if spare < 0:
                break
        return {
            number: sum(weights[f] * w for f, w in self._phrases[number].items() if f in weights) for number in able
        }

    def _weights(self, features: Mapping[str, float]) -> dict[str, float]:
        # A word that no name has speaks against a match, but less than a known one would for another.
        return {f: count * self._idf.get(f, UNSEEN_WEIGHT * self._unseen) for f, count in features.items()}


def _names(procedure: Procedure) -> list[str]:
    return list(dict.fromkeys([procedure.name.removeprefix("Thủ tục "), procedure.short, *procedure.aliases]))


def _features(text: str) -> dict[str, float]:
    words = [word for word in _ASKING_PHRASES.sub(" ", expand(text)).split() if word not in _ASKING]
    features = dict.fromkeys(words, 1.0)
    features.update({f"{a} {b}": PAIR_WEIGHT for a, b in pairwise(words)})
    return features
