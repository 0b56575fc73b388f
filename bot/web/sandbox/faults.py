"""Faults that the sandbox's platforms are told to make, so that the bot's answer to them can be seen."""

import threading
from collections import deque


class Faults:
    """A queue of armed faults per platform; each request takes at most one. Shared between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[str, deque[str]] = {}

    def arm(self, platform: str, kind: str, times: int = 1) -> None:
        """Make the next `times` requests to `platform` ("zalo", "facebook") fail with `kind`."""
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
