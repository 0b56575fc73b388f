"""What our buttons carry. A person can type it too, so it is checked like any input.

`#tthc:<code>:<aspect>` asks an aspect of a procedure; `#item:<topic or portal item>`; `#say:<skill>`.
"""

import re
from dataclasses import dataclass

from bot.channels.base import Button
from content.model import Aspect
from content.phrases import say

_PROCEDURE = re.compile(r"^#tthc:(\d\.\d{6})(?::([a-z]+))?$")
_ITEM = re.compile(r"^#item:((?:topic|portal)/[a-z0-9-]+)$")
_SKILL = re.compile(r"^#say:([a-z]+)$")
_ASPECTS = {aspect.value for aspect in Aspect}

TITLE_MAX = 100


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed: a procedure (with an aspect or none), a topic's item, or a skill."""

    code: str = ""
    aspect: Aspect | None = None
    item: str = ""
    skill: str = ""


def read(payload: str) -> Pressed | None:
    """Return what `payload` means, or None when it is none of ours."""
    if match := _PROCEDURE.match(payload.strip()):
        aspect = match[2] if match[2] in _ASPECTS else None
        return Pressed(code=match[1], aspect=Aspect(aspect) if aspect else None)
    if match := _ITEM.match(payload.strip()):
        return Pressed(item=match[1])
    if match := _SKILL.match(payload.strip()):
        return Pressed(skill=match[1])
    return None


def procedure(title: str, code: str, aspect: Aspect | None = None) -> Button:
    """Return a button that asks about a procedure."""
    return Button(title=title[:TITLE_MAX], value=f"#tthc:{code}:{aspect}" if aspect else f"#tthc:{code}")


def item(title: str, name: str) -> Button:
    """Return a button that opens a topic or a guide."""
    return Button(title=title[:TITLE_MAX], value=f"#item:{name}")


def button(skill: str, title: str) -> Button:
    """Return a button that opens a skill."""
    return Button(title=title, value=f"#say:{skill}")


def person() -> Button:
    """Return the button that calls a person."""
    return button("handoff", say("button.person"))


def none_of_these() -> Button:
    """Return the button that says that no choice fits."""
    return button("other", say("choose.none_of_these"))
