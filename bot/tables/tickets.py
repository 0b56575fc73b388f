"""A citizen's feedback, or a request for a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time, UTCDateTime


class Ticket(Base):
    """`kind` is handoff, feedback, failure or withdraw; `state` open or closed. `text` is masked."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_agency_state", "agency_id", "state", "id"),
        Index("ix_tickets_created", "agency_id", "created_at"),
        Index("ix_tickets_due", "agency_id", "state", "due_at", "id"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    text: Mapped[str]
    facts: Mapped[Facts]
    created_at: Mapped[Time]
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a colleague first wrote to the person after this."""
    due_at: Mapped[Time]
    """By when a person should have dealt with it."""
    assignee: Mapped[str | None]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    """What was done about it, in the words of who closed it."""
