"""HTML of strangers as plain words, and texts cut where a reader would cut them. Pure."""

import re
from html.parser import HTMLParser

from bot.campaigns.importing import clean

_BLOCKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "blockquote", "table"}
_SILENT = {"script", "style", "head", "title", "noscript", "iframe", "template"}


class Words(HTMLParser):
    """The words of HTML, a line per block; what is not shown is left out. `pictures` as (address, words)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures: list[tuple[str, str]] = []
        self._pieces: list[str] = []
        self._silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block; note a picture."""
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._pieces.append("\n")
        if tag == "img":
            given = dict(attrs)
            self.pictures.append((given.get("src") or "", given.get("alt") or ""))

    def handle_endtag(self, tag: str) -> None:
        """End the line of a block."""
        self._silent = max(self._silent - (tag in _SILENT), 0)
        if tag in _BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._silent:
            self._pieces.append(data)

    @property
    def text(self) -> str:
        """The words, without empty lines."""
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return clean("\n".join(line for line in lines if line))


def shortened(text: str, most: int) -> str:
    """Return `text` cut to at most `most` characters: at a sentence's end if one is near, else after a whole word.

    >>> shortened("Từ 01/12 nộp qua mạng. Kết quả trả tại nhà.", 30)
    'Từ 01/12 nộp qua mạng.'
    """
    if len(text) <= most:
        return text
    head = text[: most - 1]
    ends = [found.end() for found in re.finditer(r"[.!?…](?=\s|$)|\n", head)]
    if ends and ends[-1] >= most // 2:
        return head[: ends[-1]].rstrip()
    return head.rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"
