"""The imported catalogue as the assistant uses it: an index in memory, records from the database when they answer.

A thread looks every few seconds whether there was an import, and builds the new index beside the old one, so that no
answer waits for it and no process has to be started again.
"""

import threading
from collections.abc import Collection, Iterable, Iterator
from datetime import date

import structlog

from bot import procedures
from bot.db import Database
from content.catalogue import Catalogue
from content.model import Procedure
from content.national.convert import convert
from content.national.search import Entry, Found, NationalSearch

LOOKS_EVERY = 5.0
"""Seconds between looks at the catalogue's version (one short query)."""

log = structlog.get_logger()


class Shelf:
    """Safe to share between threads; empty until the first `refresh`."""

    def __init__(self, db: Database, curated: Catalogue) -> None:
        self._db = db
        self._curated = curated
        self._version = 0
        self._index: NationalSearch | None = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._index) if self._index else 0

    def start(self) -> None:
        """Keep up to date from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._keep_fresh, name="shelf", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ending.set()
        if self._thread:
            self._thread.join()

    def pause(self, seconds: float) -> None:
        """Wait so long, or until the shelf is closed."""
        self._ending.wait(seconds)

    def refresh(self) -> bool:
        """Build a new index if there was an import since the last one; say whether."""
        with self._db.read() as session:
            version = procedures.version(session)
            if version == self._version:
                return False
            rows = procedures.searchable(session)
        index = NationalSearch(self.entries(rows)) if rows else None
        self._index, self._version = index, version
        return True

    def look_up(self, text: str, *, also: Collection[str] = (), most: int = 5) -> tuple[Found, ...]:
        """Return the best of the whole catalogue for `text`, then those of `also`; () before the first import."""
        index = self._index
        return tuple(index.rank(text, also=also, most=most)) if index else ()

    def take(self, codes: Iterable[str], today: date) -> dict[str, Procedure]:
        """Return the imported records of `codes` as they may be told on `today`; curated ones are not among them."""
        wanted = [code for code in dict.fromkeys(codes) if self._curated.get(code) is None]
        if not wanted or not self._version:
            return {}
        with self._db.read() as session:
            found = procedures.find(session, wanted)
        return {code: convert(one.raw, today, gone_on=one.gone_on).procedure for code, one in found.items()}

    def entries(self, rows: list[tuple[str, str, procedures.Searched]]) -> Iterator[Entry]:
        """Yield what is searched; a curated record is also found by the names that we gave it."""
        for code, name, search in rows:
            record = self._curated.get(code)
            aliases = (record.short, *record.aliases) if record else ()
            yield Entry(code, name, tuple(search["levels"]), search["texts"], aliases)

    def _keep_fresh(self) -> None:
        while not self._ending.is_set():
            try:
                if self.refresh():
                    log.info("shelf.refreshed", version=self._version, procedures=len(self))
            except Exception as error:  # the next look may succeed; the old index goes on answering
                log.warning("shelf.not_refreshed", error=type(error).__name__)
            self.pause(LOOKS_EVERY)
