"""Names that people of one agency have for a procedure, beside those that all know."""

from collections.abc import Iterable, Mapping, Sequence

from content.catalogue import Catalogue
from nlu.text import canonical


def tidy(lines: Iterable[str]) -> list[str]:
    """Return the names of a box: one a line, none empty, none twice."""
    return list(dict.fromkeys(name for line in lines if (name := canonical(line).strip(" .;,"))))


def taken(
    catalogue: Catalogue, own: Mapping[str, Sequence[str]], code: str, names: Iterable[str]
) -> tuple[str, str] | None:  # fmt: skip
    """Return the first of `names` that means another procedure already, and that one's code."""
    owners = {canonical(name).lower(): other for other, rows in own.items() for name in rows}
    owners |= {canonical(name).lower(): one.code for one in catalogue for name in (one.short, *one.aliases)}
    return next(((name, owner) for name in names if (owner := owners.get(name.lower(), code)) != code), None)
