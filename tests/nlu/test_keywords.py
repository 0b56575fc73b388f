"""What stands in for the model: sentences and the intent that their words say."""

import time
import unicodedata

import pytest

from nlu import keywords
from nlu.text import fold

SAID = [
    ("có cháy nhà ở ngõ 12, cứu với", "emergency"),
    ("SOS", "emergency"),
    ("chồng tôi bị đột quỵ ngất xỉu rồi", "emergency"),
    ("có trộm vào nhà tôi", "emergency"),
    ("con tôi mất tích từ tối qua", "emergency"),
    ("em muốn tự tử", "emergency"),
    ("sập nhà rồi có người mắc kẹt", "emergency"),
    ("tôi không muốn nhận tin nữa", "unsubscribe"),
    ("hủy nhận thông báo", "unsubscribe"),
    ("stop", "unsubscribe"),
    ("tôi muốn nhận tin mới", "subscribe"),
    ("cho tôi gặp cán bộ", "handoff"),
    ("không muốn chat với bot", "handoff"),
    ("tôi muốn phản ánh đường đầy ổ gà", "feedback"),
    ("cán bộ thái độ hách sách", "feedback"),
    ("hồ sơ của tôi đến đâu rồi", "status"),
    ("tra cứu tình trạng hồ sơ", "status"),
    ("mất giấy hẹn rồi", "status"),
    ("tôi muốn làm khảo sát", "survey"),
    ("có cuộc thi trắc nghiệm nào không", "quiz"),
    ("số điện thoại ủy ban phường", "office"),
    ("thứ bảy có làm việc không", "office"),
    ("xã tôi sáp nhập vào xã nào", "office"),
    ("một cửa ở đâu", "office"),
    ("quên mật khẩu cổng dịch vụ công", "portal"),
    ("VNeID không đăng nhập được", "portal"),
    ("đồ ngu", "abuse"),
    ("không, ý tôi là khai tử", "correct"),
    ("nhầm, tôi hỏi kết hôn cơ", "correct"),
    ("à không ý em là tạm trú", "correct"),
    ("lệ phí bao nhiêu tiền", "fee"),
    ("mất bao lâu mới xong", "time"),
    ("mấy ngày thì có sổ đỏ", "time"),
    ("cho xin mẫu đơn", "forms"),
    ("tờ khai tải ở đâu", "forms"),
    ("căn cứ pháp lý là gì", "legal"),
    ("làm online được không", "online"),
    ("nộp qua mạng được ko", "online"),
    ("cần giấy tờ gì", "documents"),
    ("làm cccd cần j", "documents"),
    ("phải mang theo những gì", "documents"),
    ("nộp ở đâu", "where"),
    ("điều kiện để mua nhà ở xã hội", "conditions"),
    ("mấy tuổi thì được làm căn cước", "conditions"),
    ("kết quả nhận được gì", "result"),
    ("làm thế nào", "steps"),
    ("đăng ký kết hôn lsao", "steps"),
    ("các bước tách hộ", "steps"),
    ("cảm ơn bạn", "thanks"),
    ("thanks ad", "thanks"),
    ("tạm biệt", "bye"),
    ("thôi nhé", "bye"),
    ("bạn làm được gì", "help"),
    ("xin chào", "greet"),
    ("dạ em chào anh chị", "greet"),
    ("alo", "greet"),
    ("vâng ạ", "affirm"),
    ("dạ", "affirm"),
    ("ok ad", "affirm"),
    ("đúng rồi ạ", "affirm"),
    ("dạ vâng", "affirm"),
    ("không ạ", "deny"),
    ("dạ không ạ", "deny"),
    ("không cần đâu ạ", "deny"),
    ("không nha ad", "deny"),
    ("chưa ạ", "deny"),
    ("sai rồi", "deny"),
    ("đăng ký khai sinh", "overview"),
    ("sổ hồng", "overview"),
    ("em muốn từ từ tìm hiểu", "overview"),
]


@pytest.mark.parametrize(("text", "intent"), SAID)
def test_intent_by_words(text: str, intent: str) -> None:
    said = keywords.parse(text)
    assert (said.intent, said.text, said.source) == (intent, text, "keywords")
    assert said.intents == ((intent, said.confidence),)
    assert said.candidates == ()


# "từ từ" and "tự tử" are one without marks, and then danger goes first.
@pytest.mark.parametrize(("text", "intent"), [case for case in SAID if "từ từ" not in case[0]])
def test_the_same_without_diacritics_in_capitals_and_decomposed(text: str, intent: str) -> None:
    assert keywords.parse(fold(text)).intent == intent
    assert keywords.parse(text.upper()).intent == intent
    assert keywords.parse(unicodedata.normalize("NFD", text)).intent == intent


@pytest.mark.parametrize("text", ["", "   ", "???", "👍", "\u200b\u202e", "\ud83d"])
def test_a_text_without_words_says_nothing(text: str) -> None:
    said = keywords.parse(text)
    assert said.intent == "none"
    assert said.confidence < 0.5


def test_hidden_characters_do_not_hide_a_word() -> None:
    assert keywords.parse("lệ\u200b ph\u200bí").intent == "fee"


def test_manners_in_a_longer_text_are_not_its_intent() -> None:
    assert keywords.parse("cảm ơn").intent == "thanks"
    assert keywords.parse("cảm ơn bạn nhiều, cho mình hỏi thêm lệ phí bao nhiêu tiền vậy").intent == "fee"


def test_a_guess_is_less_sure_than_a_pattern() -> None:
    guess, likely, certain = (keywords.parse(t).confidence for t in ("đăng ký kết hôn", "lệ phí", "hủy nhận thông báo"))
    assert guess < likely < certain


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("làm giấy khai sinh cần giấy tờ gì", "documents"),
        ("lệ phí bao nhiêu", "fee"),
        ("đăng ký khai sinh", None),
        ("tôi ở đâu cũng được, " + "hôm qua trời mưa to quá nên cả nhà " * 4 + "mất bao lâu", "time"),
        ("lệ phí thì tôi đã nộp, " + "hôm qua trời mưa to quá nên cả nhà " * 4 + "rồi", None),
        ("", None),
    ],
)
def test_the_aspect_stands_at_the_end(text: str, aspect: str | None) -> None:
    assert keywords.aspect(text) == aspect


def test_hints_are_all_that_occurs() -> None:
    assert keywords.hints("le phi bao nhieu va nop o dau") == ["fee", "where"]
    assert keywords.hints("khai sinh") == []


@pytest.mark.parametrize("piece", ["hủy ", "khong phai ", "a", "ho so ", "nghi "])
def test_a_pasted_book_is_read_quickly(piece: str) -> None:
    began = time.monotonic()
    keywords.parse(piece * 200_000)
    keywords.aspect(piece * 200_000)
    assert time.monotonic() - began < 2.0
