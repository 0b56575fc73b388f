"""What the model sees of a text: words, pairs, pieces of words, accented words, ideas, hints; each a family.

Standard library only. Folding lets "lam giay khai sinh" and "làm giấy khai sinh" meet; the accented words
keep apart what only diacritics tell apart ("bán" and "bản") for those who type them.
"""

import itertools

from nlu.concepts import asked, concepts
from nlu.keywords import hints
from nlu.text import canonical, expand, fold

FAMILIES = ("word", "pair", "triple", "piece", "accent", "idea", "hint", "ending")
_END = 8  # words: what is asked stands at the end of a story
_PUNCTUATION = ".,;:!?\"'()…–-/\\“”"


def features(text: str) -> dict[str, list[str]]:
    """Return the features of `text` by family."""
    said = expand(text)
    plain = said.split()
    return {
        "word": plain,
        "pair": [f"{a} {b}" for a, b in itertools.pairwise(plain)],
        "triple": [f"{a} {b} {c}" for a, b, c in zip(plain, plain[1:], plain[2:], strict=False)],
        "piece": _pieces("".join(plain)),
        "accent": _accented(text),
        "idea": concepts(plain),
        "hint": hints(said),
        "ending": _ending(plain),
    }


def _ending(plain: list[str]) -> list[str]:
    last = plain[-_END:]
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(last)]
    return [*last, *pairs, *(f"?{aspect}" for aspect in asked(last)), *(f"??{aspect}" for aspect in asked(plain))]


def _pieces(joined: str) -> list[str]:
    # Spaces are dropped, so that "khaisinh" and "khai sinh" give the same pieces.
    framed = f"<{joined}>"
    return [framed[i : i + size] for size in (3, 4, 5) for i in range(len(framed) - size + 1)]


def _accented(text: str) -> list[str]:
    lowered = canonical(text).lower()
    if fold(lowered) == lowered:
        return []
    return [word for word in (part.strip(_PUNCTUATION) for part in lowered.split()) if word]
