"""The reviewed content as staff use it: a procedure's answer to insert, and what the bot understood, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from content import compose, library
from content.agency import AgencyFacts
from content.library import Library
from content.model import Aspect, Procedure
from content.phrases import say

HITS = 5
OFFERED = (
    Aspect.OVERVIEW, Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME, Aspect.WHERE, Aspect.ONLINE, Aspect.STEPS,
    Aspect.CONDITIONS, Aspect.RESULT, Aspect.LEGAL, Aspect.FORMS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that fits what was looked for, and the aspects whose answers can be inserted."""

    code: str
    name: str
    aspects: tuple[tuple[str, str], ...]


@cache
def books() -> Library:
    """Return the content of this installation, loaded once a process."""
    return library.load()


def search(asked: str) -> list[Hit]:
    """Return the procedures that fit best."""
    if not asked.strip():
        return []
    aspects = tuple((one.value, say(f"button.{one}")) for one in OFFERED)
    return [
        Hit(hit.code, one.short, aspects)
        for hit in books().search.rank(asked, most=HITS)
        if (one := books().catalogue.get(hit.code))
    ]


def answer(choice: str, *, facts: AgencyFacts, today: date) -> str:
    """Return the answer that `choice` ("1.001193:fee") names, with source and date; "" when there is none."""
    code, _, aspect = choice.partition(":")
    record: Procedure | None = books().catalogue.get(code)
    if record is None or aspect not in {one.value for one in OFFERED}:
        return ""
    composed = compose.answer(record, Aspect(aspect), facts=facts, today=today, catalogue=books().catalogue)
    return composed.full


def understood(about: Mapping[str, Any]) -> str:
    """Return in words what the bot understood of a message; "" when it tells nothing."""
    skill = str(about.get("skill", ""))
    if not skill:
        return ""
    if skill == "procedure" and not about.get("procedure"):
        return say("asked_back", what=" / ".join(_short(code) for code in about.get("candidates", ())[:3]))
    what = _short(str(about["procedure"])) if about.get("procedure") else say(f"skill.{skill}")
    if about.get("aspect"):
        aspect = about["aspect"]
        what += " · " + say(f"button.{aspect}").lower()
    return say("understood", what=what, percent=round(100 * float(about.get("confidence", 0))))


def called(kind: str) -> str:
    """Return what a kind of ticket is called."""
    return say(f"kind.{kind}")


def _short(code: str) -> str:
    record = books().catalogue.get(code)
    return f"{record.short} ({code})" if record else code
