"""Whether a post in a platform's list is the one we sent: platforms change white space, links and emoji."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

from nlu.text import canonical

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_VARIANTS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
"""What only says how an emoji is drawn: as text or in colour, and the skin's tone."""
_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""What an address may hold and is not to be encoded (again)."""


def alike(ours: str, theirs: str) -> bool:
    """Say whether two texts are the same post. Nothing is like an empty text: it would be like any other."""
    return bool(plain(ours)) and plain(ours) == plain(theirs)


def plain(text: str) -> str:
    """Return `text` without what platforms change: one space for any, one sign for any link, emoji undressed."""
    linked = _ADDRESS.sub("\N{LINK SYMBOL}", unicodedata.normalize("NFC", text))
    return canonical(_VARIANTS.sub("", linked))


def is_public(url: str) -> bool:
    """Say whether `url` has the form that a platform can fetch: https, and a name that the internet knows."""
    try:
        parts = urlsplit(encoded(url))
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    named = re.fullmatch(r"(?:[\w-]+\.)+[a-z][\w-]*", host, re.ASCII) and not host.endswith((".local", ".internal"))
    return bool(named) and parts.scheme == "https" and not parts.username and not re.search(r"\s", url)


def encoded(url: str) -> str:
    """Return `url` with everything beyond ASCII percent-encoded; what is encoded already stays as it is."""
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    except ValueError:  # no address at all; the platform may say so
        return quote(url, safe=_KEPT)
    return parts._replace(
        netloc=host,
        path=quote(parts.path, safe=_KEPT),
        query=quote(parts.query, safe=_KEPT),
        fragment=quote(parts.fragment, safe=_KEPT),
    ).geturl()
