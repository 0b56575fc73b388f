"""The figures page: charts with tables and meanings, files without formulas, nothing that identifies a citizen."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from defusedxml import ElementTree
from flask import Flask
from sqlalchemy import select

from bot import charts, sheets
from bot.db import Database
from bot.figures import tables
from bot.tables import Account
from tests.console.conftest import Visitor
from tests.figures.test_figures import ASKED_BACK, HANDOFF, LOST, PROCEDURE, TOPIC, Desk

Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo/figures"
SVG = "{http://www.w3.org/2000/svg}"


def ask(db: Database) -> None:
    with db.write() as session:
        accounts = session.scalars(select(Account).where(Account.agency_id == 1).order_by(Account.id)).all()
        desk = Desk(session, (accounts[0], accounts[1]))
        now = datetime.now(UTC)
        for number, outcome in enumerate((PROCEDURE, PROCEDURE, PROCEDURE, ASKED_BACK, TOPIC, HANDOFF, LOST)):
            desk.event(outcome, person=f"24684588352{number}", at=now, channel=number % 2, answered_after=1.5)


def test_an_empty_page_says_what_to_do(signed_in: Enter) -> None:
    page = signed_in("binh").get(HOME).text
    assert "Chưa có tin nào" in page
    assert "/settings/accounts" in page


def test_every_figure_stands_beside_its_meaning_and_every_chart_beside_its_table(
    app: Flask, signed_in: Enter, db: Database
) -> None:
    ask(db)
    page = signed_in("binh").get(HOME).text
    for name in ("messages", "people", "asked", "answered", "asked_back", "handed_over", "not_understood", "wait"):
        assert f"<dt>{tables.named(name)}</dt>" in page
        assert tables.means(name) in page
    assert page.count("<svg") == page.count("<title id=") == page.count("<summary>Xem bảng số") == 8
    assert "24684588352" not in page


def test_a_picture_is_sound_xml_with_words(signed_in: Enter, db: Database) -> None:
    ask(db)
    answer = signed_in("binh").get(f"{HOME}/procedures.svg")
    assert (answer.mimetype, "attachment" in answer.headers["Content-Disposition"]) == ("image/svg+xml", True)
    drawn = ElementTree.fromstring(answer.data)
    words = (drawn.findtext(f"{SVG}title"), drawn.findtext(f"{SVG}desc"))
    assert words[0] == "Thủ tục được hỏi nhiều nhất"
    assert "(1.001193): 3" in str(words[1])
    assert signed_in("an").get(f"{HOME}/nothing.svg").status_code == 404


def test_the_files_hold_the_same_figures(signed_in: Enter, db: Database) -> None:
    ask(db)
    binh = signed_in("binh")
    rows = list(csv.reader(io.StringIO(binh.get(f"{HOME}.csv").text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["Ngày", "Tin người dân gửi", "Câu hỏi"]
    assert rows[-1][1:] == ["7", "7", "4", "1", "1", "1"]
    book = openpyxl.load_workbook(io.BytesIO(binh.get(f"{HOME}.xlsx").data))
    told = {str(row[0].value): row[1].value for row in book["Tổng hợp"].iter_rows(min_row=2)}
    assert (told["Câu hỏi"], told["Số người"]) == (7, 7)
    assert [row[1].value for row in book["Câu hỏi theo kênh"].iter_rows(min_row=2)] == [4, 3]


def test_what_few_asked_is_not_named(signed_in: Enter, db: Database) -> None:
    ask(db)
    binh = signed_in("binh")
    page, picture = binh.get(HOME).text, binh.get(f"{HOME}/topics.svg").text
    assert "PCI" not in page
    assert "Các mục dưới 3 câu hỏi, gộp chung: 1" in picture
    book = openpyxl.load_workbook(io.BytesIO(binh.get(f"{HOME}.xlsx").data))
    assert [row[0].value for row in book["Chủ đề được hỏi nhiều nhất"].iter_rows(min_row=2)] == [
        "Các mục dưới 3 câu hỏi, gộp chung"
    ]


def test_a_long_span_is_shown_by_week_and_saved_by_day(signed_in: Enter, db: Database) -> None:
    ask(db)
    binh = signed_in("binh")
    since = f"{datetime.now(UTC) - timedelta(days=100):%Y-%m-%d}"
    weeks = binh.get(f"{HOME}?since={since}").text.count('class="fw-normal">Tuần ')
    assert weeks in {15 * 2, 16 * 2}  # of the questions and of the people
    assert len(binh.get(f"{HOME}.csv?since={since}").text.splitlines()) in {102, 103}


def test_days_and_channel_narrow_the_figures(signed_in: Enter, db: Database) -> None:
    ask(db)
    binh = signed_in("binh")
    before = f"{datetime.now(UTC) - timedelta(days=9):%Y-%m-%d}"
    assert "Chưa có tin nào" in binh.get(f"{HOME}?until={before}").text
    rows = list(csv.reader(io.StringIO(binh.get(f"{HOME}.csv?channel=facebook").text)))
    assert rows[-1][1] == "3"
    assert binh.get(f"{HOME}?since=hôm+qua&until=x&channel=fax").status_code == 200


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@sum", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert sheets.safe(text) == f"'{text}"
    book = openpyxl.load_workbook(io.BytesIO(sheets.xlsx([("Một", (text, "hai"), [(text, 5)])])))
    assert [[cell.data_type for cell in row] for row in book["Một"].iter_rows()] == [["s", "s"], ["s", "n"]]
    first, second = (cell.value for cell in next(book["Một"].iter_rows(min_row=2)))
    assert (str(first)[:2], second) == (f"'{text[0]}".replace("\r", "\n"), 5)  # XML knows one sign for a line's end


@pytest.mark.parametrize("value", ["khai sinh", "", 5, 1.5, -3, None])
def test_other_cells_stay_as_they_are(value: sheets.Cell) -> None:
    assert sheets.safe(value) == value


def test_charts_escape_what_they_are_told_and_stand_without_values() -> None:
    drawn = charts.bars("<b>", [("<script>", 0, "0")]).svg(name="x", alone=True)
    assert "<script>" not in drawn
    ElementTree.fromstring(drawn)
    ElementTree.fromstring(charts.columns("trống", [], []).svg(name="x"))
    ElementTree.fromstring(charts.bars("trống", []).svg(name="x"))


@pytest.mark.parametrize(
    ("most", "scale"),
    [(0, ["0", "1", "2"]), (1, ["0", "1", "2"]), (7, ["0", "4", "8"]), (9, ["0", "5", "10"]), (10, ["0", "5", "10"]),
     (13, ["0", "10", "20"]), (1234, ["0", "1.000", "2.000"]), (9999, ["0", "5.000", "10.000"])],
)  # fmt: skip
def test_the_scale_of_a_chart_is_round(most: float, scale: list[str]) -> None:
    drawn = ElementTree.fromstring(charts.columns("x", [""], [("y", [most])]).svg(name="x"))
    assert [one.text for one in drawn.iter(f"{SVG}text")][:3] == scale


def test_legends_do_not_touch() -> None:
    names = [tables.named(name) for name in ("answered", "asked_back", "handed_over", "not_understood")]
    drawn = ElementTree.fromstring(charts.columns("x", ["1"], [(name, [1]) for name in names]).svg(name="x"))
    marks = [float(one.get("x", 0)) for one in drawn.iter(f"{SVG}rect") if one.get("width") == "12"]
    assert len(marks) == 4
    for here, following, name in zip(marks, [*marks[1:], charts.WIDTH], names, strict=True):
        assert following - here >= 18 + 6.5 * len(name), name


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.04, "0,0 giây"), (1.5, "1,5 giây"), (90, "2 phút"), (3600, "60 phút"), (7200, "2,0 giờ")],
)
def test_times_are_told_in_words(seconds: float | None, words: str) -> None:
    assert tables.lasted(seconds) == words
