"""A whole town under test: fake platforms, the web, a worker, all over real HTTP; keywords understand."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from bot import create_app
from bot.answering import Answering
from bot.assistant import Assistant
from bot.channels import PUBLISHERS
from bot.channels import base as wire
from bot.channels.http import Http
from bot.channels.publishing import Publication
from bot.db import Database
from bot.settings import Settings
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from bot.worker import Worker, clock
from content import library
from content.library import Library
from nlu.client import Client
from tests.channels.conftest import Handler
from tests.channels.walk import Walk
from tests.people import FACEBOOK, OA, PAGE, ZALO, add_suoi_mo
from tests.postgres import wait_for

KEYS = {"zalo": OA, "facebook": PAGE}


@dataclass
class Town:
    """Everything running; `says` is a citizen's act, `hears` what reached the phone."""

    settings: Settings
    db: Database
    vault: Vault
    platforms: Platforms
    web: str
    worker: Worker
    thread: threading.Thread

    def says(self, channel: str, user: str, text: str = "", *, kind: str = "text", payload: str = "") -> int:
        """Let `user` do something; return the hook's status."""
        body, headers = self.platforms.act(channel, KEYS[channel], kind=kind, user=user, text=text, payload=payload)
        return self.posts(channel, body, headers)

    def posts(self, channel: str, body: bytes, headers: dict[str, str]) -> int:
        """Post a webhook as it is; return the hook's status."""
        answer = requests.post(f"{self.web}/hooks/{channel}/{KEYS[channel]}", data=body, headers=headers, timeout=10)
        return answer.status_code

    def hears(self, channel: str, user: str, count: int = 1, *, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Wait for `count` messages to `user`; return all that came."""
        wait_for(lambda: len(self.platforms.sent(channel, user)) >= count, seconds=seconds)
        return self.platforms.sent(channel, user)

    def publishes(self, channel: str, publication: Publication) -> Walk:
        """Return the way of a publication onto this town's platform."""
        secrets = {"zalo": ZALO, "facebook": FACEBOOK}[channel]
        http = Http(self.settings.urls, (1.0, 2.0))
        return Walk(PUBLISHERS[channel], http, wire.Account(key=KEYS[channel], secrets=secrets), publication)

    def stop(self) -> None:
        """End the worker; the work in hand is finished first."""
        self.worker.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()


@pytest.fixture(scope="session")
def books() -> Library:
    """The real content, loaded once."""
    return library.load()


@pytest.fixture
def town(db: Database, vault: Vault, settings_: Settings, books: Library) -> Iterator[Town]:
    """A town at work."""
    with db.write() as session:
        for account in add_suoi_mo(session, vault, now=clock()):
            account.per_second = 1000.0
    app = create_app(settings_)
    platforms: Platforms = app.extensions["sandbox"]
    platforms.zalo.slow = platforms.graph.slow = 2.0  # slower than we wait
    platforms.open_all(db, vault)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    zalo, graph = here + PREFIXES["zalo"], here + PREFIXES["facebook"]
    urls = {"zalo": zalo, "zalo_oauth": zalo, "graph": graph}
    settings = replace(settings_, urls=urls, http_timeout=0.7)
    worker = Worker(db, vault, settings, answering=Answering(db, Assistant(books, Client(settings.nlu_url))))
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    town = Town(settings, db, vault, platforms, here, worker, thread)
    yield town
    town.stop()
    server.shutdown()
    server.server_close()
