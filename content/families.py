"""What people name without saying what they want done with it: an ID card, a car's papers. Then we ask back."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from content.model import value
from nlu.text import expand

FILE = Path(__file__).parent / "families.yaml"


@value
class Family:
    """Names that say only the thing, and the codes of what can be done with it, asked most first.

    `also` are the codes of what else is done with the thing, too seldom asked for to be offered.
    """

    names: tuple[str, ...]
    codes: tuple[str, ...]
    also: tuple[str, ...] = ()


@cache
def families() -> tuple[Family, ...]:
    """Return all families; a `ValidationError` names what is wrong in the file."""
    return TypeAdapter(tuple[Family, ...]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@cache
def _by_name() -> Mapping[str, Family]:
    return {expand(name): family for family in families() for name in family.names}


@cache
def _things() -> Mapping[str, str]:
    return {code: family.names[0] for family in reversed(families()) for code in (*family.codes, *family.also)}


def thing_of(code: str) -> str | None:
    """Return the name of the thing that the procedure `code` does something with, or None."""
    return _things().get(code)


def family_of(words: str) -> Family | None:
    """Return the family that `words` (folded, written out, nothing else) name, or None."""
    return _by_name().get(words)


def family_within(text: str) -> Family | None:
    """Return the family whose name stands in `text`, the longest name first, or None."""
    said = f" {expand(text)} "
    names = sorted((name for name in _by_name() if " " in name and f" {name} " in said), key=len)
    return _by_name()[names[-1]] if names else None
