"""What is new, amended, replaced or abolished in an export, compared with what is stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from content.model import Procedure
from content.national.raw import Paper, Raw, Way
from content.national.shorten import clean, shorten
from content.national.terms import plain_name
from nlu.text import words

VALUE_MAX = 120
ALIKE = 0.6
"""Share of common words from which a new name stands for one that has gone, within the same field."""
TOLD = (
    "name", "level", "field", "agency", "audience", "documents", "steps", "time_limit", "fee", "online_level",
    "conditions", "result", "legal_basis", "decision_no",
)  # fmt: skip
"""Columns whose change is an amendment; `methods` repeats time and fee, address and date change by themselves."""


class Kind(StrEnum):
    """What happened to a procedure."""

    NEW = "new"
    AMENDED = "amended"
    REPLACED = "replaced"
    ABOLISHED = "abolished"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column's old and new value, shortened."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One procedure that changed. `code` is the new one's, but for what was abolished; `replaces` the old one's.

    `curated`: it is one of ours, whose record must be edited by hand.
    """

    kind: Kind
    code: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    replaces: str = ""
    curated: bool = False
    raw: Raw | None = None
    """The new record, for the draft of a post; None for what was abolished."""


def compare(
    stored: Mapping[str, Raw], curated: Mapping[str, Procedure], records: Sequence[Raw], *, whole: bool = True
) -> list[Change]:  # fmt: skip
    """Return the changes by kind and code. `whole`: what is stored and not in `records` has been abolished."""
    new = {raw.code: raw for raw in records if raw.code not in stored and raw.code not in curated}
    codes = {raw.code for raw in records}
    names = {code: (one.name, one.field) for code, one in curated.items()}
    names.update({code: (raw.name, raw.field) for code, raw in stored.items()})
    gone = {code: name for code, name in names.items() if whole and code not in codes}
    replaced = dict(_replaced(gone, new))
    changes = [_replacement(new[heir], old, curated) for old, heir in replaced.items()]
    changes += [Change(Kind.NEW, raw.code, plain_name(raw.name), raw=raw) for raw in new.values()
                if raw.code not in replaced.values()]  # fmt: skip
    changes += [Change(Kind.ABOLISHED, code, plain_name(name), curated=code in curated)
                for code, (name, _) in gone.items() if code not in replaced]  # fmt: skip
    changes += filter(None, (_amended(raw, stored.get(raw.code), curated.get(raw.code)) for raw in records))
    return sorted(changes, key=lambda change: (list(Kind).index(change.kind), change.code))


def _replacement(heir: Raw, old: str, curated: Mapping[str, Procedure]) -> Change:
    return Change(Kind.REPLACED, heir.code, plain_name(heir.name), replaces=old, curated=old in curated, raw=heir)


def _replaced(gone: Mapping[str, tuple[str, str]], new: Mapping[str, Raw]) -> Iterator[tuple[str, str]]:
    """Yield (old code, new code) for names so alike that the one stands for the other; each only once."""
    pairs = [
        (likeness, old, raw.code)
        for old, (name, field) in gone.items()
        for raw in new.values()
        if raw.field == field and (likeness := _alike(name, raw.name)) >= ALIKE
    ]
    taken: set[str] = set()
    for _, old, heir in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if not {old, heir} & taken:
            taken |= {old, heir}
            yield old, heir


def _alike(one: str, other: str) -> float:
    first, second = set(words(plain_name(one))), set(words(plain_name(other)))
    return len(first & second) / max(1, len(first | second))


def _amended(raw: Raw, before: Raw | None, record: Procedure | None) -> Change | None:
    if before is not None:
        fields = tuple(_fields(before, raw))
    elif record is not None:
        pairs = (("name", record.name, raw.name), ("decision_no", record.source.decision, raw.decision_no))
        fields = tuple(_told(pairs))
    else:
        return None
    curated = record is not None
    return Change(Kind.AMENDED, raw.code, plain_name(raw.name), fields, curated=curated, raw=raw) if fields else None


def _fields(before: Raw, after: Raw) -> Iterator[FieldChange]:
    return _told((name, _text(getattr(before, name)), _text(getattr(after, name))) for name in TOLD)


def _told(pairs: Iterable[tuple[str, str, str]]) -> Iterator[FieldChange]:
    for name, old, new in pairs:
        if clean(old) != clean(new):
            yield FieldChange(name, *_where_they_part(clean(old), clean(new)))


def _where_they_part(old: str, new: str) -> tuple[str, str]:
    """Return both values, long ones from a little before the first difference."""
    if max(len(old), len(new)) <= VALUE_MAX:
        return old, new
    same = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = old.rfind(" ", 0, max(0, same - 30)) + 1
    mark = "… " if start else ""
    return mark + shorten(old[start:], VALUE_MAX), mark + shorten(new[start:], VALUE_MAX)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, Paper):
        return ": ".join(part for part in (value.case, value.name, value.quantity) if part)
    return value.method if isinstance(value, Way) else str(value)
