"""An authority, and its accounts on the platforms."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.tables.base import Base, Facts, Id, Time, UTCDateTime


class Agency(Base):
    """A province, industrial-zone board, commune or ward. `facts` is a `content.model.AgencyFacts`."""

    __tablename__ = "agencies"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str]
    facts: Mapped[Facts]
    retention_months: Mapped[int] = mapped_column(default=24)
    """How long citizens' words are kept; see `bot.forgetting`."""
    verification: Mapped[Facts]
    """What proves our address to the platforms; see `bot.verification`."""
    desk: Mapped[Facts]
    """When people are there and how soon they answer: a `bot.talks.desk.Desk`."""
    created_at: Mapped[Time]


class Account(Base):
    """One Zalo OA or one Facebook Page. `secrets` is encrypted; `memory` is the channel's own."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("channel", "key"),)

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    channel: Mapped[str]
    key: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    secrets: Mapped[str]
    previous_secrets: Mapped[str | None]
    """The pair before the last renewal, kept until the new one has proved itself."""
    memory: Mapped[Facts]
    token_expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token_renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    renewing_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Lease of the one process that renews the token now."""
    pace_at: Mapped[Time]
    """When this account may send next; moved forward by each send."""
    per_second: Mapped[float | None]
    """A rate agreed with the platform, in place of the channel's own limit."""
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    alert: Mapped[str] = mapped_column(default="")
    """What a person has to do, in English for the log; empty when all is well."""
    last_event_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    forgotten_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Citizens' words from before this time have been emptied."""
    created_at: Mapped[Time]

    agency: Mapped[Agency] = relationship()
