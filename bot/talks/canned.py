"""Answers that an agency's staff keep for use again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import CannedAnswer

TITLE_MAX, TEXT_MAX, MOST = 80, 1500, 200
"""Characters of a title and a text; answers an agency may keep: more would not be found again."""


def listed(session: Session, agency_id: int) -> Sequence[CannedAnswer]:
    """Return the agency's answers by title."""
    mine = select(CannedAnswer).where(CannedAnswer.agency_id == agency_id)
    return session.scalars(mine.order_by(CannedAnswer.title, CannedAnswer.id)).all()


def find(session: Session, agency_id: int, answer_id: int) -> CannedAnswer | None:
    """Return the answer when it is the agency's own."""
    mine = select(CannedAnswer).where(CannedAnswer.id == answer_id, CannedAnswer.agency_id == agency_id)
    return session.scalar(mine)


def keep(
    session: Session, by: Actor, known: CannedAnswer | None, *, title: str, text: str, now: datetime
) -> None:  # fmt: skip
    """Add an answer, or change a known one; raises `BadInput` with the phrase's key."""
    by.need(Right.TALK)
    title, text = title.strip(), text.strip()
    if not title or not text or len(title) > TITLE_MAX or len(text) > TEXT_MAX:
        raise BadInput("canned.length")
    if known is None and len(listed(session, by.agency_id)) >= MOST:
        raise BadInput("canned.many")
    one = known or CannedAnswer(agency_id=by.agency_id)
    one.title, one.text, one.changed_at, one.changed_by = title, text, now, by.login
    session.add(one)
    session.flush()
    _audit(session, by, one, verb="canned.keep", now=now)


def drop(session: Session, by: Actor, known: CannedAnswer, *, now: datetime) -> None:
    """Remove an answer."""
    by.need(Right.TALK)
    session.delete(known)
    _audit(session, by, known, verb="canned.drop", now=now)


def _audit(session: Session, by: Actor, one: CannedAnswer, *, verb: str, now: datetime) -> None:
    audit.note(session, verb, what=f"canned:{one.id}", now=now, agency_id=by.agency_id, who=by.login)
