"""What citizens ask most: procedures and topics by the number of people, never a word of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from bot import agencies, audit, procedures
from bot.campaigns.calendar import HANOI
from bot.curation import ideas
from bot.curation.ideas import OPEN
from bot.db import insert_of, table_of
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Account, Agency, Event, Idea
from content import catalogue, compose, topics
from content.catalogue import Catalogue
from content.model import Aspect, Procedure
from content.national.convert import convert
from content.phrases import say

PEOPLE_MIN = 3
"""Fewer people are not told of: in a village, who asked about a divorce last week is soon guessed."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people asked how often about an item: a procedure's code, or `topic/…`, `portal/…`."""

    item: str
    people: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Something worth a post, with reviewed words for it, and the source in the text."""

    count: Count
    title: str
    text: str
    link: str
    topic: str

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "item": self.count.item, "people": self.count.people, "times": self.count.times, "title": self.title,
            "text": self.text, "link": self.link, "topic": self.topic,
        }  # fmt: skip


def counted(session: Session, agency_id: int, *, since: datetime, until: datetime) -> list[Count]:
    """Return what was asked between two times by at least `PEOPLE_MIN` people, what most asked first."""
    people, item = func.count(Event.conversation_id.distinct()), _item()
    query = (
        select(item, people, func.count())
        .join(Account, Account.id == Event.account_id)
        .where(Account.agency_id == agency_id, Event.received_at >= since, Event.received_at < until)
        .where(Event.state == "done", Event.conversation_id.is_not(None), item.is_not(None))
        .group_by(item)
        .having(people >= PEOPLE_MIN)
    )
    found = [Count(about, who, times) for about, who, times in session.execute(query)]
    return sorted(found, key=lambda one: (-one.people, -one.times, one.item))


def _item() -> ColumnElement[str]:
    """Return what an outcome was about, told by the database: it need not send each of a busy week's."""
    procedure = Event.outcome["procedure"].as_string()
    first = Event.outcome[("candidates", 0)].as_string()
    is_topic = or_(*(first.startswith(f"{kind}/") for kind in topics.KINDS))
    return case((func.coalesce(procedure, "") != "", procedure), (is_topic, first))


def suggestions(
    session: Session, agency_id: int, *, since: datetime, until: datetime, most: int
) -> list[Suggestion]:  # fmt: skip
    """Return the `most` asked of which we have words that may be told today."""
    agency, today = session.get_one(Agency, agency_id), until.astimezone(HANOI).date()
    counts = counted(session, agency_id, since=since, until=until)
    records, known = _records(session, [one.item for one in counts], today), _content()[1]
    found: list[Suggestion] = []
    for one in counts:
        record = records.get(one.item)
        if record is not None and not record.expired_on(today):
            found.append(_of_procedure(one, record, agency, today))
        elif one.item in known:
            found.append(_of_topic(one, known[one.item]))
    return found[:most]


@cache
def _content() -> tuple[Catalogue, Mapping[str, topics.Topic]]:
    """Return the records and topics of this installation, loaded once a process: reading them takes 0.2 s."""
    return catalogue.load(), topics.load()


def _records(session: Session, items: Sequence[str], today: date) -> dict[str, Procedure]:
    curated = _content()[0]
    imported = procedures.find(session, [code for code in items if curated.get(code) is None])
    found = {code: convert(one.raw, today, gone_on=one.gone_on).procedure for code, one in imported.items()}
    return {**found, **{code: record for code in items if (record := curated.get(code)) is not None}}


def _of_procedure(count: Count, record: Procedure, agency: Agency, today: date) -> Suggestion:
    told = compose.answer(record, Aspect.OVERVIEW, facts=agencies.facts_for(agency), today=today)
    return Suggestion(
        count=count, title=say("queue.idea.asked", name=compose.lower_first(record.short)),
        text=f"{told.text}\n\n{told.source}", link=record.source.url, topic="TTHC",
    )  # fmt: skip


def _of_topic(count: Count, topic: topics.Topic) -> Suggestion:
    source = say("topic_source", source=topic.source, date=compose.day(topic.as_of))
    return Suggestion(
        count=count, title=say("queue.idea.asked", name=compose.lower_first(topic.title)),
        text=f"{topic.answer.strip()}\n\n{source}", link=topic.links[0].url if topic.links else "", topic="",
    )  # fmt: skip


def keep(session: Session, actor: Actor, found: Sequence[Suggestion], *, now: datetime) -> list[int]:
    """Put suggestions on the idea list, each once a week; return the new ideas' ids."""
    actor.need(Right.WRITE)
    insert = insert_of(session.get_bind().dialect.name)(table_of(Idea))
    made: list[int] = []
    for one in found:
        row = {
            "agency_id": actor.agency_id, "state": OPEN, "title": one.title, "text": one.text, "link": one.link,
            "topic": one.topic, "origin": _origin(one, now), "by": actor.login, "created_at": now,
        }  # fmt: skip
        once = insert.values(row).on_conflict_do_nothing(index_elements=["agency_id", "origin"])
        new = session.scalar(once.returning(table_of(Idea).c.id))
        if new is not None:
            made.append(new)
            audit.note(session, "idea.add", what=f"idea:{new}", now=now, agency_id=actor.agency_id, who=actor.login,
                       facts={"origin": row["origin"]})  # fmt: skip
    return made


def use(session: Session, actor: Actor, one: Suggestion, *, now: datetime) -> int:
    """Make a suggestion a draft of who uses it, once a week; return the id, of the one there is as well."""
    keep(session, actor, [one], now=now)
    mine = (Idea.agency_id == actor.agency_id, Idea.origin == _origin(one, now))
    idea = session.scalars(select(Idea).where(*mine)).one()
    return idea.post_id or ideas.use(session, actor, idea.id, now=now).id


def _origin(one: Suggestion, now: datetime) -> str:
    week = now.astimezone(HANOI).strftime("%G-W%V")
    return f"asked:{one.count.item}:{week}"
