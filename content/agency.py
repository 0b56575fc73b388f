"""What an authority adds on top of the national catalogue: offices, hours, hotlines, its own fees."""

import json
from dataclasses import field
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from content.model import Fee, value


@value
class Office:
    """A place to go. `serves` lists the communes (old and new names) it handles since 01/07/2025."""

    name: str
    address: str
    hours: str
    phone: str = ""
    note: str = ""
    map_url: str = ""
    serves: tuple[str, ...] = ()


@value
class AgencyFacts:
    """Everything optional: an authority that told us nothing yet gets honest general answers."""

    name: str = ""
    offices: tuple[Office, ...] = ()
    hotline: str = ""
    feedback_phone: str = ""
    feedback_url: str = ""
    website: str = ""
    fees: dict[str, tuple[Fee, ...]] = field(default_factory=dict)
    """Own figures by procedure code, in place of "decided by the province"."""
    closed_days: tuple[str, ...] = ()


_ADAPTER = TypeAdapter(AgencyFacts)


def facts_of(stored: dict[str, Any]) -> AgencyFacts:
    """Return the validated facts of `stored` (the agency's JSON)."""
    return _validated(json.dumps(stored, sort_keys=True, default=str))


@lru_cache(maxsize=256)
def _validated(raw: str) -> AgencyFacts:
    return _ADAPTER.validate_json(raw)
