"""Read an export: JSON Lines here, CSV and XLSX by `tabular`; every fault with its line and column."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from content.national import raw, tabular
from content.national.raw import Raw
from content.national.tabular import FileFault, Line

FILE_MAX = 500_000_000
LINE_MAX = 4_000_000
"""Longest line in bytes; the longest seen has 150 thousand."""
LINES_MAX = 100_000
KINDS = (".jsonl", ".json", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True, order=True)
class LineFault:
    """What is wrong in a line: `line N, column: message`."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return (
            f"line {self.line}, {self.column}: {self.message}" if self.column else f"line {self.line}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Read:
    """One line that was read: its record, or its faults. `done` is the share of the file read so far (0 to 1)."""

    line: int
    done: float
    record: Raw | None
    faults: tuple[LineFault, ...] = ()


def read(path: Path) -> Iterator[Read]:
    """Yield every line of the export; raise `FileFault` when the file as a whole cannot be used."""
    size = path.stat().st_size
    if size > FILE_MAX:
        raise FileFault(f"{size:,} bytes, at most {FILE_MAX:,}")
    if not size:
        raise FileFault("the file is empty")
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(path, size)):
        if number >= LINES_MAX:
            raise FileFault(f"more than {LINES_MAX:,} lines")
        yield _checked(line, seen)


def _lines(path: Path, size: int) -> Iterator[Line]:
    kind = path.suffix.lower()
    if kind == ".csv":
        return tabular.from_csv(path)
    if kind == ".xlsx":
        return tabular.from_xlsx(path)
    if kind in KINDS:
        return _from_json(path, size)
    raise FileFault(f"'{kind or path.name}' is not a known kind of file; known: {', '.join(KINDS)}")


def _checked(line: Line, seen: dict[str, int]) -> Read:
    if line.fault:
        return Read(line.number, line.done, None, (LineFault(line.number, line.column, line.fault),))
    record, found = raw.checked(line.data)
    faults = [LineFault(line.number, column, message) for column, message in found]
    if record and (first := seen.setdefault(record.code, line.number)) != line.number:
        faults.append(LineFault(line.number, "code", f"{record.code} stands in line {first} already"))
    return Read(line.number, line.done, None if faults else record, tuple(faults))


def _from_json(path: Path, size: int) -> Iterator[Line]:
    encoding = tabular.encoding_of(path)
    if encoding.startswith("utf-16"):
        raise FileFault("JSON Lines must be in UTF-8, and this is UTF-16")
    done = 0
    with path.open("rb") as file:
        for number in range(1, LINES_MAX + 2):
            line = file.readline(LINE_MAX + 1)
            if not line:
                return
            done += len(line)
            if len(line) > LINE_MAX:
                done += _skip_line(line, file)
                yield Line(number, done / size, {}, fault=f"longer than {LINE_MAX:,} bytes")
            elif line.strip(b" \t\r\n\xef\xbb\xbf"):
                yield _parsed(line, number, done / size)


def _skip_line(line: bytes, file: Any) -> int:
    skipped = 0
    while line and not line.endswith(b"\n"):
        line = file.readline(LINE_MAX)
        skipped += len(line)
    return skipped


def _parsed(line: bytes, number: int, done: float) -> Line:
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Line(number, done, {}, fault=f"not UTF-8 at byte {error.start + 1}")
    except RecursionError:
        return Line(number, done, {}, fault="nested too deeply")
    except ValueError as error:
        place = f"{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return Line(number, done, {}, column=place, fault="not JSON")
    if not isinstance(data, dict):
        return Line(number, done, {}, fault="not a procedure: an object with the columns of the export is needed")
    return Line(number, done, data)
