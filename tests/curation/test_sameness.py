"""The same news: by address, by title, by text; and news that only look alike."""

import pytest

from bot.curation.sameness import alike, gist, link_key, near, title_key
from bot.curation.words import Words, shortened

TEXT = (
    "Từ ngày 01/12/2026, bộ phận một cửa xã Suối Mơ nhận hồ sơ cả buổi sáng thứ Bảy. Bà con bận việc trong tuần có thể "
    "đến từ 7 giờ 30 đến 11 giờ để nộp hồ sơ và nhận kết quả mà không phải xin nghỉ làm, không phải hẹn trước."
)


@pytest.mark.parametrize(
    "other",
    [
        "http://cong.example/tin/a?id=7", "https://www.cong.example/tin/a/?id=7&utm_source=fb&fbclid=x", "https://cong.example/tin/a?id=7#top",
        "HTTPS://CONG.example/tin/a?id=7",
    ],
)  # fmt: skip
def test_addresses_that_lead_to_the_same_page(other: str) -> None:
    assert link_key(other) == link_key("https://cong.example/tin/a?id=7")


@pytest.mark.parametrize(
    "other", ["https://cong.example/tin/a?id=8", "https://cong.example/tin/b?id=7", "https://b.example/tin/a?id=7"]
)
def test_other_pages_have_other_addresses(other: str) -> None:
    assert link_key(other) != link_key("https://cong.example/tin/a?id=7")
    assert link_key("") == link_key("http://[::1")[:0]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Xã Suối Mơ nhận hồ sơ cả thứ Bảy", "xã suối mơ nhận hồ sơ cả thứ bảy!", True),
        ("Xã Suối Mơ nhận hồ sơ cả ngày thứ Bảy", "Xã Suối Mơ không nhận hồ sơ cả ngày thứ Bảy", False),
        ("Sơ kết công tác cải cách hành chính của xã Suối Mơ", "Sơ kết công tác cải cách hành chính xã Suối Mơ", True),
        ("Lịch tiếp công dân tuần 12 của xã", "Lịch tiếp công dân tuần 13 của xã", False),
        ("Báo cáo cải cách hành chính quý I của xã", "Báo cáo cải cách hành chính quý II của xã", False),
        ("Thông báo", "Thông báo mới", False),
        ("Thông báo", "THÔNG BÁO", True),
        ("", "", False),
    ],
)  # fmt: skip
def test_titles(one: str, other: str, same: bool) -> None:
    assert near(title_key(one), title_key(other)) is same
    assert near(title_key(other), title_key(one)) is same


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (TEXT, True),
        (TEXT.replace("Bà con", "Người dân"), True),
        (TEXT.replace("01/12/2026", "08/12/2026"), False),  # another day is other news
        (TEXT.replace("7 giờ 30", "8 giờ"), False),
        (
            "Chủ tịch xã Suối Mơ tiếp công dân tại trụ sở, nghe bà con nói về đường đi, nước sạch và chợ phiên mới.",
            False,
        ),
        (TEXT.replace("nhận hồ sơ", "không nhận hồ sơ"), False),
        ("Xem chi tiết tại đây", False),
        ("", False),
    ],
)
def test_texts(other: str, same: bool) -> None:
    assert alike(gist(TEXT), gist(other)) is same


def test_short_texts_are_never_alike() -> None:
    assert not alike(gist("Xem chi tiết tại đây"), gist("Xem chi tiết tại đây"))


def test_html_becomes_the_words_that_are_shown() -> None:
    page = Words(
        "<p>Tin&nbsp;<b>mới</b></p><script>alert(1)</script><style>p{}</style><img src='a.png' alt='ảnh'>"
        "<ul><li>một<li>hai</ul><iframe>x</iframe>&lt;b&gt;<!-- ghi -->"
    )
    assert page.text == "Tin mới\nmột\nhai\n<b>"
    assert page.pictures == [("a.png", "ảnh")]


@pytest.mark.parametrize(
    ("most", "expected"),
    [(100, "Câu một. Câu hai dài hơn."), (12, "Câu một."), (20, "Câu một. Câu hai…" ), (24, "Câu một. Câu hai dài…")],
)  # fmt: skip
def test_texts_are_cut_where_a_reader_would(most: int, expected: str) -> None:
    cut = shortened("Câu một. Câu hai dài hơn.", most)
    assert cut == expected
    assert len(cut) <= most
