"""How people say what official names say, from `everyday/*.yaml`: found in a question's words, longest first.

A question with diacritics is compared with diacritics ("mỏ" is no "mở"), one without is compared folded.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from content.faults import Fault, Source
from nlu.text import expand, fold, words

ROOT = Path(__file__).parent / "everyday"
LONGEST = 8
"""Words in the longest phrase that is looked for."""

_WORD = re.compile(r"[^\W_]+")


def spoken(text: str) -> list[str]:
    """Return the words of `text` in small letters, diacritics kept."""
    return _WORD.findall(unicodedata.normalize("NFC", text.lower()))


@dataclass(frozen=True, slots=True)
class Said:
    """A question's words twice: as typed, and folded with shorthand written out; `accented` says which to trust."""

    typed: list[str]
    folded: list[str]
    accented: bool


def said(text: str) -> Said:
    """Return the words of `text`."""
    typed = spoken(text)
    return Said(typed, expand(text).split(), any(fold(word) != word for word in typed))


class Phrases:
    """Phrases and what each stands for."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._typed: dict[tuple[str, ...], list[str]] = {}
        self._folded: dict[tuple[str, ...], list[str]] = {}
        for phrase, meaning in pairs:
            _add(self._typed, tuple(spoken(phrase)), meaning)
            for folded in {tuple(words(phrase)), tuple(expand(phrase).split())}:
                _add(self._folded, folded, meaning)

    def find(self, question: Said) -> Iterator[tuple[str, int, int]]:
        """Yield (meaning, first word, number of words) for each phrase, the longest at each place."""
        sequence, known = (question.typed, self._typed) if question.accented else (question.folded, self._folded)
        start = 0
        while start < len(sequence):
            size = _longest(sequence, start, known)
            for meaning in known.get(tuple(sequence[start : start + size]), ()):
                yield meaning, start, size
            start += max(1, size)

    def meanings(self, question: Said) -> set[str]:
        """Return what the question's phrases stand for."""
        return {meaning for meaning, _, _ in self.find(question)}

    def places(self, question: Said) -> set[int]:
        """Return the numbers of the words that are part of a phrase."""
        return {place for _, start, size in self.find(question) for place in range(start, start + size)}


def _add(known: dict[tuple[str, ...], list[str]], phrase: tuple[str, ...], meaning: str) -> None:
    meanings = known.setdefault(phrase, [])
    if phrase and meaning not in meanings:
        meanings.append(meaning)


def _longest(sequence: Sequence[str], start: int, known: Mapping[tuple[str, ...], list[str]]) -> int:
    for size in range(min(LONGEST, len(sequence) - start), 0, -1):
        if tuple(sequence[start : start + size]) in known:
            return size
    return 0


@dataclass(frozen=True, slots=True)
class Everyday:
    """All of it: `official` words for everyday ones, the kind of `work`, the `level`, what is `silent` or `weak`.

    `named` are the phrases (longest first) by which a procedure's name tells its kind of work.
    """

    official: Phrases
    work: Phrases
    level: Phrases
    silent: Phrases
    weak: Phrases
    named: tuple[tuple[str, str], ...]


@cache
def load(root: Path = ROOT) -> Everyday:
    """Return the words of this installation."""
    work = _yaml(root, "work")
    named = [(" ".join(spoken(phrase)), kind) for kind, ways in work.items() for phrase in ways["named"]]
    casual = _yaml(root, "casual")
    return Everyday(
        official=Phrases(_pairs(_yaml(root, "words"))),
        work=Phrases((phrase, kind) for kind, ways in work.items() for phrase in ways["said"]),
        level=Phrases(_pairs(_yaml(root, "levels"))),
        silent=Phrases((phrase, "silent") for phrase in casual["silent"]),
        weak=Phrases((phrase, "weak") for phrase in casual["weak"]),
        named=tuple(sorted(named, key=lambda pair: -len(pair[0]))),
    )


def faults(root: Path = ROOT) -> list[Fault]:
    """Return what is wrong with the files: not YAML, not lists of phrases, or a phrase that has no words."""
    found = []
    for path in sorted(root.glob("*.yaml")):
        source = Source(path, root.parent)
        found += source.faults
        data = source.data if isinstance(source.data, dict) else {}
        if not data:
            found.append(Fault(source.file, 1, "not a mapping of phrases"))
        for key, value in data.items():
            groups = value.items() if isinstance(value, dict) else [("", value)]
            for name, phrases in groups:
                place = (key, name) if name else (key,)
                good = isinstance(phrases, list) and all(isinstance(one, str) and spoken(one) for one in phrases)
                if not good:
                    found.append(Fault(source.file, source.line(*place), f"{key}: a list of phrases is needed"))
    return found


def _yaml(root: Path, name: str) -> Any:
    return yaml.load((root / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _pairs(groups: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, str]]:
    for meaning, phrases in groups.items():
        for phrase in phrases:
            yield phrase, meaning
