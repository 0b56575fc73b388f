"""Campaign posts: what is written, who reviewed it, where it goes, and every call that took it there."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.tables.agencies import Account, Agency
from bot.tables.base import Base, Facts, Id, Items, Time, UTCDateTime
from bot.tables.staff import Staff

_SCHEDULED = text("state = 'scheduled'")
_BY_HAND = text("state = 'by_hand'")
_UNSETTLED = text("state IN ('waiting', 'publishing', 'unknown')")


class Post(Base):
    """An item of campaign content; its states are `campaigns.states.TABLE`. The text is the current version's."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_agency_state", "agency_id", "state", "id"),
        Index("ix_posts_due", "due_at", "id", postgresql_where=_SCHEDULED, sqlite_where=_SCHEDULED),
        Index("ix_posts_origin", "agency_id", "origin"),
        Index("ix_posts_agency", "agency_id", "id"),
        Index("ix_posts_topic", "agency_id", "topic", "id"),
        Index("ix_posts_author", "agency_id", "author_id", "id"),
        Index("ix_posts_at", "agency_id", "at"),
        Index("ix_posts_agency_due", "agency_id", "due_at"),
        Index("ix_posts_released", "agency_id", "released_at"),
    )

    id: Mapped[Id]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    text: Mapped[str]
    searched: Mapped[str] = mapped_column(default="")
    """Words of title and text without diacritics, for the list's search."""
    link: Mapped[str] = mapped_column(default="")
    media: Mapped[Items]
    """In order, each `{"kind", "alt"}` with `"sha256", "width", "height", "size"` (ours) or `"url"` (elsewhere)."""
    topic: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="vi")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it is wanted; part of what the reviewer approves. None: when a person says so after approval."""
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it is released: `at` moved by the account's rules, or what a person decided."""
    grace: Mapped[int]
    """Minutes after `due_at` in which it may still be released; then it is missed."""
    recurrence: Mapped[Facts]
    """`{"every": "week", "until": "2026-12-31"}`, or empty."""
    approval: Mapped[str] = mapped_column(default="")
    """Hash of what was approved; empty before."""
    origin: Mapped[str] = mapped_column(default="")
    """Where it came from, e.g. `post:7` (the occurrence before); empty: written here."""
    note: Mapped[str] = mapped_column(default="")
    """Why the system moved it, for staff; empty when all is well."""
    created_at: Mapped[Time]
    changed_at: Mapped[Time]
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person cancelled it while it was being published: what has not begun never will."""
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    author: Mapped[Staff] = relationship()
    targets: Mapped[list["PostTarget"]] = relationship(back_populates="post", order_by="PostTarget.id")


class PostVersion(Base):
    """What a post was after one edit; only ever added to. `content` is `campaigns.content.Content` as JSON."""

    __tablename__ = "post_versions"
    __table_args__ = (UniqueConstraint("post_id", "number"),)

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    number: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    content: Mapped[Facts]
    at: Mapped[Time]

    staff: Mapped[Staff] = relationship()


class PostTarget(Base):
    """One place where a post appears: waiting → publishing → published | failed | unknown | cancelled; or `by_hand`."""

    __tablename__ = "post_targets"
    __table_args__ = (
        UniqueConstraint("post_id", "channel", "key"),
        Index("ix_post_targets_unsettled", "state", "id", postgresql_where=_UNSETTLED, sqlite_where=_UNSETTLED),
        Index("ix_post_targets_account", "account_id", "platform_id"),
        Index("ix_post_targets_by_hand", "post_id", postgresql_where=_BY_HAND, sqlite_where=_BY_HAND),
    )

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    """None where a person posts by hand."""
    channel: Mapped[str]
    key: Mapped[str]
    variant: Mapped[Facts]
    """What differs here from the post: of `title text description author`."""
    options: Mapped[Facts]
    """`{"broadcast": {…}}` (the platform's own), `{"followers": true}` (by our list)."""
    state: Mapped[str] = mapped_column(default="waiting")
    memory: Mapped[Facts]
    """The publisher's own, stored after each step."""
    committing_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Set before a call that makes something public, cleared after its answer: set and nobody at work is unknown."""
    platform_id: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    looked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the platform's own list was last looked at for it."""
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a call that made something public was answered; the target may have more to do (verify, broadcast)."""

    post: Mapped[Post] = relationship(back_populates="targets")
    account: Mapped[Account | None] = relationship()


class Attempt(Base):
    """One call, or one look, that a target took: kept for good."""

    __tablename__ = "attempts"

    id: Mapped[Id]
    target_id: Mapped[int] = mapped_column(ForeignKey("post_targets.id"), index=True)
    at: Mapped[Time]
    step: Mapped[str]
    """`step` (nothing public yet), `commit`, `look`, `resend`, `by_hand`, `followers`."""
    outcome: Mapped[str]
    """`ok`, `wait`, `done`, `found`, `absent`, `many`, or the error's name."""
    code: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")


class Review(Base):
    """One verdict: approve, return or reject. `checklist` is what the reviewer ticked."""

    __tablename__ = "reviews"

    id: Mapped[Id]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    version: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[Time]
    verdict: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    checklist: Mapped[Facts]

    staff: Mapped[Staff] = relationship()


class Media(Base):
    """Bytes by their own hash: an image as platforms take it, or a video as it came."""

    __tablename__ = "media"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    size: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[Time]


class MediaUse(Base):
    """Which post shows which media now; what is public follows from it."""

    __tablename__ = "media_uses"

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("media.sha256"), primary_key=True, index=True)


class PostRules(Base):
    """Rules of publishing for `scope`: `all`, `agency:<id>` or `account:<id>`; and the freeze switch of that scope."""

    __tablename__ = "post_rules"

    scope: Mapped[str] = mapped_column(primary_key=True)
    rules: Mapped[Facts]
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen_by: Mapped[str] = mapped_column(default="")
