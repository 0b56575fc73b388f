"""What is worth a look before a time is chosen: posts close by, quiet hours, days off, a frozen queue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.campaigns import calendar, diaries, rules
from bot.campaigns.content import Content
from bot.errors import BadInput
from content import holidays
from content.phrases import say


def of(session: Session, agency_id: int, content: Content, *, now: datetime, but: int = 0) -> list[str]:
    """Return the warnings about a content's time, in words; post `but` is not counted as close by."""
    told: list[str] = []
    if content.at is not None:
        books = diaries.of_content(session, agency_id, content, now=now, but=but)
        told = [*_of_day(content.at), *_of_diaries(content.at, books)]
        if rules.is_frozen(session, agency_id):
            told.append(say("queue.warning.frozen"))
    return told


def _of_day(at: datetime) -> list[str]:
    off = holidays.closed_on(at.astimezone(calendar.HANOI).date())
    return [say("queue.warning.day_off", name=off.name)] if off else []


def _of_diaries(at: datetime, books: Sequence[calendar.Diary]) -> list[str]:
    told = []
    if close := calendar.collisions(at, books):
        told.append(say("queue.warning.close", count=close))
    for why in sorted({calendar.closed(at, book.rules) for book in books} - {""}):
        told.append(say(f"queue.warning.{why}"))
    try:
        due = calendar.earliest(at, books)
    except BadInput as error:
        return [*told, error.told]
    if due != at:
        told.append(say("queue.warning.moved", at=f"{due.astimezone(calendar.HANOI):%H:%M %d/%m/%Y}"))
    return told
