"""How staff get in: sign-ins, failed tries, recovery codes, invitations. Tokens and codes are kept as hashes only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Id, Time, UTCDateTime


class SignIn(Base):
    """One browser of one person. `proved_at` is set by the second step; `ended_at` by leaving or revoking."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    browser: Mapped[str]
    created_at: Mapped[Time]
    seen_at: Mapped[Time]
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInFailure(Base):
    """A failed try; `key` is a hash of the login, or of the address it came from."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_key_at", "key", "at"),)

    id: Mapped[Id]
    key: Mapped[str]
    at: Mapped[Time]


class RecoveryCode(Base):
    """A code that opens the second step once, for whoever lost their phone."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    code: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Invitation(Base):
    """A link by which somebody joins an agency with a role, once."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    role: Mapped[str]
    name: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[Time]
    expires_at: Mapped[Time]
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
