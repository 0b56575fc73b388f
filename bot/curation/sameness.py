"""Whether two pieces of news are the same, by address or by nearly equal titles. Pure."""

import re
from difflib import SequenceMatcher
from urllib.parse import parse_qsl, urlencode, urlsplit

from nlu.text import words

NEAR = 0.88
"""Share of equal words, in order; what numbers say must be equal altogether."""
WORDS_MIN = 5
"""Shorter titles are only the same when they are equal: "Lịch tiếp công dân" says little."""
_NUMBER = re.compile(r"\d+|[ivx]+")
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

    "Tuần 12" and "tuần 13", "quý I" and "quý II" are different news however alike the rest is.
    """
    if one == other:
        return bool(one)
    mine, theirs = one.split(), other.split()
    if min(len(mine), len(theirs)) < WORDS_MIN or _numbers(mine) != _numbers(theirs):
        return False
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    return matcher.real_quick_ratio() >= NEAR and matcher.ratio() >= NEAR


def _numbers(found: list[str]) -> list[str]:
    return [one for one in found if _NUMBER.fullmatch(one)]
