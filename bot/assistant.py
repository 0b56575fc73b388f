"""Understanding and dialogue as one thing: what the worker, `ask` and the sandbox all use."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import dialogue
from bot.dialogue.gist import gist
from bot.dialogue.turn import Reply, Turn
from content.agency import AgencyFacts
from content.library import Library
from nlu.client import Client
from nlu.text import canonical

TEXT_READ = 1_000
"""Characters that are understood; a longer message is cut here, not refused."""


class Assistant:
    """Answers one turn at a time; safe to share between threads."""

    def __init__(self, library: Library, client: Client) -> None:
        self._library = library
        self._client = client

    def close(self) -> None:
        """Give the client's connections back."""
        self._client.close()

    def reply(
        self, text: str, *, memory: Mapping[str, Any], facts: AgencyFacts, now: datetime, payload: str = "",
        kind: str = "text",
    ) -> Reply:  # fmt: skip
        """Return the reply to one act of a citizen; `now` is local time."""
        text = canonical(text)[:TEXT_READ]
        understanding = self._client.parse("" if payload else gist(text))
        return dialogue.reply(
            Turn(text=text, payload=payload, kind=kind, understanding=understanding, memory=memory, facts=facts,
                 library=self._library, now=now)
        )  # fmt: skip
