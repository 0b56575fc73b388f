"""Help for staff: a short guide per role, plain text in `help/*.yaml`, each section naming the pages it explains."""

from functools import cache
from pathlib import Path

from pydantic import model_validator

from content.faults import ContentError, Source, build
from content.model import value

FOLDER = Path(__file__).parent / "help"


@value
class Picture:
    """What a page looks like: `file` stands in the console's `static/help`; `alt` says what it shows."""

    file: str
    alt: str


@value
class Section:
    """One thing that staff do. `id` is its anchor; `pages` are the console's endpoints that it explains."""

    id: str
    title: str
    text: str = ""
    steps: tuple[str, ...] = ()
    picture: Picture | None = None
    pages: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> "Section":
        if not (self.text or self.steps):
            raise ValueError("a section needs text or steps")
        return self


@value
class Guide:
    """What one role has to know, in the order of a working day."""

    role: str
    title: str
    intro: str
    sections: tuple[Section, ...]


@cache
def guides() -> dict[str, Guide]:
    """Return the guides by role, in the order of their files; raise `ContentError` with every fault."""
    sources = [Source(path, FOLDER.parent) for path in sorted(FOLDER.glob("*.yaml"))]
    built = [build(Guide, source) for source in sources]
    if faults := [fault for source in sources for fault in source.faults]:
        raise ContentError(faults)
    return {guide.role: guide for guide in built if guide}


def section_of(page: str) -> tuple[str, str] | None:
    """Return role and section that explain a page of the console, or None."""
    return _by_page().get(page)


@cache
def _by_page() -> dict[str, tuple[str, str]]:
    told = [(page, guide.role, one.id) for guide in guides().values() for one in guide.sections for page in one.pages]
    return {page: (role, section) for page, role, section in told}
