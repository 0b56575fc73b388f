"""The export as a table: CSV in the encodings that offices use, and XLSX; one row is one procedure.

A cell of a list column holds the same JSON as the export; `level` and `legal_basis` may be separated by ";".
"""

import codecs
import csv
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from content.national.raw import COLUMNS
from nlu.text import canonical

CELL_MAX = 1_000_000
UNPACKED_MAX = 400_000_000
"""Most bytes that a workbook may unpack to; a bomb is refused before it is opened."""
RATIO_MAX = 300
PARTS_MAX = 2_000
COLUMNS_MAX = 200

_LISTS = {"documents", "methods"}
_SEPARATED = {"level", "legal_basis"}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"


class FileFault(Exception):
    """The file as a whole cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was found, or what is wrong with it. `done`: share of the file read so far."""

    number: int
    done: float
    data: Mapping[str, Any]
    column: str = ""
    fault: str = ""


def encoding_of(path: Path) -> str:
    """Return the encoding by the file's mark; without one, UTF-8 if all of it is, else Windows-1258."""
    with path.open("rb") as file:
        start = file.read(4)
        if mark := next((name for mark, name in _MARKS if start.startswith(mark)), ""):
            return mark
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1258"
    return "utf-8"


def from_csv(path: Path) -> Iterator[Line]:
    """Yield the rows of a CSV file."""
    encoding, size = encoding_of(path), path.stat().st_size
    csv.field_size_limit(CELL_MAX)
    with path.open(encoding=encoding, newline="", errors="strict") as file:
        try:
            rows = csv.reader(file, delimiter=_delimiter(file), strict=True)
            header = _header(next(rows, []))
            for row in rows:
                if any(row):
                    yield _row(row, header, number=rows.line_num, done=_done(file, size))
        except UnicodeError as error:
            raise FileFault(f"not readable as {encoding}: {error}") from error
        except csv.Error as error:
            raise FileFault(f"line {rows.line_num}: not CSV ({error})") from error


def _done(file: TextIO, size: int) -> float:
    return min(1.0, file.buffer.tell() / size)


def _delimiter(file: TextIO) -> str:
    first = file.readline(CELL_MAX)
    file.seek(0)
    return max(_DELIMITERS, key=lambda mark: len(set(_names(first.split(mark))) & set(COLUMNS)))


def from_xlsx(path: Path) -> Iterator[Line]:
    """Yield the rows of a workbook's first sheet; formulas are refused: what they give is not in the file."""
    _defuse(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError, EOFError) as error:
        raise FileFault(f"not an XLSX workbook ({type(error).__name__})") from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise FileFault("the workbook has no sheet")
        rows = sheet.iter_rows(max_col=COLUMNS_MAX)
        header = _header([_written(cell.value) for cell in next(rows, ())])
        total = max(1, sheet.max_row or 1)
        for number, row in enumerate(rows, 2):
            cells = [_written(cell.value) for cell in row]
            if not any(cells):
                continue
            formula = next((place for place, cell in enumerate(row) if cell.data_type in {"f", "e"}), None)
            if formula is not None:
                column = header.get(formula, f"column {formula + 1}")
                yield Line(number, number / total, {}, column=column, fault="a formula or an error, not a value")
            else:
                yield _row(cells, header, number=number, done=min(1.0, number / total))
    finally:
        book.close()


def _defuse(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise FileFault("not an XLSX workbook (no ZIP archive)") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS_MAX or unpacked > UNPACKED_MAX or unpacked > RATIO_MAX * max(path.stat().st_size, 10_000):
        raise FileFault(f"the workbook unpacks to {unpacked:,} bytes in {len(parts)} parts: that is no export")


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _names(cells: Sequence[str]) -> list[str]:
    return [canonical(cell).strip('"').lower() for cell in cells]


def _header(cells: Sequence[str]) -> dict[int, str]:
    """Return the column's name at each place; raise `FileFault` with every fault of the header."""
    names = _names(cells)
    while names and not names[-1]:
        names.pop()
    faults = [f"column '{name}' is missing" for name in COLUMNS if name not in names]
    faults += [f"column '{name[:60]}' is not known" for name in dict.fromkeys(names) if name not in COLUMNS]
    faults += [f"column '{name}' stands twice" for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if faults:
        raise FileFault("\n".join(faults))
    return dict(enumerate(names))


def _row(cells: Sequence[str], header: Mapping[int, str], *, number: int, done: float) -> Line:
    if extra := [cell for cell in cells[len(header) :] if cell]:
        return Line(number, done, {}, fault=f"{len(extra)} more cells than columns")
    data: dict[str, Any] = {}
    for place, name in header.items():
        cell = cells[place] if place < len(cells) else ""
        if len(cell) > CELL_MAX:
            return Line(number, done, {}, column=name, fault=f"longer than {CELL_MAX:,} characters")
        try:
            data[name] = _value(name, cell)
        except (ValueError, RecursionError):
            return Line(number, done, {}, column=name, fault="not the JSON list that the export has here")
    return Line(number, done, data)


def _value(name: str, cell: str) -> Any:
    text = cell.strip()
    if name in _LISTS or (name in _SEPARATED and text.startswith("[")):
        return json.loads(text) if text else []
    if name in _SEPARATED:
        return [part.strip() for part in text.split(";") if part.strip()]
    return _composed(text)


def _composed(text: str) -> str:
    # Windows-1258 writes tones as marks of their own.
    return "\n".join(canonical(line) for line in text.splitlines())
