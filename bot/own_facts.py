"""What an authority tells of itself: checked whole before it is proposed, every fault at its field.

Facts are the JSON of `content.agency.AgencyFacts`; `bot.knowledge.changes` is the way of a change.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from bot.errors import MotcuaError
from bot.tables import Agency
from content.agency import OWN_PHRASES, AgencyFacts
from content.catalogue import ALIAS_WORDS_MAX
from content.model import FeeRule
from content.phrases import names_in
from nlu.text import words

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands, e.g. ("offices", 0, "phone")."""

TEXT_MAX = 500
ANSWER_MAX, PHRASE_MAX = 1500, 600
NAMES_MAX = 30
"""Own names of one procedure."""
LEVELS = ("commune", "province")
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{1,20}[0-9]")
_URL = re.compile(r"https://[^\s<>\"']+\.[^\s<>\"']+")
_ISO = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_CODE = re.compile(r"\d\.\d{6}")
_ADAPTER = TypeAdapter(AgencyFacts)


class FactsRefused(MotcuaError):
    """Facts that cannot be kept. `faults` are phrase keys by place; the place () is about all of them."""

    def __init__(self, faults: Mapping[Place, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(f"{'.'.join(map(str, place))}: {key}" for place, key in faults.items()))


def version(agency: Agency) -> str:
    """Return a mark of the facts as they stand: a form made of older ones must not overwrite a colleague's change."""
    told = json.dumps([agency.name, agency.facts], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def faults(facts: Mapping[str, Any]) -> dict[Place, str]:
    """Return every fault: the key of the phrase that says it, by place."""
    found = dict(_basics(facts))
    for number, office in enumerate(facts.get("offices", ())):
        found |= {("offices", number, name): key for name, key in _office(office)}
    found |= dict(_twice(facts.get("offices", ())))
    found |= dict(_wording(facts))
    for code, fees in facts.get("fees", {}).items():
        if not _CODE.fullmatch(code):
            found[("fees", code, 0, "code")] = "facts.code"
        for number, fee in enumerate(fees):
            found |= {("fees", code, number, name): key for name, key in _fee(fee)}
    try:
        _ADAPTER.validate_python(facts)
    except ValidationError as error:
        places = [_named(one["loc"]) for one in error.errors(include_url=False)]
        found |= {place: "facts.wrong" for place in places if place not in found}
    return found


def _named(place: Place) -> Place:
    """Return the field's place of a fault deeper inside it (one commune of a list)."""
    depth = {"offices": 3, "fees": 4, "texts": 3, "phrases": 2, "names": 2}.get(str(place[0]), 1) if place else 0
    return place[:depth]


def _basics(facts: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    if not str(facts.get("name", "")).strip():
        yield ("name",), "facts.required"
    yield from (((name,), key) for name, key in _shapes(facts, ("hotline", "feedback_phone"), _PHONE, "facts.phone"))
    yield from (((name,), key) for name, key in _shapes(facts, ("feedback_url", "website"), _URL, "facts.url"))
    yield from (((name,), key) for name, key in _long(facts))


def _office(office: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, "facts.required") for name in ("name", "address", "hours") if not office.get(name))
    yield from _shapes(office, ("phone",), _PHONE, "facts.phone")
    yield from _shapes(office, ("map_url",), _URL, "facts.url")
    yield from _long(office)
    if not set(office.get("levels", ())) <= set(LEVELS):
        yield "levels", "facts.wrong"
    if not set(office.get("days", ())) <= set(range(1, 8)):
        yield "days", "facts.wrong"
    if not all(_CODE.fullmatch(code) for code in office.get("procedures", ())):
        yield "procedures", "facts.code"


def _twice(offices: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Place, str]]:
    known: set[str] = set()
    for number, office in enumerate(offices):
        if (name := str(office.get("name", ""))) in known:
            yield ("offices", number, "name"), "facts.twice"
        known.add(name)


def _wording(facts: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for item, text in facts.get("texts", {}).items():
        yield from ((("texts", item, name), "facts.required") for name in ("answer", "source") if not text.get(name))
        if len(str(text.get("answer", ""))) > ANSWER_MAX:
            yield ("texts", item, "answer"), "facts.long_answer"
        if len(str(text.get("source", ""))) > TEXT_MAX:
            yield ("texts", item, "source"), "facts.long"
    for key, text in facts.get("phrases", {}).items():
        if fault := _phrase(key, str(text)):
            yield ("phrases", key), fault
    for code, names in facts.get("names", {}).items():
        if fault := _names(code, names):
            yield ("names", code), fault


def _phrase(key: str, text: str) -> str:
    if key not in OWN_PHRASES:
        return "facts.wrong"
    if not text.strip():
        return "facts.required"
    used = set(re.findall(r"\{([^{}]*)\}", text))
    if not used <= names_in(key) or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        return "facts.marks"
    if key == "absence" and not {"hour", "day"} <= used:
        return "facts.when"
    return "facts.long_phrase" if len(text) > PHRASE_MAX else ""


def _names(code: str, names: Sequence[str]) -> str:
    if not _CODE.fullmatch(code):
        return "facts.code"
    said = [" ".join(words(name)) for name in names]
    if not all(1 <= len(one.split()) <= ALIAS_WORDS_MAX and len(one) > 1 for one in said):
        return "facts.name"
    if len(set(said)) < len(said):
        return "facts.twice"
    return "facts.many" if len(names) > NAMES_MAX else ""


def _fee(fee: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rule, amount = fee.get("rule"), fee.get("amount")
    if rule == FeeRule.FIXED and (not isinstance(amount, int) or amount <= 0):
        yield "amount", "facts.amount"
    if rule == FeeRule.FORMULA and not fee.get("text"):
        yield "text", "facts.required"
    if rule in {FeeRule.FREE, FeeRule.FIXED} and not fee.get("basis"):
        yield "basis", "facts.basis"
    begins, ends = str(fee.get("valid_from", "")), str(fee.get("valid_to", ""))
    if _ISO.fullmatch(begins) and _ISO.fullmatch(ends) and begins > ends:
        yield "valid_to", "facts.order"
    yield from _long(fee)


def _shapes(
    told: Mapping[str, Any], names: tuple[str, ...], shape: re.Pattern[str], key: str
) -> Iterator[tuple[str, str]]:
    return ((name, key) for name in names if told.get(name) and not shape.fullmatch(str(told[name])))


def _long(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, "facts.long") for name, one in told.items() if isinstance(one, str) and len(one) > TEXT_MAX)
