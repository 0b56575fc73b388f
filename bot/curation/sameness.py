"""Whether two pieces of news are the same, by address, by nearly equal titles or by nearly equal texts. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import parse_qsl, urlencode, urlsplit

from nlu.text import words

NEAR = 0.88
"""Share of equal words, in order; numbers and words of change must be equal altogether."""
WORDS_MIN = 5
"""Shorter titles are only the same when they are equal: "Lịch tiếp công dân" says little."""
TEXT_WORDS_MIN = 15
"""Shorter texts are only compared by their titles: a line as "Xem chi tiết tại đây" stands under many news."""
TEXT_NEAR = 0.7
"""Share of three-word pieces in common: two words changed in fifty leave about 0.8."""
_PIECE = 3
_TELLING = re.compile(r"\d+|[ivx]+|khong|chua|huy|hoan|ngung|dung|lui|doi|bo|sua|thay|chinh")
"""Words by which a piece of news says the contrary, or another thing, however alike the rest is (folded)."""
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|zarsrc|gidzl")


def link_key(url: str) -> str:
    """Return what stays of an address when it is only compared: no scheme, `www.`, fragment, tracking, last slash.

    >>> link_key("https://www.a.gov.vn/tin/?id=7&utm_source=x#top")
    'a.gov.vn/tin?id=7'
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not _TRACKING.fullmatch(name.lower())]  # fmt: skip
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""


def title_key(title: str) -> str:
    """Return a title's folded words: accents, case and punctuation do not tell news apart."""
    return " ".join(words(title))


def near(one: str, other: str) -> bool:
    """Say whether two titles (as `title_key` gives them) are nearly equal.

    "Tuần 12" and "tuần 13", "quý I" and "quý II", "nhận" and "không nhận" are different news.
    """
    if one == other:
        return bool(one)
    mine, theirs = one.split(), other.split()
    if min(len(mine), len(theirs)) < WORDS_MIN or _telling(mine) != _telling(theirs):
        return False
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.ratio() >= NEAR


@dataclass(frozen=True, slots=True)
class Gist:
    """What a text is compared by: its telling words in order, and its three-word pieces (none of a short text)."""

    telling: tuple[str, ...]
    pieces: frozenset[str]


def gist(text: str) -> Gist:
    """Return what `text` is compared by."""
    found = words(text)
    if len(found) < TEXT_WORDS_MIN:
        return Gist((), frozenset())
    pieces = (" ".join(found[at : at + _PIECE]) for at in range(len(found) - _PIECE + 1))
    return Gist(tuple(_telling(found)), frozenset(pieces))


def alike(one: Gist, other: Gist) -> bool:
    """Say whether two texts are nearly equal; other numbers, or a "không" more, are other news."""
    if not one.pieces or not other.pieces or one.telling != other.telling:
        return False
    return len(one.pieces & other.pieces) / len(one.pieces | other.pieces) >= TEXT_NEAR


def _telling(found: list[str]) -> list[str]:
    return [one for one in found if _TELLING.fullmatch(one)]
