"""The assistant as the console asks it: the same understanding, dialogue and content as the worker's.

It writes nothing. Loaded at the first question of a process; whether there was an import is looked at when one asks.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

from flask import current_app

from bot.assistant import Assistant
from bot.dialogue.turn import Reply
from bot.knowledge import listing
from bot.knowledge.listing import Listing
from bot.shelf import LOOKS_EVERY, Shelf
from bot.web.console.books import books
from bot.web.console.desk import Desk, local
from content.agency import AgencyFacts
from content.model import Procedure
from nlu.client import Client

HITS = 40
"""Procedures found by a search."""


class Probe:
    """Safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._listing = Listing(-1, {})
        self._shelf: Shelf | None = None
        self._assistant: Assistant | None = None

    def ask(
        self, facts: AgencyFacts, *, text: str = "", payload: str = "", kind: str = "text",
        memory: Mapping[str, Any] | None = None,
    ) -> Reply:  # fmt: skip
        """Return what the assistant of an agency with these `facts` says to a citizen; nothing is kept."""
        now = local(self._desk.now())
        return self._ready().reply(text, payload=payload, kind=kind, memory=memory or {}, facts=facts, now=now)

    def listing(self) -> Listing:
        """Return every procedure, as of the last import."""
        self._ready()
        return self._listing

    def search(self, asked: str) -> list[str]:
        """Return the codes of the procedures that fit best, ours first where they fit as well as they can."""
        self._ready()
        ours = [hit.code for hit in books().search.rank(asked, most=HITS // 4)]
        others = [found.code for found in self._shelf.look_up(asked, most=HITS)] if self._shelf else []
        return list(dict.fromkeys([*ours, *others]))

    def record(self, code: str) -> Procedure | None:
        """Return the record that answers for `code`, or None."""
        self._ready()
        imported = self._shelf.take([code], local(self._desk.now()).date()) if self._shelf else {}
        return books().catalogue.get(code) or imported.get(code)

    def _ready(self) -> Assistant:
        """Return the assistant; one thread builds what is missing or old, others go on with what there is."""
        if self._assistant is None:
            with self._lock:
                self._refresh()
        elif time.monotonic() - self._looked > LOOKS_EVERY and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        assert self._assistant is not None  # noqa: S101 - made above
        return self._assistant

    def _refresh(self) -> None:
        if time.monotonic() - self._looked <= LOOKS_EVERY:
            return
        desk = self._desk
        shelf = self._shelf or Shelf(desk.db, books().catalogue)
        if shelf.refresh() or self._listing.version < 0:
            with desk.db.read() as reading:
                self._listing = listing.load(reading, books().catalogue)
        if self._assistant is None:
            client = Client(desk.settings.nlu_url, deadline=desk.settings.nlu_deadline)
            self._assistant = Assistant(books(), client, shelf=shelf)
        self._shelf, self._looked = shelf, time.monotonic()


def probe() -> Probe:
    """Return this process's probe."""
    found: Probe = current_app.extensions["probe"]
    return found
