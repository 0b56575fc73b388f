"""A person is wanted; places, news, contests, small talk."""

from dataclasses import replace

import pytest

from content.agency import AgencyFacts
from content.phrases import say
from tests.dialogue.person import FACTS, ONE_STOP, POLICE, Person, understood


def test_somebody_who_follows_is_welcomed(person: Person) -> None:
    reply = person.says("", kind="follow")
    assert (reply.skill, reply.texts) == ("smalltalk", (say("follow", agency=FACTS.name),))
    assert reply.buttons[-1].value == "#say:handoff"
    assert all(button.value.startswith("#tthc:") for button in reply.buttons[:-1])


def test_following_by_a_link_to_a_procedure_answers_it(person: Person) -> None:
    assert person.says("", kind="follow", payload="#tthc:1.001193:fee").procedure == "1.001193"


def test_a_person_is_called_with_the_words_as_they_stand(person: Person) -> None:
    text = "cho gặp cán bộ, số tôi 0912 345 678"
    reply = person.says(text, understood("handoff"))
    assert [(e.verb, e.kind, e.text) for e in reply.effects] == [("ticket", "handoff", text)]
    assert say("handoff_hotline", phone=FACTS.hotline) in reply.texts[0]


def test_a_complaint_is_asked_for_then_taken_raw(person: Person) -> None:
    asked = person.says("tôi muốn phản ánh", understood("feedback"))
    assert (asked.texts, asked.effects) == ((say("feedback.ask"),), ())
    text = "Đèn đường thôn 2 hỏng, gọi tôi 0912345678, CCCD 001099012345"
    taken = person.says(text, understood("overview", 0.3))
    assert [(e.verb, e.kind, e.text) for e in taken.effects] == [("ticket", "feedback", text)]
    assert say("feedback.phone", phone=FACTS.feedback_phone) in taken.texts[0]
    assert "0912345678" not in taken.texts[0]
    assert "asked" not in person.memory


def test_a_complaint_that_tells_is_taken_at_once(person: Person) -> None:
    text = "cán bộ một cửa bắt tôi đi lại năm lần mà vẫn chưa nhận hồ sơ"
    assert [e.text for e in person.says(text, understood("feedback")).effects] == [text]


@pytest.mark.parametrize("intent", ["deny", "thanks", "greet", "bye"])
def test_a_wish_to_leave_is_no_complaint(person: Person, intent: str) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    assert person.says("thôi", understood(intent)).effects == ()


def test_the_wait_for_a_complaint_fades(person: Person) -> None:
    person.says("tôi muốn phản ánh", understood("feedback"))
    person.now = person.now.replace(hour=11)
    assert person.says("rác đổ đầy ngõ").effects == ()


@pytest.mark.parametrize(
    ("intent", "skill", "key"),
    [
        ("survey", "survey", "survey"),
        ("quiz", "quiz", "quiz"),
        ("portal", "portal", "portal"),
        ("topic", "topic", "topic"),
        ("thanks", "smalltalk", "thanks"),
        ("bye", "smalltalk", "bye"),
        ("abuse", "smalltalk", "abuse"),
        ("greet", "smalltalk", "greet"),
        ("help", "smalltalk", "help"),
    ],
)
def test_a_clear_intent_gets_its_phrase(person: Person, intent: str, skill: str, key: str) -> None:
    reply = person.says("abc", understood(intent))
    assert (reply.skill, reply.texts) == (skill, (say(key, agency=FACTS.name),))
    assert (reply.understood, reply.effects) == (True, ())


def test_anger_is_offered_a_person(person: Person) -> None:
    assert [b.value for b in person.says("làm ăn thế à", understood("abuse")).buttons] == ["#say:handoff"]


@pytest.mark.parametrize("verb", ["subscribe", "unsubscribe"])
def test_news_are_started_and_stopped(person: Person, verb: str) -> None:
    reply = person.says("nhận tin", understood(verb))
    assert (reply.skill, [effect.verb for effect in reply.effects]) == ("subscribe", [verb])


@pytest.mark.parametrize("intent", ["handoff", "feedback", "subscribe", "unsubscribe", "office", "status", "quiz"])
def test_a_faint_intent_does_nothing(person: Person, intent: str) -> None:
    reply = person.says("abc", understood(intent, 0.02))
    assert (reply.skill, reply.effects) == ("none", ())


def test_status_tells_the_way_and_the_hotline(person: Person) -> None:
    reply = person.says("hồ sơ của tôi đến đâu rồi", understood("status"))
    assert (reply.skill, FACTS.hotline in reply.texts[0]) == ("status", True)


def test_all_offices_when_none_is_named(person: Person) -> None:
    (text,) = person.says("địa chỉ ủy ban", understood("office")).texts
    assert (ONE_STOP.address in text, POLICE.address in text) == (True, True)
    assert say("office.phone", phone=ONE_STOP.phone) in text


@pytest.mark.parametrize("said", ["ở nà lúa thì đến đâu", "NA LUA ra đâu nộp"])
def test_the_office_of_a_named_place_alone(person: Person, said: str) -> None:
    (text,) = person.says(said, understood("office")).texts
    assert (POLICE.address in text, ONE_STOP.address in text) == (True, False)


def test_no_office_is_guessed(person: Person) -> None:
    person.facts = AgencyFacts()
    assert person.says("địa chỉ ủy ban", understood("office")).texts == (say("office.unknown"),)


def test_without_phones_nothing_is_left_open(person: Person) -> None:
    person.facts = replace(FACTS, hotline="", feedback_phone="")
    for intent in ("handoff", "status"):
        (text,) = person.says("abc", understood(intent)).texts
        assert text == text.strip()
        assert "{" not in text


@pytest.mark.parametrize(
    "text",
    ["xóa dữ liệu của tôi", "Xoá dữ liệu", "xin xóa hết tin nhắn của em", "xoa toan bo thong tin ca nhan cua toi di",
     "cho tôi xóa lịch sử trò chuyện"],
)  # fmt: skip
def test_the_wish_to_be_forgotten_is_asked_once_more(person: Person, text: str) -> None:
    asked = person.says(text)
    assert (asked.effects, [b.value for b in asked.buttons]) == ((), ["#say:erase"])
    done = person.says("đồng ý")
    assert [effect.verb for effect in done.effects] == ["forget"]


@pytest.mark.parametrize(
    "text", ["xóa đăng ký thường trú", "xóa thông tin thế chấp trên sổ đỏ", "dữ liệu của tôi bị sai", "xóa án tích"]
)
def test_other_deletions_are_no_wish_to_be_forgotten(person: Person, text: str) -> None:
    assert "#say:erase" not in [button.value for button in person.says(text).buttons]


def test_whoever_turns_away_is_not_forgotten(person: Person) -> None:
    person.says("xóa dữ liệu của tôi")
    assert [effect.verb for effect in person.says("thôi không").effects] == []
