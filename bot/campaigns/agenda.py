"""What the queue holds for one person's day: what waits for them, what appears today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bot.campaigns import byhand, drafts, review
from bot.campaigns.calendar import HANOI
from bot.campaigns.states import State, Verb
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Post, PostTarget, PostVersion, Review

MOST = 50
FRESH = timedelta(days=7)
"""How long a failed post is shown among what waits: after that nobody means to mend it."""
HELD_UP = (State.UNKNOWN, State.MISSED, State.APPROVED)
"""Wait for a person until they decide."""
FAILED = (State.FAILED, State.PARTLY)
GOING_OUT = (State.SCHEDULED, State.PUBLISHING, State.PUBLISHED, *FAILED, State.UNKNOWN, State.MISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Posts that wait for one person, by what has to be done with them."""

    to_review: Sequence[Post]
    returned: Sequence[Post]
    held_up: Sequence[Post]
    by_hand: Sequence[PostTarget]

    def __len__(self) -> int:
        return len(self.to_review) + len(self.returned) + len(self.held_up) + len(self.by_hand)


def of_person(session: Session, actor: Actor, *, now: datetime) -> Agenda:
    """Return what waits for `actor`, by their rights; at most `MOST` of each kind."""
    writes = Right.WRITE in actor.rights
    return Agenda(
        to_review=_to_review(session, actor) if Right.REVIEW in actor.rights else (),
        returned=_returned(session, actor) if writes else (),
        held_up=_held_up(session, actor, now) if Right.SCHEDULE in actor.rights else (),
        by_hand=byhand.waiting(session, actor.agency_id)[:MOST] if writes else (),
    )


def of_day(session: Session, agency_id: int, *, now: datetime) -> Sequence[Post]:
    """Return what appears, or has appeared, on the day of `now` in Vietnam, by time."""
    begin = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    end = begin + timedelta(days=1)
    moment = func.coalesce(Post.released_at, Post.due_at)
    released = and_(Post.released_at >= begin, Post.released_at < end)
    due = and_(Post.released_at.is_(None), Post.due_at >= begin, Post.due_at < end)
    query = select(Post).where(Post.agency_id == agency_id, or_(released, due), Post.state.in_(GOING_OUT))
    return session.scalars(query.options(selectinload(Post.targets)).order_by(moment, Post.id).limit(MOST)).all()


def _to_review(session: Session, actor: Actor) -> Sequence[Post]:
    wrote = exists().where(PostVersion.post_id == Post.id, PostVersion.staff_id == actor.staff_id)
    query = _mine(actor).where(Post.state == State.SUBMITTED, Post.author_id != actor.staff_id, ~wrote)
    spoken = {review.LANGUAGE_OF_ALL, *review.languages(session, actor)}
    found = session.scalars(query.where(Post.language.in_(spoken)).order_by(Post.id).limit(MOST)).all()
    # An occurrence of a repeated post has the words of the one before it: its writers may not judge it either.
    return [one for one in found if not one.origin or actor.staff_id not in drafts.editors(session, one)]


def _returned(session: Session, actor: Actor) -> Sequence[Post]:
    judged = exists().where(Review.post_id == Post.id, Review.version == Post.version, Review.verdict == Verb.RETURN)
    query = _mine(actor).where(Post.state == State.DRAFT, Post.author_id == actor.staff_id, judged)
    return session.scalars(query.order_by(Post.id).limit(MOST)).all()


def _held_up(session: Session, actor: Actor, now: datetime) -> Sequence[Post]:
    failed = and_(Post.state.in_(FAILED), Post.finished_at >= now - FRESH)
    query = _mine(actor).where(or_(Post.state.in_(HELD_UP), failed))
    return session.scalars(query.order_by(Post.id).limit(MOST)).all()


def _mine(actor: Actor) -> Select[Post]:
    return select(Post).where(Post.agency_id == actor.agency_id)
