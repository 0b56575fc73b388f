"""One canonical form, one folded form, shorthand written out: on the spellings that citizens really send."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text import SHORTHAND, canonical, expand, fold, words

# Anything that can reach us: also lone surrogates, controls, other scripts.
ANYTHING = st.one_of(st.text(), st.text(alphabet=st.characters(exclude_categories=[])))
VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậéèẻẽẹíìỉĩịóòỏõọúùủũụĐẠỚỮ \u0300\u0301\u0323", max_size=60
)


@pytest.mark.parametrize("text", ["Đăng ký khai sinh", "thủ tục cấp sổ đỏ ở xã", "Ưu đãi người có công", "nghỉ ốm"])
def test_both_ways_of_coding_a_letter_are_one(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert composed != decomposed
    assert canonical(composed) == canonical(decomposed) == composed
    assert fold(composed) == fold(decomposed)
    assert words(composed) == words(decomposed)
    assert expand(composed) == expand(decomposed)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐỔI TÊN ĐỆM", "doi ten dem"),
        ("đ Đ", "d d"),
        ("ứng dụng VNeID", "ung dung vneid"),
        ("không dấu", "khong dau"),
        ("123 / 4-5", "123 / 4-5"),
        ("", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("khai\u200b sinh", "khai sinh"),
        ("\ufeffkhai sinh\u2060", "khai sinh"),
        ("\u202ekhai\u202c sinh\u2066\u2069", "khai sinh"),
        ("\u061ckhai\u200f sinh\u200e", "khai sinh"),
        ("khai\x00sinh\x1b", "khai sinh"),
        ("khai\r\n\r\n\tsinh\u2028", "khai sinh"),
        ("khai\u00a0\u3000sinh", "khai sinh"),
        ("khai\u00ad sinh", "khai sinh"),
        ("khai \ud83d sinh", "khai sinh"),
        ("gia\u200b\u0301y", "giáy"),
        ("\u200b\u202e\x07", ""),
        ("", ""),
    ],
)
def test_what_carries_no_meaning_goes(text: str, clean: str) -> None:
    assert canonical(text) == clean


def test_emoji_and_other_scripts_stay() -> None:
    assert canonical("chào 👍🏽 こんにちは") == "chào 👍🏽 こんにちは"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Làm CCCD cần j?", "lam can cuoc cong dan can gi"),
        ("e muốn đk kết hôn đc ko ạ", "em muon dang ky ket hon duoc khong a"),
        ("k bt lm ntn z a", "khong biet lam nhu the nao vay anh"),
        ("dki tạm trú hết bnhieu", "dang ky tam tru het bao nhieu"),
        ("gplx bị mất", "giay phep lai xe bi mat"),
        ("xin gcnqsdđ", "xin giay chung nhan quyen su dung dat"),
        ("ĐKKS cho con", "dang ky khai sinh cho con"),
        ("kp, ý mk là kt", "khong phai y minh la khai tu"),
        ("bhyt & bhxh", "bao hiem y te bao hiem xa hoi"),
        ("so_do", "so do"),
        ("...", ""),
        ("", ""),
    ],
)
def test_shorthand_is_written_out(text: str, written: str) -> None:
    assert expand(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("không ạ", "khong a"),
        ("à không", "a khong"),
        ("a ơi", "anh oi"),
        ("sổ hồng bị hỏng", "so hong bi hong"),
        ("so hong", "so hong"),
        ("hông biết", "khong biet"),
        ("nhà trong hẻm", "nha trong hem"),
        ("thuế thu nhập cá nhân", "thue thu nhap ca nhan"),
        ("thue thu nhap ca nhan", "thue thu nhap ca nhan"),
        ("ra ca xã hay CA phường", "ra cong an xa hay cong an phuong"),
        ("bằng lái hạng b", "bang lai hang b"),
        ("thói ác", "thoi ac"),
    ],
)
def test_words_that_only_look_like_shorthand_stay(text: str, written: str) -> None:
    assert expand(text) == written


@pytest.mark.parametrize("short", SHORTHAND)
def test_every_shorthand_works_in_capitals_and_ends_in_plain_words(short: str) -> None:
    assert expand(short) == expand(short.upper()) == SHORTHAND[short]
    assert expand(SHORTHAND[short]) == SHORTHAND[short]
    assert words(SHORTHAND[short]) == SHORTHAND[short].split()


@given(ANYTHING)
def test_canonical_is_stable_whatever_comes(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()
    once.encode("utf-8")


@given(ANYTHING)
def test_fold_is_stable_whatever_comes(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.one_of(ANYTHING, VIETNAMESE))
def test_words_and_expand_never_raise(text: str) -> None:
    assert all(word and " " not in word for word in words(text))
    assert expand(text) == " ".join(expand(text).split())


@given(VIETNAMESE)
def test_expand_sees_the_same_words_as_words_do(text: str) -> None:
    typed = canonical(text)
    assert len(expand(typed).split()) >= len(words(typed))
    assert expand(unicodedata.normalize("NFD", typed)) == expand(typed)
