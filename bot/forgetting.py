"""Forgetting people: at their own wish at once, and everybody's words when the agency's time for them has passed.

What identifies or quotes a person is emptied; the rows stay, so that no figure changes. A conversation that was
emptied belongs to nobody: who writes again begins a new one.
"""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, literal, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.db import insert_of
from bot.tables import Account, Conversation, Deletion, Delivery, Event, Note, SearchLine, Ticket

NOBODY = "deleted:"
"""What an emptied conversation's `person` and an emptied event's `external_id` begin with."""
OPEN = ("waiting", "sending")
EMPTY_MESSAGE = {"text": "", "buttons": [], "comment_id": ""}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was emptied, and the `code` by which the person can look it up."""

    code: str
    counts: Mapping[str, int]


def forget(
    session: Session, account: Account, conversation_id: int, *, origin: str, now: datetime, code: str = ""
) -> Forgotten:  # fmt: skip
    """Empty everything of the person of one conversation, and note that it was done.

    Messages of theirs that wait for an answer are dropped; what is being sent this moment is emptied by `sweep`.
    """
    code = code or new_code()
    counts = empty(session, [conversation_id], now=now)
    _note(session, code, account.agency_id, conversation_id=conversation_id, origin=origin, counts=counts, now=now)
    return Forgotten(code, counts)


def forget_person(
    session: Session, accounts: Sequence[Account], person: str, *, origin: str, code: str, now: datetime
) -> bool:  # fmt: skip
    """Forget `person` wherever one of the `accounts` knows them; False (noted as well) when none does.

    A second call with the same code changes nothing.
    """
    if find(session, code):
        return False
    known = select(Conversation.id, Account).join(Account, Account.id == Conversation.account_id)
    ids = [account.id for account in accounts]
    found = session.execute(known.where(Conversation.account_id.in_(ids), Conversation.person == person)).all()
    # One row a code: a second Page's conversation gets a code of its own that nobody is told.
    for place, (conversation_id, account) in enumerate(found):
        forget(session, account, conversation_id, origin=origin, now=now, code=code if place == 0 else "")
    if not found:
        agencies = {account.agency_id for account in accounts}
        only = agencies.pop() if len(agencies) == 1 else None
        _note(session, code, only, conversation_id=None, origin=origin, counts={}, now=now)
    return bool(found)


def new_code() -> str:
    """Return a code that cannot be guessed (60 bits), readable aloud: ABCD-EFGH-JKLM."""
    return _spelt(token_bytes(8))


def code_of(secret: str, request: str) -> str:
    """Return the code of a platform's request: a repeated request has the same."""
    return _spelt(hmac.new(secret.encode(), request.encode(), hashlib.sha256).digest())


def _spelt(raw: bytes) -> str:
    letters = b32encode(raw).decode()[:12]
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def find(session: Session, code: str) -> Deletion | None:
    """Return the request that `code` (with or without hyphens, in any case) belongs to."""
    return session.scalar(select(Deletion).where(Deletion.code == _hash(code)))


def _hash(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _note(
    session: Session, code: str, agency_id: int | None, *, conversation_id: int | None, origin: str,
    counts: Mapping[str, int], now: datetime,
) -> None:  # fmt: skip
    row = {
        "agency_id": agency_id, "conversation_id": conversation_id, "code": _hash(code), "origin": origin,
        "counts": dict(counts), "done_at": now, "swept_at": None if conversation_id else now,
    }  # fmt: skip
    insert = insert_of(session.get_bind().dialect.name)
    session.execute(insert(Deletion).values(**row).on_conflict_do_nothing(index_elements=["code"]))
    audit.note(
        session, "citizen.forget", what=f"conversation:{conversation_id or 'none'}", now=now, agency_id=agency_id,
        facts={"origin": origin, **counts},
    )  # fmt: skip


def empty(
    session: Session, conversations: Sequence[int], *, now: datetime, before: datetime | None = None
) -> dict[str, int]:  # fmt: skip
    """Empty all that stands in the conversations, or what is older than `before`; return how many rows of what.

    With `before`, a conversation keeps its person unless that one has not written since.
    """
    return {
        "messages": _empty_events(session, conversations, before=before),
        "answers": _empty_deliveries(session, conversations, before=before),
        "tickets": _empty_tickets(session, conversations, now=now, before=before),
        "notes": _empty_notes(session, conversations, before=before),
        "found_by": _empty_search(session, conversations, before=before),
        "conversations": _empty_conversations(session, conversations, before=before),
    }


def _empty_events(session: Session, conversations: Sequence[int], *, before: datetime | None) -> int:
    mine: list[ColumnElement[bool]] = [Event.conversation_id.in_(conversations), ~Event.external_id.startswith(NOBODY)]
    if before is None:
        session.execute(update(Event).where(mine[0], Event.state == "waiting").values(state="ignored"))
    else:
        mine += [Event.received_at < before, Event.state.not_in(("waiting", "working"))]
    nobody = literal(NOBODY) + cast(Event.id, String)
    return _count(
        session.execute(update(Event).where(*mine).values(text="", payload="", extra={}, external_id=nobody))
    )  # fmt: skip


def _empty_deliveries(session: Session, conversations: Sequence[int], *, before: datetime | None) -> int:
    mine: list[ColumnElement[bool]] = [Delivery.conversation_id.in_(conversations), Delivery.recipient != ""]
    if before is None:
        unsent = update(Delivery).where(*mine, Delivery.state == "waiting")
        session.execute(unsent.values(state="failed", error="dropped: the person's data was deleted"))
    else:
        mine.append(Delivery.created_at < before)
    gone = update(Delivery).where(*mine, Delivery.state.not_in(OPEN))
    return _count(session.execute(gone.values(body=EMPTY_MESSAGE, recipient="", platform_id=None)))


def _empty_tickets(
    session: Session, conversations: Sequence[int], *, now: datetime, before: datetime | None
) -> int:  # fmt: skip
    mine: list[ColumnElement[bool]] = [Ticket.conversation_id.in_(conversations)]
    if before is not None:
        mine += [Ticket.created_at < before, Ticket.text != ""]
    closed = func.coalesce(Ticket.closed_at, now)
    gone = update(Ticket).where(*mine)
    return _count(session.execute(gone.values(text="", note="", facts={}, state="closed", closed_at=closed)))


def _empty_notes(session: Session, conversations: Sequence[int], *, before: datetime | None) -> int:
    mine: list[ColumnElement[bool]] = [Note.conversation_id.in_(conversations), Note.text != ""]
    if before is not None:
        mine.append(Note.at < before)
    return _count(session.execute(update(Note).where(*mine).values(text="")))


def _empty_search(session: Session, conversations: Sequence[int], *, before: datetime | None) -> int:
    mine: list[ColumnElement[bool]] = [SearchLine.conversation_id.in_(conversations)]
    if before is not None:
        # A line has no time of its own; a colleague's line goes with the conversation.
        old = select(Event.id).where(Event.conversation_id.in_(conversations), Event.received_at < before)
        mine.append(SearchLine.event_id.in_(old))
    return _count(session.execute(delete(SearchLine).where(*mine)))


def _empty_conversations(session: Session, conversations: Sequence[int], *, before: datetime | None) -> int:
    mine: list[ColumnElement[bool]] = [Conversation.id.in_(conversations), ~Conversation.person.startswith(NOBODY)]
    if before is not None:
        mine.append(func.coalesce(Conversation.last_act_at, Conversation.created_at) < before)
    nobody = literal(NOBODY) + cast(Conversation.id, String)
    values = {"memory": {}, "follows": False, "subscribed": False, "unreachable": True, "muted_until": None, "name": ""}
    return _count(session.execute(update(Conversation).where(*mine).values(person=nobody, **values)))


def sweep(session: Session, *, now: datetime, most: int = 200) -> int:
    """Empty what was still on its way when its person was forgotten; return how many requests are finished."""
    waiting = session.scalars(select(Deletion).where(Deletion.swept_at.is_(None)).order_by(Deletion.id).limit(most))
    finished = 0
    for request in waiting.all():
        talk = [request.conversation_id or 0]
        _empty_events(session, talk, before=now)
        _empty_deliveries(session, talk, before=now)
        on_its_way = select(Delivery.id).where(Delivery.conversation_id == talk[0], Delivery.state.in_(OPEN))
        if session.scalar(on_its_way.limit(1)) is None:
            request.swept_at = now
            finished += 1
    return finished


def _count(result: Any) -> int:
    return int(result.rowcount)
