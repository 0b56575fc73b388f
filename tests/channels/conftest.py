"""What the channels' tests share: a real server on a free port, and the recorded payloads."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

PAYLOADS = Path(__file__).parent / "payloads"

Serve = Callable[[Flask], str]


class Handler(WSGIRequestHandler):
    """Lets headers with underscores through, as Zalo has them; WSGI servers drop them by default."""

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        named = {name: value for name, value in self.headers.items() if "_" in name}
        return {**environ, **{f"HTTP_{name.upper()}": value for name, value in named.items()}}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay silent: the tests look at what was kept, not at the log."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that serves an app over real HTTP and says its address; stopped after the test."""
    running = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
        # A request that sleeps on purpose must not hold up the end of the test.
        server.daemon_threads = True  # type: ignore[attr-defined]
        server.block_on_close = False  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join(5)
        server.server_close()


@pytest.fixture
def payload() -> Callable[[str], Any]:
    """Return a function that reads one recorded payload by its file's name, without `.json`."""

    def read(name: str) -> Any:
        return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))

    return read
