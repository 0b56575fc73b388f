"""Find conversations by the words of their messages, without diacritics, on both databases.

What citizens write is indexed a little later by the scheduler (`catch_up`), so that no message waits for it; what
colleagues write, at once. The words of the bot are not searched: they are the same to everybody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, cast, column, func, literal_column, select, table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from bot.channels.base import Kind
from bot.db import insert_of
from bot.tables import Conversation, Event, SearchLine
from nlu.text import words

SEARCHED = (Kind.TEXT.value, Kind.COMMENT.value, Kind.STAFF.value)
LAG = timedelta(seconds=10)
"""Younger events are left for the next round: one with a smaller id may not be committed yet."""
BATCH = 5000
WORD_MAX = 40
"""Characters of a word that are kept; PostgreSQL takes no endless ones."""
ASKED_MAX = 8
LINES = 300
"""Messages looked at, newest first. More than that means: type another word."""
RECENT = 20_000
"""Newest lines that PostgreSQL walks through before it asks its index: frequent words are found there."""


def add(session: Session, conversation: Conversation, *, text: str) -> None:
    """Index what a colleague wrote, or a name."""
    line = SearchLine(conversation_id=conversation.id, words=_line(conversation.account_id, text))
    session.add(line)


def catch_up(session: Session, *, now: datetime, most: int = BATCH) -> int:
    """Index citizens' messages since the last round; return how many."""
    last = session.scalar(select(func.max(SearchLine.event_id))) or 0
    news = session.execute(
        select(Event.id, Event.account_id, Event.conversation_id, Event.text)
        .where(Event.id > last, Event.kind.in_(SEARCHED), Event.conversation_id.is_not(None))
        .where(Event.received_at <= now - LAG)
        .order_by(Event.id)
        .limit(most)
    ).all()
    rows = [
        {"conversation_id": one.conversation_id, "event_id": one.id, "words": _line(one.account_id, one.text)}
        for one in news
    ]
    if rows:
        insert = insert_of(session.get_bind().dialect.name)(SearchLine)
        session.execute(insert.on_conflict_do_nothing(index_elements=["event_id"]), rows)
    return len(rows)


def forget(session: Session, conversation_id: int) -> None:
    """Remove a conversation's words from the index."""
    for line in session.scalars(select(SearchLine).where(SearchLine.conversation_id == conversation_id)):
        session.delete(line)


def conversations(session: Session, account_ids: Sequence[int], *, asked: str) -> list[int]:
    """Return ids of conversations whose messages have all the words `asked` (the last may be its beginning).

    Newest first. A person's whole id on the platform finds that person.
    """
    if not account_ids:
        return []
    person = Conversation.person == asked.strip()
    found = list(session.scalars(select(Conversation.id).where(person, Conversation.account_id.in_(account_ids))))
    typed = [word[:WORD_MAX] for word in words(asked)][:ASKED_MAX]
    if not typed:
        return found
    postgres = session.get_bind().dialect.name == "postgresql"
    lines = _postgres(session, account_ids, typed) if postgres else _sqlite(session, account_ids, typed)
    return list(dict.fromkeys([*found, *lines]))


def _line(account_id: int, said: str) -> str:
    return " ".join(dict.fromkeys([_mark(account_id), *(word[:WORD_MAX] for word in words(said))]))


def _mark(account_id: int) -> str:
    """Return the word by which the index itself keeps accounts apart; nobody can type it, for "_" ends a word."""
    return f"_{account_id}"


def _sqlite(session: Session, account_ids: Sequence[int], typed: Sequence[str]) -> list[int]:
    accounts = " OR ".join(f'"{_mark(one)}"' for one in account_ids)
    asked = " AND ".join([f"({accounts})", *(f'"{word}"' for word in typed[:-1]), f'"{typed[-1]}"*'])
    found = table("search_words", column("rowid", Integer))
    newest = (
        select(found.c.rowid)
        .where(text("search_words MATCH :asked"))
        .order_by(found.c.rowid.desc())
        .limit(LINES)
        .subquery()
    )
    lines = select(SearchLine.conversation_id).join(newest, newest.c.rowid == SearchLine.id)
    return list(session.scalars(lines.order_by(SearchLine.id.desc()), {"asked": asked}))


def _postgres(session: Session, account_ids: Sequence[int], typed: Sequence[str]) -> list[int]:
    accounts = " | ".join(map(_mark, account_ids))
    asked = " & ".join([f"({accounts})", *typed[:-1], f"{typed[-1]}:*"])
    matches = SearchLine.words.op("@@")(cast(asked, postgresql.TSQUERY))
    lines = select(SearchLine.conversation_id).where(matches).limit(LINES)
    newest = session.scalar(select(func.max(SearchLine.id))) or 0
    recent = lines.where(SearchLine.id > newest - RECENT).order_by(SearchLine.id.desc())
    found = list(session.scalars(recent))
    if len(found) == LINES:
        return found
    # "+ 0": in the order of the ids the planner would walk through the whole table; the index knows the few.
    return list(session.scalars(lines.order_by((SearchLine.id + literal_column("0")).desc())))
