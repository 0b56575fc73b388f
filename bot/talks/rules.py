"""What staff do with a conversation: take it over, answer, note, assign, hand back, close.

A conversation is taken while `muted_until` lies ahead: the bot is silent, whatever the person writes waits for a
colleague. Every act leaves a line in the conversation and one in the audit, the latter without anybody's words.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit, outbox, tickets
from bot.channels import CHANNELS, windows
from bot.channels.base import Message
from bot.channels.fit import fit
from bot.db import Database
from bot.errors import BadInput
from bot.inbox import Claimed
from bot.rights import ROLES, Right
from bot.staff import Actor
from bot.tables import Account, Agency, Attention, Conversation, Membership, Note, Staff
from bot.talks import desk, search

NOTE_MAX = 2000
"""Characters of an internal note."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of the actor's agency, with the account it is on."""

    conversation: Conversation
    account: Account
    agency: Agency

    def window(self, now: datetime) -> windows.Window:
        """Return how long a colleague may still write."""
        limits = CHANNELS[self.account.channel].limits
        return windows.window(limits, self.account.memory, acted=self.conversation.last_act_at, now=now)

    def taken(self, now: datetime) -> bool:
        """Say whether the bot is silent."""
        until = self.conversation.muted_until
        return until is not None and until > now


def find(session: Session, agency_id: int, conversation_id: int, *, lock: bool = False) -> Talk | None:
    """Return the conversation when it is the agency's own; `lock` keeps other writers out until the end."""
    query = (
        select(Conversation, Account, Agency)
        .join(Account, Account.id == Conversation.account_id)
        .join(Agency, Agency.id == Account.agency_id)
        .where(Conversation.id == conversation_id, Account.agency_id == agency_id)
    )
    row = session.execute(query.with_for_update(of=Conversation) if lock else query).one_or_none()
    return Talk(*row) if row else None


def take(session: Session, by: Actor, talk: Talk, *, now: datetime) -> None:
    """Let a colleague answer from now on; the bot is silent until handed back, or for the agency's time."""
    by.need(Right.TALK)
    _keep(talk, by, now)
    _tell(session, by, talk, kind="taken", now=now)


def hand_back(session: Session, by: Actor, talk: Talk, *, now: datetime) -> None:
    """Let the bot answer again; whoever waited has been dealt with."""
    by.need(Right.TALK)
    _settle(session, talk, Attention.NONE, by=by.login, now=now)
    talk.conversation.muted_until = talk.conversation.assignee = None
    _tell(session, by, talk, kind="handed_back", now=now)


def close(session: Session, by: Actor, talk: Talk, *, now: datetime) -> None:
    """Finish a conversation; when the person writes again it opens again, and the bot answers."""
    by.need(Right.TALK)
    _settle(session, talk, Attention.CLOSED, by=by.login, now=now)
    talk.conversation.muted_until = talk.conversation.assignee = None
    _tell(session, by, talk, kind="closed", now=now)


def answer(
    session: Session, db: Database, by: Actor, talk: Talk, *, text: str, once: str, now: datetime
) -> bool:  # fmt: skip
    """Send a colleague's words; False when the same form (`once`) was sent before.

    Raises `BadInput` with the phrase's key when the text is empty or too long, or the window has closed.
    """
    by.need(Right.TALK)
    text = tidy(text)
    if fault := refusal(talk, text, now=now):
        raise BadInput(fault)
    limits = CHANNELS[talk.account.channel].limits
    messages = fit(Message(text=text, author=by.login), limits)
    key = f"talk:{talk.conversation.id}:{once}"
    if not outbox.enqueue(session, db, to=talk.conversation, messages=messages, key=key, now=now):
        return False
    tickets.answered(session, talk.conversation.id, now=now)
    _settle(session, talk, Attention.NONE, by=by.login, now=now)
    _keep(talk, by, now)
    talk.conversation.last_at = now
    search.add(session, talk.conversation, text=text)
    _audit(session, by, talk, verb="talk.answer", now=now, characters=len(text))
    return True


def tidy(text: str) -> str:
    """Return what was typed as the platforms count it: composed letters, one sign for a line's end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


def refusal(talk: Talk, text: str, *, now: datetime) -> str:
    """Return the key of the phrase that says why this cannot be sent; "" when it can."""
    window = talk.window(now)
    if not window.open:
        return f"window.{window.phase.value}"
    if talk.conversation.unreachable:
        return "talk.unreachable"
    if not text.strip():
        return "talk.empty"
    return "talk.too_long" if len(text) > CHANNELS[talk.account.channel].limits.text else ""


def note(session: Session, by: Actor, talk: Talk, *, text: str, now: datetime) -> None:
    """Write something for colleagues; it is never sent."""
    by.need(Right.TALK)
    if not text.strip() or len(text) > NOTE_MAX:
        raise BadInput("talk.note_length")
    session.add(Note(conversation_id=talk.conversation.id, at=now, who=by.login, kind="note", text=text.strip()))
    _audit(session, by, talk, verb="talk.note", now=now)


def assign(session: Session, by: Actor, talk: Talk, *, login: str, now: datetime) -> None:
    """Give a conversation to a colleague who may answer citizens, or ("") to nobody."""
    by.need(Right.TALK)
    if login and login not in {one.login for one in talkers(session, by.agency_id)}:
        raise BadInput("talk.nobody")
    talk.conversation.assignee = login or None
    _tell(session, by, talk, kind="assigned", now=now, text=login)


def talkers(session: Session, agency_id: int) -> Sequence[Staff]:
    """Return the agency's people who may answer citizens, by login."""
    roles = [role for role, rights in ROLES.items() if Right.TALK in rights]
    mine = select(Membership.staff_id).where(Membership.agency_id == agency_id, Membership.role.in_(roles))
    return session.scalars(select(Staff).where(Staff.id.in_(mine), Staff.left_at.is_(None)).order_by(Staff.login)).all()


def read(session: Session, conversation_id: int) -> None:
    """Note that somebody who answers citizens has looked: unread for one is unread for all."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.attention == Attention.UNREAD)
        .values(attention=Attention.NONE)
    )


# --- what the worker notes ------------------------------------------------------------------------


def heard(session: Session, task: Claimed, now: datetime) -> None:
    """Let a person wait who wrote while a colleague has the conversation."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == task.conversation.id, Conversation.muted_until > now)
        .values(attention=Attention.WAITING, waiting_since=func.coalesce(Conversation.waiting_since, now))
    )


def written_elsewhere(session: Session, task: Claimed, now: datetime) -> None:
    """Keep the bot quiet after a colleague wrote in the platform's own inbox; who waited has been answered."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == task.conversation.id)
        .values(
            muted_until=now + desk.silence(task.agency), attention=Attention.NONE, waiting_since=None,
            last_at=task.event.received_at,
        )
    )  # fmt: skip
    tickets.settle(session, task.conversation.id, by="", now=now)


def named(session: Session, task: Claimed) -> None:
    """Keep the name that a person shared through the platform's form."""
    name = str(task.event.extra.get("name", "")).strip()[:100]
    if name:
        session.execute(update(Conversation).where(Conversation.id == task.conversation.id).values(name=name))
        search.add(session, task.conversation, text=name)


def _keep(talk: Talk, by: Actor, now: datetime) -> None:
    until = now + desk.silence(talk.agency)
    talk.conversation.muted_until = max(talk.conversation.muted_until or until, until)
    talk.conversation.assignee = talk.conversation.assignee or by.login


def _settle(session: Session, talk: Talk, attention: Attention, *, by: str, now: datetime) -> None:
    talk.conversation.attention = attention
    talk.conversation.waiting_since = None
    tickets.settle(session, talk.conversation.id, by=by, now=now)


def _tell(session: Session, by: Actor, talk: Talk, *, kind: str, now: datetime, text: str = "") -> None:
    session.add(Note(conversation_id=talk.conversation.id, at=now, who=by.login, kind=kind, text=text))
    _audit(session, by, talk, verb=f"talk.{kind}", now=now, **({"to": text} if text else {}))


def _audit(session: Session, by: Actor, talk: Talk, *, verb: str, now: datetime, **facts: object) -> None:
    audit.note(
        session, verb, what=f"conversation:{talk.conversation.id}", now=now, agency_id=by.agency_id, who=by.login,
        facts=facts,
    )  # fmt: skip
