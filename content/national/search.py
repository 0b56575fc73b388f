"""Rank all procedures of the national catalogue for a question in everyday words; no model, no network, no numpy.

BM25 over words and pairs of words of the name, field, result, papers and agency; then what a person would look at:
is it the same work (new, again, extended …), the level that was named, and how much of the name was said.
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import pairwise

from content.everyday import Everyday, load, spoken
from content.national.question import Question, Spelling, understood
from content.national.terms import levels_of, searched_name, work_of
from nlu.text import expand

FIELDS = (("name", 4.0), ("field", 1.0), ("result", 1.0), ("papers", 0.3), ("agency", 0.5), ("aliases", 0.5))
"""What is searched, and how much each counts. The numbers here were chosen on `tests/understanding/national/dev`."""
PAIR = 0.6
ACCENTED = 0.5
SATURATION, LENGTH = 1.5, 0.6
COVERED = 0.8
SAME_WORK, OTHER_WORK, PLAIN_WORK = 0.2, 0.25, 0.12
SAME_LEVEL, OTHER_LEVEL = 0.15, 0.12
NEAR = {"commune": 0.03, "province": 0.015}
"""When no level is named: a citizen goes to the commune before the province, and there before a ministry."""
CATALOGUE = 2_800
"""Procedures of the nation: a word is no commoner because only a part of them was imported."""
NAMED = 1_000.0
"""Points of a procedure whose code was typed."""
LOOKED_AT = 150
"""Best by words, which are then looked at closely."""

_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure to be found. `texts` are by the names of `FIELDS`; `aliases` are further names."""

    code: str
    name: str
    levels: tuple[str, ...]
    texts: Mapping[str, str]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure, its points, and the share of the question's weight that it explains (0 to 1)."""

    code: str
    points: float
    explained: float


@dataclass(slots=True)
class _Traits:
    words: frozenset[str]
    weight: float
    work: frozenset[str]
    levels: frozenset[str]
    near: float


@dataclass(slots=True)
class _Postings:
    numbers: "array[int]" = field(default_factory=lambda: array("H"))
    weights: "array[float]" = field(default_factory=lambda: array("f"))


class NationalSearch:
    """An inverted index; built once in about two seconds and 20 MB, asked by many threads."""

    def __init__(self, entries: Iterable[Entry], everyday: Everyday | None = None) -> None:
        self._everyday = everyday or load()
        self._codes: list[str] = []
        self._postings: dict[str, _Postings] = defaultdict(_Postings)
        self._traits: list[_Traits] = []
        lengths: Counter[str] = Counter()
        shapes = [(entry, _lengths(entry)) for entry in entries]
        for _, shape in shapes:
            lengths.update(shape)
        holders = Counter(name for _, shape in shapes for name, length in shape.items() if length)
        average = {name: max(1.0, lengths[name] / max(1, holders[name])) for name, _ in FIELDS}
        for entry, shape in shapes:
            self._add(entry, {name: 1 - LENGTH + LENGTH * shape[name] / average[name] for name, _ in FIELDS})
        self._known = frozenset(self._codes)
        self._weigh()
        self._spelling = Spelling(
            {term: self._idf(term) for term in self._postings if term[0] != "=" and " " not in term}
        )

    def __len__(self) -> int:
        return len(self._codes)

    def rank(self, text: str, *, most: int = 5, also: Collection[str] = ()) -> list[Found]:
        """Return the best procedures for `text`, best first, then those of `also` that are near; [] if none is.

        A code in the text finds its procedure.
        """
        question = understood(text, self._everyday, self._spelling)
        near = nlargest(LOOKED_AT, self._points(question).items(), key=lambda pair: pair[1])
        scored = {n: value * self._closeness(self._traits[n], question) for n, value in near}
        best = nlargest(most, scored, key=lambda n: (scored[n], -n))
        best += [n for n in scored if n not in best and self._codes[n] in also]
        asked = sum(self._idf(word) * weight for word, weight in question.own.items()) or 1.0
        found = [Found(self._codes[n], scored[n], min(1.0, self._said(n, question) / asked)) for n in best]
        named = [code for code in _CODE.findall(text) if code in self._known][:1]
        return [*(Found(code, NAMED, 1.0) for code in named), *(one for one in found if one.code not in named)]

    def _points(self, question: Question) -> dict[int, float]:
        points: dict[int, float] = defaultdict(float)
        for term, weight in question.terms.items():
            if postings := self._postings.get(term):
                for number, value in zip(postings.numbers, postings.weights, strict=True):
                    points[number] += weight * value
        return points

    # --- building ----------------------------------------------------------------------------------

    def _add(self, entry: Entry, norms: Mapping[str, float]) -> None:
        number = len(self._codes)
        self._codes.append(entry.code)
        terms: dict[str, float] = defaultdict(float)
        for name, worth in FIELDS:
            for term, count in Counter(_terms(_text(entry, name), pairs=name != "papers")).items():
                terms[term] += worth * count / norms[name]
        for word, count in Counter(spoken(_text(entry, "name"))).items():
            terms[f"={word}"] += FIELDS[0][1] * count / norms["name"]
        for term, value in terms.items():
            postings = self._postings[term]
            postings.numbers.append(number)
            postings.weights.append(value / (value + SATURATION))
        words = frozenset(expand(searched_name(entry.name)).split())
        levels = levels_of(entry.name, entry.levels)
        first = entry.levels[0] if entry.levels else ""
        self._traits.append(_Traits(words, 0.0, work_of(entry.name, self._everyday), levels, NEAR.get(first, 0.0)))

    def _weigh(self) -> None:
        self._postings = dict(self._postings)
        for term, postings in self._postings.items():
            factor = self._idf(term) * (ACCENTED if term[0] == "=" else PAIR if " " in term else 1.0)
            postings.weights = array("f", (value * factor for value in postings.weights))
        for traits in self._traits:
            traits.weight = sum(map(self._idf, traits.words)) or 1.0

    def _idf(self, term: str) -> float:
        postings = self._postings.get(term)
        spread = len(postings.numbers) if postings else 0
        size = max(len(self._codes), CATALOGUE)
        return math.log(1 + (size - spread + 0.5) / (spread + 0.5))

    # --- asking ------------------------------------------------------------------------------------

    def _closeness(self, traits: _Traits, question: Question) -> float:
        said = sum(self._idf(word) * min(1.0, question.terms[word]) for word in traits.words if word in question.terms)
        close = 1 + COVERED * said / traits.weight
        if question.work:
            close *= 1 + SAME_WORK if question.work & traits.work else 1 - OTHER_WORK if traits.work else 1
        elif traits.work:
            close *= 1 + PLAIN_WORK if "new" in traits.work else 1 - PLAIN_WORK
        if question.levels:
            return close * (1 + SAME_LEVEL if question.levels & traits.levels else 1 - OTHER_LEVEL)
        return close * (1 + traits.near)

    def _said(self, number: int, question: Question) -> float:
        """Return the weight of the question's own words that the procedure has, or whose official words it has."""
        said = 0.0
        for word, weight in question.own.items():
            for term in (word, *question.official.get(word, ())):
                postings = self._postings.get(term)
                if postings and _holds(postings.numbers, number):
                    said += self._idf(word) * weight
                    break
        return said


def _holds(numbers: "array[int]", number: int) -> bool:
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low < len(numbers) and numbers[low] == number


def _text(entry: Entry, name: str) -> str:
    if name == "aliases":
        return " . ".join(entry.aliases)
    return searched_name(entry.name) if name == "name" else entry.texts.get(name, "")


def _lengths(entry: Entry) -> dict[str, int]:
    return {name: len(_text(entry, name).split()) for name, _ in FIELDS}


def _terms(text: str, *, pairs: bool) -> Iterator[str]:
    words = expand(text).split()
    yield from words
    if pairs:
        for first, second in pairwise(words):
            yield f"{first} {second}"
