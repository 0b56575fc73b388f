"""All content, loaded once: records, their search index, topics."""

from collections.abc import Mapping
from dataclasses import dataclass

from content import catalogue, phrases, topics
from content.catalogue import Catalogue
from content.search import Search
from content.topics import Topic


@dataclass(frozen=True, slots=True)
class Library:
    """What may be answered."""

    catalogue: Catalogue
    search: Search
    topics: Mapping[str, Topic]


def load() -> Library:
    """Return the library of this installation; raise `ContentError` with every fault."""
    phrases.phrases()  # once, before threads ask for the first sentence all at the same time
    records = catalogue.load()
    return Library(records, Search(records), topics.load())
