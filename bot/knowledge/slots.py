"""An agency's facts as slots: each holds a value that is replaced as a whole, so that a change can be undone.

A slot is a top-level name (`hotline`), or `offices/<name>`, `fees/<code>`, `texts/<item>`, `phrases/<key>`,
`names/<code>`. A value is JSON; None: there is none.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

Facts = Mapping[str, Any]
Values = Mapping[str, Any]
"""Values by slot."""

GROUPS = ("fees", "texts", "phrases", "names")
OFFICES = "offices"
PLACE = "#"
"""Where an office stands among its like, from 0: one that comes back stands where it stood."""


def value(facts: Facts, slot: str) -> Any:
    """Return what stands in `slot`; None when nothing does."""
    group, _, name = slot.partition("/")
    if not name:
        return facts.get(slot)
    if group == OFFICES:
        for place, office in enumerate(facts.get(OFFICES, ())):
            if office.get("name") == name:
                return {**office, PLACE: place}
        return None
    return facts.get(group, {}).get(name)


def holds(facts: Facts, values: Values) -> bool:
    """Say whether every slot holds what `values` say; where an office stands does not count."""
    return all(_plain(value(facts, slot)) == _plain(one) for slot, one in values.items())


def _plain(one: Any) -> Any:
    return {name: part for name, part in one.items() if name != PLACE} if isinstance(one, dict) else one


def applied(facts: Facts, values: Values) -> dict[str, Any]:
    """Return the facts with `values` in their slots."""
    changed = deepcopy(dict(facts))
    for slot, one in values.items():
        group, _, name = slot.partition("/")
        if not name:
            _put(changed, slot, one)
        elif group != OFFICES:
            kept = changed.setdefault(group, {})
            _put(kept, name, one)
            if not kept:
                del changed[group]
    renamed = {slot.partition("/")[2]: one for slot, one in values.items() if slot.startswith(f"{OFFICES}/")}
    if renamed:
        changed[OFFICES] = _offices(changed.get(OFFICES, []), renamed)
    return changed


def _put(holder: dict[str, Any], name: str, one: Any) -> None:
    if one is None:
        holder.pop(name, None)
    else:
        holder[name] = deepcopy(one)


def _offices(offices: list[dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    kept = [office for office in offices if office.get("name") not in values]
    for office in sorted(
        (one for one in values.values() if one is not None), key=lambda one: one.get(PLACE, len(kept))
    ):
        kept.insert(office.get(PLACE, len(kept)), _plain(office))
    return kept


def between(before: Facts, after: Facts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what leads from one to the other: the values of every slot that differs, before and after."""
    slots = [slot for slot in _slots(before) | _slots(after) if not holds(after, {slot: value(before, slot)})]
    return {slot: value(before, slot) for slot in sorted(slots)}, {slot: value(after, slot) for slot in sorted(slots)}


def _slots(facts: Facts) -> set[str]:
    grouped = {f"{group}/{name}" for group in GROUPS for name in facts.get(group, {})}
    offices = {f"{OFFICES}/{office.get('name')}" for office in facts.get(OFFICES, ())}
    return {name for name in facts if name not in {*GROUPS, OFFICES}} | grouped | offices
