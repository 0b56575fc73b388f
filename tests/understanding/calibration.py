"""What a threshold of `bot.dialogue.ranking` would give: how much is answered at once, and how much of it rightly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.dialogue.ranking import rank
from bot.dialogue.turn import Turn
from bot.evaluation import NOW, lines
from content.agency import AgencyFacts
from content.library import Library
from nlu.client import Client

SURE = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
AHEAD = (1.2, 1.5, 2.0, 3.0)
ASK_BACK = (0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best candidate's probability, how many times the second's, and whether it is right (out of scope: never)."""

    best: float
    ahead: float
    is_right: bool
    in_scope: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """At one threshold: share answered, right among the answered, share wrongly answered, and let in from outside."""

    coverage: float
    precision: float
    wrong: float
    outside: float


def point(ranked: Sequence[Ranked], *, sure: float, ahead: float) -> Point:
    """Return what answering from `sure` on, `ahead` times the second, gives."""
    inside = [one for one in ranked if one.in_scope]
    outside = [one for one in ranked if not one.in_scope]
    answered = [one for one in inside if one.best >= sure and one.ahead >= ahead]
    right = sum(one.is_right for one in answered)
    let_in = sum(one.best >= sure and one.ahead >= ahead for one in outside)
    return Point(
        coverage=len(answered) / len(inside) if inside else 0.0,
        precision=right / len(answered) if answered else 0.0,
        wrong=(len(answered) - right) / len(inside) if inside else 0.0,
        outside=let_in / len(outside) if outside else 0.0,
    )


def ranked(library: Library, client: Client, folder: Path) -> list[Ranked]:
    """Return the ranking's best for every question of the set about a procedure or out of scope."""
    found = []
    for row in lines(folder / "procedures.jsonl"):
        best, ahead, item = _best(library, client, row["text"])
        found.append(Ranked(best, ahead, item in {row["procedure"], *row.get("also", [])}))
    for row in lines(folder / "out_of_scope.jsonl"):
        best, ahead, _ = _best(library, client, row["text"])
        found.append(Ranked(best, ahead, is_right=False, in_scope=False))
    return found


def _best(library: Library, client: Client, text: str) -> tuple[float, float, str]:
    turn = Turn(
        text=text, understanding=client.parse(text), memory={}, facts=AgencyFacts(), library=library, now=NOW
    )  # fmt: skip
    candidates = rank(turn).candidates
    if not candidates:
        return 0.0, 0.0, ""
    second = candidates[1].confidence if len(candidates) > 1 else 1e-9
    return candidates[0].confidence, candidates[0].confidence / second, candidates[0].item


def curves(library: Library, client: Client, folder: Path) -> Iterator[str]:
    """Yield the curves to print: for answering at once, and for asking back what is left."""
    found = ranked(library, client, folder)
    yield "answer at once     coverage  precision  wrong  outside answered"
    for ahead in AHEAD:
        for sure in SURE:
            one = point(found, sure=sure, ahead=ahead)
            yield (
                f"  {sure:.2f}, x{ahead:.1f}      {one.coverage:8.1%} {one.precision:10.1%} {one.wrong:6.1%}"
                f" {one.outside:8.1%}"
            )
    yield "ask back from      of ours  outside"
    for least in ASK_BACK:
        one = point(found, sure=least, ahead=0.0)
        yield f"  {least:.2f}           {one.coverage:8.1%} {one.outside:8.1%}"
