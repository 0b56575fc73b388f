"""Understanding and dialogue as one thing: what the worker, `ask` and the sandbox all use."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import dialogue
from bot.dialogue import ellipsis, national
from bot.dialogue.gist import gist
from bot.dialogue.turn import Reply, Turn
from bot.shelf import Shelf
from content.agency import AgencyFacts
from content.library import Library
from nlu.client import Client
from nlu.text import canonical

TEXT_READ = 1_000
"""Characters that are understood; a longer message is cut here, not refused."""


class Assistant:
    """Answers one turn at a time; safe to share between threads."""

    def __init__(self, library: Library, client: Client, *, shelf: Shelf | None = None) -> None:
        self._library = library
        self._client = client
        self._shelf = shelf

    def close(self) -> None:
        """Give the client's connections back and end the shelf's thread."""
        self._client.close()
        if self._shelf:
            self._shelf.close()

    def reply(
        self, text: str, *, memory: Mapping[str, Any], facts: AgencyFacts, now: datetime, payload: str = "",
        kind: str = "text",
    ) -> Reply:  # fmt: skip
        """Return the reply to one act of a citizen; `now` is local time."""
        text = canonical(text)[:TEXT_READ]
        asked = "" if payload else gist(text)
        understanding = self._client.parse(asked)
        turn = Turn(text=text, payload=payload, kind=kind, understanding=understanding, memory=memory, facts=facts,
                    library=self._library, now=now)  # fmt: skip
        turn = self._in_context(turn, asked)
        return dialogue.reply(self._with_imported(turn, asked, self._shelf) if self._shelf else turn)

    def _in_context(self, turn: Turn, asked: str) -> Turn:
        """Return the turn with its text read once more after the thing talked of, where it leaves that out."""
        thing = ellipsis.left_out(turn)
        return ellipsis.understood(turn, self._client.parse(f"{thing} {asked}")) if thing else turn

    def _with_imported(self, turn: Turn, asked: str, shelf: Shelf) -> Turn:
        """Return the turn with what the national catalogue has for it; the dialogue itself reads no database."""
        also = [one.item for one in turn.understanding.candidates]
        turn = replace(turn, national=shelf.look_up(asked, also=also) if asked else ())
        records = shelf.take(national.wanted(turn), turn.now.date())
        return replace(turn, library=replace(turn.library, catalogue=turn.library.catalogue.with_imported(records)))
