"""A person's wish to be forgotten empties everything of theirs and of nobody else, and no figure changes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import forgetting, inbox, outbox
from bot.channels.base import Message
from bot.db import Database
from bot.tables import Account, Audit, Base, Conversation, Deletion, Delivery, Event, Note, Ticket
from bot.talks import search
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo, text

WORDS = "Trần Thị Bưởi hỏi đường"
LATER = NOON + timedelta(hours=1)


def talk(session: Session, db: Database, account: Account, sender: str, *, state: str = "done") -> Conversation:
    """Let `sender` ask and complain, and be answered; return their conversation."""
    inbox.accept(session, db, account.id, events=[text(1, WORDS, sender=sender)], now=NOON)
    here = select(Conversation).where(Conversation.account_id == account.id, Conversation.person == sender)
    conversation = session.scalars(here).one()
    conversation.memory, conversation.subscribed = {"procedure": "1.001193"}, True
    event = session.scalars(select(Event).where(Event.conversation_id == conversation.id)).one()
    event.state, event.outcome = state, {"skill": "procedure", "procedure": "1.001193", "understood": True}
    session.flush()
    outbox.enqueue(
        session, db, to=conversation, messages=[Message(text="Chào bà Bưởi")], key=f"event:{event.id}", now=NOON,
        event_id=event.id,
    )  # fmt: skip
    session.add(
        Ticket(
            agency_id=account.agency_id, conversation_id=conversation.id, event_id=event.id, kind="handoff",
            state="open", text=WORDS, note=WORDS, facts={"of": sender}, created_at=NOON, due_at=LATER,
        )
    )  # fmt: skip
    conversation.name = WORDS
    session.add(Note(conversation_id=conversation.id, at=NOON, who="hoa", kind="note", text=WORDS))
    search.catch_up(session, now=LATER)
    session.flush()
    return conversation


@pytest.fixture
def zalo(db: Database, vault: Vault) -> Account:
    with db.write() as session:
        return add_suoi_mo(session, vault)[0]


def traces(db: Database, needles: tuple[str, ...]) -> list[str]:
    """Return the tables in whose rows one of `needles` still stands, whatever the column."""
    with db.read() as session:
        return [
            table.name
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table)).all()
            if any(needle in str(tuple(row)) for needle in needles)
        ]


def test_nothing_of_the_person_is_left_anywhere(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "246845883529197922")
    with db.write() as session:
        forgotten = forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER)
    assert forgotten.counts == {
        "messages": 1, "answers": 1, "tickets": 1, "notes": 1, "found_by": 1, "conversations": 1,
    }  # fmt: skip
    assert traces(db, ("246845883529197922", "Bưởi", forgotten.code)) == []


def test_others_keep_what_is_theirs_and_the_counts_stay(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine, other = talk(session, db, zalo, "7001"), talk(session, db, zalo, "7002")
        before = [session.scalar(select(func.count()).select_from(t)) for t in (Event, Delivery, Ticket, Conversation)]
    with db.write() as session:
        forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER)
    with db.read() as session:
        after = [session.scalar(select(func.count()).select_from(t)) for t in (Event, Delivery, Ticket, Conversation)]
        kept = session.get_one(Conversation, other.id)
        emptied = session.scalars(select(Event).where(Event.conversation_id == mine.id)).one()
        ticket = session.scalars(select(Ticket).where(Ticket.conversation_id == mine.id)).one()
        words = list(session.scalars(select(Event.text).where(Event.conversation_id == other.id)))
    assert after == before
    assert (kept.person, kept.memory, words) == ("7002", {"procedure": "1.001193"}, [WORDS])
    assert emptied.outcome["procedure"] == "1.001193"
    assert (ticket.state, ticket.closed_at) == ("closed", LATER)


def test_what_waits_for_an_answer_is_dropped_and_what_waits_to_go_too(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "7001", state="waiting")
    with db.write() as session:
        forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER)
    with db.read() as session:
        assert session.scalars(select(Event.state)).all() == ["ignored"]
        assert session.scalars(select(Delivery.state)).all() == ["failed"]


def test_who_writes_again_begins_anew(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "7001")
        forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER)
        inbox.accept(session, db, zalo.id, events=[text(2)], now=LATER)
        again = session.scalars(select(Conversation).where(Conversation.person == "7001")).one()
    assert (again.id != mine.id, again.memory, again.subscribed) == (True, {}, False)


def test_the_confirmation_on_its_way_is_swept_once_it_has_gone(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "7001")
        forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER)
        session.expunge_all()
        mine.person = "7001"  # as the worker, who read it before, has it
        outbox.enqueue(session, db, to=mine, messages=[Message(text="Đã xóa")], key="event:9", now=LATER)
        assert forgetting.sweep(session, now=LATER) == 0
        going = session.scalars(select(Delivery).where(Delivery.key == "event:9:1")).one()
        assert going.recipient == "7001"
        going.state = "sent"
        session.flush()
        assert forgetting.sweep(session, now=LATER + timedelta(minutes=5)) == 1
        assert forgetting.sweep(session, now=LATER + timedelta(minutes=9)) == 0
    assert traces(db, ("7001", "Đã xóa")) == []


def test_a_request_is_found_by_its_code_however_typed(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "7001")
        code = forgetting.forget(session, zalo, mine.id, origin="chat", now=LATER).code
    with db.read() as session:
        for typed in (code, code.lower(), code.replace("-", ""), f" {code} "):
            assert forgetting.find(session, typed) is not None
        for typed in ("", "ABCD-EFGH-JKLM", code[:-1]):
            assert forgetting.find(session, typed) is None


def test_a_person_is_forgotten_on_every_account_asked_about(db: Database, vault: Vault) -> None:
    with db.write() as session:
        accounts = add_suoi_mo(session, vault)
        for account in accounts:
            talk(session, db, account, "7001")
        code = forgetting.new_code()
        forget = lambda: forgetting.forget_person(  # noqa: E731
            session, accounts, "7001", origin="callback", code=code, now=LATER
        )
        assert (forget(), forget()) == (True, False)
        assert session.scalar(select(func.count()).select_from(Deletion)) == 2
    assert traces(db, ("7001",)) == []


def test_the_audit_tells_that_it_was_done_without_saying_of_whom(db: Database, zalo: Account) -> None:
    with db.write() as session:
        mine = talk(session, db, zalo, "7001")
        forgetting.forget(session, zalo, mine.id, origin="platform", now=LATER)
        line = session.scalars(select(Audit).where(Audit.verb == "citizen.forget")).one()
    assert (line.agency_id, line.what) == (zalo.agency_id, f"conversation:{mine.id}")
    assert line.facts == {
        "origin": "platform", "messages": 1, "answers": 1, "tickets": 1, "notes": 1, "found_by": 1, "conversations": 1,
    }  # fmt: skip
