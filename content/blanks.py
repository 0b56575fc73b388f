"""Blanks in a text, `{{ngày}}`: found, named and filled in; one that is left open is never passed over. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nlu.text import canonical

_BLANK = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def key(name: str) -> str:
    """Return a blank's name as it is compared: case, white space and underscores do not tell names apart.

    >>> key(" Ngày_họp ")
    'ngày họp'
    """
    return " ".join(canonical(name).lower().replace("_", " ").split())


def blanks(*texts: str) -> list[str]:
    """Return the names of the blanks of these texts, each once, in their order."""
    return list(dict.fromkeys(key(name) for text in texts for name in _BLANK.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the blanks filled in of which `values` (by `key`) has something; others stay open."""
    return _BLANK.sub(lambda found: values.get(key(found[1]), "").strip() or found[0], text)


def all_filled(tree: Any, values: Mapping[str, str]) -> Any:
    """Return texts, lists and mappings with every blank filled in as `filled` does."""
    if isinstance(tree, str):
        return filled(tree, values)
    if isinstance(tree, Mapping):
        return {name: all_filled(one, values) for name, one in tree.items()}
    return [all_filled(one, values) for one in tree] if isinstance(tree, list | tuple) else tree


def texts_of(tree: Any) -> Iterable[str]:
    """Yield every text of texts, lists and mappings."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping | list | tuple):
        for one in tree.values() if isinstance(tree, Mapping) else tree:
            yield from texts_of(one)
