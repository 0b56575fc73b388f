"""What helps staff in conversations: answers kept for use again, and words to find a conversation by."""

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables.base import Base, Id, Time


class CannedAnswer(Base):
    """An answer that an agency's staff keep for use again."""

    __tablename__ = "canned_answers"

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    title: Mapped[str]
    text: Mapped[str]
    changed_at: Mapped[Time]
    changed_by: Mapped[str]


class SearchLine(Base):
    """The folded words of one message, of `event_id` or (None) of a colleague; see `bot.talks.search`.

    PostgreSQL searches `words` through a GIN index; SQLite through the FTS5 table `search_words`, which
    triggers keep equal to this table.
    """

    __tablename__ = "search_lines"
    __table_args__ = (
        Index("ix_search_lines_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
        Index("ix_search_lines_conversation", "conversation_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
