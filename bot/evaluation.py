"""How well the bot understands questions of known meaning, through the whole dialogue; which of two models is better.

A set is a folder of JSON Lines: `procedures`, `out_of_scope`, `skills`, `dialogues` (as in
`tests/understanding/dev/ABOUT.md`); a file that is not there measures nothing.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.assistant import Assistant
from bot.dialogue.turn import Reply
from bot.settings import ROOT
from content.agency import AgencyFacts
from nlu.metrics import Bin, Score, calibration_error, confusions, per_label, reliability
from nlu.text import fold

MEASURED_ON = ROOT / "tests" / "understanding" / "dev"
"""The questions on which models are compared; those of `test` are asked last, when nothing is tuned any more."""
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""The moment that the questions are asked at: answers must not change with the day on which we measure."""
ANSWERING = frozenset({"procedure", "topic", "portal", "office"})
"""Skills that tell something as a fact; a message out of scope must reach none of them."""
FOLDED = ", folded"
HEADLINES = (
    "procedure first", "procedure first, folded", "procedure first, stories", "aspect",
    "out of scope turned away", "skills", "dialogue turns",
)  # fmt: skip
MAY_FALL = 0.01
"""How far one headline figure may fall in a model that is better in all: less is luck of single questions."""

Ask = Callable[..., Reply]
Row = Mapping[str, Any]


@dataclass
class Tally:
    """Right of all, and what went wrong."""

    right: int = 0
    total: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, good: bool, miss: str) -> None:
        """Count one."""
        self.total += 1
        self.right += good
        if not good:
            self.misses.append(miss)

    @property
    def share(self) -> float:
        """Right divided by all; 0 for none."""
        return self.right / self.total if self.total else 0.0


@dataclass
class Figures:
    """All that was measured. `pairs` are (meant, understood) aspects and skills; `believed` (confidence, was right)."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    pairs: list[tuple[str, str]] = field(default_factory=list)
    believed: list[tuple[float, bool]] = field(default_factory=list)
    wrong: int = 0
    asked: int = 0

    @property
    def wrong_share(self) -> float:
        """Share of the questions about a procedure that were answered at once about another one."""
        return self.wrong / self.asked if self.asked else 0.0

    @property
    def headlines(self) -> dict[str, Tally]:
        """The figures that decide, without those that nothing was measured for."""
        return {name: self.tallies[name] for name in HEADLINES if name in self.tallies}

    @property
    def labels(self) -> dict[str, Score]:
        """Precision, recall and F1 of every aspect and skill."""
        return per_label(self.pairs)

    @property
    def confused(self) -> list[tuple[tuple[str, str], int]]:
        """The (meant, understood) that disagree, most frequent first."""
        return confusions(self.pairs)

    @property
    def bins(self) -> list[Bin]:
        """How confident answers about procedures were, and how often they were right."""
        return reliability(self.believed)

    @property
    def calibration_error(self) -> float | None:
        """Mean gap between confidence and being right (ECE)."""
        return calibration_error(self.believed)


def first(reply: Reply) -> str | None:
    """Return the procedure that comes first: answered, or first among the choices."""
    return reply.procedure or (reply.candidates[0] if reply.candidates else None)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the JSON lines of a file; none when there is no such file."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def measure(assistant: Assistant, folder: Path) -> Figures:
    """Return what the assistant makes of the questions in `folder`."""

    def ask(text: str, memory: Mapping[str, Any] | None = None) -> Reply:
        return assistant.reply(text, memory=memory or {}, facts=AgencyFacts(), now=NOW)

    figures = Figures()
    for row in lines(folder / "procedures.jsonl"):
        _procedure(figures, ask, row)
    for row in lines(folder / "out_of_scope.jsonl"):
        _out_of_scope(figures, ask, row)
    for row in lines(folder / "skills.jsonl"):
        _skill(figures, ask, row)
    _dialogues(figures, ask, lines(folder / "dialogues.jsonl"))
    return figures


def _procedure(figures: Figures, ask: Ask, row: Row) -> None:
    right = {row["procedure"], *row.get("also", [])}
    aspects = {row["aspect"], *row.get("also_aspects", [])}
    tallies = figures.tallies
    for way, text in (("", row["text"]), (FOLDED, fold(row["text"]))):
        reply = ask(text)
        good = first(reply) in right
        miss = f"{text} -> {reply.skill} {first(reply)} ({reply.confidence:.2f}), not {row['procedure']}"
        tallies[f"procedure first{way}"].add(good, miss)
        tallies[f"aspect{way}"].add(reply.aspect in aspects, f"{text} -> {reply.aspect}, not {row['aspect']}")
        if row["style"] == "story":
            tallies[f"procedure first, stories{way}"].add(good, miss)
        if way:
            continue
        tallies[f"style {row['style']}"].add(good, miss)
        tallies["answered at once"].add(reply.procedure in right, miss)
        figures.asked += 1
        figures.wrong += reply.procedure is not None and reply.procedure not in right
        figures.pairs.append((row["aspect"], row["aspect"] if reply.aspect in aspects else _understood(reply)))
        if reply.skill == "procedure":
            figures.believed.append((reply.confidence, good))


def _out_of_scope(figures: Figures, ask: Ask, row: Row) -> None:
    for way, text in (("", row["text"]), (FOLDED, fold(row["text"]))):
        reply = ask(text)
        good = reply.skill not in ANSWERING
        miss = f"{text} -> {reply.skill} {first(reply)} ({reply.confidence:.2f})"
        figures.tallies[f"out of scope turned away{way}"].add(good, miss)
        if not way:
            figures.pairs.append(("none", "none" if good else _understood(reply)))


def _skill(figures: Figures, ask: Ask, row: Row) -> None:
    right = {row["skill"], *row.get("also_skills", [])}
    for way, text in (("", row["text"]), (FOLDED, fold(row["text"]))):
        reply = ask(text)
        miss = f"{text} -> {reply.skill} {first(reply)} ({reply.confidence:.2f}), not {row['skill']}"
        figures.tallies[f"skills{way}"].add(reply.skill in right, miss)
        if not way:
            figures.tallies[f"skill {row['skill']}"].add(reply.skill in right, miss)
            figures.pairs.append((row["skill"], row["skill"] if reply.skill in right else _understood(reply)))


def _understood(reply: Reply) -> str:
    return reply.aspect or "overview" if reply.skill == "procedure" else reply.skill


def _dialogues(figures: Figures, ask: Ask, rows: Iterable[Row]) -> None:
    memories: dict[str, Mapping[str, Any]] = {}
    offered: dict[str, Sequence[str]] = {}
    for row in rows:
        talk = str(row["conversation"])
        reply = ask(row["text"], memories.get(talk, {}))
        memories[talk] = reply.memory
        settled = _settled(row, offered.get(talk, ()))
        if reply.skill == "procedure" and reply.procedure is None:
            offered[talk] = reply.candidates
        got = f"{reply.skill} {reply.procedure} {reply.aspect} {list(reply.candidates)[:3]}"
        figures.tallies["dialogue turns"].add(
            _is_expected(reply, settled),
            f"[{talk}] {row['text']} -> {got}, not {json.dumps(settled['expect'])}",
        )


def _settled(row: Row, offered: Sequence[str]) -> Row:
    """Put the procedure into a turn that expects `nth` of the choices offered last; there may be fewer."""
    nth = row["expect"].get("nth")
    chosen = offered[nth - 1] if nth and nth <= len(offered) else "none was offered"
    return row if nth is None else {**row, "expect": {**row["expect"], "procedure": chosen}}


def _is_expected(reply: Reply, row: Row) -> bool:
    expect = row["expect"]
    if reply.skill not in {expect["skill"], *row.get("also_skills", expect.get("also_skills", []))}:
        return False
    if expect["skill"] != "procedure" or reply.skill != "procedure":
        return True
    named = {expect.get("procedure"), *expect.get("also", [])}
    asks_back = expect.get("procedure") is None and reply.procedure is None
    offered = set(expect.get("candidates_include", ())) <= set(reply.candidates)
    aspects = {expect.get("aspect"), *expect.get("also_aspects", [])}
    is_about = reply.procedure in named and reply.procedure is not None
    return (is_about or (asks_back and offered)) and (expect.get("aspect") is None or reply.aspect in aspects)


def compared(old: Figures | None, new: Figures) -> Iterator[str]:
    """Yield the headline figures of the active and the new model side by side."""
    yield f"{'':32} {'active':>8} {'new':>8}"
    for name, tally in new.headlines.items():
        before = _percent(old.tallies[name].share if old else None)
        yield f"{name:32} {before} {_percent(tally.share)}  of {tally.total}"
    before = _percent(old.wrong_share if old else None)
    yield f"{'confident about a wrong one':32} {before} {_percent(new.wrong_share)}"


def _percent(share: float | None) -> str:
    return "       –" if share is None else f"{share:8.1%}"


def worse(old: Figures, new: Figures) -> list[str]:
    """Return, in words, why `new` must not take the place of `old`; both were asked the same questions."""
    faults = [
        f"{name} falls from {tally.share:.1%} to {new.tallies[name].share:.1%}"
        for name, tally in old.headlines.items()
        if new.tallies[name].share < tally.share - MAY_FALL
    ]
    if new.wrong_share > old.wrong_share + MAY_FALL / 2:
        faults.append(f"confident about a wrong one rises from {old.wrong_share:.1%} to {new.wrong_share:.1%}")
    before, after = (sum(tally.right for tally in one.headlines.values()) for one in (old, new))
    if not faults and after < before:
        faults.append(f"{after} right answers in all, {before} before")
    return faults
