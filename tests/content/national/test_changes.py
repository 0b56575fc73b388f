"""What changed between what is stored and an export, and the draft posts about it."""

from datetime import date
from typing import Any

import pytest

from content.national.changes import Kind, compare
from content.national.drafts import draft
from tests.content.national.lines import TODAY, made, raw, way

STORED = raw()


def kinds(*records: Any, whole: bool = True) -> list[tuple[str, str]]:
    return [(one.kind.value, one.code) for one in compare({STORED.code: STORED}, {}, records, whole=whole)]


def test_nothing_changed() -> None:
    assert kinds(STORED) == []
    assert kinds(raw(as_of="2026-09-01", url="https://dichvucong.gov.vn/2")) == []


def test_new_amended_replaced_abolished() -> None:
    other = raw(code="1.000002", name="Việc khác hẳn")
    assert kinds(STORED, other) == [("new", "1.000002")]
    assert kinds(raw(result="Giấy khác")) == [("amended", "1.000001")]
    assert kinds(other) == [("new", "1.000002"), ("abolished", "1.000001")]
    assert kinds(raw(code="1.000003")) == [("replaced", "1.000003")]
    assert kinds(raw(code="1.000003", field="Lĩnh vực khác")) == [("new", "1.000003"), ("abolished", "1.000001")]


def test_a_part_of_the_catalogue_abolishes_nothing() -> None:
    assert kinds(raw(code="1.000002", name="Việc khác hẳn"), whole=False) == [("new", "1.000002")]


def test_one_new_procedure_replaces_only_one() -> None:
    stored = {code: raw(code=code) for code in ("1.000001", "1.000002")}
    changes = compare(stored, {}, [raw(code="1.000009")])
    assert sorted(one.kind.value for one in changes) == ["abolished", "replaced"]


@pytest.mark.parametrize(
    ("changes", "field", "old", "new"),
    [
        ({"level": ["commune"]}, "level", "province", "commune"),
        ({"agency": "Sở Mới"}, "agency", "Sở Thử", "Sở Mới"),
        ({"legal_basis": ["01/2025/TT-BT", "2/2026"]}, "legal_basis", "01/2025/TT-BT", "01/2025/TT-BT; 2/2026"),
        ({"time_limit": "7 Ngày", "methods": way(time="7 Ngày")}, "time_limit", "Trực tiếp: 5 Ngày làm việc", "7 Ngày"),
    ],
)  # fmt: skip
def test_an_amendment_names_field_old_and_new(changes: dict[str, Any], field: str, old: str, new: str) -> None:
    [change] = compare({STORED.code: STORED}, {}, [raw(**changes)])
    assert [(one.field, one.old, one.new) for one in change.fields] == [(field, old, new)]


def test_a_long_text_is_shown_where_it_differs() -> None:
    long = "Bước 1: " + "nộp hồ sơ tại một nơi rất xa " * 20
    before = raw(steps=long + "trong 5 ngày")
    [change] = compare({before.code: before}, {}, [raw(steps=long + "trong 9 ngày")])
    [steps] = change.fields
    assert steps.old.endswith("trong 5 ngày")
    assert steps.new.endswith("trong 9 ngày")
    assert steps.old.startswith("… ")
    assert len(steps.old) <= 130


def test_our_own_record_is_compared_by_name_and_decision() -> None:
    record = made().procedure
    assert compare({}, {record.code: record}, [raw(fee="khác", name=record.name)]) == []
    [change] = compare({}, {record.code: record}, [raw(decision_no="2/QĐ-BT", name=record.name)])
    assert change.curated
    assert [(one.field, one.old, one.new) for one in change.fields] == [("decision_no", "1/QĐ-BT", "2/QĐ-BT")]


@pytest.mark.parametrize(
    ("records", "kind", "words"),
    [
        ([raw(), raw(code="1.000002", name="Việc khác hẳn")], Kind.NEW, ("mới: Việc khác hẳn", "mã 1.000002")),
        ([raw(agency="Sở Mới")], Kind.AMENDED, ("Thay đổi về: cơ quan thực hiện",)),
        ([raw(code="1.000003")], Kind.REPLACED, ("Thay cho: Cấp giấy phép thử", "mã 1.000001")),
        ([raw(code="1.000002", name="Việc khác hẳn")], Kind.ABOLISHED, ("không còn trên Cổng", "mã 1.000001")),
    ],
)
def test_each_change_gets_a_draft_in_the_queue_s_words(records: Any, kind: Kind, words: tuple[str, ...]) -> None:
    change = next(one for one in compare({STORED.code: STORED}, {}, records) if one.kind is kind)
    post = draft(change, as_of=date(2026, 9, 12), today=TODAY, names={"1.000001": "Cấp giấy phép thử"})
    assert list(post) == ["title", "text", "link", "media", "alt", "topic", "audience", "language", "targets", "at"]
    assert all(word in post["text"] for word in (*words, "12/09/2026"))
    assert post["link"].startswith("https://dichvucong.gov.vn")
    assert len(post["title"]) <= 100
