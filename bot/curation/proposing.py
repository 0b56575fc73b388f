"""Proposals of the system: each origin once, as a draft that fits the agency's channels, for a person to take over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import machine
from bot.campaigns import checks, covers, drafts
from bot.campaigns.content import Content, Target
from bot.channels import PUBLISHERS
from bot.curation.sameness import link_key, title_key
from bot.db import insert_of, table_of
from bot.tables import Account, Post, Proposal


def first_time(session: Session, agency_id: int, origin: str, *, title: str, link: str = "", now: datetime) -> bool:
    """Note that `origin` was met; False when it was before, whoever met it."""
    insert = insert_of(session.get_bind().dialect.name)(table_of(Proposal))
    row = {"agency_id": agency_id, "origin": origin, "title": title_key(title), "link": link_key(link), "at": now}
    once = insert.values(row).on_conflict_do_nothing(index_elements=["agency_id", "origin"])
    # The id, not the count of rows: PostgreSQL's driver does not tell it of an insert.
    return session.scalar(once.returning(table_of(Proposal).c.id)) is not None


def draft(session: Session, agency_id: int, content: Content, *, origin: str, now: datetime, note: str = "") -> Post:
    """Keep a draft by the system, with everything of it that the agency's channels take; `note` says why it is there.

    Raises `BadInput` when not even the words can be kept.
    """
    author = machine.author(session, agency_id, now=now)
    whole = fitting(session, agency_id, content, now=now)
    post = drafts.add(session, author, whole, now=now, origin=origin)
    post.note = note
    mine = (Proposal.agency_id == agency_id, Proposal.origin == origin)
    session.execute(update(Proposal).where(*mine).values(post_id=post.id))
    return post


def fitting(session: Session, agency_id: int, content: Content, *, now: datetime) -> Content:
    """Return as much of the content as the agency's channels take; all of it where not even the words can be kept."""
    return next((one for one in _lesser(content) if _fits(session, agency_id, one, now)), content)


def reach(session: Session, agency_id: int) -> tuple[Target, ...]:
    """Return every account of the agency that can publish, as targets without a broadcast."""
    query = select(Account).where(Account.agency_id == agency_id, Account.channel.in_(list(PUBLISHERS)))
    return tuple(Target(channel=one.channel, key=one.key) for one in session.scalars(query.order_by(Account.id)))


def _lesser(content: Content) -> Iterator[Content]:
    """Yield the content, then with ever less of what a person can add again."""
    yield content
    yield replace(content, media=())
    yield replace(content, targets=())
    yield replace(content, media=(), targets=())
    yield replace(content, media=(), targets=(), link="", at=None, recurrence={})


def _fits(session: Session, agency_id: int, content: Content, now: datetime) -> bool:
    whole = covers.completed(session, content, agency_id=agency_id, now=now)
    return not checks.faults(session, agency_id, whole, now=now)
