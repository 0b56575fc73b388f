"""Measure the model on questions of known meaning: `python -m nlu.evaluate FILE… [--url …] [--least-accuracy X …]`.

Each line of a FILE is `{"text", "intent"?, "item"?}`; the running server is asked as citizens type and without
diacritics. Exits with 1 when a figure is under its threshold or no server answers, with 2 for a file that is wrong.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.client import Client
from nlu.text import canonical, fold
from nlu.understanding import Understanding

OUT_OF_SCOPE = "none"
BINS = 10
URL = "http://127.0.0.1:5005"
DEADLINE = 5.0  # seconds; what is measured here is right or wrong, not speed
_SHOWN = 12  # confusions told

Pair = tuple[str, str]
"""What was expected, and what was got."""
Parse = Callable[[str], Understanding]


class InputError(Exception):
    """A file of questions is wrong; the message says where."""


class NoServerError(Exception):
    """No model answered; keywords are not what is measured here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text and what it should be understood as; None for what the file does not say."""

    text: str
    intent: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well one label is told: `support` is how often it was expected."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers whose confidence is in `low` … `high`: how sure on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that was measured in one way of typing; a figure without questions to measure it on is absent."""

    figures: dict[str, float]
    labels: dict[str, Score]
    confusions: list[tuple[Pair, int]]
    bins: list[Bin]
    misses: list[str]


def accuracy(pairs: Sequence[Pair]) -> float:
    """Return the share of `pairs` that agree; 0 for none."""
    return _share(sum(expected == got for expected, got in pairs), len(pairs))


def per_label(pairs: Sequence[Pair]) -> dict[str, Score]:
    """Return every label's score, of the labels that were expected or got; what divides by nothing is 0."""
    expected, got = Counter(e for e, _ in pairs), Counter(g for _, g in pairs)
    right = Counter(e for e, g in pairs if e == g)
    return {label: _score(right[label], expected[label], got[label]) for label in sorted(expected | got)}


def _score(right: int, expected: int, got: int) -> Score:
    return Score(
        precision=_share(right, got),
        recall=_share(right, expected),
        f1=_share(2 * right, expected + got),
        support=expected,
    )


def macro_f1(scores: dict[str, Score]) -> float:
    """Return the mean F1 of the labels that were expected at least once; 0 for none."""
    f1 = [score.f1 for score in scores.values() if score.support]
    return _share(math.fsum(f1), len(f1))


def confusions(pairs: Iterable[Pair]) -> list[tuple[Pair, int]]:
    """Return the (expected, got) that differ and how often, most frequent first, then by name."""
    return sorted(Counter(pair for pair in pairs if pair[0] != pair[1]).items(), key=lambda one: (-one[1], one[0]))


def out_of_scope_recall(pairs: Iterable[Pair]) -> float:
    """Return the share turned away of what is out of scope; 0 when nothing is."""
    outside = [got for expected, got in pairs if expected == OUT_OF_SCOPE]
    return _share(outside.count(OUT_OF_SCOPE), len(outside))


def reliability(answers: Iterable[tuple[float, bool]], *, bins: int = BINS) -> list[Bin]:
    """Return the bins of equal width that hold (confidence, right) answers; the last one includes 1.0."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        held.setdefault(max(0, min(int(confidence * bins), bins - 1)), []).append((confidence, right))
    return [
        Bin(
            low=place / bins,
            high=(place + 1) / bins,
            count=len(inside),
            confidence=_share(math.fsum(confidence for confidence, _ in inside), len(inside)),
            right=_share(sum(right for _, right in inside), len(inside)),
        )
        for place, inside in sorted(held.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: how far confidence is from the truth, weighted by the bins' counts."""
    return _share(
        math.fsum(one.count * abs(one.confidence - one.right) for one in bins), sum(one.count for one in bins)
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def read(path: Path) -> Iterator[Question]:
    """Yield the questions in the JSON Lines of `path`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _question(line, f"{path}:{number}")


def _question(line: str, where: str) -> Question:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not canonical(row["text"]):
        raise InputError(f'{where}: needs a "text" with something in it')
    named = {name: row.get(name) for name in ("intent", "item")}
    if any(value is not None and not isinstance(value, str) for value in named.values()):
        raise InputError(f'{where}: "intent" and "item" must be strings')
    intent = OUT_OF_SCOPE if named["intent"] == "out_of_scope" else named["intent"]
    return Question(text=row["text"], intent=intent, item=named["item"])


def measure(questions: Iterable[Question], parse: Parse) -> Result:
    """Ask `parse` every question and return what came of it."""
    asked = [(question, _answer(question.text, parse)) for question in questions]
    intents = [(q.intent, answer.intent) for q, answer in asked if q.intent is not None]
    items = [(q.item, answer) for q, answer in asked if q.item is not None]
    labels = per_label(intents)
    bins = reliability((c.confidence, c.item == item) for item, answer in items for c in answer.candidates[:1])
    figures: dict[str, float] = {}
    if intents:
        figures |= {"accuracy": accuracy(intents), "f1": macro_f1(labels)}
    if any(expected == OUT_OF_SCOPE for expected, _ in intents):
        figures["out-of-scope"] = out_of_scope_recall(intents)
    if items:
        figures["item"] = accuracy([(item, _first(answer)) for item, answer in items])
        known = sum(item in {c.item for c in answer.candidates} for item, answer in items)
        figures["item-in-five"] = _share(known, len(items))
        figures["ece"] = calibration_error(bins)
    misses = [miss for question, answer in asked for miss in _misses(question, answer)]
    return Result(figures=figures, labels=labels, confusions=confusions(intents), bins=bins, misses=misses)


def _answer(text: str, parse: Parse) -> Understanding:
    answer = parse(text)
    if answer.source != "rasa":
        raise NoServerError(f"no answer to {text!r}")
    return answer


def _first(answer: Understanding) -> str:
    return answer.candidates[0].item if answer.candidates else ""


def _misses(question: Question, answer: Understanding) -> Iterator[str]:
    if question.intent not in {None, answer.intent}:
        yield f"{question.text} -> {answer.intent} ({answer.confidence:.2f}), not {question.intent}"
    if question.item not in {None, _first(answer)}:
        sure = answer.candidates[0].confidence if answer.candidates else 0.0
        yield f"{question.text} -> {_first(answer) or 'no item'} ({sure:.2f}), not {question.item}"


def under(result: Result, least: dict[str, float]) -> list[str]:
    """Return, in words, the figures of `result` beyond what `least` allows; `ece` must not be above it."""
    faults = []
    for name, limit in least.items():
        figure = result.figures.get(name)
        if figure is None:
            faults.append(f"{name}: nothing to measure it on")
        elif figure > limit if name == "ece" else figure < limit:
            faults.append(f"{name}: {figure:.3f}, {'at most' if name == 'ece' else 'at least'} {limit:.3f}")
    return faults


def report(result: Result) -> Iterator[str]:
    """Yield the lines to print about `result`."""
    yield from (f"  {name:14} {figure:7.3f}" for name, figure in result.figures.items())
    if result.labels:
        yield f"  {'intent':14} precision  recall      F1   asked"
    for label, score in result.labels.items():
        yield f"    {label:14} {score.precision:7.3f} {score.recall:7.3f} {score.f1:7.3f} {score.support:7d}"
    yield from (f"  {count:4d} x {got} instead of {expected}" for (expected, got), count in result.confusions[:_SHOWN])
    for one in result.bins:
        yield f"  sure {one.low:.1f}-{one.high:.1f}: {one.confidence:.3f}, right {one.right:.3f}, of {one.count}"


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluate", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--url", default=URL, help="the running server (default: %(default)s)")
    parser.add_argument("--least-accuracy", type=float, metavar="X", help="intents that are right, as typed")
    parser.add_argument("--least-folded", type=float, metavar="X", help="the same, without diacritics")
    parser.add_argument("--least-f1", type=float, metavar="X", help="mean F1 of the intents")
    parser.add_argument("--least-item", type=float, metavar="X", help="items that come first")
    parser.add_argument("--least-out-of-scope", type=float, metavar="X", help="turned away of what is out of scope")
    parser.add_argument("--most-ece", type=float, metavar="X", help="calibration error of the first items")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the thresholds; return the exit status."""
    given = _arguments(argv)
    try:
        questions = [question for path in given.files for question in read(path)]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    folded = [Question(text=fold(q.text), intent=q.intent, item=q.item) for q in questions]
    typed_limits = {
        "accuracy": given.least_accuracy, "f1": given.least_f1, "item": given.least_item,
        "out-of-scope": given.least_out_of_scope, "ece": given.most_ece,
    }  # fmt: skip
    faults = []
    client = Client(given.url, deadline=DEADLINE)
    try:
        for way, asked, limits in (
            ("as typed", questions, typed_limits),
            ("without diacritics", folded, {"accuracy": given.least_folded}),
        ):
            result = measure(asked, client.parse)
            print(f"{way}: {len(asked)} questions", *report(result), "  misses:", sep="\n")
            print(*(f"    {miss}" for miss in result.misses), sep="\n")
            chosen = {name: limit for name, limit in limits.items() if limit is not None}
            faults += [f"{way}: {fault}" for fault in under(result, chosen)]
    except NoServerError as error:
        print(f"no model answers at {given.url}: {error}", file=sys.stderr)
        return 1
    finally:
        client.close()
    print(*faults, sep="\n", file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
