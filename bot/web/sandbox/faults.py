"""Faults that the sandbox's platforms are told to make, so that the bot's answer to them can be seen."""

import socket
import threading
from collections import deque
from contextlib import suppress

from flask import Request, Response


class Faults:
    """A queue of armed faults per platform; each request takes at most one. Shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[str, deque[str]] = {}

    def arm(self, platform: str, kind: str, times: int = 1) -> None:
        """Make the next `times` requests to `platform` ("zalo", "facebook") fail with `kind`.

        Before the work: a platform's code, `5xx`, `cut`; after it, when what was asked is done: `timeout`, `garbage`,
        `5xx-after`, `cut-after`. "zalo:create" or "facebook:feed" arms one call only, by the last part of its path.
        """
        with self._lock:
            self._armed.setdefault(platform, deque()).extend([kind] * max(times, 0))

    def take(self, platform: str) -> str | None:
        """Return the fault the request in hand has to show, and count it as shown."""
        with self._lock:
            queue = self._armed.get(platform)
            return queue.popleft() if queue else None

    def armed(self, platform: str) -> tuple[str, ...]:
        """Return what is still to come, in order."""
        with self._lock:
            return tuple(self._armed.get(platform, ()))

    def clear(self, platform: str) -> None:
        """Forget what was armed for `platform`."""
        with self._lock:
            self._armed.pop(platform, None)


def before(fault: str | None, asked: Request) -> Response | None:
    """Return the failure that comes before any work."""
    if fault == "5xx":
        return Response("<h1>502 Bad Gateway</h1>", 502)
    return _cut(asked) if fault == "cut" else None


def after(fault: str | None, asked: Request, *, slow: float) -> Response | None:
    """Return the failure that comes after the work; `slow` seconds late for a `timeout`, which answers at last."""
    if fault == "timeout":
        threading.Event().wait(slow)
    if fault == "garbage":
        return Response("<html>bảo trì</html>", 200)
    if fault == "5xx-after":
        return Response("<h1>502 Bad Gateway</h1>", 502)
    return _cut(asked) if fault == "cut-after" else None


def _cut(asked: Request) -> Response:
    """Cut the connection without an answer; werkzeug and gunicorn both tell the socket."""
    line = asked.environ.get("werkzeug.socket") or asked.environ.get("gunicorn.socket")
    if isinstance(line, socket.socket):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    return Response("", 502)
