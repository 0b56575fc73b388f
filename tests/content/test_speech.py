"""What an announcer reads: numbers, dates, money, units, abbreviations, telephone numbers, addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import speech
from content.speech import number, spoken


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "không"),
        (4, "bốn"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (55, "năm mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (321, "ba trăm hai mươi mốt"),
        (1000, "một nghìn"),
        (1005, "một nghìn không trăm linh năm"),
        (1050, "một nghìn không trăm năm mươi"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (8000, "tám nghìn"),
        (15_500, "mười lăm nghìn năm trăm"),
        (100_000, "một trăm nghìn"),
        (1_000_000, "một triệu"),
        (1_000_001, "một triệu không trăm linh một"),
        (2_500_000, "hai triệu năm trăm nghìn"),
        (3_000_050_000, "ba tỷ không trăm năm mươi nghìn"),
        (1_000_000_000, "một tỷ"),
        (1_500_000_000_000, "một nghìn năm trăm tỷ"),
        (-7, "âm bảy"),
    ],
)
def test_numbers(value: int, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Lệ phí 8.000 đ", "Lệ phí tám nghìn đồng"),
        ("Lệ phí 50.000đ/lần", "Lệ phí năm mươi nghìn đồng trên lần"),
        ("1.250.000 VNĐ", "một triệu hai trăm năm mươi nghìn đồng"),
        ("Ngày 10/10", "Ngày mồng mười tháng mười"),
        ("ngày 30/4/2026", "ngày ba mươi tháng tư năm hai nghìn không trăm hai mươi sáu"),
        ("từ 02/9", "từ ngày mồng hai tháng chín"),
        ("tháng 12/2026", "tháng mười hai năm hai nghìn không trăm hai mươi sáu"),
        ("lúc 7h30", "lúc bảy giờ ba mươi phút"),
        ("lúc 7 giờ 30 phút", "lúc bảy giờ ba mươi phút"),
        ("lúc 14:00", "lúc mười bốn giờ"),
        ("từ 8h đến 17h", "từ tám giờ đến mười bảy giờ"),
        ("UBND xã", "Ủy ban nhân dân xã"),
        ("bộ TTHC", "bộ thủ tục hành chính"),
        ("CCCD và BHYT", "căn cước công dân và bảo hiểm y tế"),
        ("Quyết định 107/QĐ-UBND", "Quyết định một trăm linh bảy quyết định Ủy ban nhân dân"),
        ("đạt 95,6%", "đạt chín mươi lăm phẩy sáu phần trăm"),
        ("tăng 2,05 %", "tăng hai phẩy không năm phần trăm"),
        ("rộng 120 m2", "rộng một trăm hai mươi mét vuông"),
        ("dài 3 km", "dài ba ki lô mét"),
        ("gọi 0212 385 2001", "gọi không hai một hai, ba tám năm, hai không không một"),
        ("gọi 18001096", "gọi một tám không không một không chín sáu"),
        ("3-5 ngày", "ba đến năm ngày"),
        ("quý III", "quý ba"),
        ("Zalo OA của xã", "trang Za lô chính thức của xã"),
        ("mã XYZ", "mã ích y dét"),
        ("vào dichvucong.gov.vn", "vào dichvucong chấm gov chấm vn"),
        ("Văn hóa & Xã hội", "Văn hóa và Xã hội"),
        ("✅ Miễn phí", "Miễn phí"),
    ],
)
def test_texts(written: str, read: str) -> None:
    assert spoken(written) == read


@given(st.integers(0, 10**15))
def test_no_number_is_left_in_digits(value: int) -> None:
    assert not re.search(r"\d", spoken(f"có {value} người"))
    assert "  " not in number(value)


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    spoken(text)


@pytest.mark.parametrize("minutes", [0.5, 1.0, 2.0])
def test_a_script_keeps_its_length(minutes: float) -> None:
    text = "Từ ngày 01/12, UBND xã nhận hồ sơ qua mạng. Người dân được trả kết quả tại nhà. " * 30
    said = speech.script("Nộp hồ sơ qua mạng", text, agency="UBND xã Suối Mơ", minutes=minutes)
    assert speech.seconds(said) <= minutes * 60
    assert speech.seconds(said) >= minutes * 60 * 0.7
    assert said.count("Ủy ban nhân dân xã Suối Mơ") >= 2
    assert not re.search(r"\d|UBND", said)
    assert said.split("\n\n")[1].endswith(".")
