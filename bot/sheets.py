"""Tables to take away: CSV that Excel opens with its letters right, XLSX; no cell can be a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = Sequence[Cell]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_TITLE_MAX = 31


def safe(cell: Cell) -> Cell:
    """Return a cell that a spreadsheet takes for text; an apostrophe goes before what could begin a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def csv_lines(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a CSV file, beginning with the mark by which Excel knows UTF-8."""
    yield "\ufeff"
    yield _line(head)
    for row in rows:
        yield _line(row)


def _line(row: Row) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([safe(cell) for cell in row])
    return written.getvalue()


def xlsx(sheets: Sequence[tuple[str, Row, Iterable[Row]]]) -> bytes:
    """Return a workbook; each sheet has a title, a head and rows."""
    book = Workbook(write_only=True)
    for title, head, rows in sheets:
        sheet = book.create_sheet(title[:_SHEET_TITLE_MAX])
        bold = [WriteOnlyCell(sheet, value=safe(cell)) for cell in head]
        for cell in bold:
            cell.font = Font(bold=True)
        sheet.append(bold)
        for row in rows:
            sheet.append([safe(cell) for cell in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
