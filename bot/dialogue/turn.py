"""The values of one turn of a conversation: what comes in, what goes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.base import Button
from content.agency import AgencyFacts
from content.library import Library
from content.national.search import Found
from nlu.understanding import Candidate, Understanding

Memory = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first, and whether the first may answer without asking back."""

    candidates: tuple[Candidate, ...] = ()
    sure: bool = False

    @property
    def best(self) -> Candidate | None:
        """The likeliest item, or None."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing a citizen did. `now` is local time of the agency; nothing here is a live object."""

    text: str
    payload: str = ""
    kind: str = "text"
    understanding: Understanding
    memory: Mapping[str, Any]
    facts: AgencyFacts
    library: Library
    now: datetime
    national: tuple[Found, ...] = ()
    """The best of the whole national catalogue for the text, and how the model's candidates do there."""
    ranking: Ranking = Ranking()
    """What the text may be about; set by `bot.dialogue` before the skills are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something to write besides the answer. `verb`: ticket, subscribe, unsubscribe, mute, forget."""

    verb: str
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to say and what to keep. `skill`, `procedure`, `candidates`, `aspect` are the `ask` contract's."""

    texts: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    skill: str
    procedure: str | None = None
    candidates: tuple[str, ...] = ()
    aspect: str | None = None
    confidence: float = 1.0
    memory: Memory = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    understood: bool = True
