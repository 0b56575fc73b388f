"""Make raw text of the portal readable: marks of web pages and lists taken away, long text cut at natural places."""

import html
import re
from collections.abc import Iterator

from nlu.text import canonical

MORE = " …"
NUMBERED_WITHIN = 4
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_BULLET = re.compile(r"^(?:[\s\-+*•·–—:;.,]+|o\s+|\(?(?:[ivx]{1,4}|[a-zđ]|\d{1,2}(?:\.\d{1,2})*)[.)]\s+|\d+\.\s+)+")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pdf|zip|rar)\b\.?", re.I)
_TAIL = re.compile(r"\s+\(?[a-zđ]\)$|\s+\d+\.$")
_ENDS = (". ", "; ", ": ", ", ", " ")
"""Where a text may be cut, best first."""
_NOT_AN_END = re.compile(r"(?:\b(?:số|điều|khoản|điểm|TP|Tp|Th\.?S|tr|nđ|vd|ngày|tháng|mẫu)|\d)\.? ?$", re.I)


def clean(text: str) -> str:
    """Return `text` on one line without tags, entities, control characters and attached file names."""
    return without_files(canonical(_TAG.sub(" ", html.unescape(text)))).strip(" ;,")


def without_files(text: str) -> str:
    """Return `text` without names of attached files, which the export glues to the sentence before."""
    while match := _FILE.search(text):
        head = text[: match.start()]
        glued = list(_glued(head))
        cut = glued[-1] if glued else head.rfind(" ") + 1
        # "2.1. To trinh" follows a glued point: the name began at the first of several in a row.
        while len(glued) > 1 and cut - glued[-2] <= NUMBERED_WITHIN:
            glued.pop()
            cut = glued[-1]
        text = f"{text[:cut].rstrip()} {text[match.end() :].lstrip()}".strip()
    return text


def _glued(text: str) -> Iterator[int]:
    """Yield where the name of an attached file may begin: after ";", a point without a space, "…TTgGiấy"."""
    for place in range(1, len(text) - 1):
        before, here, after = text[place - 1], text[place], text[place + 1]
        new_name = (before.islower() or before == ")") and here.isupper() and after.islower()
        if here == ";" or (here == "." and before.isalpha() and after.isalnum()) or new_name:
            yield place


def item(text: str) -> str:
    """Return one entry of a list without its bullet or number."""
    return _TAIL.sub("", _BULLET.sub("", clean(text))).strip(" ;,")


def lines(text: str) -> Iterator[str]:
    """Yield the entries of a text that was written as a list, one a line."""
    for line in text.splitlines():
        if kept := item(line):
            yield kept


def shorten(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, cut after a sentence or clause, else a word; "…" tells so."""
    if len(text) <= most:
        return text
    room = text[: most - len(MORE) + 1]
    for end in _ENDS:
        cut = room.rfind(end)
        while cut > most // 2:
            head = room[:cut].rstrip(" ,;:.(")
            if balanced(head) and not _NOT_AN_END.search(head[-12:]):
                return head + MORE
            cut = room.rfind(end, 0, cut)
    head = room.rpartition(" ")[0] or room[:-1]
    return _without_open_bracket(head).rstrip(" ,;:.(") + MORE


def balanced(text: str) -> bool:
    """Say whether every bracket that opens also closes."""
    return text.count("(") <= text.count(")")


def _without_open_bracket(text: str) -> str:
    opened = text.rfind("(")
    return text[:opened] if opened > 0 and ")" not in text[opened:] else text


def both_ends(text: str, most: int) -> str:
    """Return a long name by its beginning and its end, where names of one kind differ."""
    if len(text) <= most:
        return text
    tail_room = most // 3
    head = text[: most - tail_room - 3].rpartition(" ")[0].rstrip(" ,;:(")
    tail = text[-tail_room:].partition(" ")[2]
    return f"{head} … {tail}"
