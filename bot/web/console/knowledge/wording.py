"""Changes, fees and doubts in words that staff read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.campaigns.drafts import difference
from bot.knowledge.listing import Row
from bot.knowledge.slots import OFFICES, PLACE
from bot.tables import Change
from bot.web.console.books import books
from bot.web.console.desk import local
from bot.web.console.probe import probe
from content.compose import day, fee_words, upper_first
from content.model import Fee
from content.phrases import phrases, say

_FEES = TypeAdapter(tuple[Fee, ...])


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a change changes: what it is called, and the way from the old words to the new ones."""

    label: str
    pieces: Sequence[tuple[str, str]]


def tidy(text: str) -> str:
    """Return a text from a box with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def title(change: Change) -> str:
    """Return what a change is about."""
    kind, _, name = change.what.partition(":")
    if kind == "office":
        named = [slot.partition("/")[2] for slot in change.after if slot.startswith(OFFICES)]
        return say("change.what.office", name=named[0] if named else "")
    if kind in {"fee", "names"}:
        row = probe().listing().rows.get(name)
        return say(f"change.what.{kind}", name=row.name if row else name)
    if kind == "text":
        topic = books().topics.get(name)
        return say("change.what.text", name=topic.title if topic else name)
    return say("change.what.phrase", name=say(f"phrase.{name}")) if kind == "phrase" else say("change.what.agency")


def lines(change: Change, after: Mapping[str, Any] | None = None) -> list[Line]:
    """Return what a change changes, word by word; `after` in place of its newest values."""
    told = []
    for slot, new in (change.after if after is None else after).items():
        old = change.before.get(slot)
        for label, was, now in _parts(slot, old, new):
            if was != now:
                told.append(Line(label, difference(was, now)))
    return told


def _parts(slot: str, old: Any, new: Any) -> list[tuple[str, str, str]]:
    """Return (label, old words, new words) of each part of a slot."""
    group, _, name = slot.partition("/")
    if group == "fees":
        return [(say("part.fees", code=name), "\n".join(fees(old or [])), "\n".join(fees(new or [])))]
    if group in {"names", "phrases"}:
        return [(say(f"part.{group}"), _plain(old), _plain(new))]
    if isinstance(old, dict) or isinstance(new, dict):
        before, after = old or {}, new or {}
        keys = [key for key in dict.fromkeys([*before, *after]) if key != PLACE]
        return [(_label(key), _plain(before.get(key), key), _plain(after.get(key), key)) for key in keys]
    return [(_label(slot), _plain(old), _plain(new))]


def _label(key: str) -> str:
    return phrases().get(f"part.{key}", key)


def _plain(one: Any, key: str = "") -> str:
    if one is None:
        return ""
    if key == "days":
        return ", ".join(say(f"dayname.{number}") for number in one)
    if key == "levels":
        return ", ".join(say(f"level.{level}") for level in one)
    if isinstance(one, list):
        return "\n".join(str(part) for part in one)
    return str(one)


def fees(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the agency's own figures of one procedure, one line each."""
    return [_fee(fee) for fee in _FEES.validate_python(list(rows))]


def _fee(fee: Fee) -> str:
    parts = [f"{fee.case}: {fee_words(fee)}" if fee.case else fee_words(fee)]
    parts += [say(f"method.{fee.method}")] if fee.method else []
    parts += [say("own_fee.basis", basis=fee.basis)] if fee.basis and fee.basis not in parts[0] else []
    parts += [say("own_fee.from", date=day(fee.valid_from))] if fee.valid_from else []
    parts += [say("own_fee.to", date=day(fee.valid_to))] if fee.valid_to else []
    return "; ".join(parts)


def doubts(row: Row) -> list[tuple[str, str, str]]:
    """Return (column, value, why) of what is suspicious in a record."""
    return [(column(one.field), one.value, say(f"doubt.{one.why.name.lower()}")) for one in row.doubts]


def column(name: str) -> str:
    """Return what a column of the export is called."""
    return upper_first(phrases().get(f"column.{name}", name))


def show(name: str) -> str:
    """Return what a filter of the procedures shows."""
    return say(f"knowledge.show.{name}")


def aged(why: str, *, brief: bool = False) -> str:
    """Return why a record is to be looked at again, as a sentence or in a few words."""
    return say(f"knowledge.ages.{why}") if brief else say(f"knowledge.aged.{why}")


def imported(change: str, *, brief: bool = False) -> str:
    """Return what the last import did to a record, as a sentence or in a few words."""
    return say(f"knowledge.change.{change}") if brief else say(f"knowledge.changed.{change}")


def state(name: str) -> str:
    """Return what the state of a change is called."""
    return say(f"change.state.{name}")


def step(verb: str) -> str:
    """Return what somebody did with a change."""
    return say(f"change.step.{verb}")


def when(text: str) -> str:
    """Return a kept ISO time as the staff's clock shows it."""
    return local(datetime.fromisoformat(text)).strftime("%H:%M %d/%m/%Y")
