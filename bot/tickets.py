"""Citizens' feedback and requests for a person: opened by the bot, with a deadline, closed with a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from bot import audit
from bot.db import insert_of
from bot.errors import BadInput
from bot.inbox import Claimed
from bot.privacy import mask
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Attention, Conversation, Ticket
from bot.talks import desk

CALLS = ("handoff", "failure")
"""Kinds by which a person waits in the conversation itself."""
NOTE_MAX = 1000
PAGE = 30


def open_ticket(session: Session, claimed: Claimed, *, kind: str, text: str, now: datetime) -> None:
    """Open one ticket for the event; a second call for the same event changes nothing."""
    insert = insert_of(session.get_bind().dialect.name)
    opened = session.scalar(
        insert(Ticket)
        .values(
            agency_id=claimed.account.agency_id, conversation_id=claimed.event.conversation_id,
            event_id=claimed.event.id, kind=kind, state="open", text=mask(text), facts={}, created_at=now,
            due_at=desk.due(claimed.agency, kind, now),
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(Ticket.id)
    )  # fmt: skip
    if opened and kind in CALLS:
        session.execute(
            update(Conversation)
            .where(Conversation.id == claimed.event.conversation_id)
            .values(attention=Attention.WAITING, waiting_since=func.coalesce(Conversation.waiting_since, now))
        )


def settle(session: Session, conversation_id: int, *, by: str, now: datetime) -> None:
    """Close the calls for a person that a colleague's answer has settled; complaints stay open."""
    session.execute(
        update(Ticket)
        .where(Ticket.conversation_id == conversation_id, Ticket.state == "open", Ticket.kind.in_(CALLS))
        .values(state="closed", closed_at=now, closed_by=by)
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of tickets ends: the next one begins after it."""

    at: datetime
    ticket_id: int


def listed(
    session: Session, agency_id: int, *, state: str = "open", mine: str = "", after: Place | None = None
) -> Sequence[Ticket]:  # fmt: skip
    """Return a page (and one more, to know whether there is a next): the open by deadline, the closed newest first."""
    newest_first = state == "closed"
    query = select(Ticket).where(Ticket.agency_id == agency_id, Ticket.state == state)
    key = tuple_(Ticket.due_at, Ticket.id)
    if mine:
        query = query.where(Ticket.assignee == mine)
    if after:
        there = tuple_(after.at, after.ticket_id)
        query = query.where(key < there if newest_first else key > there)
    order: Any = (Ticket.due_at.desc(), Ticket.id.desc()) if newest_first else (Ticket.due_at, Ticket.id)
    return session.scalars(query.order_by(*order).limit(PAGE + 1)).all()


def of_conversation(session: Session, conversation_id: int | None) -> Sequence[Ticket]:
    """Return the open tickets of a conversation, oldest first."""
    mine = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.state == "open")
    return session.scalars(mine.order_by(Ticket.id)).all()


def find(session: Session, agency_id: int, ticket_id: int) -> Ticket | None:
    """Return the ticket when it is the agency's own."""
    return session.scalar(select(Ticket).where(Ticket.id == ticket_id, Ticket.agency_id == agency_id))


def close(session: Session, by: Actor, ticket: Ticket, *, note: str, now: datetime) -> None:
    """Close a ticket, saying what was done; raises `BadInput` with the phrase's key."""
    by.need(Right.TALK)
    if ticket.state != "open":
        raise BadInput("ticket.closed_already")
    if not note.strip() or len(note) > NOTE_MAX:
        raise BadInput("ticket.note_length")
    ticket.state, ticket.note, ticket.closed_at, ticket.closed_by = "closed", note.strip(), now, by.login
    session.flush()
    _calm(session, ticket)
    _audit(session, by, ticket, verb="ticket.close", now=now)


def _calm(session: Session, ticket: Ticket) -> None:
    """Let nobody wait any more in a conversation whose last call for a person was closed."""
    if ticket.kind not in CALLS or any(one.kind in CALLS for one in of_conversation(session, ticket.conversation_id)):
        return
    session.execute(
        update(Conversation)
        .where(Conversation.id == ticket.conversation_id, Conversation.attention == Attention.WAITING)
        .values(attention=Attention.NONE, waiting_since=None)
    )


def route(session: Session, by: Actor, ticket: Ticket, *, login: str, now: datetime) -> None:
    """Give a ticket to a colleague (who may answer citizens: the caller asks `talks.rules.talkers`), or to nobody."""
    by.need(Right.TALK)
    if ticket.state != "open":
        raise BadInput("ticket.closed_already")
    ticket.assignee = login or None
    _audit(session, by, ticket, verb="ticket.route", now=now, to=login)


def _audit(session: Session, by: Actor, ticket: Ticket, *, verb: str, now: datetime, **facts: object) -> None:
    audit.note(
        session, verb, what=f"ticket:{ticket.id}", now=now, agency_id=by.agency_id, who=by.login,
        facts={"kind": ticket.kind, **facts},
    )  # fmt: skip


def answered(session: Session, conversation_id: int, *, now: datetime) -> None:
    """Note that a colleague wrote to the person: whoever waited for one waits no longer."""
    waiting = update(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.answered_at.is_(None))
    session.execute(waiting.where(Ticket.kind.in_(CALLS), Ticket.created_at <= now).values(answered_at=now))
