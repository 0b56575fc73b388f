"""Blanks, and the templates that come with us."""

from pathlib import Path

import pytest

from content import templates
from content.blanks import all_filled, blanks, filled, key, texts_of


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("không có", []), ("{{ngày}}", ["ngày"]), ("{{ Ngày_họp }} và {{ngày  họp}}", ["ngày họp"]),
        ("{{a}}{{b}}{{a}}", ["a", "b"]), ("{a} {{}}", [""]), ("{{nga\u0300y}}", ["ngày"]), ("{{a\nb}}", ["a b"]),
    ],
)  # fmt: skip
def test_blanks_are_found_and_named_alike(text: str, names: list[str]) -> None:
    assert blanks(text) == names


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ngày": "05/12"}, "Họp 05/12 tại {{nơi}}"), ({"ngày": "  "}, "Họp {{ ngày }} tại {{nơi}}"),
        ({"ngày": "{{x}}", "nơi": r"\1 $&"}, r"Họp {{x}} tại \1 $&"),
    ],
)  # fmt: skip
def test_what_has_no_value_stays_open(values: dict[str, str], expected: str) -> None:
    assert filled("Họp {{ ngày }} tại {{nơi}}", values) == expected


def test_lists_and_mappings_are_filled_too() -> None:
    tree = {"targets": ["facebook:{{trang}}"], "at": "{{năm}}-01-01", "grace": 5}
    assert all_filled(tree, {"trang": "7", "năm": "2027"}) == {
        "targets": ["facebook:7"],
        "at": "2027-01-01",
        "grace": 5,
    }
    assert list(texts_of(tree)) == ["facebook:{{trang}}", "{{năm}}-01-01"]
    assert key(" Đường_Dây  nóng ") == "đường dây nóng"


def test_ours_have_no_fault_and_explain_every_blank() -> None:
    found, faults = templates.read()
    assert faults == []
    assert len(found) >= 8
    assert all(what.strip() for one in found.values() for what in one.fields.values())


def test_a_blank_that_is_not_explained_and_one_that_is_not_there_are_faults(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "name: X\ntitle: '{{a}}'\ntext: '{{cơ quan}}'\nfields: {b: gì}\n", encoding="utf-8"
    )
    told = [str(one) for one in templates.read(tmp_path)[1]]
    assert len(told) == 2
    assert any("'a' is not explained" in one for one in told)
    assert any("'b' is no blank" in one for one in told)
