"""A conversation's history: what the person, the bot and colleagues said, and what happened, in one line of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Kind
from bot.tables import Delivery, Event, Note

PAGE = 40
_HIDDEN = (Kind.SEEN.value, Kind.DELIVERED.value, Kind.ECHO.value, Kind.OTHER.value)
"""Kinds that tell staff nothing."""
_SAID = {Kind.TEXT.value, Kind.MEDIA.value, Kind.COMMENT.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line. `side`: citizen, bot, staff, note or act; `mark` names the row: e12, d7, n3."""

    mark: str
    side: str
    at: datetime
    text: str = ""
    who: str = ""
    kind: str = ""
    state: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    """What the bot understood of a citizen's message: skill, procedure, aspect, confidence."""
    media: tuple[str, ...] = ()
    """Kinds of what was attached."""

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Sorts by time; at one moment the question stands before the answer."""
        return self.at, {"e": "0", "d": "1", "n": "2"}[self.mark[0]], int(self.mark[1:])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Rows older than these ids (of events, deliveries, notes) are wanted."""

    event: int
    delivery: int
    note: int

    def __str__(self) -> str:
        return f"{self.event}.{self.delivery}.{self.note}"


NEWEST = Bounds(2**62, 2**62, 2**62)


def bounds_from(text: str) -> Bounds:
    """Return the bounds that `str` wrote; nonsense means the newest."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return NEWEST
    return Bounds(*map(int, parts))


@dataclass(frozen=True, slots=True)
class Page:
    """Items oldest first; `older` are the bounds of the page before, None when there is none."""

    items: Sequence[Item]
    older: Bounds | None


def page(session: Session, conversation_id: int, *, before: Bounds = NEWEST) -> Page:
    """Return the newest `PAGE` items before `before`."""
    found = [
        *map(_heard, _newest(session, Event, conversation_id, before.event, Event.kind.not_in(_HIDDEN))),
        *map(_said, _newest(session, Delivery, conversation_id, before.delivery)),
        *map(_noted, _newest(session, Note, conversation_id, before.note)),
    ]
    found.sort(key=lambda item: item.order)
    shown = found[-PAGE:]
    return Page(shown, _before(shown, before) if len(found) > PAGE else None)


def _newest(session: Session, model: Any, conversation_id: int, before: int, *conditions: Any) -> Sequence[Any]:
    query = select(model).where(model.conversation_id == conversation_id, model.id < before, *conditions)
    return session.scalars(query.order_by(model.id.desc()).limit(PAGE + 1)).all()


def _before(shown: Sequence[Item], before: Bounds) -> Bounds:
    least = {name: [int(item.mark[1:]) for item in shown if item.mark[0] == name] for name in "edn"}
    return Bounds(
        min(least["e"], default=before.event),
        min(least["d"], default=before.delivery),
        min(least["n"], default=before.note),
    )


def _heard(event: Event) -> Item:
    side = "staff" if event.kind == Kind.STAFF else "citizen" if event.kind in _SAID else "act"
    media = tuple(str(one.get("kind", "other")) for one in event.extra.get("media", ()))
    return Item(
        mark=f"e{event.id}", side=side, at=event.received_at, text=event.text, kind=event.kind,
        state=event.state, about=event.outcome if event.outcome.get("skill") else {}, media=media,
    )  # fmt: skip


def _said(delivery: Delivery) -> Item:
    author = delivery.body.get("author", "")
    return Item(
        mark=f"d{delivery.id}", side="staff" if author else "bot", at=delivery.created_at,
        text=delivery.body.get("text", ""), who=author, kind="delivery", state=delivery.state,
    )  # fmt: skip


def _noted(note: Note) -> Item:
    return Item(
        mark=f"n{note.id}", side="note" if note.kind == "note" else "act", at=note.at, text=note.text,
        who=note.who, kind=note.kind,
    )  # fmt: skip
