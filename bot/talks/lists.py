"""The list of conversations: who waits for a person first, then the unread, then the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from bot.channels.base import Kind
from bot.privacy import mask
from bot.tables import Account, Attention, Conversation, Event
from bot.talks import search

PAGE = 30
COUNTED = 100
"""As far as the unread are counted; beyond it is "99+"."""
SHOWS = ("all", "waiting", "mine", "closed")
PREVIEW = 120
_TOLD = (Kind.TEXT.value, Kind.MEDIA.value, Kind.COMMENT.value, Kind.STAFF.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list should show; `login` is whose "mine" are, `channel` and `asked` may be empty."""

    show: str = "all"
    login: str = ""
    channel: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next one begins after it."""

    attention: int
    at: datetime
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the list. What identifies the person, and their words, are masked."""

    conversation: Conversation
    channel: str
    person: str
    preview: str
    kind: str
    taken: bool

    @property
    def place(self) -> Place:
        """Where this row stands."""
        one = self.conversation
        return Place(one.attention, one.last_at, one.id)


def masked(conversation: Conversation) -> str:
    """Return how lists call a person: the name they shared, cut to initials but the last word, or the id's end."""
    *firsts, last = conversation.name.split() or [""]
    if last:
        return " ".join([*(f"{one[0]}." for one in firsts), last])
    return f"…{conversation.person[-4:]}"


def page(
    session: Session, agency_id: int, *, wanted: Wanted, now: datetime, after: Place | None = None
) -> list[Row]:  # fmt: skip
    """Return a page of rows, and one more when there is a next page; a search has one page only."""
    accounts = _accounts(session, agency_id, wanted.channel)
    if not accounts:
        return []
    ids = _searched(session, accounts, wanted) if wanted.asked else _listed(session, accounts, wanted, after)
    return _rows(session, ids, accounts, now=now)


def counts(session: Session, agency_id: int) -> dict[str, int]:
    """Return how many conversations of the agency wait and are unread (at most `COUNTED`)."""
    ids = list(session.scalars(select(Account.id).where(Account.agency_id == agency_id)))
    found = {}
    for name, attention in (("waiting", Attention.WAITING), ("unread", Attention.UNREAD)):
        some = select(Conversation.id).where(Conversation.account_id.in_(ids), Conversation.attention == attention)
        found[name] = session.scalar(select(func.count()).select_from(some.limit(COUNTED).subquery())) or 0
    return found


def _accounts(session: Session, agency_id: int, channel: str) -> dict[int, Account]:
    query = select(Account).where(Account.agency_id == agency_id)
    return {one.id: one for one in session.scalars(query.where(Account.channel == channel) if channel else query)}


def _listed(session: Session, accounts: dict[int, Account], wanted: Wanted, after: Place | None) -> list[int]:
    """Return the ids of a page; each account's own index is read backwards, and the few are merged."""
    parts = []
    for account_id in accounts:
        one = select(Conversation.id, Conversation.attention, Conversation.last_at).where(
            Conversation.account_id == account_id, *_conditions(wanted)
        )
        if after:
            there = tuple_(after.attention, after.at, after.conversation_id)
            one = one.where(tuple_(Conversation.attention, Conversation.last_at, Conversation.id) < there)
        newest = (Conversation.attention.desc(), Conversation.last_at.desc(), Conversation.id.desc())
        parts.append(select(one.order_by(*newest).limit(PAGE + 1).subquery()))
    together = union_all(*parts).subquery()
    order = (together.c.attention.desc(), together.c.last_at.desc(), together.c.id.desc())
    return list(session.scalars(select(together.c.id).order_by(*order).limit(PAGE + 1)))


def _conditions(wanted: Wanted) -> list[Any]:
    if wanted.show == "waiting":
        return [Conversation.attention == Attention.WAITING]
    if wanted.show == "closed":
        return [Conversation.attention == Attention.CLOSED]
    return [Conversation.assignee == wanted.login] if wanted.show == "mine" else []


def _searched(session: Session, accounts: dict[int, Account], wanted: Wanted) -> list[int]:
    found = search.conversations(session, list(accounts), asked=wanted.asked)
    mine = select(Conversation.id).where(
        Conversation.id.in_(found), Conversation.account_id.in_(accounts), *_conditions(wanted)
    )
    kept = set(session.scalars(mine))
    return [one for one in found if one in kept][:PAGE]


def _rows(session: Session, ids: Sequence[int], accounts: dict[int, Account], *, now: datetime) -> list[Row]:
    last = aliased(Event)
    newest = (
        select(last.id)
        .where(last.conversation_id == Conversation.id, last.kind.in_(_TOLD))
        .order_by(last.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(Conversation, Event.text, Event.kind).outerjoin(Event, Event.id == newest)
    found = {row.Conversation.id: row for row in session.execute(query.where(Conversation.id.in_(ids)))}
    return [_row(*found[one], accounts=accounts, now=now) for one in ids if one in found]


def _row(
    conversation: Conversation, said: str | None, kind: str | None, *, accounts: dict[int, Account], now: datetime
) -> Row:  # fmt: skip
    preview = " ".join(mask(said or "").split())
    return Row(
        conversation=conversation,
        channel=accounts[conversation.account_id].channel,
        person=masked(conversation),
        preview=preview if len(preview) <= PREVIEW else preview[: PREVIEW - 1] + "…",
        kind=kind or "",
        taken=conversation.muted_until is not None and conversation.muted_until > now,
    )
