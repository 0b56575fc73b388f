"""A draft post for each change of the catalogue (requirement A3), in the words of the phrase file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from content.compose import day
from content.model import Procedure
from content.national.changes import Change, Kind
from content.national.convert import PORTAL, convert
from content.national.shorten import both_ends, shorten
from content.phrases import say

TITLE_MAX = 100
NAME_MAX = 200

Draft = dict[str, Any]
"""One entry of the queue's file: title text link media alt topic audience language targets at."""


def draft(change: Change, *, as_of: date, today: date, names: Mapping[str, str]) -> Draft:
    """Return a draft for `change`; `names` are those of stored codes. Somebody has to review and schedule it."""
    record = convert(change.raw, today).procedure if change.raw else None
    title = say(f"draft.{change.kind}_title", short=both_ends(change.name, TITLE_MAX - 30))
    text = say(
        f"draft.{change.kind}",
        name=shorten(change.name, NAME_MAX),
        code=change.code,
        date=day(as_of),
        agency=record.authority if record else "",
        what=_what(change),
        old=shorten(names.get(change.replaces, ""), NAME_MAX),
        old_code=change.replaces,
    )
    return {
        "title": title,
        "text": f"{text}\n{say('draft.ask')}" if change.kind is not Kind.ABOLISHED else text,
        "link": _link(record),
        "media": [],
        "alt": "",
        "topic": "tthc",
        "audience": record.audience if record else "both",
        "language": "vi",
        "targets": [],
        "at": None,
    }


def _what(change: Change) -> str:
    return ", ".join(say(f"column.{one.field}") for one in change.fields)


def _link(record: Procedure | None) -> str:
    return record.source.url if record else PORTAL
