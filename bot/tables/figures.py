"""Figures of whole days, counted once: what the console's charts are drawn from."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Time


class DailyFigure(Base):
    """One account's day (or month) by one dimension; which, and what the counts mean, is said in `bot.figures`."""

    __tablename__ = "daily_figures"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    """all, hour, procedure, topic, people, writers or wait; `month:` before it: of the month that begins on `day`."""
    day: Mapped[date] = mapped_column(primary_key=True)
    """By the agency's clock."""
    value: Mapped[str] = mapped_column(primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    asked_back: Mapped[int] = mapped_column(default=0)
    handed_over: Mapped[int] = mapped_column(default=0)
    not_understood: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    """Sum of the waits, of dimension wait only."""
    counted_at: Mapped[Time]
