"""What the end of a question asks for in so many words, with marks and without."""

import pytest

from bot.dialogue.cues import cue_of, last_clause
from content.model import Aspect
from nlu.text import fold
from tests.dialogue.person import BIRTH, Person, understood

ENDS = [
    ("nhà có người mất hôm qua, giờ đi báo thì phải mang giấy tờ gì", Aspect.DOCUMENTS),
    ("em mua lại quán của chị họ. Ra đăng ký lại thì nộp những gì ạ", Aspect.DOCUMENTS),
    ("bên bảo hiểm bắt cung cấp chứng từ nào", Aspect.DOCUMENTS),
    ("hồ sơ xin cấp đất ở", Aspect.DOCUMENTS),
    ("làm xong thì họ trả tờ gì", Aspect.RESULT),
    ("nhà có giếng tưới rau, có phải khai không và khai sao", Aspect.OVERVIEW),
    ("nghe bảo ra phường cấp lại thì có thu phí không", Aspect.FEE),
    ("con tôi nghỉ dưỡng bệnh thì được hưởng bao nhiêu % lương", Aspect.FEE),
    ("ông cụ chín mươi tuổi rồi, mỗi tháng được bao nhiêu", Aspect.FEE),
    ("sang tên cái xe này hết nhiêu", Aspect.FEE),
    ("khai thuế cho quán thì chậm nhất hôm nào", Aspect.TIME),
    ("mai khách tới ở, phải khai trước mấy giờ", Aspect.TIME),
    ("tuần sau bay rồi, có kịp lấy hộ chiếu không", Aspect.TIME),
    ("dang ky xe onl kieu gi", Aspect.ONLINE),
    ("giấy phép này nộp trực tuyến ở chỗ nào", Aspect.ONLINE),
    ("xin cấp biển số qua mạng được không", Aspect.ONLINE),
    ("thành lập nhóm thì cần tối thiểu mấy thành viên", Aspect.CONDITIONS),
    ("cháu sinh năm 2010 đã được cấp chưa", Aspect.CONDITIONS),
    ("đóng bảo hiểm bao lâu thì được lãnh", Aspect.CONDITIONS),
    ("tôi ngã gãy tay phải nghỉ, có được bảo hiểm chi trả không", Aspect.CONDITIONS),
    ("việc này có bắt buộc không", Aspect.CONDITIONS),
    ("từ đầu tới cuối phải qua những khâu nào", Aspect.STEPS),
    ("nộp thuế trước hay ra công an trước", Aspect.STEPS),
    ("hai việc ấy làm việc nào trước việc nào sau", Aspect.STEPS),
    ("mất giấy tờ ở chợ thì báo cho ai", Aspect.WHERE),
    ("em ở trọ xa, việc này thuộc ủy ban nào", Aspect.WHERE),
    ("sổ tôi hết hạn, muốn đi tiếp thì phải làm sao", Aspect.OVERVIEW),
]


@pytest.mark.parametrize(("text", "aspect"), ENDS)
@pytest.mark.parametrize("folded", [False, True])
def test_the_end_tells_what_is_asked(text: str, aspect: Aspect, folded: bool) -> None:
    cue = cue_of(fold(text) if folded else text)
    assert cue is not None
    assert cue[0] is aspect


@pytest.mark.parametrize(
    "text",
    [
        "tôi không có giấy tờ nào chứng minh, muốn được công nhận",
        "hôm trước hỏi mấy tiền rồi. Cảm ơn nhé",
        "lệ phí thế nào",
        "nộp tiền rồi bao lâu mới có bằng",
        "đơn tôi gửi được duyệt chưa",
        "tôi về mở quán, ra mở tài khoản",
        "tôi muốn đăng ký tạm trú",
        "đơn xin cấp lại viết sao",
        "",
    ],
)
def test_what_only_tells_or_names_an_aspect_is_no_cue(text: str) -> None:
    assert cue_of(text) is None


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Mất hết giấy rồi. Giờ báo ai vậy ạ?", "gio bao ai"),
        ("thì nộp giấy tờ chi", "thi nop giay to chi"),
        ("vậy hả chị", ""),
    ],
)
def test_the_last_clause_is_without_its_particles(text: str, clause: str) -> None:
    assert last_clause(text).removeprefix("vay") == clause


@pytest.mark.parametrize(
    ("said", "heard", "aspect"),
    [
        ("bé nhà tôi sinh ở quê, giờ cần chuẩn bị giấy tờ gì", "overview", "documents"),
        ("bé sinh ở quê, thì làm sao", "time", "time"),  # no more than a hint against what the model is sure of
        ("bé sinh ở quê, báo ai", "conditions", "where"),
    ],
)
def test_plain_words_overrule_the_model_and_vague_ones_do_not(
    person: Person, said: str, heard: str, aspect: str
) -> None:
    assert person.says(said, understood(heard, about={BIRTH: 0.97})).aspect == aspect
