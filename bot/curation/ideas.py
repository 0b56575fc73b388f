"""The idea list: what is worth a post, noted by people or asked for by citizens, until somebody writes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.campaigns import checks, drafts, rules
from bot.campaigns.content import Content
from bot.campaigns.importing import clean
from bot.curation import proposing
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Idea, Post
from content.phrases import say

OPEN, USED, DROPPED = "open", "used", "dropped"
STATES = (OPEN, USED, DROPPED)
PAGE = 20


def add(
    session: Session, actor: Actor, title: str, *, text: str = "", link: str = "", topic: str = "", now: datetime
) -> Idea:  # fmt: skip
    """Note an idea, or raise `BadInput` with every fault."""
    actor.need(Right.WRITE)
    title, text, link = " ".join(clean(title).split()), clean(text), link.strip()
    faults = [] if title else [f"title: {say('queue.fault.empty')}"]
    for part, given, most in (("title", title, checks.TITLE_MAX), ("text", text, checks.TEXT_MAX)):
        if len(given) > most:
            faults.append(f"{part}: {say('queue.fault.long', count=len(given), most=most)}")
    if link and not checks.is_web(link):
        faults.append(f"link: {say('queue.fault.link', link=link)}")
    if faults:
        raise BadInput("\n".join(faults))
    idea = Idea(
        agency_id=actor.agency_id, state=OPEN, title=title, text=text, link=link, topic=clean(topic), by=actor.login,
        created_at=now,
    )  # fmt: skip
    session.add(idea)
    session.flush()
    audit.note(session, "idea.add", what=f"idea:{idea.id}", now=now, agency_id=actor.agency_id, who=actor.login)
    return idea


def listed(session: Session, agency_id: int, *, states: Sequence[str] = (OPEN,)) -> Sequence[Idea]:
    """Return an agency's ideas in these states, the newest first."""
    query = select(Idea).where(Idea.agency_id == agency_id, Idea.state.in_(states))
    return session.scalars(query.order_by(Idea.id.desc())).all()


def page(session: Session, agency_id: int, *, after: int = 0) -> Sequence[Idea]:
    """Return a page of an agency's open ideas, the newest first, and one more when there is a next page."""
    query = select(Idea).where(Idea.agency_id == agency_id, Idea.state == OPEN)
    query = query.where(Idea.id < after) if after else query
    return session.scalars(query.order_by(Idea.id.desc()).limit(PAGE + 1)).all()


def find(session: Session, agency_id: int, idea_id: int) -> Idea | None:
    """Return an idea of the agency."""
    return session.scalar(select(Idea).where(Idea.agency_id == agency_id, Idea.id == idea_id))


def drop(session: Session, actor: Actor, idea_id: int, *, now: datetime) -> Idea:
    """Leave an idea; it stays readable."""
    return _close(session, actor, idea_id, DROPPED, now=now)


def use(session: Session, actor: Actor, idea_id: int, *, now: datetime) -> Post:
    """Make an idea a draft of who uses it, for every account of the agency that can take it."""
    idea = _close(session, actor, idea_id, USED, now=now)
    content = Content(
        title=idea.title, text=idea.text or idea.title, link=idea.link, topic=idea.topic,
        targets=proposing.reach(session, actor.agency_id), grace=rules.of_agency(session, actor.agency_id)["grace"],
    )  # fmt: skip
    content = proposing.fitting(session, actor.agency_id, content, now=now)
    post = drafts.add(session, actor, content, now=now, origin=f"idea:{idea.id}")
    idea.post_id = post.id
    return post


def _close(session: Session, actor: Actor, idea_id: int, to: str, *, now: datetime) -> Idea:
    actor.need(Right.WRITE)
    idea = find(session, actor.agency_id, idea_id)
    if idea is None:
        raise BadInput(f"no idea {idea_id}")
    closed = session.execute(update(Idea).where(Idea.id == idea_id, Idea.state == OPEN).values(state=to))
    if not closed.rowcount:  # type: ignore[attr-defined]
        session.refresh(idea)
        raise BadInput(f"idea {idea_id} is {idea.state} already", told=say("queue.refused.idea"))
    session.refresh(idea)
    audit.note(session, f"idea.{to}", what=f"idea:{idea.id}", now=now, agency_id=actor.agency_id, who=actor.login)
    return idea
