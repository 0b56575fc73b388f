"""How many posts a month an agency's plan asks for, by topic; what has appeared, what is still to come."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaigns import calendar, rules
from bot.campaigns.calendar import HANOI
from bot.campaigns.states import State
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Post, PostRules

APPEARED = (State.PUBLISHING, State.PUBLISHED, State.PARTLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A topic's month: `wanted` posts by the plan, of which `appeared`; `coming` ones are scheduled within it."""

    topic: str
    wanted: int
    appeared: int
    coming: int

    @property
    def lacking(self) -> int:
        """Posts that nobody has planned yet."""
        return max(0, self.wanted - self.appeared - self.coming)


def of_month(session: Session, agency_id: int, *, now: datetime) -> list[Quota]:
    """Return the quotas of the month of `now` in Vietnam."""
    begin = now.astimezone(HANOI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(days=31)).replace(day=1)
    mine = select(Post.topic).where(Post.agency_id == agency_id)
    appeared = mine.where(Post.released_at >= begin, Post.released_at < end, Post.state.in_(APPEARED))
    coming = mine.where(Post.due_at >= begin, Post.due_at < end, Post.state == State.SCHEDULED)
    done, planned = ([_topics(one) for one in session.scalars(query)] for query in (appeared, coming))
    return [
        Quota(topic=topic, wanted=wanted, appeared=_count(done, topic), coming=_count(planned, topic))
        for topic, wanted in rules.of_agency(session, agency_id)["quotas"].items()
    ]


def keep(session: Session, actor: Actor, wanted: Mapping[str, int], *, now: datetime) -> None:
    """Set what the agency's plan asks for; raise `BadInput` with every fault."""
    actor.need(Right.MANAGE)
    scope = rules.agency_scope(actor.agency_id)
    own = session.get(PostRules, scope)
    changed = calendar.checked({**(own.rules if own else {}), "quotas": dict(wanted)})
    rules.set_rules(session, scope, changed, who=actor.login, now=now)


def _topics(told: str) -> set[str]:
    return {_folded(one) for one in told.replace(";", ",").split(",")}


def _count(posts: list[set[str]], topic: str) -> int:
    return sum(_folded(topic) in topics for topics in posts)


def _folded(topic: str) -> str:
    return unicodedata.normalize("NFC", topic).strip().casefold()
