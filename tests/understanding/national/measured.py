"""The share of questions over the whole catalogue whose procedure comes first, or among the first three."""

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FIRST_OF_SEARCH = {"dev": 0.85, "test": 0.85}
THREE_OF_SEARCH = {"dev": 0.95, "test": 0.95}
"""What the search alone must reach: a little under what it did when these lines were written."""
FIRST, THREE = 0.77, 0.91
"""The same with the model beside it, on the development questions."""


@cache
def questions(name: str) -> tuple[dict[str, Any], ...]:
    """Return the rows of `dev` or `test`."""
    text = (HERE / f"{name}.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def share(name: str, ranked: Callable[[str], Sequence[str | None]]) -> tuple[float, float]:
    """Return the shares of questions whose right procedure `ranked` puts first, and among the first three."""
    rows = questions(name)
    first = three = 0
    for row in rows:
        right, best = {row["procedure"], *row.get("also", [])}, ranked(row["text"])
        first += bool(best) and best[0] in right
        three += bool(right & set(best[:3]))
    return first / len(rows), three / len(rows)
