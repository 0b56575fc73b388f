"""Drafts ahead of observances and deadlines: each once an agency, for a person to take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import machine
from bot.campaigns import rules
from bot.campaigns.calendar import HANOI
from bot.campaigns.content import Content
from bot.curation import proposing
from bot.db import Database
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Agency, Post, Proposal
from content import observances
from content.blanks import filled
from content.compose import day
from content.observances import Occasion
from content.phrases import say

AT = time(7, 30)
"""When such a post is meant to appear, in Vietnam: before people go to work."""

AHEAD = 90
"""Days ahead that people see."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Coming:
    """An occasion, and the draft that was proposed for it; 0: none yet, or it was passed over."""

    occasion: Occasion
    post_id: int


def propose_all(db: Database, *, now: datetime) -> list[int]:
    """Propose to every agency that can publish what is due; return the new drafts' ids."""
    with db.read() as session:
        agencies = list(session.scalars(select(Agency.id).order_by(Agency.id)))
    made: list[int] = []
    for agency_id in agencies:
        with db.write() as session:
            made += propose(session, agency_id, now=now)
    return made


def propose(session: Session, agency_id: int, *, now: datetime) -> list[int]:
    """Propose to one agency what is due; return the new drafts' ids."""
    agency = session.get_one(Agency, agency_id)
    if not proposing.reach(session, agency_id):
        return []
    due = observances.due(_today(now), level=agency.level)
    return [post.id for one in due if (post := _proposed(session, agency, one, now=now)) is not None]


def coming(session: Session, agency_id: int, *, now: datetime, days: int) -> Sequence[Coming]:
    """Return an agency's occasions of the next days, with what was proposed for them."""
    agency = session.get_one(Agency, agency_id)
    found = observances.coming(_today(now), level=agency.level, days=days)
    query = select(Proposal.origin, Proposal.post_id).where(
        Proposal.agency_id == agency_id, Proposal.origin.in_([_origin(one) for one in found])
    )
    posts = {origin: post_id or 0 for origin, post_id in session.execute(query)}
    return [Coming(one, posts.get(_origin(one), 0)) for one in found]


def find(session: Session, agency_id: int, key: str, nominal: date, *, now: datetime) -> Coming | None:
    """Return one of an agency's occasions of the next `AHEAD` days."""
    known = coming(session, agency_id, now=now, days=AHEAD)
    return next((one for one in known if (one.occasion.observance.key, one.occasion.nominal) == (key, nominal)), None)


def use(session: Session, actor: Actor, one: Coming, *, now: datetime) -> int:
    """Make an occasion a draft of who uses it, before its time if need be; return the id, of the one there is as well.

    Raises `BadInput` when its words cannot be kept.
    """
    actor.need(Right.WRITE)
    agency, origin = session.get_one(Agency, actor.agency_id), _origin(one.occasion)
    title, text = _words(agency, one.occasion)
    if not proposing.first_time(session, agency.id, origin, title=title, now=now):
        mine = (Proposal.agency_id == agency.id, Proposal.origin == origin)
        if post_id := session.scalar(select(Proposal.post_id).where(*mine)):
            return post_id
    post = _drafted(session, agency, one.occasion, (title, text), now=now)
    machine.hand_over(session, post, actor, now=now)
    return post.id


def _today(now: datetime) -> date:
    return now.astimezone(HANOI).date()


def _origin(one: Occasion) -> str:
    # By the nominal day: a deadline that moves, because a day off became known, is the same one.
    return f"observance:{one.observance.key}:{one.nominal.isoformat()}"


def _proposed(session: Session, agency: Agency, one: Occasion, *, now: datetime) -> Post | None:
    words = _words(agency, one)
    if not proposing.first_time(session, agency.id, _origin(one), title=words[0], now=now):
        return None
    try:
        with session.begin_nested():
            return _drafted(session, agency, one, words, now=now)
    except BadInput as error:
        log.warning("observance.refused", agency=agency.id, observance=one.observance.key, why=str(error))
        return None


def _words(agency: Agency, one: Occasion) -> tuple[str, str]:
    """Return title and text."""
    values = observances.values(one, agency=agency.name)
    return filled(one.observance.title, values), filled(one.observance.text, values)


def _drafted(session: Session, agency: Agency, one: Occasion, words: tuple[str, str], *, now: datetime) -> Post:
    about = one.observance
    at = datetime.combine(one.appears_on, AT, HANOI).astimezone(UTC)
    content = Content(
        title=words[0], text=words[1], link=about.link, topic=about.topic, audience=about.audience,
        targets=proposing.reach(session, agency.id), at=at if at > now else None,
        grace=rules.of_agency(session, agency.id)["grace"],
    )  # fmt: skip
    note = say("queue.note.observance", name=about.name, day=day(one.day), source=about.source, check=about.check)
    return proposing.draft(session, agency.id, content, origin=_origin(one), now=now, note=note)
