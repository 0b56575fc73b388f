"""What an agency tells of itself changes by proposals that a colleague judges."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Items, Time, UTCDateTime


class Change(Base):
    """A proposed change of an agency's facts. `before` and `after` are values by slot (`bot.knowledge.slots`).

    `state`: submitted, returned, approved, withdrawn, undone. `steps` are what people did with it:
    `{at, who, verb, comment, digest}`.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index("ix_changes_agency", "agency_id", "id"),
        Index("ix_changes_state", "agency_id", "state", "id"),
        Index("ix_changes_what", "agency_id", "what", "id"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    what: Mapped[str]
    """What it is about, e.g. `fee:1.001193`, `office:2`, `text:topic/otp`, `phrase:greet`, `names:1.001193`."""
    state: Mapped[str] = mapped_column(default="submitted")
    before: Mapped[Facts]
    after: Mapped[Facts]
    why: Mapped[str] = mapped_column(Text, default="")
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    by: Mapped[str]
    created_at: Mapped[Time]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    steps: Mapped[Items]
