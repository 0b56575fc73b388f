"""People who work with the console, and what they are in which agency."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.tables.agencies import Agency
from bot.tables.base import Base, Id, Time, UTCDateTime


class Staff(Base):
    """A person with a login. `password` is an argon2 hash, `totp` an encrypted secret; empty: not set yet."""

    __tablename__ = "staff"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str] = mapped_column(default="")
    totp: Mapped[str] = mapped_column(default="")
    totp_step: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), default=0)
    """The step of the last code used: a code that somebody saw cannot be used again."""
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the person left: signs in no more, and stays in the history."""
    created_at: Mapped[Time]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="staff")


class Membership(Base):
    """One role of a person in an agency; several rows where somebody has several roles."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("staff_id", "agency_id", "role"),)

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    role: Mapped[str]
    languages: Mapped[str] = mapped_column(default="")
    """Languages beside Vietnamese that the person may review here, joined by commas, e.g. `thai,mong`."""
    created_at: Mapped[Time]

    staff: Mapped[Staff] = relationship(back_populates="memberships")
    agency: Mapped[Agency] = relationship()
