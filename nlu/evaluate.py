"""Measure the model on questions of known meaning: `python -m nlu.evaluate FILE… [--url …] [--least-accuracy X …]`.

Each line of a FILE is `{"text", "intent"?, "item"?}`; the running server is asked as citizens type and without
diacritics. Exits with 1 when a figure is under its threshold or no server answers, with 2 for a file that is wrong.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.client import Client
from nlu.metrics import Bin, Score, accuracy, among, calibration_error, confusions, per_label, reliability
from nlu.text import canonical, fold
from nlu.understanding import Understanding

OUT_OF_SCOPE = "none"
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
class Result:
    """All that was measured in one way of typing; a figure without questions to measure it on is absent."""

    figures: dict[str, float]
    labels: dict[str, Score]
    confusions: list[tuple[Pair, int]]
    bins: list[Bin]
    misses: list[str]


def macro_f1(scores: Mapping[str, Score]) -> float | None:
    """Return the mean F1 of the labels that were expected at least once; None without any."""
    f1 = [score.f1 for score in scores.values() if score.support]
    return sum(f1) / len(f1) if f1 else None


def out_of_scope_recall(pairs: Iterable[Pair]) -> float | None:
    """Return the share turned away of what is out of scope; None when nothing is."""
    return accuracy([pair for pair in pairs if pair[0] == OUT_OF_SCOPE])


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
    items = [(q.item, [c.item for c in answer.candidates]) for q, answer in asked if q.item is not None]
    sure = [(c.confidence, c.item == q.item) for q, answer in asked if q.item for c in answer.candidates[:1]]
    labels = per_label(intents)
    figures = {
        "accuracy": accuracy(intents),
        "f1": macro_f1(labels),
        "out-of-scope": out_of_scope_recall(intents),
        "item": among([(item, said[:1]) for item, said in items]),
        "item-in-five": among(items),
        "ece": calibration_error(sure),
    }
    return Result(
        figures={name: figure for name, figure in figures.items() if figure is not None},
        labels=labels,
        confusions=confusions(intents),
        bins=reliability(sure),
        misses=[miss for question, answer in asked for miss in _misses(question, answer)],
    )


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
        yield f"  sure {one.low:.1f}-{one.high:.1f}: {one.confidence:.3f}, right {one.accuracy:.3f}, of {one.count}"
    yield from (f"    {miss}" for miss in result.misses)


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


def _ways(
    questions: list[Question], given: argparse.Namespace
) -> Iterator[tuple[str, list[Question], dict[str, float]]]:
    """Yield each way of typing: its name, the questions in it, the figures it must reach."""
    typed = {
        "accuracy": given.least_accuracy, "f1": given.least_f1, "item": given.least_item,
        "out-of-scope": given.least_out_of_scope, "ece": given.most_ece,
    }  # fmt: skip
    yield "as typed", questions, {name: limit for name, limit in typed.items() if limit is not None}
    folded = [replace(question, text=fold(question.text)) for question in questions]
    yield "without diacritics", folded, {} if given.least_folded is None else {"accuracy": given.least_folded}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, compare with the thresholds; return the exit status."""
    given = _arguments(argv)
    client = Client(given.url, deadline=DEADLINE)
    faults = []
    try:
        questions = [question for path in given.files for question in read(path)]
        for way, asked, least in _ways(questions, given):
            result = measure(asked, client.parse)
            print(f"{way}: {len(asked)} questions", *report(result), sep="\n")
            faults += [f"{way}: {fault}" for fault in under(result, least)]
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except NoServerError as error:
        print(f"no model answers at {given.url}: {error}", file=sys.stderr)
        return 1
    finally:
        client.close()
    if faults:
        print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
