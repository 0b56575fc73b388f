"""Taking over, answering, handing back: who may, what the bot does meanwhile, what is left in audit and tickets."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.channels.base import Kind
from bot.errors import BadInput, NotAllowed
from bot.tables import Attention, Audit, Delivery, Event, Note, Ticket
from bot.talks import rules
from tests.people import NOON
from tests.people import text as words
from tests.talks.conftest import Town, later

QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
PERSON = "cho tôi gặp cán bộ"


def tickets(town: Town) -> list[Ticket]:
    with town.db.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def test_a_question_is_unread_until_somebody_looks(town: Town) -> None:
    town.says(QUESTION)
    assert town.talk().attention == Attention.UNREAD
    with town.db.write() as session:
        rules.read(session, town.talk().id)
    assert town.talk().attention == Attention.NONE


def test_who_asks_for_a_person_waits_and_looking_does_not_end_it(town: Town) -> None:
    town.says(PERSON)
    with town.db.write() as session:
        rules.read(session, town.talk().id)
    assert (town.talk().attention, town.talk().waiting_since) == (Attention.WAITING, NOON)


def test_the_bot_is_silent_while_taken_and_answers_after_handing_back(town: Town) -> None:
    town.says(QUESTION)
    town.acts(rules.take)
    town.says(QUESTION, at=later(minutes=1))
    assert len(town.sent()) == 1
    assert town.talk().attention == Attention.WAITING
    town.acts(rules.hand_back, now=later(minutes=2))
    assert town.talk().attention == Attention.NONE
    town.says(QUESTION, at=later(minutes=3))
    assert len(town.sent()) == 2


@pytest.mark.parametrize(("handed_back", "answers"), [(False, 0), (True, 1)])
def test_who_takes_over_while_the_bot_composes_has_the_word(town: Town, handed_back: bool, answers: int) -> None:
    town.comes(words(1, PERSON, sender="7001"))
    composed = town.composed(NOON)
    assert composed[0].result is not None
    town.acts(rules.take)
    if handed_back:
        town.acts(rules.hand_back)
    town.settled(composed, NOON)
    assert len(town.sent()) == answers
    talk = town.talk()
    assert (talk.attention, talk.waiting_since) == (Attention.WAITING, NOON)  # either way for a colleague
    assert bool(talk.memory) == bool(answers)
    with town.db.read() as session:
        assert [event.state for event in session.scalars(select(Event))] == ["done"]
    assert len(tickets(town)) == answers


@pytest.mark.parametrize(("minutes", "answers"), [(119, 1), (121, 2)])
def test_after_the_agencys_time_the_bot_answers_again(town: Town, minutes: int, answers: int) -> None:
    town.says(QUESTION)
    town.acts(rules.take)
    town.says(QUESTION, at=later(minutes=minutes))
    assert len(town.sent()) == answers


def test_each_answer_keeps_the_bot_silent_anew(town: Town) -> None:
    town.says(PERSON)
    town.answers("Chào bác, em nghe đây ạ.")
    town.answers("Bác mang theo giấy tờ nhé.", now=later(minutes=100), once="2")
    assert town.talk().muted_until == later(minutes=220)


def test_an_answer_settles_the_call_and_takes_over(town: Town) -> None:
    town.says(PERSON)
    assert town.answers("Chào bác, em nghe đây ạ.")
    talk = town.talk()
    assert (talk.attention, talk.waiting_since, talk.assignee) == (Attention.NONE, None, "hoa")
    assert [(one.state, one.closed_by) for one in tickets(town)] == [("closed", "hoa")]
    assert town.sent()[-1] == "Chào bác, em nghe đây ạ."


def test_a_complaint_stays_open_after_an_answer(town: Town) -> None:
    town.says("tôi muốn phản ánh cán bộ ở bộ phận một cửa hẹn trả hồ sơ ba lần vẫn chưa xong")
    town.answers("Dạ, chúng tôi đã nhận.")
    assert [(one.kind, one.state) for one in tickets(town)] == [("feedback", "open")]


def test_a_form_sent_twice_answers_once(town: Town) -> None:
    town.says(QUESTION)
    assert [town.answers("Dạ vâng.", once="same") for _ in range(3)] == [True, False, False]
    assert town.sent().count("Dạ vâng.") == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", "talk.empty"), (" \r\n ", "talk.empty"), ("a" * 2001, "talk.too_long"), ("á" * 2000, "")],
)
def test_what_cannot_be_sent_is_refused(town: Town, text: str, fault: str) -> None:
    town.says(QUESTION)
    if fault:
        with pytest.raises(BadInput, match=fault):
            town.answers(text)
        assert len(town.sent()) == 1
    else:
        assert town.answers(text)


@pytest.mark.parametrize("composed", ["ế", "e\u0302\u0301"])
def test_letters_count_composed(town: Town, composed: str) -> None:
    town.says(QUESTION)
    assert town.answers(composed * 2000)
    assert town.sent()[-1] == "ế" * 2000


def test_a_colleague_in_the_platforms_own_inbox_silences_the_bot(town: Town) -> None:
    town.says(PERSON)
    town.does(Kind.STAFF, text="Chào bác", at=later(minutes=1))
    assert (town.talk().attention, town.talk().muted_until) == (Attention.NONE, later(minutes=121))
    assert [one.state for one in tickets(town)] == ["closed"]
    town.says(QUESTION, at=later(minutes=2))
    assert len(town.sent()) == 1
    assert town.talk().attention == Attention.WAITING


def test_closing_lets_the_bot_answer_and_a_new_word_opens_it_again(town: Town) -> None:
    town.says(PERSON)
    town.acts(rules.take)
    town.acts(rules.close)
    assert (town.talk().attention, town.talk().muted_until, town.talk().assignee) == (Attention.CLOSED, None, None)
    assert [one.state for one in tickets(town)] == ["closed"]
    town.says(QUESTION, at=later(hours=1))
    assert town.talk().attention == Attention.UNREAD
    assert len(town.sent()) == 2


@pytest.mark.parametrize("login", ["hai", "an", ""])
def test_a_conversation_goes_to_who_may_answer(town: Town, login: str) -> None:
    town.says(QUESTION)
    town.acts(rules.assign, login=login)
    assert town.talk().assignee == (login or None)


@pytest.mark.parametrize("login", ["binh", "lan", "la", "nobody"])
def test_a_conversation_does_not_go_to_others(town: Town, login: str) -> None:
    town.says(QUESTION)
    with pytest.raises(BadInput):
        town.acts(rules.assign, login=login)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_note_says_something(town: Town, text: str) -> None:
    town.says(QUESTION)
    with pytest.raises(BadInput):
        town.acts(rules.note, text=text)


def test_a_note_is_never_sent(town: Town) -> None:
    town.says(QUESTION)
    before = town.sent()
    town.acts(rules.note, text="Bác này nghe kém, nói chậm.")
    assert town.sent() == before
    with town.db.read() as session:
        (note,) = session.scalars(select(Note))
    assert (note.who, note.kind) == ("hoa", "note")


RULES: list[tuple[Callable[..., object], dict[str, str]]] = [
    (rules.take, {}), (rules.hand_back, {}), (rules.close, {}), (rules.note, {"text": "x"}),
    (rules.assign, {"login": "hoa"}),
]  # fmt: skip


@pytest.mark.parametrize("by", ["binh", "lan"])
@pytest.mark.parametrize(("rule", "given"), RULES)
def test_only_who_may_answer_acts(town: Town, by: str, rule: Callable[..., object], given: dict[str, str]) -> None:
    town.says(QUESTION)
    with pytest.raises(NotAllowed):
        town.acts(rule, by, **given)
    with pytest.raises(NotAllowed):
        town.answers("x", by=by)


def test_another_agency_finds_no_conversation(town: Town) -> None:
    town.says(QUESTION)
    with town.db.read() as session:
        assert rules.find(session, town.actors["la"].agency_id, town.talk().id) is None


def test_every_act_leaves_an_audit_line_without_anybodys_words(town: Town) -> None:
    town.says(PERSON)
    town.answers("Số của bác là 0912345678 phải không ạ?")
    for rule, given in RULES:
        town.acts(rule, **given)
    with town.db.read() as session:
        lines = list(session.scalars(select(Audit).where(Audit.verb.like("talk.%")).order_by(Audit.id)))
    verbs = ["answer", "taken", "handed_back", "closed", "note", "assigned"]
    assert [line.verb for line in lines] == [f"talk.{verb}" for verb in verbs]
    assert {line.who for line in lines} == {"hoa"}
    assert "0912345678" not in str([line.facts for line in lines])


def test_an_answer_carries_who_wrote_it_and_the_bots_does_not(town: Town) -> None:
    town.says(QUESTION)
    town.answers("Dạ vâng.")
    with town.db.read() as session:
        authors = [one.body.get("author", "") for one in session.scalars(select(Delivery).order_by(Delivery.id))]
    assert authors == ["", "hoa"]


def test_a_shared_name_is_kept(town: Town) -> None:
    town.does(Kind.INFO, extra={"name": "Nguyễn Thị Mơ"})
    assert town.talk().name == "Nguyễn Thị Mơ"
