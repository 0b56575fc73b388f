"""Ranking in everyday words: the same work, the level that was named, typing slips, what a name excludes."""

import pytest

from content import everyday
from content.everyday import said
from content.national.question import Spelling
from content.national.search import Entry, NationalSearch
from content.national.terms import levels_of, searched_name, work_of

NAMES = {
    "1.000001": "Cấp Giấy chứng nhận đủ điều kiện buôn bán thuốc bảo vệ thực vật",
    "1.000002": "Cấp lại Giấy chứng nhận đủ điều kiện buôn bán thuốc bảo vệ thực vật",
    "1.000003": "Gia hạn Giấy chứng nhận đủ điều kiện buôn bán thuốc bảo vệ thực vật",
    "1.000004": "Cấp giấy phép khai thác khoáng sản (cấp Tỉnh)",
    "1.000005": "Cấp giấy phép khai thác khoáng sản (cấp Bộ)",
    "1.000006": "Đóng cửa mỏ khoáng sản",
    "1.000007": "Chấp thuận cho phóng viên nước ngoài thường trú tại Việt Nam",
    "1.000008": "Chấp thuận cho phóng viên nước ngoài không thường trú tại Việt Nam",
    "1.000009": "Cấp lại Giấy chứng nhận vùng an toàn dịch bệnh (trừ vùng phục vụ xuất khẩu)",
    "1.000010": "Cấp lại Giấy chứng nhận vùng an toàn dịch bệnh phục vụ xuất khẩu",
}


@pytest.fixture(scope="module")
def search() -> NationalSearch:
    return NationalSearch(Entry(code, name, ("province",), {}) for code, name in NAMES.items())


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("mở cửa hàng bán thuốc trừ sâu cần gì", "1.000001"),
        ("mat giay ban thuoc sau xin lai", "1.000002"),
        ("giấy bán thuốc trừ sâu sắp hết hạn", "1.000003"),
        ("xin phep khai thac cat soi o tinh", "1.000004"),
        ("xin bộ cấp phép khai thác mỏ đá", "1.000005"),
        ("mỏ khai thác xong muốn đóng", "1.000006"),
        ("phong vien nuoc ngoai ko thuong tru", "1.000008"),
        ("phóng viên nước ngoài thường trú", "1.000007"),
        ("cấp lại giấy vùng an toàn dịch bệnh để xuất khẩu", "1.000010"),
        ("giayphep khai thac khoang san cap tinh", "1.000004"),
        ("giay phep khai thac khoag san cap tinh", "1.000004"),
        ("1.000006 là gì", "1.000006"),
    ],
)
def test_the_right_one_comes_first(search: NationalSearch, question: str, code: str) -> None:
    assert search.rank(question)[0].code == code


@pytest.mark.parametrize("question", ["", "???", "xyzzy", "cho tôi hỏi ở đâu"])
def test_what_names_nothing_finds_nothing(search: NationalSearch, question: str) -> None:
    assert search.rank(question) == []


def test_explained_is_a_share_and_others_can_be_asked_for(search: NationalSearch) -> None:
    found = search.rank("khai thác khoáng sản trên mặt trăng", most=1, also=["1.000005"])
    assert {one.code for one in found} == {"1.000004", "1.000005"}
    assert all(0 < one.explained < 1 for one in found)


@pytest.mark.parametrize(
    ("name", "work"),
    [("Cấp lại giấy phép", {"again"}), ("Thủ tục gia hạn thẻ", {"extend"}), ("Cấp, cấp lại thẻ", {"new", "again"}),
     ("Đăng ký hành nghề (Cấp mới)", {"new"}), ("Đăng ký hành nghề (điều chỉnh)", {"change"}),
     ("Động viên công nghiệp", set())],
)  # fmt: skip
def test_the_work_that_a_name_tells(name: str, work: set[str]) -> None:
    assert work_of(name, everyday.load()) == work


def test_level_and_what_is_excluded() -> None:
    assert levels_of("Trả lại giấy phép (cấp Bộ)", ("province",)) == {"ministry"}
    assert levels_of("Trả lại giấy phép", ("province",)) == {"province"}
    assert searched_name("Cấp giấy (trừ giấy đỏ) (1.010732)") == "Cấp giấy"


@pytest.mark.parametrize(("word", "mended"), [("giayphep", ["giay", "phep"]), ("khoag", ["khoang"]), ("giay", ["giay"]),
                                              ("xyzzyx", ["xyzzyx"]), ("abc", ["abc"])])  # fmt: skip
def test_slips_are_mended_to_known_words(word: str, mended: list[str]) -> None:
    assert Spelling({"giay": 1.0, "phep": 2.0, "khoang": 3.0}).mended(word) == mended


def test_diacritics_are_believed_when_there_are_any() -> None:
    words = everyday.load()
    assert "end" in words.work.meanings(said("tôi muốn đóng cửa"))
    assert "end" not in words.work.meanings(said("phí này đồng bộ"))
    assert words.level.meanings(said("bố tôi ở quê")) == set()


def test_the_everyday_words_are_sound() -> None:
    assert everyday.faults() == []
