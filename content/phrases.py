"""Every sentence that a person reads, by key; an unknown key or a missing value is an error."""

from functools import cache
from pathlib import Path
from string import Formatter

import yaml

FOLDER = Path(__file__).parent / "phrases"
"""One file a kind of reader: `vi.yaml` for citizens, the others for staff. No key stands in two of them."""


@cache
def phrases() -> dict[str, str]:
    """Return all phrases, keys joined by dots."""
    rows = [row for file in sorted(FOLDER.glob("*.yaml")) for row in _flat(yaml.safe_load(file.read_text("utf-8")), "")]
    found = dict(rows)
    if len(found) < len(rows):
        raise ValueError(f"a phrase's key stands twice in {FOLDER}")
    return found


@cache
def spoken() -> dict[str, str]:
    """Return the phrases that citizens read."""
    return dict(_flat(yaml.safe_load((FOLDER / "vi.yaml").read_text("utf-8")), ""))


def say(key: str, **values: object) -> str:
    """Return the phrase `key` with `values` filled in; `KeyError` names what is unknown or missing."""
    try:
        phrase = phrases()[key]
    except KeyError:
        raise KeyError(f"no phrase '{key}' in {FOLDER}") from None
    return phrase.format(**values).strip()


def names_in(key: str) -> set[str]:
    """Return the names of the values that phrase `key` needs."""
    return {name for _, name, _, _ in Formatter().parse(phrases()[key]) if name}


def _flat(tree: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, branch in tree.items():
        if isinstance(branch, dict):
            rows += _flat(branch, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", str(branch)))
    return rows
