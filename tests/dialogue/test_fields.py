"""A list of what we know in a field: who asks for it, who does not, and what comes after."""

import pytest

from content.phrases import say
from nlu.text import fold
from tests.dialogue.person import BIRTH, Person, understood

HELP = understood("help", 0.9)
DEED = "1.013831"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bên mình có những dịch vụ gì về nhà đất vậy ạ", DEED),
        ("cho xem các thủ tục thuộc lĩnh vực hộ tịch", BIRTH),
        ("về trợ cấp thì bot hướng dẫn được gì", "1.001776"),
        ("mấy việc dính dáng tới bảo hiểm y tế", "1.001939"),
        ("danh sách thủ tục dành cho doanh nghiệp", "2.001583"),
        ("chị tôi mới sinh, kể giúp danh sách giấy tờ cần làm", "2.000986"),
    ],
)
@pytest.mark.parametrize("folded", [False, True])
def test_a_list_names_what_is_asked_most(person: Person, text: str, first: str, folded: bool) -> None:
    reply = person.says(fold(text) if folded else text, HELP)
    assert (reply.skill, reply.procedure, reply.aspect) == ("topic", None, None)
    assert reply.candidates[0] == first
    assert len(reply.buttons) <= 5
    assert reply.buttons[-1].title == say("choose.none_of_these")


@pytest.mark.parametrize(
    "text",
    [
        "đăng ký kết hôn cần những thủ tục gì",
        "khai báo tạm trú cho người nước ngoài cần những giấy tờ gì",
        "danh sách giấy tờ cần nộp khi sang tên xe",
        "các thủ tục về hàng hải",
        "liệt kê các thủ tục",
        "các thủ tục về đất đai tranh chấp với hàng xóm kế bên",
    ],
)
def test_one_thing_or_an_unclear_field_gets_no_list(person: Person, text: str) -> None:
    assert person.says(text, HELP).skill != "topic"


def test_a_choice_of_the_list_is_opened_by_number_and_by_its_words(person: Person) -> None:
    person.says("các thủ tục về đất đai", HELP)
    assert person.says("2").procedure == "1.013978"
    person.says("các thủ tục về đất đai", HELP)
    assert person.says("cái tách thửa").procedure == "1.012784"


def test_something_else_asks_on(person: Person) -> None:
    person.says("các thủ tục về đất đai", HELP)
    assert person.says("việc khác").texts == (say("choose.other"),)


@pytest.mark.parametrize(
    "text", ["bot tên gì vậy", "bot ơi bot bao nhiêu tuổi", "bạn hỗ trợ được những gì", "em giúp được gì ạ"]
)
def test_what_is_asked_of_the_bot_itself_is_small_talk(person: Person, text: str) -> None:
    assert person.says(text, understood("conditions", 0.6, bare=0.4)).skill == "smalltalk"


@pytest.mark.parametrize(
    "text", ["em làm được những gì khi mất sổ đỏ", "máy tính tiền là gì", "hai vợ chồng em giúp được gì nhau"]
)
def test_what_only_sounds_alike_is_none(person: Person, text: str) -> None:
    assert person.says(text, understood("overview", 0.6, bare=0.2)).skill != "smalltalk"
