"""Fields of procedures in everyday words, and what is asked most in each, for who asks for a list."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from content.model import value
from nlu.text import expand

FILE = Path(__file__).parent / "fields.yaml"

_ABOUT = (
    r"(?:ve|lien quan(?: (?:toi|den|voi|ve))?|dinh(?: (?:toi|den|voi|dang|liu))+|thuoc|linh vuc|mang|danh cho"
    r"|(?:thu tuc|dich vu)(?: hanh chinh)?)"
    r"(?: (?:linh vuc|mang|chuyen|van de|viec|phan|ben|nganh|cac|lien quan (?:toi|den)))*"
)
"""What leads to a field: "về lĩnh vực …", "dính tới …"."""


@value
class Field:
    """A field, or something that happens in a life (`events`), with its procedures, asked most first."""

    title: str
    names: tuple[str, ...]
    codes: tuple[str, ...]
    events: tuple[str, ...] = ()


@cache
def fields() -> tuple[Field, ...]:
    """Return all fields; a `ValidationError` names what is wrong in the file."""
    return TypeAdapter(tuple[Field, ...]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def field_in(said: str) -> tuple[Field, str] | None:
    """Return the field that `said` (folded, written out) is about and the words after its name, or None if unclear."""
    found = {_by_name()[match[1]].title: (_by_name()[match[1]], said[match.end() :].strip())
             for match in _pattern().finditer(said)}  # fmt: skip
    if len(found) == 1:
        return next(iter(found.values()))
    return None


def event_in(said: str) -> Field | None:
    """Return the one event of a life that `said` (folded, written out) tells, or None."""
    found = {field.title: field for field in fields() for event in field.events if f" {expand(event)} " in f" {said} "}
    return next(iter(found.values())) if len(found) == 1 else None


@cache
def _by_name() -> Mapping[str, Field]:
    return {expand(name): field for field in fields() for name in field.names}


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted(_by_name(), key=len, reverse=True))
    return re.compile(rf"\b{_ABOUT} ({names})\b")
