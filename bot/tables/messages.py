"""Inbox and outbox: what citizens sent, what we send, and the conversation that joins them."""

from datetime import datetime
from enum import IntEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Facts, Id, Time, UTCDateTime

_WORKING = text("state = 'working'")
_SENDING = text("state = 'sending'")
_WAITING = text("state = 'waiting'")
_NEWS = text("state = 'waiting' AND priority >= 10")
_ASSIGNED = text("assignee IS NOT NULL")
_OPEN_EVENT = text("state IN ('waiting', 'working')")
_OF_TARGET = text("target_id IS NOT NULL")
_OPEN_DELIVERY = text("state IN ('waiting', 'sending')")


class Attention(IntEnum):
    """What staff owe a conversation, least first."""

    CLOSED = 0  # a colleague finished it
    NONE = 1
    UNREAD = 2  # the person did something that no colleague has looked at
    WAITING = 3  # the person asked for a colleague, or wrote to the one who has it


class Conversation(Base):
    """One person on one account. `memory` is the dialogue's; `muted_until`: a colleague answers."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account_id", "person"),
        # The console's list, read backwards: who waits first, then the newest.
        Index("ix_conversations_list", "account_id", "attention", "last_at", "id"),
        Index(
            "ix_conversations_assignee",
            "assignee",
            "attention",
            "last_at",
            "id",
            postgresql_where=_ASSIGNED,
            sqlite_where=_ASSIGNED,
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    person: Mapped[str]
    memory: Mapped[Facts]
    follows: Mapped[bool] = mapped_column(default=False)
    subscribed: Mapped[bool] = mapped_column(default=False)
    unreachable: Mapped[bool] = mapped_column(default=False)
    last_act_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The person's last act; the platforms' windows count from it."""
    muted_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[Time]
    name: Mapped[str] = mapped_column(default="")
    """What the person calls themselves, when they shared it through the platform's form."""
    attention: Mapped[int] = mapped_column(SmallInteger, default=Attention.NONE.value)
    """An `Attention`."""
    last_at: Mapped[Time]
    """When the person or a colleague last said something; the console's lists go by it."""
    waiting_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    assignee: Mapped[str | None]
    """Login of the colleague who takes care of it."""


class Note(Base):
    """What staff wrote for each other beside a conversation, or did with it; never sent."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_conversation", "conversation_id", "id"),)

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    at: Mapped[Time]
    who: Mapped[str]
    kind: Mapped[str]
    """`note`, or what was done: `taken`, `handed_back`, `assigned`, `closed`."""
    text: Mapped[str]


class Event(Base):
    """An inbox row: waiting → working → done | ignored | failed."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        Index("ix_events_waiting", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index(
            "ix_events_open_in_conversation",
            "conversation_id",
            "id",
            postgresql_where=_OPEN_EVENT,
            sqlite_where=_OPEN_EVENT,
        ),
        # The database itself keeps two workers out of one conversation.
        Index(
            "uq_events_one_at_work",
            "conversation_id",
            unique=True,
            postgresql_where=_WORKING,
            sqlite_where=_WORKING,
        ),
        Index("ix_events_conversation", "conversation_id", "id"),
        Index("ix_events_account_received", "account_id", "received_at"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    external_id: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    payload: Mapped[str] = mapped_column(default="")
    extra: Mapped[Facts]
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[Time]
    state: Mapped[str]
    due_at: Mapped[Time]
    tries: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[Facts]
    """What was understood and done: intent, skill, procedure, aspect, confidence; or the error."""


class Delivery(Base):
    """An outbox row: waiting → sending → sent | failed | unknown; `held` while posts are frozen, `cancelled`.

    `key` makes queueing idempotent.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_deliveries_waiting", "priority", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
        Index("ix_deliveries_news", "account_id", "id", postgresql_where=_NEWS, sqlite_where=_NEWS),
        Index(
            "ix_deliveries_open_in_conversation",
            "conversation_id",
            "id",
            postgresql_where=_OPEN_DELIVERY,
            sqlite_where=_OPEN_DELIVERY,
        ),
        Index(
            "uq_deliveries_one_at_work",
            "conversation_id",
            unique=True,
            postgresql_where=_SENDING,
            sqlite_where=_SENDING,
        ),
        Index("ix_deliveries_conversation", "conversation_id", "id"),
        Index("ix_deliveries_target", "target_id", "state", postgresql_where=_OF_TARGET, sqlite_where=_OF_TARGET),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))
    key: Mapped[str]
    kind: Mapped[str]
    """`reply` (may be repeated), `post` (public: never sent again blindly) or `news` (a post to one follower)."""
    target_id: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    """The `PostTarget` of a `post` or `news`; no foreign key, for SQLite would have to copy the whole table."""
    recipient: Mapped[str]
    body: Mapped[Facts]
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]
    due_at: Mapped[Time]
    tries: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None]
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[Time]
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    platform_id: Mapped[str | None]
    error: Mapped[str] = mapped_column(default="")
