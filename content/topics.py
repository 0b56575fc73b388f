"""Short reviewed answers that are no procedure: campaign topics and guides to the portal."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from content.faults import ContentError, Fault, Source, build
from content.model import value

ROOT = Path(__file__).parent / "topics"
KINDS = ("topic", "portal")


@value
class Link:
    """A place to read on: an https address and its name."""

    title: str
    url: str


@value
class Topic:
    """`item` is `topic/<id>` or `portal/<id>`, as the understanding names it; `answer` is said as it stands."""

    item: str
    title: str
    aliases: tuple[str, ...]
    answer: str
    source: str
    as_of: date
    links: tuple[Link, ...] = ()
    related: tuple[str, ...] = ()


def read(root: Path = ROOT) -> tuple[dict[str, Topic], list[Fault]]:
    """Return the topics by item, and every fault."""
    topics: dict[str, Topic] = {}
    faults: list[Fault] = []
    for path in sorted(root.rglob("*.yaml")):
        source = Source(path, root.parent)
        topic = build(Topic, source)
        if topic:
            kind, _, name = topic.item.partition("/")
            if kind not in KINDS or name != path.stem:
                source.fault(f"item must be topic/{path.stem} or portal/{path.stem}", "item")
            for index, link in enumerate(topic.links):
                if not link.url.startswith("https://"):
                    source.fault("a link must be https", "links", index)
            topics.setdefault(topic.item, topic)
        faults += source.faults
    return topics, faults


def load(root: Path = ROOT) -> Mapping[str, Topic]:
    """Return every topic; raise `ContentError` listing all faults."""
    topics, faults = read(root)
    if faults:
        raise ContentError(faults)
    return topics
