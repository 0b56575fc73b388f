"""Training examples: what an example's intent and metadata say it is about. No Rasa import."""

from collections.abc import Mapping
from typing import Any, Protocol

ASPECTS = (
    "documents", "fee", "time", "where", "online", "steps",
    "conditions", "result", "legal", "forms", "overview",
)  # fmt: skip
BARE = "bare"  # asks for an aspect and names nothing: a follow-up
OUT_OF_SCOPE = "out_of_scope"
ELSEWHERE = "elsewhere"  # the item of what is asked of a procedure that has no curated record
_UNSAID = frozenset({"correct"})  # names an item ("không, ý tôi là khai tử"), but which is not labelled


class Example(Protocol):
    """What Rasa's `Message` offers and we need."""

    def get(self, prop: str, default: Any = None) -> Any:
        """Return a property of the example."""


def item_of(example: Example) -> str | None:
    """Return the item that `example` is about, if it says so."""
    metadata: Mapping[str, Any] = (example.get("metadata") or {}).get("intent") or {}
    item = metadata.get("item")
    return str(item) if item else None


def label_of(intent: str, item: str | None) -> str:
    """Return the label for "what is it about": the item, `bare`, or the skill."""
    return item or (BARE if intent in ASPECTS else intent)


def is_certain(label: str) -> bool:
    """Return whether a text with this label is a good example of what it is about."""
    return label not in _UNSAID


def group_of(label: str) -> str:
    """Return what a label counts as among intents: `procedure`, `portal`, `topic`, `bare` or the skill itself."""
    if label[:1].isdigit():
        return "procedure"
    return label.split("/", maxsplit=1)[0]
