"""What was not understood, grouped by likeness: the questions from which staff improve the model each week.

Texts leave the database masked; nothing here says who asked.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.base import Kind
from bot.dialogue.ranking import SURE
from bot.evaluation import ANSWERING
from bot.privacy import mask
from bot.tables import Account, Event
from nlu.text import canonical, expand
from nlu.train import UNFILLED

ALIKE = 0.5
"""Share of words in common from which two questions are in one group."""
LONGEST = 500
"""Characters of a question that are kept; a training sentence is shorter."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, masked, and what the bot made of it."""

    text: str
    skill: str
    candidates: tuple[str, ...]
    confidence: float
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike; the first stands for all. `size` counts every time one was asked."""

    questions: tuple[Asked, ...]
    size: int


def doubtful(session: Session, *, since: datetime, agency_id: int | None = None) -> Iterator[Asked]:
    """Yield the questions received from `since` on that were not understood, doubted or asked back, oldest first."""
    wanted = (
        select(Event.text, Event.outcome)
        .join(Account, Account.id == Event.account_id)
        .where(Event.received_at >= since, Event.kind == Kind.TEXT.value, Event.state == "done", Event.payload == "")
        .order_by(Event.id)
        .execution_options(yield_per=_BATCH)
    )
    if agency_id is not None:
        wanted = wanted.where(Account.agency_id == agency_id)
    yield from _asked((text, outcome) for text, outcome in session.execute(wanted))


def newest(session: Session, agency_id: int, *, since: datetime, most: int) -> Iterator[Asked]:
    """Yield the same of one agency, newest first, among the `most` newest questions of each of its accounts."""
    for account_id in session.scalars(select(Account.id).where(Account.agency_id == agency_id).order_by(Account.id)):
        of_account = (
            select(Event.text, Event.outcome, Event.kind, Event.state, Event.payload)
            .where(Event.account_id == account_id, Event.received_at >= since)
            .order_by(Event.received_at.desc())
            .limit(most)
        )
        rows = session.execute(of_account)
        yield from _asked(
            (text, outcome)
            for text, outcome, kind, state, payload in rows
            if kind == Kind.TEXT.value and state == "done" and not payload
        )


def _asked(rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Asked]:
    for text, outcome in rows:
        masked = mask(canonical(text))[:LONGEST].strip() if _is_doubtful(outcome) else ""
        if masked:
            yield Asked(
                text=masked,
                skill=str(outcome["skill"]),
                candidates=tuple(outcome.get("candidates", ())),
                confidence=float(outcome.get("confidence", 0.0)),
                aspect=str(outcome.get("aspect") or ""),
            )


def _is_doubtful(outcome: dict[str, object]) -> bool:
    if "skill" not in outcome:
        return False  # no answer was given: muted, or before the first model
    asked_back = outcome["skill"] == "procedure" and not outcome.get("procedure")
    confidence = outcome.get("confidence", 0.0)
    unsure = outcome["skill"] in ANSWERING and isinstance(confidence, int | float) and confidence < SURE
    return asked_back or unsure or outcome.get("understood") is False


def grouped(questions: Iterable[Asked]) -> list[Group]:
    """Return the groups, biggest first; the same questions give the same groups in whatever order they come."""
    counts: dict[str, int] = {}
    spoken: dict[str, Asked] = {}
    for one in sorted(questions, key=lambda asked: (asked.text, asked.skill, asked.candidates, asked.confidence)):
        said = expand(one.text)
        counts[said] = counts.get(said, 0) + 1
        spoken.setdefault(said, one)
    leaders: list[tuple[frozenset[str], list[str]]] = []
    by_word: dict[str, list[int]] = {}
    # The most frequent leads, so that a group gathers around what most people said.
    for said in sorted(spoken, key=lambda text: (-counts[text], text)):
        words = frozenset(said.split()) or frozenset({spoken[said].text})
        place = _nearest(words, leaders, by_word)
        if place is None:
            leaders.append((words, [said]))
            for word in sorted(words):
                by_word.setdefault(word, []).append(len(leaders) - 1)
        else:
            leaders[place][1].append(said)
    groups = [Group(tuple(spoken[s] for s in members), sum(counts[s] for s in members)) for _, members in leaders]
    return sorted(groups, key=lambda group: (-group.size, group.questions[0].text))


def _nearest(
    words: frozenset[str], leaders: Sequence[tuple[frozenset[str], list[str]]], by_word: dict[str, list[int]]
) -> int | None:  # fmt: skip
    """Return the place of the leader most like `words` (Jaccard), the earliest of equals; None when none is near."""
    near = {place for word in words for place in by_word.get(word, ())}
    likeness = [(len(words & leaders[place][0]) / len(words | leaders[place][0]), -place) for place in near]
    best = max(likeness, default=(0.0, 0))
    return -best[1] if best[0] >= ALIKE else None


def as_json_lines(groups: Iterable[Group]) -> Iterator[str]:
    """Yield one line a group: its questions, the model's guess, `intent` and `item` for staff to fill."""
    for group in groups:
        first = group.questions[0]
        row = {
            "count": group.size,
            "intent": None,
            "item": None,
            "guess": {"skill": first.skill, "candidates": first.candidates, "confidence": first.confidence},
            "examples": [one.text for one in group.questions],
        }
        yield json.dumps(row, ensure_ascii=False)


def as_training(groups: Iterable[Group]) -> Iterator[str]:
    """Yield the lines of a Rasa file with every intent and item left to fill; training refuses it until they are."""
    yield 'version: "3.1"'
    yield "nlu:"
    for group in groups:
        first = group.questions[0]
        guess = ", ".join(first.candidates) or "không có"
        yield f"# hỏi {group.size} lần; máy đoán: {guess} ({first.confidence:.2f})"
        yield f"- intent: {UNFILLED}"
        yield f'  metadata: {{item: "{UNFILLED}"}}'
        yield "  examples: |"
        yield from (f"    - {_example(one.text)}" for one in group.questions)


_MARKUP = str.maketrans("[](){}", "      ")


def _example(text: str) -> str:
    # Rasa reads brackets as marks of entities.
    return " ".join(text.translate(_MARKUP).split())
