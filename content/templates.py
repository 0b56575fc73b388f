"""Templates of posts that every authority writes again and again; their blanks are filled in by a person. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path

from content.blanks import blanks, key
from content.faults import ContentError, Fault, Source, build
from content.model import value

ROOT = Path(__file__).parent / "templates"
AUTOMATIC = ("cơ quan",)
"""Blanks that the system fills in unless a person does."""


@value
class Template:
    """`fields` says of each blank what to write there; a file's name is its key."""

    name: str
    title: str
    text: str
    link: str = ""
    topic: str = ""
    audience: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def read(root: Path = ROOT) -> tuple[dict[str, Template], list[Fault]]:
    """Return the templates by key, and every fault."""
    found: dict[str, Template] = {}
    faults: list[Fault] = []
    for path in sorted(root.glob("*.yaml")):
        source = Source(path, root.parent)
        if template := build(Template, source):
            for fault in _faults(template):
                source.fault(fault, "fields")
            found[path.stem] = template
        faults += source.faults
    return found, faults


def _faults(template: Template) -> Iterator[str]:
    used = [name for name in blanks(template.title, template.text, template.link) if name not in AUTOMATIC]
    told = [key(name) for name in template.fields]
    yield from (f"'{name}' is not explained" for name in used if name not in told)
    yield from (f"'{name}' is no blank of the template" for name in told if name not in used)


@cache
def templates() -> Mapping[str, Template]:
    """Return every template that comes with us; raise `ContentError` listing all faults."""
    found, faults = read()
    if faults:
        raise ContentError(faults)
    return found
