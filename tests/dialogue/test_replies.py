"""The state between turns, understanding given: yes and no, once more, parts of a title, both, leaving, secrets."""

from datetime import timedelta

import pytest

from bot.dialogue import payloads
from bot.dialogue.context import CHOICES_FADE, PROCEDURE_FADES
from bot.dialogue.gist import gist
from bot.dialogue.turn import Reply
from content.model import Aspect
from content.phrases import say
from tests.dialogue.person import BIRTH, MARRIAGE, RESIDENCE, Person, understood

YES, NO, BARE = understood("affirm"), understood("deny"), understood("overview", 0.2, bare=0.95)
REPLACED, LOST_CARD = "1.014063", "1.014064"


def talk(person: Person, code: str = BIRTH, intent: str = "overview") -> Reply:
    """Talk of one procedure by name."""
    return person.says("việc này", understood(intent, about={code: 0.95}))


def asked(person: Person, first: str = BIRTH, second: str = MARRIAGE) -> Reply:
    """Bring the bot to ask which of two is meant."""
    return person.says("đăng ký hộ tịch", understood("fee", about={first: 0.42, second: 0.40}))


# --- yes and no ----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["ừ", "có", "ok", "vâng ạ", "dạ đúng rồi", "ok hiểu rồi"])
def test_a_yes_after_an_answer_shows_what_can_be_asked_next(person: Person, said: str) -> None:
    talk(person, intent="fee")
    reply = person.says(said, YES)
    assert (reply.skill, reply.texts, reply.procedure) == ("smalltalk", (say("affirm"),), None)
    values = [button.value for button in reply.buttons]
    assert f"#tthc:{BIRTH}:documents" in values
    assert f"#tthc:{BIRTH}:fee" not in values
    assert person.says("thế nộp ở đâu", understood("where", bare=0.95)).procedure == BIRTH


@pytest.mark.parametrize("said", ["không", "thôi", "không cần nữa", "thôi ạ", "không có gì"])
def test_a_no_after_an_answer_keeps_what_was_talked_of(person: Person, said: str) -> None:
    talk(person)
    assert person.says(said, NO).texts == (say("no_more"),)
    assert person.says("lệ phí bao nhiêu", understood("fee", bare=0.95)).procedure == BIRTH


@pytest.mark.parametrize("said", ["không phải", "sai rồi", "không đúng"])
def test_a_denial_is_no_plain_no(person: Person, said: str) -> None:
    talk(person)
    assert person.says(said, NO).texts == (say("choose.other"),)


def test_a_yes_takes_the_person_offered_after_two_misunderstandings(person: Person) -> None:
    person.says("abc xyz")
    person.says("abc xyz")
    reply = person.says("có", YES)
    assert (reply.skill, [effect.kind for effect in reply.effects]) == ("handoff", ["handoff"])


def test_an_offer_fades(person: Person) -> None:
    person.says("abc xyz")
    person.says("abc xyz")
    person.waits(CHOICES_FADE + timedelta(seconds=1))
    assert person.says("có", YES).skill == "smalltalk"


def test_a_yes_to_a_choice_of_two_asks_which(person: Person) -> None:
    asked(person)
    reply = person.says("đúng rồi", YES)
    assert (reply.texts, reply.procedure, reply.candidates) == ((say("choose.which_number"),), None, (BIRTH, MARRIAGE))
    assert person.says("1").aspect == "fee"


# --- choices -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("khai sinh", BIRTH), ("cái kết hôn ấy", MARRIAGE), ("giấy khai sinh nhé", BIRTH),
        ("tôi chọn kết hôn", MARRIAGE), ("cái cuối cùng", MARRIAGE), ("số 1 ạ", BIRTH), ("câu 2", MARRIAGE),
    ],
)  # fmt: skip
def test_a_part_of_a_title_is_enough(person: Person, said: str, code: str) -> None:
    asked(person)
    reply = person.says(said)
    assert (reply.procedure, reply.aspect) == (code, "fee")


def test_a_choice_by_meaning(person: Person) -> None:
    asked(person)
    what = understood("overview", about={MARRIAGE: 0.4, BIRTH: 0.1})
    assert person.says("hai đứa lấy nhau", what).procedure == MARRIAGE


@pytest.mark.parametrize("said", ["cả hai", "cả 2 cái", "cho xem cả hai nhé", "tất cả"])
def test_both_are_told_one_after_the_other(person: Person, said: str) -> None:
    asked(person)
    reply = person.says(said)
    assert (reply.procedure, len(reply.texts), reply.candidates) == (BIRTH, 2, (BIRTH, MARRIAGE))
    assert f"mã {MARRIAGE}" in reply.texts[1]


@pytest.mark.parametrize("said", ["khác nhau thế nào", "tôi không biết", "nên chọn cái nào", "hai cái khác gì nhau"])
def test_who_cannot_choose_is_told_the_difference(person: Person, said: str) -> None:
    asked(person)
    reply = person.says(said)
    assert (reply.procedure, reply.candidates) == (None, (BIRTH, MARRIAGE))
    assert reply.texts[0].startswith(say("choose.apart"))
    assert person.says("2").procedure == MARRIAGE


@pytest.mark.parametrize("said", ["không cái nào đúng", "việc khác", "không phải cái nào", "đều không phải"])
def test_none_of_them_asks_anew(person: Person, said: str) -> None:
    asked(person)
    assert person.says(said).texts == (say("choose.other"),)


def test_a_bare_question_after_a_choice_is_about_the_likeliest(person: Person) -> None:
    talk(person, RESIDENCE)
    asked(person)
    reply = person.says("mấy ngày xong", understood("time", bare=0.95))
    assert (reply.procedure, reply.aspect) == (BIRTH, "time")


# --- what was talked of --------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["nhắc lại giúp tôi", "nói lại đi", "đọc lại lần nữa"])
def test_the_last_answer_is_said_again(person: Person, said: str) -> None:
    talk(person, intent="fee")
    assert (person.says(said, BARE).procedure, person.memory["aspect"]) == (BIRTH, "fee")


def test_who_does_not_follow_hears_it_shorter_and_is_offered_a_person(person: Person) -> None:
    talk(person, intent="legal")
    reply = person.says("khó hiểu quá", understood("help", 0.6))
    assert (reply.procedure, reply.buttons[-1]) == (BIRTH, payloads.person())
    assert person.says("vâng", YES).skill == "handoff"


def test_a_neighbour_is_meant_by_a_few_words(person: Person) -> None:
    talk(person, REPLACED)
    faint = understood("steps", 0.3, about={LOST_CARD: 0.05}, bare=0.9)
    assert person.says("còn nếu bị mất thì sao", faint).procedure == LOST_CARD


def test_what_stands_far_is_not_meant_by_a_few_words(person: Person) -> None:
    talk(person, REPLACED)
    faint = understood("steps", 0.3, about={"1.012783": 0.05}, bare=0.9)
    assert person.says("còn nếu bị mất thì sao", faint).procedure == REPLACED


@pytest.mark.parametrize(
    ("waited", "procedure"), [(timedelta(days=1), BIRTH), (PROCEDURE_FADES + timedelta(minutes=1), None)]
)
def test_context_lasts_for_days_and_fades(person: Person, waited: timedelta, procedure: str | None) -> None:
    talk(person)
    person.waits(waited)
    assert person.says("bao lâu", understood("time", bare=0.95)).procedure == procedure


def test_a_correction_takes_the_aspect_of_the_question_it_corrects(person: Person) -> None:
    talk(person, intent="where")
    corrected = person.says("không, ý tôi là kết hôn", understood("correct", about={MARRIAGE: 0.95}))
    assert (corrected.procedure, corrected.aspect) == (MARRIAGE, "where")


def test_a_correction_after_a_bare_question_starts_anew(person: Person) -> None:
    talk(person)
    person.says("bao lâu", understood("time", bare=0.95))
    corrected = person.says("à nhầm, kết hôn cơ", understood("correct", about={MARRIAGE: 0.95}))
    assert (corrected.procedure, corrected.aspect) == (MARRIAGE, "overview")


def test_a_correction_of_the_aspect_keeps_the_procedure(person: Person) -> None:
    talk(person, intent="documents")
    reply = person.says("không, tôi hỏi lệ phí cơ", understood("fee", bare=0.4))
    assert (reply.procedure, reply.aspect) == (BIRTH, "fee")


# --- several questions, secrets, leaving ---------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "aspects"),
    [
        ("khai sinh cần gì và mất bao nhiêu tiền, bao lâu", (Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME)),
        ("nộp ở đâu, bao lâu có", (Aspect.WHERE, Aspect.TIME)),
        ("het bao nhieu tien va can giay to gi", (Aspect.FEE, Aspect.DOCUMENTS)),
    ],
)
def test_every_question_of_a_message_is_answered_in_its_order(
    person: Person, said: str, aspects: tuple[Aspect, ...]
) -> None:
    reply = person.says(said, understood(aspects[0], about={BIRTH: 0.95}))
    assert reply.aspect == aspects[0]
    (text,) = reply.texts
    heads = [say(f"answer.{one}", short="").lstrip(" –").lower() for one in aspects]
    places = [text.lower().index(head) for head in heads]
    assert places == sorted(places)
    assert text.count("Nguồn:") == 1


def test_a_second_procedure_is_offered_and_a_yes_opens_it(person: Person) -> None:
    what = understood("documents", about={MARRIAGE: 0.7, RESIDENCE: 0.3})
    reply = person.says("đăng ký kết hôn và đăng ký tạm trú thì cần giấy tờ gì", what)
    assert reply.procedure == MARRIAGE
    assert reply.buttons[0].value == f"#tthc:{RESIDENCE}:documents"
    then = person.says("có", YES)
    assert (then.procedure, then.aspect) == (RESIDENCE, "documents")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Chào bạn, làm khai sinh cần gì ạ", "làm khai sinh cần gì ạ"),
        ("dạ em chào anh chị cho em hỏi phí đổi bằng lái", "phí đổi bằng lái"),
        ("cảm ơn ad, thế còn lệ phí?", "thế còn lệ phí?"),
        ("đăng ký kết hôn ở đâu, em cảm ơn", "đăng ký kết hôn ở đâu"),
        ("lam khai sinh can gi mat bao nhieu tien bao lau", "lam khai sinh can gi"),
        ("con tôi 10 tuổi cần gì để làm căn cước", "con tôi 10 tuổi cần gì để làm căn cước"),
        ("xin chào", "xin chào"), ("cảm ơn nhiều nhé", "cảm ơn nhiều nhé"), ("", ""),
    ],
)  # fmt: skip
def test_manners_and_second_questions_do_not_reach_the_model(text: str, kept: str) -> None:
    assert gist(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "căn cước của tôi 001099012345", "cccd 0010 9901 2345 nhé", "mật khẩu của tôi là hoasen", "otp 482913 đây",
        "ma otp la 482913",
    ],
)  # fmt: skip
def test_secrets_are_asked_not_to_be_sent_once(person: Person, text: str) -> None:
    assert say("careful") in person.says(text, understood("fee", about={BIRTH: 0.95})).texts[-1]
    assert say("careful") not in person.says(text, understood("fee", about={BIRTH: 0.95})).texts[-1]


@pytest.mark.parametrize("text", ["quên mật khẩu vneid", "mã otp là gì", "phí 1.200.000 đồng hả", "gọi tôi 0912345678"])
def test_no_warning_without_a_secret(person: Person, text: str) -> None:
    assert say("careful") not in person.says(text, understood("fee", about={BIRTH: 0.95})).texts[-1]


@pytest.mark.parametrize("said", ["thôi", "không phản ánh nữa", "thôi khỏi", "để sau đi", "bỏ qua nhé"])
def test_a_complaint_can_be_left(person: Person, said: str) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    reply = person.says(said, understood("feedback"))
    assert (reply.texts, reply.effects, "asked" in person.memory) == ((say("feedback.left"),), (), False)


@pytest.mark.parametrize("said", ["vâng", "ok", "chờ tôi chút"])
def test_who_needs_time_for_a_complaint_gets_it(person: Person, said: str) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    assert person.says(said, YES).effects == ()
    assert [e.text for e in person.says("rác đổ đầy ngõ 3", understood("overview", 0.3)).effects] == [
        "rác đổ đầy ngõ 3"
    ]


def test_who_called_a_person_may_let_it_be_and_ask_on(person: Person) -> None:
    person.says("cho gặp cán bộ", understood("handoff"))
    assert person.says("thôi không cần nữa", NO).texts == (say("handoff_left"),)
    assert talk(person).procedure == BIRTH


@pytest.mark.parametrize(("intent", "skill"), [("office", "office"), ("status", "status"), ("portal", "portal")])
def test_a_question_of_another_kind_is_no_complaint(person: Person, intent: str, skill: str) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    assert person.says("mấy giờ mở cửa", understood(intent)).skill == skill


def test_another_matter_is_no_choice_whatever_words_it_shares(person: Person) -> None:
    asked(person)
    reply = person.says("đăng ký kết hôn với người nước ngoài", understood("overview", about={"2.000806": 0.95}))
    assert reply.procedure == "2.000806"


def test_one_likely_procedure_is_asked_for_by_name(person: Person) -> None:
    reply = person.says("việc này", understood("fee", about={BIRTH: 0.4}))
    assert (reply.texts, reply.procedure, reply.candidates) == (
        (say("choose.only", short="Làm giấy khai sinh"),), None, (BIRTH,),
    )  # fmt: skip
    assert person.says("đúng rồi", YES).procedure == BIRTH


def test_what_stands_near_fills_the_choice(person: Person) -> None:
    reply = person.says("việc này", understood("fee", about={"1.013978": 0.4, "1.012783": 0.01}))
    assert reply.candidates == ("1.013978", "1.012783")


def test_filing_online_in_general_has_its_own_answer(person: Person) -> None:
    reply = person.says("nộp hồ sơ qua mạng thế nào", understood("online", bare=0.95))
    assert (reply.skill, reply.candidates) == ("portal", ("portal/file-online",))


def test_shared_words_stay_with_what_is_talked_of(person: Person) -> None:
    talk(person, "1.007674")
    reply = person.says("hồ sơ khai thuế gồm gì", understood("documents", about={"1.011022": 0.67}))
    assert reply.procedure == "1.007674"


def test_the_same_words_mean_the_nearer_of_two(person: Person) -> None:
    talk(person, "1.013076")  # transfer of a car
    reply = person.says("lệ phí trước bạ tính sao", understood("fee", about={"1.007277": 0.99}))
    assert reply.procedure == "1.007700"


def test_a_neighbour_without_the_words_that_tell_the_best_apart_is_not_meant(person: Person) -> None:
    talk(person, BIRTH)  # a child's card is its neighbour
    reply = person.says("mất căn cước thì làm lại ở đâu", understood("where", about={LOST_CARD: 0.99}))
    assert reply.procedure == LOST_CARD


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("quay lại khai sinh, phí bao nhiêu", BIRTH),
        ("trở lại chuyện kết hôn thì phí bao nhiêu", MARRIAGE),
        ("việc lúc nãy phí bao nhiêu", MARRIAGE),
    ],
)
def test_what_was_talked_of_before_is_returned_to(person: Person, said: str, code: str) -> None:
    for one in (BIRTH, MARRIAGE, RESIDENCE):
        talk(person, one)
    reply = person.says(said, understood("fee", bare=0.3))
    assert (reply.procedure, reply.aspect) == (code, "fee")


def test_the_memory_of_what_was_talked_of_is_short(person: Person) -> None:
    for one in (BIRTH, MARRIAGE, RESIDENCE, REPLACED, LOST_CARD, "1.001612", "1.001456"):
        talk(person, one)
    assert person.memory["earlier"] == ["1.001612", LOST_CARD, REPLACED, RESIDENCE]


@pytest.mark.parametrize("thing", ["căn cước", "em hỏi về bằng lái xe ạ", "cho tôi hỏi thủ tục sổ hồng", "giấy tờ xe"])
def test_a_thing_alone_is_asked_back(person: Person, thing: str) -> None:
    reply = person.says(thing, understood("overview", about={LOST_CARD: 0.93}))
    assert (reply.procedure, len(reply.candidates) > 1, reply.skill) == (None, True, "procedure")


@pytest.mark.parametrize(("said", "code"), [("em làm rơi mất rồi", LOST_CARD), ("thẻ hết hạn", REPLACED)])
def test_a_word_that_only_one_choice_has_chooses_it(person: Person, said: str, code: str) -> None:
    person.says("thẻ căn cước", understood("overview"))
    assert person.says(said).procedure == code


def test_what_is_near_the_talk_is_likelier(person: Person) -> None:
    talk(person, "1.001612")
    doubt = understood("overview", about={"1.001266": 0.5, "2.002023": 0.3})
    assert person.says("nghỉ bán luôn", doubt).procedure == "1.001266"


def test_a_detail_asked_is_about_what_is_talked_of(person: Person) -> None:
    talk(person)
    what = understood("documents", about={"2.000884": 0.82})
    reply = person.says("cần công chứng giấy ủy quyền không", what)
    assert (reply.procedure, reply.aspect) == (BIRTH, "documents")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("tố cáo chứ không phải khiếu nại", "tố cáo"),
        ("không phải khai sinh mà là khai tử", "khai tử"),
        ("k phai tam tru ma la tam vang", "tam vang"),
    ],
)
def test_what_is_denied_does_not_reach_the_model(text: str, kept: str) -> None:
    assert gist(text) == kept


@pytest.mark.parametrize(("said", "aspect"), [("làm thế nào", "overview"), ("các bước ra sao", "steps")])
def test_only_how_is_no_wish_for_steps(person: Person, said: str, aspect: str) -> None:
    assert person.says(said, understood("steps", bare=0.95)).texts == (say("which"),)
    assert person.memory["wanted"] == aspect


def test_a_possible_topic_hides_no_follow_up(person: Person) -> None:
    talk(person)
    what = understood("online", about={"portal/vneid": 0.34}, bare=0.2)
    assert person.says("tôi tự nộp trên vneid được không", what).procedure == BIRTH
