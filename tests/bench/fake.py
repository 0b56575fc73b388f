"""A platform that only takes messages and notes when: light, so that the bench measures us and not it."""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_arrived: dict[str, float] = {}
_lock = threading.Lock()


class Platform(BaseHTTPRequestHandler):
    """POST is a message to `recipient.user_id`; GET tells the first arrival per person, or (`/count`) of how many."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        user = str(body.get("recipient", {}).get("user_id", ""))
        with _lock:
            _arrived.setdefault(user, time.time())
        self._answer({"error": 0, "message": "Success", "data": {"message_id": user, "user_id": user}})

    def do_GET(self) -> None:
        with _lock:
            self._answer(len(_arrived) if self.path == "/count" else _arrived)

    def _answer(self, body: Any) -> None:
        raw = json.dumps(body).encode()
        # One write: two small ones would wait for each other (Nagle and delayed acknowledgements).
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
        self.wfile.write(head + raw)

    def log_message(self, *_args: Any) -> None:
        """Stay silent."""


if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Platform).serve_forever()
