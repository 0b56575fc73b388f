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
    """Names that say only the thing, and the codes of what can be done with it, asked most first."""

    names: tuple[str, ...]
    codes: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """Return all families; a `ValidationError` names what is wrong in the file."""
    return TypeAdapter(tuple[Family, ...]).validate_python(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@cache
def _by_name() -> Mapping[str, Family]:
    return {expand(name): family for family in families() for name in family.names}


def family_of(words: str) -> Family | None:
    """Return the family that `words` (folded, written out, nothing else) name, or None."""
    return _by_name().get(words)
