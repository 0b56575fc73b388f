"""A raw line as a record that answers every aspect, shortened at natural places."""

from datetime import date

import pytest

from content.agency import AgencyFacts
from content.compose import answer
from content.model import Aspect, Method, OnlineLevel
from content.national.convert import convert
from content.national.shorten import both_ends, clean, item, shorten
from tests.content.national.lines import TODAY, made, raw, said


@pytest.mark.parametrize("aspect", list(Aspect))
def test_every_aspect_is_answered_with_source_and_date(aspect: Aspect) -> None:
    record = made().procedure
    told = answer(record, aspect, facts=AgencyFacts(), today=TODAY)
    assert record.imported
    assert told.text.strip()
    assert told.source == "Theo dữ liệu Cổng Dịch vụ công quốc gia ngày 10/06/2026, mã 1.000001."


def test_papers_lose_bullets_and_files_and_keep_their_case() -> None:
    told = said(Aspect.DOCUMENTS)
    assert "• Đơn đề nghị theo Mẫu số 01/TH (1 bản chính)" in told
    assert "trường hợp ủy quyền" in told.lower()
    assert "Giấy ủy quyền (1 bản sao)" in told
    assert "docx" not in told


def test_forms_steps_and_level() -> None:
    assert "Mẫu số 01/TH" in said(Aspect.FORMS)
    assert "Bước 2: Sở xem xét hồ sơ trong 5 ngày" in said(Aspect.STEPS)
    assert made().procedure.online.level is OnlineLevel.AVAILABLE
    assert made(online_level="không có hình thức trực tuyến").procedure.online.level is OnlineLevel.NONE


def test_times_that_differ_name_their_way() -> None:
    methods = [
        {"method": "Trực tiếp", "time": "5 Ngày", "fee": "100.000 VNĐ", "note": ""},
        {"method": "Trực tuyến", "time": "3 Ngày", "fee": "50.000 VNĐ", "note": ""},
    ]
    record = made(methods=methods).procedure
    assert [(one.method, one.limit) for one in record.time] == [(Method.DIRECT, "5 ngày"), (Method.ONLINE, "3 ngày")]
    assert [(one.method, one.amount) for one in record.fees] == [(Method.DIRECT, 100_000), (Method.ONLINE, 50_000)]


def test_long_lists_end_with_where_to_read_on() -> None:
    papers = [{"case": "", "name": f"Giấy tờ thứ {number}", "quantity": ""} for number in range(40)]
    told = said(Aspect.DOCUMENTS, documents=papers)
    assert "Giấy tờ thứ 19" in told
    assert "Giấy tờ thứ 20" not in told
    assert "Cổng Dịch vụ công quốc gia" in told


def test_what_has_gone_answers_that_it_has() -> None:
    record = convert(raw(), TODAY, gone_on=date(2026, 10, 1)).procedure
    told = answer(record, Aspect.FEE, facts=AgencyFacts(), today=TODAY).text
    assert "không còn áp dụng từ sau ngày 01/10/2026" in told
    assert "150.000" not in told


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("ngắn", 20, "ngắn"),
        ("Câu thứ nhất dài vừa. Câu thứ hai dài hơn nhiều.", 35, "Câu thứ nhất dài vừa …"),
        ("Nộp hồ sơ tại cơ quan; nhận giấy hẹn và chờ", 36, "Nộp hồ sơ tại cơ quan …"),
        ("một hai ba bốn năm sáu bảy tám", 16, "một hai ba bốn …"),
        ("Theo Thông tư số 12/2025 ngày 1 tháng 2 của Bộ", 40, "Theo Thông tư số 12/2025 ngày 1 tháng …"),
        ("Giấy tờ (bản chính và bản sao có chứng thực)", 26, "Giấy tờ …"),
    ],
)
def test_text_is_cut_at_a_natural_place(text: str, most: int, short: str) -> None:
    assert shorten(text, most) == short
    assert len(shorten(text, most)) <= most


def test_a_long_name_keeps_both_ends() -> None:
    name = "Cấp lại giấy phép rất dài " + "của một cơ quan rất xa " * 6 + "do bị mất"
    short = both_ends(name, 75)
    assert len(short) <= 75
    assert short.startswith("Cấp lại giấy phép")
    assert short.endswith("do bị mất")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("<p>Đơn&nbsp;đề nghị</p>", "Đơn đề nghị"),
        ("Tờ trình công trình đường sắt.2.1. To trinh ke hoach.docx", "Tờ trình công trình đường sắt"),
        ("Giấy đề nghị theo Quyết định số 24/2021;Mẫu số 1.docx;", "Giấy đề nghị theo Quyết định số 24/2021"),
        ("Đơn\u200b đề\n nghị ;", "Đơn đề nghị"),
    ],
)
def test_marks_of_pages_and_files_go(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    ("text", "entry"),
    [("+ Đơn", "Đơn"), ("- - Đơn", "Đơn"), ("(i) Nghị quyết", "Nghị quyết"), ("a) Đơn", "Đơn"), ("1.2. Đơn", "Đơn"),
     ("oto mới", "oto mới"), ("Đơn. b)", "Đơn.")],
)  # fmt: skip
def test_list_marks_go(text: str, entry: str) -> None:
    assert item(text) == entry
