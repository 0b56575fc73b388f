"""A citizen's question as the search sees it: weighted terms, the kind of work, the level; typing slips mended."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.everyday import Everyday, Said
from content.everyday import said as words_of
from nlu.text import expand, fold

WEAK = 0.35
OFFICIAL = 0.5
"""What an official word counts that was not said but stands for what was said."""
NOT = "khong"
"""Asks at the end of a question ("được không"), but says something before a word ("không thường trú")."""
JOINED_MIN, MENDED_MIN = 4, 5
"""Letters from which an unknown word is tried as two words, or as a slip of one letter."""
_LETTERS = "abcdeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Question:
    """`terms`: words, pairs of words and accented words ("=mỏ") with their weight. `own`: the words that were said.

    `official`: for a said word, the first words of the official phrases that it helped to name.
    """

    terms: Mapping[str, float]
    own: Mapping[str, float]
    official: Mapping[str, tuple[str, ...]]
    work: frozenset[str]
    levels: frozenset[str]


class Spelling:
    """Mends words that no procedure has: two words typed as one, or one letter wrong."""

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._rarity = rarity

    def mended(self, word: str) -> list[str]:
        """Return the word or words meant; `word` itself when nothing likely is known."""
        if word in self._rarity or len(word) < JOINED_MIN or not word.isalpha():
            return [word]
        for cut in range(len(word) - 2, 1, -1):
            if word[:cut] in self._rarity and word[cut:] in self._rarity:
                return [word[:cut], word[cut:]]
        if len(word) < MENDED_MIN:
            return [word]
        near = [other for other in _one_slip_away(word) if other in self._rarity]
        return [min(near, key=lambda other: (self._rarity[other], other))] if near else [word]


def _one_slip_away(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        yield from (word[:place] + letter + word[place + 1 :] for letter in _LETTERS)
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for place in range(len(word) + 1):
        yield from (word[:place] + letter + word[place:] for letter in _LETTERS)


def understood(text: str, everyday: Everyday, spelling: Spelling) -> Question:
    """Return what `text` asks for."""
    raw = words_of(text)
    said = Said(raw.typed, [part for word in raw.folded for part in spelling.mended(word)], raw.accented)
    weights = _weights(said, everyday)
    terms = _own_terms(said, weights)
    own = {term: weight for term, weight in terms.items() if " " not in term and term[0] != "="}
    official: dict[str, tuple[str, ...]] = {}
    base = said.typed if said.accented else said.folded
    for phrase, start, size in everyday.official.find(said):
        words = expand(phrase).split()
        for term in (*words, *(f"{a} {b}" for a, b in pairwise(words))):
            terms[term] = max(terms.get(term, 0.0), OFFICIAL)
        for word in base[start : start + size]:
            official[fold(word)] = (*official.get(fold(word), ()), *words[:1])
    work, levels = everyday.work.meanings(said), everyday.level.meanings(said)
    return Question(terms, own, official, frozenset(work), frozenset(levels))


def _weights(said: Said, everyday: Everyday) -> list[float]:
    """Return the weight of each word of the trusted spelling: 0 for what only asks."""
    silent, weak = everyday.silent.places(said), everyday.weak.places(said)
    base = said.typed if said.accented else said.folded
    return [0.0 if place in silent else WEAK if place in weak else 1.0 for place in range(len(base))]


def _own_terms(said: Said, weights: Sequence[float]) -> dict[str, float]:
    terms: dict[str, float] = defaultdict(float)
    before, before_weight = "", 0.0
    for typed, weight in zip(said.typed if said.accented else said.folded, weights, strict=True):
        for word in expand(typed).split() if said.accented else [typed]:
            if word == NOT:
                before, before_weight = NOT, 1.0
            elif weight:
                terms[word] = max(terms[word], weight)
                if before:
                    pair = f"{before} {word}"
                    terms[pair] = max(terms[pair], weight, before_weight)
                before, before_weight = word, weight
        if said.accented and weight:
            terms[f"={typed}"] = weight
    return dict(terms)
