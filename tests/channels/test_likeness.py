"""A post is recognised whatever the platform did to its white space, links and emoji; another one is not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.likeness import alike, encoded, is_public, plain

OURS = "Nộp thuế trước 31/12 ✅\n\nXem: https://dichvucong.gov.vn/p/home?x=1\n👩‍🌾 Cảm ơn!"


@pytest.mark.parametrize(
    "theirs",
    [
        OURS,
        unicodedata.normalize("NFD", OURS),
        OURS.replace("\n\n", "\n").replace("\n", " "),
        OURS.replace("\n", "\r\n") + "\n",
        OURS.replace(" ", "\u00a0"),
        OURS.replace("https://dichvucong.gov.vn/p/home?x=1", "https://l.facebook.com/l.php?u=https%3A%2F%2Fdichvucong"),
        OURS.replace("https://dichvucong.gov.vn/p/home?x=1", "dichvucong.gov.vn/p/home"),
        OURS.replace("https://dichvucong.gov.vn/p/home?x=1", "www.dichvucong.gov.vn"),
        OURS.replace("✅", "✅\ufe0f"),
        OURS.replace("👩", "👩🏽"),
        OURS.replace("\u200d", ""),
    ],
)
def test_what_platforms_change_does_not_matter(theirs: str) -> None:
    assert alike(OURS, theirs)


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        OURS.replace("31/12", "30/12"),
        OURS.replace("✅", "❌"),
        OURS.replace("thuế", "thuê"),
        OURS + " Bổ sung.",
        OURS.split("\n", maxsplit=1)[0],
    ],
)
def test_what_people_change_does(theirs: str) -> None:
    assert not alike(OURS, theirs)


@pytest.mark.parametrize("empty", ["", " \n", "\u200b", "\ufe0f"])
def test_nothing_is_like_an_empty_text(empty: str) -> None:
    assert not alike(empty, empty)


@given(st.text(max_size=200))
def test_plain_is_stable_and_alike_reflexive(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert alike(text, text) is bool(plain(text))


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://suoimo.gov.vn/ảnh.jpg", True),
        ("https://tỉnh.vn/a", True),
        ("https://suoimo.gov.vn:8443/a", True),
        ("https://suoimo.gov.vn", True),
        ("https://1.1.1.1.vn/a", True),
        ("http://suoimo.gov.vn/a", False),
        ("https://localhost/a", False),
        ("https://127.0.0.1/a", False),
        ("https://8.8.8.8/a", False),
        ("https://[::1]/a", False),
        ("https://[::1/a", False),
        ("https://ỉ..vn/a", False),
        ("https://" + "ỉ" * 70 + ".vn/a", False),
        ("https://mayin.local/a", False),
        ("https://db.internal/a", False),
        ("https://a:b@suoimo.gov.vn/a", False),
        ("https://suoimo.gov.vn/a\nb", False),
        ("//suoimo.gov.vn/a", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_public_address(url: str, public: bool) -> None:
    assert is_public(url) is public


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("https://x.vn/ảnh bìa.jpg", "https://x.vn/%E1%BA%A3nh%20b%C3%ACa.jpg"),
        ("https://x.vn/%E1%BA%A3nh.jpg", "https://x.vn/%E1%BA%A3nh.jpg"),
        ("https://x.vn/a?q=đ&b=1+2#phần", "https://x.vn/a?q=%C4%91&b=1+2#ph%E1%BA%A7n"),
        ("https://tỉnh.vn/a", "https://xn--tnh-dlz.vn/a"),
        ("https://x.vn", "https://x.vn"),
    ],
)
def test_an_address_is_encoded_once(url: str, wire: str) -> None:
    assert encoded(url) == wire
    assert encoded(wire) == wire


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=50))
def test_an_encoded_address_is_ascii_whatever_it_was(text: str) -> None:
    assert encoded(f"https://x.vn/{text}").isascii()
    assert encoded(f"https://{text}").isascii()
    assert is_public(text) in {True, False}
