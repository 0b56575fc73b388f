"""Every trap of the export: what is doubtful is told to staff and not shown as a fact."""

from datetime import date
from typing import Any

import pytest

from content.model import Aspect
from content.national import doubts
from content.national.doubts import Why
from tests.content.national.lines import TODAY, made, said, way

FREE = "Miễn phí"


def whys(**changes: Any) -> set[tuple[str, str]]:
    return {(one.field, one.why.name) for one in made(**changes).doubts}


def test_a_sound_line_raises_no_doubt() -> None:
    assert made().doubts == ()


@pytest.mark.parametrize(
    ("fee", "why"),
    [
        (FREE, Why.FREE_WITHOUT_RULE),
        ("Miễn phí (Không có)", Why.FREE_WITHOUT_RULE),
        ("Miễn phí (Thông tư số 194/2016/TT-BTC quy định mức thu phí)", Why.FREE_WITHOUT_RULE),
        ("Phí : 0 Đồng", Why.FREE_WITHOUT_RULE),
        ("Phí : Không Đồng", Why.FREE_WITHOUT_RULE),
        ("8 Đồng", Why.FEW_DONG),
        ("20 Việt Nam Đồng", Why.FEW_DONG),
        ("50.000 Đồng (20 đồng/bản)", Why.FEW_DONG),
        ("Phí : 150 Đồng (Cấp mới)", Why.FEW_DONG),
        ("", Why.EMPTY),
        ("Không quy định", Why.NOT_SAID),
        ("Không có thông tin (1)", Why.NOT_SAID),
        ("100,000 VNĐ (áp dụng mức phí 50.000 đồng đến hết ngày 31/12/2023)", Why.EXPIRED),
        ("100,000 VNĐ (áp dụng đến hết ngày 31 tháng 12 năm 2025)", Why.EXPIRED),
        ("50,000 VNĐ (25.000.000đ/giấy thông hành)", Why.CONFLICT),
        ("theo thỏa thuận", Why.UNREADABLE),
        ("<b>100.000 đồng</b>", Why.MARKUP),
        ("9.999.999.999.999 VNĐ", Why.UNREADABLE),
        ("Nộp tại Phòng Tài chính huyện", Why.DISTRICT),
    ],
)
def test_a_doubtful_fee_is_not_told(fee: str, why: Why) -> None:
    told = said(Aspect.FEE, methods=way(fee=fee))
    assert ("fee", why.name) in whys(methods=way(fee=fee))
    assert "Nguồn chưa ghi rõ" in told
    assert "nơi nộp" in told
    assert not any(part in told for part in ("Miễn phí", "8 đồng", "20 đồng", "150 đồng", "2023", "2025", "huyện"))


@pytest.mark.parametrize(
    ("fee", "told"),
    [
        ("150,000 Việt Nam Đồng", "150.000 đồng"),
        ("100.000 VNĐ (/hồ sơ (Thông tư số 61/2023/TT-BTC))", "100.000 đồng một hồ sơ"),
        ("100,000 Việt Nam Đồng (100.000 đồng/giấy.)", "100.000 đồng"),
        ("2,000,000 VNĐ (02 triệu đồng/lần cấp)", "2.000.000 đồng"),
        ("Phí : 5.000.000 Đồng (Cấp mới) Phí : 2.000.000 Đồng (Gia hạn)", "Cấp mới: 5.000.000 đồng"),
        ("800,000 VNĐ (áp dụng mức phí 400.000 đồng từ ngày 01/7/2025 đến hết ngày 31/12/2026)", "400.000 đồng"),
        ("155 USD (Thẻ tạm trú đến 05 năm)", "155 USD (Thẻ tạm trú đến 05 năm)"),
        ("Miễn phí (Theo quy định của Hội đồng nhân dân cấp tỉnh)", "Do Hội đồng nhân dân tỉnh"),
        (
            "Miễn phí (Không thu lệ phí theo quy định tại khoản 2 Điều 22 Luật Hợp tác xã 2023.)",
            "Không mất tiền (khoản 2 Điều 22 Luật Hợp tác xã 2023)",
        ),
    ],
)
def test_a_certain_fee_is_told(fee: str, told: str) -> None:
    assert told in said(Aspect.FEE, methods=way(fee=fee))
    assert "fee" not in {field for field, _ in whys(methods=way(fee=fee))}


def test_a_reduced_fee_ends_on_its_day() -> None:
    fee = way(fee="25,000 VNĐ (25.000đ/giấy (áp dụng đến hết ngày 31/12/2026))")
    assert "25.000 đồng, đến hết ngày 31/12/2026" in said(Aspect.FEE, methods=fee)
    assert "Nguồn chưa ghi rõ" in said(Aspect.FEE, methods=fee, today=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("time", "note", "why", "told"),
    [
        ("1", "", Why.BARE_NUMBER, "Nguồn chưa ghi rõ thời gian"),
        ("30-45", "", Why.BARE_NUMBER, "Nguồn chưa ghi rõ thời gian"),
        ("0 Ngày", "", Why.BARE_NUMBER, "Nguồn chưa ghi rõ thời gian"),
        ("", "", Why.EMPTY, "Nguồn chưa ghi rõ thời gian"),
        ("Không quy định", "", Why.NOT_SAID, "Nguồn chưa ghi rõ thời gian"),
        ("1", "06 ngày làm việc, kể từ ngày nhận đủ hồ sơ.", Why.BARE_NUMBER, "06 ngày làm việc, kể từ ngày nhận đủ"),
    ],
)
def test_a_doubtful_time_is_not_told(time: str, note: str, why: Why, told: str) -> None:
    methods = way(time=time, note=note)
    assert ("time_limit", why.name) in whys(methods=methods)
    assert told in said(Aspect.TIME, methods=methods)


@pytest.mark.parametrize(
    ("time", "told"),
    [("21 Ngày", "21 ngày"), ("03 ngày làm việc", "3 ngày làm việc"), ("0.5 Ngày làm việc", "Nửa ngày làm việc"),
     ("8 Giờ", "8 giờ"), ("1.5 Giờ", "1,5 giờ"), ("Trước khi tàu rời cảng", "Trước khi tàu rời cảng")],
)  # fmt: skip
def test_a_certain_time_is_told(time: str, told: str) -> None:
    assert told in said(Aspect.TIME, methods=way(time=time, fee="100.000 VNĐ"))


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"agency": "Ủy ban nhân dân huyện"}, "agency", Why.DISTRICT),
        ({"agency": ""}, "agency", Why.EMPTY),
        ({"steps": "Bước 1: Nộp tại UBND huyện.\nBước 2: Nhận giấy ở Sở."}, "steps", Why.DISTRICT),
        ({"conditions": "Không có thông tinTừ khóaKhông có thông tinMô tả"}, "conditions", Why.MARKUP),
        ({"documents": []}, "documents", Why.EMPTY),
        ({"documents": [{"case": "", "name": "Đơn", "quantity": "20261 bản chính"}]}, "documents", Why.GLUED),
        ({"result": "Giấy phép; iấy chứng nhận"}, "result", Why.LOST_LETTER),
        ({"result": ""}, "result", Why.EMPTY),
        ({"legal_basis": []}, "legal_basis", Why.EMPTY),
        ({"legal_basis": ["Luật số"]}, "legal_basis", Why.GLUED),
        ({"url": "https://dichvucong-gov.vn.example.com/x"}, "url", Why.ADDRESS),
        ({"as_of": "2026"}, "as_of", Why.YEAR_ONLY),
        ({"name": "Trình báo mất hộ chiếu (thực hiện tại cấp huyện)"}, "name", Why.DISTRICT),
        ({"name": "Giảm tiền thuê đất phải nộp của năm 2025"}, "name", Why.EXPIRED),
    ],
)
def test_other_traps(changes: dict[str, Any], field: str, why: Why) -> None:
    assert (field, why.name) in whys(**changes)


def test_who_is_sent_to_a_district_hears_where_to_ask() -> None:
    told = said(Aspect.WHERE, agency="Phòng Tư pháp huyện; Ủy ban nhân dân cấp huyện")
    assert "huyện" not in told
    assert "Ủy ban nhân dân xã, phường nơi bạn ở" in told


def test_a_lost_letter_is_mended() -> None:
    told = said(Aspect.RESULT, result="Giấy phép; ăn bản từ chối; uyết định")
    assert "Giấy phép; Văn bản từ chối; Quyết định" in told


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("áp dụng đến hết ngày 31/12/2025", True),
        ("đến hết năm 2025", True),
        ("đến hết ngày 31/12/2026", False),
        ("tham gia kháng chiến đến ngày 30/4/1975", False),
        ("sử dụng đất trước ngày 15/10/1993", False),
        ("đến ngày 31/02/2024", False),
    ],
)
def test_what_has_passed(text: str, passed: bool) -> None:
    assert doubts.has_passed(text, TODAY) is passed


@pytest.mark.parametrize(
    ("text", "names"),
    [("Công an huyện", True), ("quận, huyện", True), ("UBND cấp huyện", True), ("xã vùng cao, huyện đảo", False),
     ("huyện Côn Đảo", False)],
)  # fmt: skip
def test_what_sends_to_a_district(text: str, names: bool) -> None:
    assert doubts.names_district(text) is (names or text.startswith("cấp"))
