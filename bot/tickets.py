"""Citizens' feedback and requests for a person."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.db import insert_of
from bot.inbox import Claimed
from bot.privacy import mask
from bot.tables import Ticket

CALLS = ("handoff", "failure")
"""Kinds by which a person waits for a colleague."""


def open_ticket(session: Session, claimed: Claimed, *, kind: str, text: str, now: datetime) -> None:
    """Open one ticket for the event; a second call for the same event changes nothing."""
    insert = insert_of(session.get_bind().dialect.name)
    session.execute(
        insert(Ticket)
        .values(
            agency_id=claimed.account.agency_id, conversation_id=claimed.event.conversation_id,
            event_id=claimed.event.id, kind=kind, state="open", text=mask(text), facts={}, created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["event_id"])
    )  # fmt: skip


def answered(session: Session, conversation_id: int, *, now: datetime) -> None:
    """Note that a colleague wrote to the person: whoever waited for one waits no longer."""
    waiting = update(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.answered_at.is_(None))
    session.execute(waiting.where(Ticket.kind.in_(CALLS), Ticket.created_at <= now).values(answered_at=now))
