"""Tickets: closed once with a note, routed, listed by deadline; a closed call ends the waiting."""

import pytest
from sqlalchemy import select

from bot import tickets
from bot.errors import BadInput, NotAllowed
from bot.tables import Attention, Audit, Ticket
from tests.talks.conftest import Town, later

PERSON = "cho tôi gặp cán bộ"
COMPLAINT = "tôi muốn phản ánh cán bộ ở bộ phận một cửa hẹn trả hồ sơ ba lần vẫn chưa xong"


def one(town: Town, rule: object, by: str = "hoa", **given: object) -> None:
    with town.db.write() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id)).first()
        rule(session, town.actors[by], ticket, now=later(hours=1), **given)  # type: ignore[operator]


def first(town: Town) -> Ticket:
    with town.db.read() as session:
        return session.scalars(select(Ticket).order_by(Ticket.id)).one()


def test_a_ticket_is_closed_with_a_note_and_an_audit_line(town: Town) -> None:
    town.says(COMPLAINT)
    one(town, tickets.close, note="Đã gọi bác số 0912345678, hẹn chiều.")
    closed = first(town)
    assert (closed.state, closed.closed_by, closed.closed_at) == ("closed", "hoa", later(hours=1))
    with town.db.read() as session:
        line = session.scalars(select(Audit).where(Audit.verb == "ticket.close")).one()
    assert (line.who, line.facts) == ("hoa", {"kind": "feedback"})


@pytest.mark.parametrize(("note", "fault"), [("", "note_length"), ("  ", "note_length"), ("x" * 1001, "note_length")])
def test_a_ticket_is_not_closed_without_a_word(town: Town, note: str, fault: str) -> None:
    town.says(COMPLAINT)
    with pytest.raises(BadInput, match=fault):
        one(town, tickets.close, note=note)
    assert first(town).state == "open"


def test_a_closed_ticket_stays_as_it_is(town: Town) -> None:
    town.says(COMPLAINT)
    one(town, tickets.close, note="Xong.")
    with pytest.raises(BadInput, match="closed_already"):
        one(town, tickets.close, by="hai", note="Xong lần nữa.")
    with pytest.raises(BadInput, match="closed_already"):
        one(town, tickets.route, login="hai")
    assert first(town).closed_by == "hoa"


@pytest.mark.parametrize(
    ("said", "attention"), [(PERSON, Attention.NONE), (COMPLAINT, Attention.UNREAD)]
)  # fmt: skip
def test_closing_the_last_call_ends_the_waiting(town: Town, said: str, attention: Attention) -> None:
    town.says(said)
    one(town, tickets.close, note="Đã gọi điện.")
    assert (town.talk().attention, town.talk().waiting_since) == (attention, None)


def test_another_open_call_keeps_it_waiting(town: Town) -> None:
    town.says(PERSON)
    town.says(PERSON, at=later(minutes=1))
    one(town, tickets.close, note="Đã gọi điện.")
    assert town.talk().attention == Attention.WAITING


@pytest.mark.parametrize("by", ["binh", "lan"])
def test_only_who_may_answer_closes_and_routes(town: Town, by: str) -> None:
    town.says(COMPLAINT)
    for rule, given in ((tickets.close, {"note": "x"}), (tickets.route, {"login": "hoa"})):
        with pytest.raises(NotAllowed):
            one(town, rule, by, **given)


def test_the_open_stand_by_deadline_page_by_page(town: Town) -> None:
    count = tickets.PAGE + 5
    for number in range(count):
        town.says(COMPLAINT if number % 2 else PERSON, user=f"8{number:03d}", at=later(minutes=number))
    agency = town.actors["hoa"].agency_id
    with town.db.read() as session:
        page = tickets.listed(session, agency)
        last = page[tickets.PAGE - 1]
        rest = tickets.listed(session, agency, after=tickets.Place(last.due_at, last.id))
        assert tickets.listed(session, town.actors["la"].agency_id) == []
    whole = [*page[: tickets.PAGE], *rest]
    assert len({ticket.id for ticket in whole}) == count
    assert [ticket.due_at for ticket in whole] == sorted(ticket.due_at for ticket in whole)


def test_mine_are_those_routed_to_me(town: Town) -> None:
    town.says(COMPLAINT)
    one(town, tickets.route, login="hai")
    with town.db.read() as session:
        agency = town.actors["hoa"].agency_id
        assert [len(tickets.listed(session, agency, mine=login)) for login in ("hai", "hoa")] == [1, 0]
