"""An export in each kind of file, and everything that may be wrong with one, by line and column."""

import codecs
import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from content.national import reading
from content.national.raw import COLUMNS, Raw
from content.national.reading import read
from content.national.tabular import FileFault
from tests.content.national.lines import LINE, raw

TWO = [LINE, {**LINE, "code": "1.000002", "name": "Thủ tục thứ hai; có dấu chấm phẩy"}]


def jsonl(*rows: Any) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def cells(row: dict[str, Any]) -> list[str]:
    return [row[name] if isinstance(row[name], str) else json.dumps(row[name], ensure_ascii=False) for name in COLUMNS]


def table(delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([list(COLUMNS), *map(cells, TWO)])
    return text.getvalue()


def good(path: Path) -> list[Raw]:
    found = list(read(path))
    assert [fault for line in found for fault in line.faults] == []
    return [line.record for line in found if line.record]


def faults(path: Path) -> list[str]:
    return [str(fault) for line in read(path) for fault in line.faults]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def book(path: Path, **changes: Any) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(list(COLUMNS))
    for row in TWO:
        sheet.append(cells(row))
    for cell, value in changes.items():
        sheet[cell] = value
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", jsonl(*TWO)),
        ("bom.jsonl", codecs.BOM_UTF8 + jsonl(*TWO)),
        ("blank.jsonl", b"\n" + jsonl(TWO[0]) + b"\r\n" + jsonl(TWO[1])),
        ("comma.csv", table().encode()),
        ("bom.csv", table().encode("utf-8-sig")),
        ("utf16.csv", table("\t").encode("utf-16")),
        ("semicolon.csv", table(";").encode()),
    ],
)
def test_the_same_export_in_every_kind_of_file(tmp_path: Path, name: str, content: bytes) -> None:
    records = good(written(tmp_path / name, content))
    assert [one.code for one in records] == ["1.000001", "1.000002"]
    assert records[0].documents == raw().documents
    assert [one.digest for one in records] == [raw().digest, raw(**TWO[1]).digest]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    assert [one.digest for one in good(book(tmp_path / "a.xlsx"))] == [raw().digest, raw(**TWO[1]).digest]


def test_windows_1258_is_recognised_and_composed(tmp_path: Path) -> None:
    decomposed = table().replace("cấp", "câ\u0301p")
    encodable = "".join(ch for ch in decomposed if ch.encode("cp1258", "ignore"))
    record = good(written(tmp_path / "old.csv", encodable.encode("cp1258")))[0]
    assert "cấp" in record.name


def test_lists_of_words_may_be_separated_by_semicolons(tmp_path: Path) -> None:
    content = table().replace('"[""province""]"', "commune; province").replace('["province"]', "commune; province")
    assert good(written(tmp_path / "a.csv", content.encode()))[0].level == ("commune", "province")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"code": "1.1"}, "code: '1.1' is not a national code such as 1.001193"),
        ({"name": " "}, "name: empty"),
        ({"level": ["huyện"]}, "level: 'huyện' is unknown; known: commune, ministry, other, province"),
        ({"level": []}, "level: empty"),
        ({"as_of": "10/06/2026"}, "as_of: '10/06/2026' is not a date such as 2026-06-10"),
        ({"as_of": "2026-13-01"}, "as_of: '2026-13-01' is not a date such as 2026-06-10"),
        ({"url": "http://x.vn"}, "url: not an https address"),
        ({"steps": "x" * 100_001}, "steps: 100001 characters, at most 100000"),
        ({"steps": "a\x00b"}, "steps: holds a zero character"),
        ({"fee": 5}, "fee: input should be a valid string"),
        ({"documents": [{"name": "x"}]}, "documents.0.case: missing"),
        ({"unheard": "x"}, "unheard: not a known column"),
    ],
)
def test_every_fault_of_a_line_is_told(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    assert f"line 2, {fault}" in faults(written(tmp_path / "a.jsonl", jsonl(TWO[1], {**LINE, **changes})))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"not json", "line 2, 1: not JSON"),
        (b'{"a": }', "line 2, 7: not JSON"),
        (b"[1, 2]", "line 2: not a procedure: an object with the columns of the export is needed"),
        (b'{"code": "\xff"}', "line 2: not UTF-8 at byte 11"),
        (b"[" * 200_000, "line 2: nested too deeply"),
        (jsonl(LINE).strip(), "line 2, code: 1.000001 stands in line 1 already"),
    ],
)
def test_a_line_that_is_none(tmp_path: Path, line: bytes, fault: str) -> None:
    path = written(tmp_path / "a.jsonl", jsonl(LINE) + line + b"\n" + jsonl(TWO[1]))
    assert faults(path) == [fault]
    assert [one.record.code for one in read(path) if one.record] == ["1.000001", "1.000002"]


def test_a_line_without_end_is_skipped_in_pieces(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", jsonl(LINE) + b"x" * (3 * reading.LINE_MAX) + b"\n" + jsonl(TWO[1]))
    assert faults(path) == ["line 2: longer than 4,000,000 bytes"]
    assert list(read(path))[-1].record


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b"", "the file is empty"),
        ("a.pdf", b"%PDF", "'.pdf' is not a known kind of file"),
        ("a.jsonl", jsonl(LINE).decode().encode("utf-16"), "must be in UTF-8"),
        ("a.xlsx", b"not a zip", "not an XLSX workbook"),
        ("a.csv", b"code,name,code,what\n1,2,3,4\n", "column 'level' is missing"),
        ("a.csv", b"code,name,code,what\n1,2,3,4\n", "column 'what' is not known"),
        ("a.csv", b"code,name,code,what\n1,2,3,4\n", "column 'code' stands twice"),
        ("a.csv", table().encode() + b'"open', "not CSV"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(FileFault, match=re.escape(message)):
        list(read(written(tmp_path / name, content)))


def test_a_cell_that_is_no_list_and_a_row_too_long(tmp_path: Path) -> None:
    row = cells(LINE)
    row[COLUMNS.index("documents")] = "{"
    text = io.StringIO()
    csv.writer(text).writerows([list(COLUMNS), row, [*cells(TWO[1]), "more"]])
    told = faults(written(tmp_path / "a.csv", text.getvalue().encode()))
    assert any("documents: not the JSON list" in fault for fault in told)
    assert any("1 more cells than columns" in fault for fault in told)


def test_a_formula_is_refused(tmp_path: Path) -> None:
    assert faults(book(tmp_path / "a.xlsx", B3="=1+1")) == ["line 3, name: a formula or an error, not a value"]


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(FileFault, match="unpacks to 60,000,000 bytes"):
        list(read(path))
