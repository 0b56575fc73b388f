"""Drafts ahead of observances and deadlines: each once an agency, for a person to take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaigns import rules
from bot.campaigns.calendar import HANOI
from bot.campaigns.content import Content
from bot.curation import proposing
from bot.db import Database
from bot.errors import BadInput
from bot.tables import Agency, Post, Proposal
from content import observances
from content.blanks import filled
from content.compose import day
from content.observances import Occasion
from content.phrases import say

AT = time(7, 30)
"""When such a post is meant to appear, in Vietnam: before people go to work."""

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


def _today(now: datetime) -> date:
    return now.astimezone(HANOI).date()


def _origin(one: Occasion) -> str:
    # By the nominal day: a deadline that moves, because a day off became known, is the same one.
    return f"observance:{one.observance.key}:{one.nominal.isoformat()}"


def _proposed(session: Session, agency: Agency, one: Occasion, *, now: datetime) -> Post | None:
    about, values = one.observance, observances.values(one, agency=agency.name)
    title, text = filled(about.title, values), filled(about.text, values)
    if not proposing.first_time(session, agency.id, _origin(one), title=title, link="", now=now):
        return None
    at = datetime.combine(one.appears_on, AT, HANOI).astimezone(UTC)
    content = Content(
        title=title, text=text, link=about.link, topic=about.topic, audience=about.audience,
        targets=proposing.reach(session, agency.id), at=at if at > now else None,
        grace=rules.of_agency(session, agency.id)["grace"],
    )  # fmt: skip
    note = say("queue.note.observance", name=about.name, day=day(one.day), source=about.source, check=about.check)
    try:
        with session.begin_nested():
            return proposing.draft(session, agency.id, content, origin=_origin(one), now=now, note=note)
    except BadInput as error:
        log.warning("observance.refused", agency=agency.id, observance=about.key, why=str(error))
        return None
