"""What staff teach the model: sentences that mean something, and trainings of new models."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time, UTCDateTime

_BUSY = text("busy")


class Example(Base):
    """A sentence, masked, and what it asks: an intent (aspect or skill), and an item unless the intent has none."""

    __tablename__ = "examples"
    __table_args__ = (UniqueConstraint("agency_id", "said"), Index("ix_examples_agency", "agency_id", "id"))

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    text: Mapped[str] = mapped_column(Text)
    said: Mapped[str] = mapped_column(Text)
    """The text without accents, case and punctuation: the same sentence is kept once."""
    intent: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    by: Mapped[str]
    created_at: Mapped[Time]


class Training(Base):
    """A new model asked for by somebody. `busy`: a process works on it or shall; there is one at most.

    `state`: waiting, training, measuring, ready, activating, active, replaced, dropped, failed.
    """

    __tablename__ = "trainings"
    __table_args__ = (
        Index("uq_trainings_busy", "busy", unique=True, postgresql_where=_BUSY, sqlite_where=_BUSY),
        Index("ix_trainings_state", "state", "id"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    by: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    busy: Mapped[bool] = mapped_column(default=True)
    verb: Mapped[str] = mapped_column(default="train")
    """What is being done: train, activate or go back."""
    asked_at: Mapped[Time]
    began_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The last sign of life of the process that works on it."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    worker: Mapped[str | None]
    sentences: Mapped[int] = mapped_column(default=0)
    """How many examples of staff it learnt."""
    fault: Mapped[str] = mapped_column(Text, default="")
    """Why it failed, in English for engineers."""
    figures: Mapped[Facts]
    """`{"rows": [[name, right before or null, right now, of]], "worse": [sentence]}`."""
