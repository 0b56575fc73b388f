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

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        phrases = [(p.code, _features(name)) for p in procedures for name in _names(p)]
        spread: Counter[str] = Counter()
        for _, features in phrases:
            spread.update(features.keys())
        total = max(1, len(phrases))
        self._idf = {feature: math.log(1 + total / count) for feature, count in spread.items()}
        self._unseen = math.log(1 + total)
        self._codes: list[str] = []
        self._shares: list[float] = []
        """What a phrase's own length leaves of its product with a question."""
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, (code, features) in enumerate(phrases):
            weights = self._weights(features)
            self._codes.append(code)
            length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
            self._shares.append(length ** -(1 + NAME_LENGTH_DAMPING))
            for feature, weight in weights.items():
                self._postings[feature].append((number, weight))

    def rank(self, question: str, *, most: int = 5) -> list[Hit]:
        """Return the best procedures for `question`, best first; [] when no word is known."""
        weights = self._weights(_features(question))
        scores: dict[int, float] = defaultdict(float)
        for feature, weight in weights.items():
            for number, other in self._postings.get(feature, ()):
                scores[number] += weight * other
        best: dict[str, float] = {}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        share = length ** -(1 - NAME_LENGTH_DAMPING)
        shares, codes = self._shares, self._codes
        for number, dot in scores.items():
            score = dot * shares[number] * share
            code = codes[number]
            if code not in best or score > best[code]:
                best[code] = score
        top = heapq.nsmallest(most, best.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Hit(code, min(1.0, score)) for code, score in top]

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
