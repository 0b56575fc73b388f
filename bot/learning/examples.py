"""Sentences that staff taught: kept by agency, masked, never one that measures; exported in one order."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput
from bot.privacy import mask
from bot.rights import Right
from bot.settings import ROOT
from bot.staff import Actor
from bot.tables import Example
from content.model import Aspect
from nlu.text import canonical, words

MEASURING = ROOT / "tests" / "understanding"
"""Questions that measure, in folders of JSON lines: none of them may be learnt."""
SKILLS = ("topic", "portal", "office", "status", "feedback", "handoff", "out_of_scope")
"""Intents besides the aspects that staff may teach; the first two are of an item."""
ASPECTS = tuple(aspect.value for aspect in Aspect)
PAGE = 50
LENGTH = (2, 300)
"""Characters."""
_MASKED = re.compile(r"\[[^\]]*\]")
_MARKUP = str.maketrans("[](){}", "      ")


def add(
    session: Session, by: Actor, text: str, *, intent: str, item: str, items: Iterable[str], now: datetime
) -> Example:  # fmt: skip
    """Keep a sentence, or give a known one its new meaning; `items` are those that the model can tell.

    Raises `BadInput` with a phrase's key.
    """
    by.need(Right.KNOW)
    text, said = cleaned(text), plain(text)
    _check(text, said, intent, item, items)
    known = session.scalar(select(Example).where(Example.agency_id == by.agency_id, Example.said == said))
    one = known or Example(agency_id=by.agency_id, said=said, created_at=now)
    one.text, one.intent, one.item, one.by = text, intent, item, by.login
    session.add(one)
    try:
        session.flush()
    except IntegrityError as error:  # somebody taught it in this very moment
        raise BadInput("example.again") from error
    facts = {"intent": intent, "item": item}
    audit.note(
        session, "example.add", what=f"example:{one.id}", now=now, agency_id=by.agency_id, who=by.login, facts=facts
    )  # fmt: skip
    return one


def cleaned(text: str) -> str:
    """Return a question as an example: without what identifies a person, in one line, without Rasa's marks."""
    return " ".join(_MASKED.sub(" ", mask(canonical(text))).translate(_MARKUP).split()).lstrip("/-# ")


def plain(text: str) -> str:
    """Return the sentence without accents, punctuation and case: what makes it the same as another."""
    return " ".join(words(cleaned(text)))


def _check(text: str, said: str, intent: str, item: str, items: Iterable[str]) -> None:
    if not LENGTH[0] <= len(text) <= LENGTH[1] or not said:
        raise BadInput("example.length")
    if intent not in (*ASPECTS, *SKILLS):
        raise BadInput("example.intent")
    kind = "" if item[:1].isdigit() else item.partition("/")[0]
    wanted = intent if intent in SKILLS[:2] else ""
    if (intent in ASPECTS or wanted) and (item not in set(items) or kind != wanted):
        raise BadInput("example.item")
    if intent in SKILLS[2:] and item:
        raise BadInput("example.no_item")
    if said in measured():
        raise BadInput("example.measures")


@cache
def measured() -> frozenset[str]:
    """Return every question that measures, in the plain form that it would have as an example."""
    files = sorted(MEASURING.glob("*/*.jsonl"))
    lines = (line for path in files for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return frozenset(plain(json.loads(line)["text"]) for line in lines)


def drop(session: Session, by: Actor, example_id: int, *, now: datetime) -> bool:
    """Take a sentence away; False when the agency has no such one."""
    by.need(Right.KNOW)
    one = session.scalar(select(Example).where(Example.agency_id == by.agency_id, Example.id == example_id))
    if one is None:
        return False
    session.delete(one)
    audit.note(session, "example.drop", what=f"example:{one.id}", now=now, agency_id=by.agency_id, who=by.login)
    return True


def page(session: Session, agency_id: int, *, before: int = 0) -> list[Example]:
    """Return an agency's sentences, newest first, one more than a page; `before`: only older ones."""
    query = select(Example).where(Example.agency_id == agency_id).order_by(Example.id.desc()).limit(PAGE + 1)
    return list(session.scalars(query.where(Example.id < before) if before else query))


def known(session: Session, agency_id: int, said: Sequence[str]) -> set[str]:
    """Return which of the plain forms are taught already."""
    query = select(Example.said).where(Example.agency_id == agency_id, Example.said.in_(said))
    return set(session.scalars(query))


def count(session: Session) -> int:
    """Return how many sentences all agencies taught."""
    return session.scalar(select(func.count()).select_from(Example)) or 0


def everything(session: Session) -> list[Example]:
    """Return the sentences of all agencies; of one that two understand differently the newest.

    Without those that measure by now: a question may have been added to the sets after it was taught.
    """
    rows = session.scalars(select(Example).order_by(Example.id))
    newest = {one.said: one for one in rows if one.said not in measured()}
    return list(newest.values())


def as_training(examples: Iterable[Example]) -> Iterator[str]:
    """Yield the lines of a Rasa file; the same sentences give the same lines in whatever order they come."""
    yield 'version: "3.1"'
    yield "nlu:"
    ordered = sorted(examples, key=lambda one: (one.intent, one.item, one.said))
    for (intent, item), rows in groupby(ordered, key=lambda one: (one.intent, one.item)):
        yield f"- intent: {intent}"
        if item:
            yield f'  metadata: {{item: "{item}"}}'
        yield "  examples: |"
        yield from (f"    - {one.text}" for one in rows)
