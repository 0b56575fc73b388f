"""What an authority adds on top of the national catalogue: offices, hours, hotlines, its own fees."""

import json
import re
from dataclasses import field
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from content import holidays
from content.holidays import Closed
from content.model import Fee, Procedure, value
from content.phrases import say
from content.topics import Link


@value
class Office:
    """A place to go. `serves` lists the communes (old and new names) it handles since 01/07/2025.

    `levels` (commune, province) and `fields` say what is handed in here, empty: what the agency's level takes;
    `procedures` are codes it takes besides. `days` are the ISO weekdays on which it is open (1 is Monday);
    empty: only `hours` tells.
    """

    name: str
    address: str
    hours: str
    phone: str = ""
    note: str = ""
    map_url: str = ""
    serves: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    days: tuple[int, ...] = ()

    @property
    def special(self) -> tuple[str, ...]:
        """The fields it handles, small letters: told, or in its name's brackets ("Công an xã (căn cước, cư trú)")."""
        bracketed = self.name.partition("(")[2].rstrip(") ").split(", ")
        named = self.fields or tuple(one for one in bracketed if not _COUNTER.search(one))
        return tuple(one.lower() for one in named if one)


@value
class OwnText:
    """What the agency says about a topic in place of the text of all; `as_of` is the day on which it was written."""

    answer: str
    source: str
    as_of: date


@value
class AgencyFacts:
    """Everything optional: an authority that told us nothing yet gets honest general answers."""

    name: str = ""
    level: str = ""
    """province, zone or commune."""
    offices: tuple[Office, ...] = ()
    hotline: str = ""
    feedback_phone: str = ""
    feedback_url: str = ""
    website: str = ""
    fees: dict[str, tuple[Fee, ...]] = field(default_factory=dict)
    """Own figures by procedure code, in place of "decided by the province"."""
    closed_days: tuple[date, ...] = ()
    """Days on which it is closed on its own account."""
    clips: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    """Own films and guides by topic item, e.g. `portal/payment`."""
    texts: dict[str, OwnText] = field(default_factory=dict)
    """Own texts by topic item."""
    phrases: dict[str, str] = field(default_factory=dict)
    """Own wording of some phrases (`OWN_PHRASES`) by key."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What people here call a procedure besides, by its code."""


OWN_PHRASES = ("greet", "follow", "help", "thanks", "bye", "none.first", "absence")
"""What an agency may say in its own words; the values that each may use are those of the phrase of all."""


_COUNTER = re.compile(r"một cửa", re.I)
_AT_THE_COUNTER = re.compile(r"UBND|Ủy ban nhân dân|một cửa|hành chính công", re.I)
_LEVELS = {"zone": "province"}


def office_for(facts: AgencyFacts, procedure: Procedure) -> Office | None:
    """Return the agency's office that takes `procedure`, or None: then only the general places are named."""
    takers = [office for office in facts.offices if _takes_level(facts, office, procedure)]
    by_name = [one for one in takers if procedure.code in one.procedures]
    by_field = [one for one in takers if any(name in procedure.field.lower() for name in one.special)]
    if by_name or by_field:
        return (by_name or by_field)[0]
    if not any(_AT_THE_COUNTER.search(place) for place in procedure.where):
        return None
    return next((one for one in takers if not one.special), None)


def other_level(facts: AgencyFacts, procedure: Procedure) -> str:
    """Return the level that settles `procedure` when it is none of the agency's own, else ''."""
    own = _LEVELS.get(facts.level, facts.level)
    strange = bool(own) and bool(procedure.level) and own not in procedure.level
    return next((one for one in ("province", "ministry", "commune") if one in procedure.level), "") if strange else ""


def _takes_level(facts: AgencyFacts, office: Office, procedure: Procedure) -> bool:
    own = office.levels or ((_LEVELS.get(facts.level, facts.level),) if facts.level else ())
    return bool(set(own or ("commune", "province")) & set(procedure.level))


def closed(facts: AgencyFacts, office: Office, day: date) -> Closed | bool | None:
    """Say whether `office` is closed on `day`: the holiday, True (no working day), False; None when we do not know."""
    if day in facts.closed_days:
        return True
    if holiday := holidays.closed_on(day):
        return holiday
    if holidays.worked_on(day):
        return False
    return day.isoweekday() not in office.days if office.days else None


def say_own(facts: AgencyFacts, key: str, **values: object) -> str:
    """Return phrase `key` in the agency's own words, or as all say it.

    Own words are filled in by plain replacement: what staff write is no format string.
    """
    own = facts.phrases.get(key)
    if own is None:
        return say(key, **values)
    for name, one in values.items():
        own = own.replace(f"{{{name}}}", str(one))
    return own.strip()


_ADAPTER = TypeAdapter(AgencyFacts)


def facts_of(stored: dict[str, Any]) -> AgencyFacts:
    """Return the validated facts of `stored` (the agency's JSON)."""
    return _validated(json.dumps(stored, sort_keys=True, default=str))


@lru_cache(maxsize=256)
def _validated(raw: str) -> AgencyFacts:
    return _ADAPTER.validate_json(raw)
