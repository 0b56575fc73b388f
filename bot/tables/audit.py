"""A line for everything staff or the system decided."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time


class Audit(Base):
    """Who did what to what; only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_agency", "agency_id", "id"),
        Index("ix_audit_who", "agency_id", "who", "id"),
        Index("ix_audit_verb", "agency_id", "verb", "id"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    at: Mapped[Time]
    who: Mapped[str]
    verb: Mapped[str]
    what: Mapped[str]
    facts: Mapped[Facts]
