"""What goes into the queue and what comes out of it: feeds, proposals, ideas, evergreen posts, counts by day."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.tables.agencies import Agency
from bot.tables.base import Base, Facts, Id, Time, UTCDateTime
from bot.tables.posts import Post, PostTarget

_LIVE = text("removed_at IS NULL")


class Feed(Base):
    """A portal's RSS or Atom whose items become drafts of an agency."""

    __tablename__ = "feeds"
    __table_args__ = (
        Index("uq_feeds_live", "agency_id", "url", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    every: Mapped[int]
    """Minutes between two fetches."""
    etag: Mapped[str] = mapped_column(default="")
    modified: Mapped[str] = mapped_column(default="")
    """The server's `Last-Modified`, as it said it."""
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_at: Mapped[Time]
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Time]
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()


class Proposal(Base):
    """What was proposed to an agency once, or passed over, by its origin: never proposed again.

    `origin`: `feed:<id>:<hash>`, `observance:<key>:<day>`, `evergreen:<post>:<n>`.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        UniqueConstraint("agency_id", "origin"),
        Index("ix_proposals_link", "agency_id", "link"),
        Index("ix_proposals_at", "agency_id", "at"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    origin: Mapped[str]
    link: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    """None: passed over, e.g. the same news under another address."""
    at: Mapped[Time]


class Idea(Base):
    """Something worth a post: `open`, `used` (then `post_id`) or `dropped`."""

    __tablename__ = "ideas"
    __table_args__ = (
        Index("ix_ideas_agency_state", "agency_id", "state", "id"),
        UniqueConstraint("agency_id", "origin"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    state: Mapped[str] = mapped_column(default="open")
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    origin: Mapped[str | None]
    """`asked:<item>:<ISO week>` for what the system suggested; None: a person's own."""
    by: Mapped[str]
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"))
    created_at: Mapped[Time]


class Evergreen(Base):
    """A post that stays true: `every` days after it appeared, a fresh draft of it is proposed."""

    __tablename__ = "evergreens"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    every: Mapped[int]
    by: Mapped[str]
    created_at: Mapped[Time]

    post: Mapped[Post] = relationship()


class PostTemplate(Base):
    """A template that an agency made for itself; it stands before one of the same key that comes with us."""

    __tablename__ = "post_templates"
    __table_args__ = (UniqueConstraint("agency_id", "key"),)

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    key: Mapped[str]
    name: Mapped[str]
    parts: Mapped[Facts]
    """As a post stands in the queue's file, with blanks: of `curation.templates.PARTS`."""
    by: Mapped[str]
    created_at: Mapped[Time]


class PostResult(Base):
    """What a platform counted for a target until the end of `day` in Vietnam; None: it does not tell."""

    __tablename__ = "post_results"

    target_id: Mapped[int] = mapped_column(ForeignKey("post_targets.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    views: Mapped[int | None]
    reactions: Mapped[int | None]
    comments: Mapped[int | None]
    shares: Mapped[int | None]
    clicks: Mapped[int | None]
    at: Mapped[Time]


class ResultLook(Base):
    """When a target's counts are looked at next; `next_at` None: never again."""

    __tablename__ = "result_looks"
    __table_args__ = (Index("ix_result_looks_next_at", "next_at"),)

    target_id: Mapped[int] = mapped_column(ForeignKey("post_targets.id"), primary_key=True)
    next_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")

    target: Mapped[PostTarget] = relationship()
