"""Requests to delete what we keep of a person, without the person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time, UTCDateTime

_UNSWEPT = text("swept_at IS NULL")


class Deletion(Base):
    """A request that was carried out; the person finds it by a code of which only the hash is kept.

    `origin`: chat, platform (Zalo's withdrawal) or callback (Meta's). `counts` says how many of what were emptied.
    """

    __tablename__ = "deletions"
    __table_args__ = (
        Index("ix_deletions_unswept", "id", postgresql_where=_UNSWEPT, sqlite_where=_UNSWEPT),
        Index("ix_deletions_agency_id", "agency_id"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    """The emptied conversation; None where we kept nothing of the person."""
    code: Mapped[str] = mapped_column(unique=True)
    origin: Mapped[str]
    counts: Mapped[Facts]
    done_at: Mapped[Time]
    swept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the last messages on their way (the confirmation itself) were emptied too."""
