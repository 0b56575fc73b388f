"""Training examples: what an example's metadata says it is about. No Rasa import."""

from collections.abc import Mapping
from typing import Any, Protocol

ASPECTS = frozenset(
    {
        "documents", "fee", "time", "where", "online", "steps",
        "conditions", "result", "legal", "forms", "overview",
    }
)  # fmt: skip
OTHER = "other"  # about nothing that we know
BARE = "bare"  # asks for an aspect and names nothing: a follow-up
_UNSAID = frozenset({"correct"})  # names an item ("không, ý tôi là khai tử"), but which is not labelled


class Example(Protocol):
    """What Rasa's `Message` offers and we need."""

    def get(self, prop: str, default: Any = None) -> Any:
        """Return a property of the example."""


def item_of(example: Example) -> str | None:
    """Return the label of `example` for the item model, or None where it must not learn from it."""
    metadata: Mapping[str, Any] = (example.get("metadata") or {}).get("intent") or {}
    item = metadata.get("item")
    if item:
        return str(item)
    if example.get("intent") in _UNSAID:
        return None
    return BARE if example.get("intent") in ASPECTS else OTHER
