"""A small complete line of the export, and what is made of it."""

from datetime import date
from typing import Any

from content.agency import AgencyFacts
from content.compose import answer
from content.model import Aspect
from content.national.convert import Converted, convert
from content.national.raw import Raw, checked

TODAY = date(2026, 11, 25)
LINE: dict[str, Any] = {
    "code": "1.000001",
    "name": "Thủ tục cấp giấy phép thử (thực hiện tại cấp tỉnh)",
    "level": ["province"],
    "field": "Thử nghiệm",
    "issuing_ministry": "Bộ Thử",
    "agency": "Sở Thử",
    "audience": "Công dân Việt Nam, Doanh nghiệp",
    "documents": [
        {"case": "", "name": "+ Đơn đề nghị theo Mẫu số 01/TH;Mau01.docx", "quantity": "1 bản chính"},
        {"case": "* Trường hợp ủy quyền:", "name": "- Giấy ủy quyền", "quantity": "0 bản chính,1 bản sao"},
    ],
    "steps": "- Bước 1: Nộp hồ sơ tại Sở Thử;\n- Bước 2: Sở xem xét hồ sơ trong 5 ngày.",
    "methods": [
        {"method": "Trực tiếp", "time": "5 Ngày làm việc", "fee": "150,000 VNĐ (/hồ sơ)", "note": ""},
        {"method": "Trực tuyến", "time": "5 Ngày làm việc", "fee": "150,000 VNĐ (/hồ sơ)", "note": ""},
    ],
    "time_limit": "Trực tiếp: 5 Ngày làm việc",
    "fee": "Trực tiếp: 150,000 VNĐ (/hồ sơ)",
    "online_level": "có nộp trực tuyến (nguồn không ghi mức độ)",
    "conditions": "",
    "result": "Giấy phép thử",
    "legal_basis": ["01/2025/TT-BT"],
    "decision_no": "1/QĐ-BT",
    "url": "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/1",
    "as_of": "2026-06-10",
}


def raw(**changes: Any) -> Raw:
    """Return the line with `changes`, as a record."""
    record, faults = checked({**LINE, **changes})
    assert record is not None, faults
    return record


def way(*, time: str = "5 Ngày", fee: str = "", note: str = "") -> list[dict[str, str]]:
    """Return one way of handing in."""
    return [{"method": "Trực tiếp", "time": time, "fee": fee, "note": note}]


def made(*, today: date = TODAY, **changes: Any) -> Converted:
    """Return what may be told of the line with `changes`."""
    return convert(raw(**changes), today)


def said(aspect: Aspect, *, today: date = TODAY, **changes: Any) -> str:
    """Return the words about `aspect` of the line with `changes`."""
    return answer(made(today=today, **changes).procedure, aspect, facts=AgencyFacts(), today=today).text
