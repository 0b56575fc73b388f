"""More ways to type a sentence than its author used: for training only.

Standard library only; `random.Random` is passed in, so that training repeats exactly.
"""

import random
from collections.abc import Callable

from nlu.text import SHORTHAND, canonical, fold

# Neighbours on a phone's keyboard: what a thumb hits instead.
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "x": "zc", "y": "tu",
}  # fmt: skip
_SHORT: dict[str, list[str]] = {}
for _short, _long in SHORTHAND.items():
    _SHORT.setdefault(_long, []).append(_short)


def variants(text: str, rng: random.Random, *, count: int, parts: bool) -> list[str]:
    """Return `count` altered spellings of `text`; some may equal it.

    `parts`: also leave words out. A part of a sentence is still about the same thing, but it may no longer
    ask the same ("cần giấy tờ gì" is lost), so it is for learning items, not intents.
    """
    ways = _SPELLINGS + _PARTS if parts else _SPELLINGS
    return [rng.choice(ways)(canonical(text), rng) for _ in range(count)]


def slipped(text: str, rng: random.Random) -> str:
    """Return `text` with one or two keys missed, doubled, swapped or dropped."""
    letters = list(text)
    for _ in range(rng.choice((1, 1, 2))):
        spots = [i for i, letter in enumerate(letters) if letter.isalpha()]
        if len(spots) < 4:
            break
        _slip(letters, rng.choice(spots), rng)
    return "".join(letters)


def _slip(letters: list[str], spot: int, rng: random.Random) -> None:
    way = rng.randrange(4)
    if way == 0:
        del letters[spot]
    elif way == 1:
        letters.insert(spot, letters[spot])
    elif way == 2 and spot + 1 < len(letters):
        letters[spot], letters[spot + 1] = letters[spot + 1], letters[spot]
    else:
        letters[spot] = rng.choice(_NEIGHBOURS.get(fold(letters[spot]), letters[spot]))


def unspaced(text: str, rng: random.Random) -> str:
    """Return `text` folded, with one to three of its spaces lost."""
    parts = fold(text).split()
    for _ in range(rng.randint(1, 3)):
        if len(parts) < 3:
            break
        spot = rng.randrange(len(parts) - 1)
        parts[spot : spot + 2] = [parts[spot] + parts[spot + 1]]
    return " ".join(parts)


def shortened(text: str, rng: random.Random) -> str:
    """Return `text` folded, with shorthand for what has one."""
    folded = f" {' '.join(fold(text).split())} "
    for long, shorts in _SHORT.items():
        if f" {long} " in folded and rng.random() < 0.7:
            folded = folded.replace(f" {long} ", f" {rng.choice(shorts)} ")
    return folded.strip()


def thinned(text: str, rng: random.Random) -> str:
    """Return `text` with about one word in six left out: what is said may be said with less."""
    parts = text.split()
    kept = [part for part in parts if rng.random() > 0.16]
    return " ".join(kept or parts)


def excerpt(text: str, rng: random.Random) -> str:
    """Return a run of at least half of the words of `text`."""
    parts = text.split()
    size = max(4, rng.randint(len(parts) // 2, len(parts)))
    start = rng.randint(0, max(0, len(parts) - size))
    return " ".join(parts[start : start + size])


def folded(text: str, _rng: random.Random) -> str:
    """Return `text` without diacritics."""
    return fold(text)


_SPELLINGS: tuple[Callable[[str, random.Random], str], ...] = (folded, folded, slipped, unspaced, shortened)
_PARTS: tuple[Callable[[str, random.Random], str], ...] = (thinned, excerpt, excerpt)
