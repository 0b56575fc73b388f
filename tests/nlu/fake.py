"""A server that answers like Rasa's, or as badly as it is told: for the client's tests."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def answer(intent: str = "documents", **changed: Any) -> dict[str, Any]:
    """Return the JSON of a good answer, with `changed` fields."""
    return {
        "text": "ignored",
        "intent": {"name": intent, "confidence": 0.8},
        "intent_ranking": [{"name": intent, "confidence": 0.8}, {"name": "out_of_scope", "confidence": 0.1}],
        "items": [{"item": "1.001193", "confidence": 0.7}, {"item": "2.000986", "confidence": 0.2}],
        "other": 0.06,
        "bare": 0.04,
        **changed,
    }


class Fake(ThreadingHTTPServer):
    """Answers every POST with `status` and `body` after `delay`; `trickle` sends one byte at a time.

    Texts that come `together` get a list of as many bodies, unless it cannot: then 404.
    """

    daemon_threads = True
    request_queue_size = 64  # more than the client has threads: none is refused while the machine is busy

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.status = 200
        self.body = json.dumps(answer()).encode()
        self.delay = 0.0
        self.trickle = False
        self.together = True
        self.loads: list[int] = []
        self.asked: list[str] = []
        self.paths: set[str] = set()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def says(self, value: Any) -> None:
        """Answer with the JSON of `value` from now on."""
        self.body = json.dumps(value).encode()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: a client that went away in the middle is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.paths.add(self.path)
        status, body = self.server.status, self.server.body
        if "texts" in sent and not self.server.together:
            status, body = 404, b"Not Found"
        else:
            texts = sent.get("texts", [sent.get("text")])
            self.server.asked += texts
            self.server.loads.append(len(texts))
            body = b"[" + b",".join([body] * len(texts)) + b"]" if "texts" in sent else body
        self.server.released.wait(self.server.delay)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not self.server.trickle:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def do_GET(self) -> None:
        body = json.dumps({"model_id": "nlu" if self.server.status == 200 else None}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(port: int = 0) -> Iterator[Fake]:
    """Yield a running fake server."""
    fake = Fake(port)
    thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.released.set()
        fake.shutdown()
        fake.server_close()
        thread.join(5)


def within(seconds: float, reached: Any) -> bool:
    """Return whether `reached()` becomes true in time."""
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
