"""Posts in a file, YAML or CSV: read into rows with the line of every value; what is odd is told, never guessed."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from content.phrases import say

FILE_BYTES = 10 * 1024 * 1024
POSTS_MAX, DEPTH_MAX = 5000, 6
PARTS = (
    "title", "text", "link", "media", "alt", "topic", "audience", "language", "targets", "at", "grace", "repeat",
    "until", "variants",
)  # fmt: skip
"""What a post in a file may have; all but `title text targets` may be left out."""
REQUIRED = ("title", "text", "targets")
_SCALARS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "value")}
_KNOWN_TAGS = {*_SCALARS, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
_PUNCTUATION = set("–—‘’‚“”„…•†‡‰‹›«»·°§©®™€£×÷±½¼¾²³ºª¡¿´¨ \u00a0")


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """What is wrong on which line (from 1)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One post as it stands in the file: texts or lists of texts, and the line of each part."""

    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, part: str) -> int:
        """Return the line of a part, or the post's own."""
        return self.lines.get(part, self.line)


@dataclass(slots=True)
class Reading:
    """What was read: rows, and faults in the file itself."""

    rows: list[Row] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)

    def fault(self, line: int, key: str, **values: object) -> None:
        """Note a fault."""
        self.faults.append(FileFault(line, say(f"queue.fault.{key}", **values)))


def read(data: bytes, name: str) -> Reading:
    """Return the posts of a file; `name` tells CSV by its ending, anything else is YAML (or JSON)."""
    reading = Reading()
    if len(data) > FILE_BYTES:
        reading.fault(1, "file_heavy", megabytes=len(data) >> 20, most=FILE_BYTES >> 20)
        return reading
    text = decoded(data)
    if text is None:
        reading.fault(1, "encoding")
        return reading
    (_read_csv if name.lower().endswith((".csv", ".tsv", ".txt")) else _read_yaml)(text, reading)
    if len(reading.rows) > POSTS_MAX:
        reading.fault(1, "posts_many", count=len(reading.rows), most=POSTS_MAX)
    if not reading.rows and not reading.faults:
        reading.fault(1, "no_posts")
    return reading


def decoded(data: bytes) -> str | None:
    """Return the text of a file: UTF-8 with or without a mark, UTF-16 with one, Windows-1258; None for any other."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    text = _strict(data, "utf-8")
    if text is None:
        text = _strict(data, "cp1258")
        # Any bytes are Windows-1258 of some kind; only Vietnamese ones are believed.
        text = text if text is not None and _is_vietnamese(text) else None
    return None if text is None or "\x00" in text else text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return unicodedata.normalize("NFC", data.decode(encoding))
    except UnicodeDecodeError:
        return None


def _is_vietnamese(text: str) -> bool:
    strange = {one for one in text if ord(one) > 127 and one not in _PUNCTUATION}
    letters = {one for one in strange if unicodedata.normalize("NFD", one)[0].lower() in "aăâeêioôơuưyđ"}
    # A tone that found no vowel to stand on means that it was no tone.
    return bool(letters) and strange == letters


# --- CSV ---------------------------------------------------------------------------------------------------


def _read_csv(text: str, reading: Reading) -> None:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        table = list(_lines(text, delimiter))
    except csv.Error as error:
        reading.fault(1, "yaml", problem=str(error))
        return
    if not table:
        return
    columns = [name.strip().lower() for name in table[0][1]]
    _check_columns(columns, reading)
    if reading.faults:
        return
    for line, cells in table[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            reading.fault(line, "cells", cells=len(cells), columns=len(columns))
            continue
        named = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if cell.strip()}
        reading.rows.append(Row(line, named))


def _check_columns(columns: Sequence[str], reading: Reading) -> None:
    for name in dict.fromkeys(columns):
        if name not in PARTS or name == "variants":
            reading.fault(1, "unknown_part", part=name, known=", ".join(PARTS[:-1]))
        elif columns.count(name) > 1:
            reading.fault(1, "duplicate", part=name)
    for name in REQUIRED:
        if name not in columns:
            reading.fault(1, "no_column", part=name)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    for cells in reader:
        yield begin, cells
        begin = reader.line_num + 1


# --- YAML --------------------------------------------------------------------------------------------------


def _read_yaml(text: str, reading: Reading) -> None:
    try:
        if not _is_plain(text, reading):
            return
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "?"
        reading.fault(mark.line + 1 if mark else 1, "yaml", problem=problem)
        return
    if root is None:
        return
    if isinstance(root, yaml.MappingNode) and [key.value for key, _ in root.value] == ["posts"]:
        root = root.value[0][1]
    posts = root.value if isinstance(root, yaml.SequenceNode) else [root]
    if isinstance(root, yaml.ScalarNode):
        reading.fault(1, "list_kind")
        return
    for node in posts:
        _read_post(node, reading)


def _is_plain(text: str, reading: Reading) -> bool:
    """Look at the file's marks before anything is built of it: no aliases (bombs), no odd types, no depths."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reading.fault(line, "alias")
            return False
        tag = getattr(event, "tag", None)
        if tag and tag not in _KNOWN_TAGS:
            reading.fault(line, "tag", tag=tag)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX:
            reading.fault(line, "deep")
            return False
    return not reading.faults


def _read_post(node: yaml.Node, reading: Reading) -> None:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        reading.fault(line, "row_kind")
        return
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        part, at = str(key.value).strip().lower(), key.start_mark.line + 1
        if part not in PARTS:
            reading.fault(at, "unknown_part", part=part, known=", ".join(PARTS))
        elif part in values:
            reading.fault(at, "duplicate", part=part)
        else:
            values[part], lines[part] = _plain(value), value.start_mark.line + 1
    reading.rows.append(Row(line, {name: value for name, value in values.items() if value is not None}, lines))


def _plain(node: yaml.Node) -> Any:
    """Return texts, lists and mappings as they were written; numbers and times stay text: ids exceed any number."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value) for value in node.value]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
