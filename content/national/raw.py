"""A procedure as the national portal exports it: the columns of the file, checked for shape, not for truth."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from content.catalogue import LEVELS
from content.model import value
from nlu.text import canonical

NAME_MAX = 2_000
TEXT_MAX = 100_000
"""Longest text of a column in characters; the longest seen is a third of it."""
ITEMS_MAX = 1_000

_CODE = re.compile(r"^\d\.\d{6}$")
_AS_OF = re.compile(r"^\d{4}(-\d{2}-\d{2})?$")


@value
class Paper:
    """One line of the dossier: its case, its name and how many ("1 bản chính")."""

    case: str
    name: str
    quantity: str


@value
class Way:
    """One way of handing in, with the time and fee that the portal gives for it."""

    method: str
    time: str
    fee: str
    note: str


@value
class Raw:
    """One line of the export. Nothing in it is a fact before `doubts` has looked at it."""

    code: str
    name: str
    level: tuple[str, ...]
    field: str
    issuing_ministry: str
    agency: str
    audience: str
    documents: tuple[Paper, ...]
    steps: str
    methods: tuple[Way, ...]
    time_limit: str
    fee: str
    online_level: str
    conditions: str
    result: str
    legal_basis: tuple[str, ...]
    decision_no: str
    url: str
    as_of: str

    @property
    def day(self) -> date:
        """The date of the data; a bare year counts from its first day."""
        return date.fromisoformat(self.as_of if len(self.as_of) > 4 else f"{self.as_of}-01-01")

    def as_json(self) -> dict[str, Any]:
        """Return the record as plain values, for the database."""
        return asdict(self)

    @property
    def digest(self) -> str:
        """Tell whether two records say the same, white space aside, by 64 hexadecimal digits."""
        text = json.dumps(_compared(asdict(self)), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _compared(content: Any) -> Any:
    if isinstance(content, str):
        return canonical(content)
    if isinstance(content, dict):
        return {name: _compared(value) for name, value in content.items()}
    return [_compared(one) for one in content]


COLUMNS = tuple(one.name for one in fields(Raw))
_SHAPE = TypeAdapter(Raw)


def checked(data: Mapping[str, Any]) -> tuple[Raw | None, list[tuple[str, str]]]:
    """Return the record, or None and every fault as (column, what is wrong)."""
    try:
        record = _SHAPE.validate_python(dict(data))
    except ValidationError as error:
        return None, [
            (_place(one["loc"]), _message(one["type"], one["msg"])) for one in error.errors(include_url=False)
        ]
    faults = [*_column_faults(record), *_size_faults(record)]
    return (None, faults) if faults else (record, [])


def stored(data: Mapping[str, Any]) -> Raw:
    """Return a record that was checked before, from the database."""
    return _SHAPE.validate_python(dict(data))


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "record"


def _message(kind: str, message: str) -> str:
    if kind == "missing":
        return "missing"
    return "not a known column" if kind == "unexpected_keyword_argument" else message.lower()


def _column_faults(record: Raw) -> list[tuple[str, str]]:
    faults = []
    if not _CODE.match(record.code):
        faults.append(("code", f"'{record.code[:40]}' is not a national code such as 1.001193"))
    if not record.name:
        faults.append(("name", "empty"))
    if not record.level:
        faults.append(("level", "empty"))
    if unknown := sorted(set(record.level) - LEVELS):
        known = ", ".join(sorted(LEVELS))
        faults.append(("level", f"'{', '.join(unknown)[:80]}' is unknown; known: {known}"))
    if not _is_day(record.as_of):
        faults.append(("as_of", f"'{record.as_of[:40]}' is not a date such as 2026-06-10"))
    if record.url and not record.url.startswith("https://"):
        faults.append(("url", "not an https address"))
    return faults


def _is_day(text: str) -> bool:
    if not _AS_OF.match(text):
        return False
    try:
        date.fromisoformat(text if len(text) > 4 else f"{text}-01-01")
    except ValueError:
        return False
    return True


def _size_faults(record: Raw) -> list[tuple[str, str]]:
    faults = []
    for name, content in asdict(record).items():
        most = NAME_MAX if name in {"code", "name", "field", "url", "as_of", "decision_no"} else TEXT_MAX
        if isinstance(content, str) and len(content) > most:
            faults.append((name, f"{len(content)} characters, at most {most}"))
        if isinstance(content, str) and "\x00" in content:
            faults.append((name, "holds a zero character"))
        if isinstance(content, tuple) and len(content) > ITEMS_MAX:
            faults.append((name, f"{len(content)} entries, at most {ITEMS_MAX}"))
    return faults
