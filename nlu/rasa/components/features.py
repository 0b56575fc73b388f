"""What the models see of a text: words and pieces of words, folded, and accented words where there are any.

Standard library only. Folding lets "lam giay khai sinh" and "làm giấy khai sinh" meet; the accented words
keep apart what only diacritics tell apart ("bán" and "bản") for those who type them.
"""

from nlu.text import canonical, expand, fold

_ACCENTED_WORD_MARKS = ".,;:!?\"'()[]{}…-–/\\"


def features(text: str) -> list[str]:
    """Return the features of `text`: words, pairs, pairs with a gap, character pieces, accented words."""
    plain = expand(text).split()
    found = [f"w:{word}" for word in plain]
    found += [f"p:{a} {b}" for a, b in zip(plain, plain[1:])]
    found += [f"g:{a} {b}" for a, b in zip(plain, plain[2:])]
    found += [f"t:{a} {b} {c}" for a, b, c in zip(plain, plain[1:], plain[2:])]
    found += _pieces("".join(plain))
    found += _accented(text)
    return found


def _pieces(joined: str) -> list[str]:
    # Spaces are dropped, so that "khaisinh" and "khai sinh" give the same pieces.
    framed = f"<{joined}>"
    return [f"c:{framed[i : i + size]}" for size in (4, 5) for i in range(len(framed) - size + 1)]


def _accented(text: str) -> list[str]:
    lowered = canonical(text).lower()
    if fold(lowered) == lowered:
        return []
    marked = [word.strip(_ACCENTED_WORD_MARKS) for word in lowered.split()]
    marked = [word for word in marked if word]
    found = [f"a:{word}" for word in marked]
    return found + [f"b:{a} {b}" for a, b in zip(marked, marked[1:])]
