"""HTTP to our own server: kept connections and one deadline for everything; standard library only.

A general HTTP library costs more than the rest of an answer together: cookies, redirects, proxies and retries
have no place between us and our own server.
"""

import http.client
import io
import select
import socket
import ssl
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

_LEAST = 0.001
"""Shortest time-out of one step in seconds; zero would mean that nothing may wait."""


class WireError(Exception):
    """No whole answer came in time."""


class Wire:
    """POSTs JSON to paths under `url`; several threads may use a wire, each call has its own connection meanwhile."""

    def __init__(self, url: str, *, threads: int, longest: int) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._longest = longest
        self._path = parts.path.rstrip("/")
        self._head = (
            f" HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        )
        self._kept: list[socket.socket] = []
        self._connecting = ThreadPoolExecutor(threads, thread_name_prefix="wire")
        self._closed = False

    def post(self, path: str, body: bytes, *, until: float) -> tuple[int, bytes]:
        """Return status and body of the answer; raise `WireError` unless all of it is there `until` then.

        `until` is a moment of `time.monotonic`.
        """
        try:
            raw = self._connection(until)
            try:
                status, answer, again = self._exchange(raw, path, body, until=until)
            except BaseException:
                raw.close()
                raise
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise WireError(type(error).__name__) from error
        if again and not self._closed:
            self._kept.append(raw)
        else:
            raw.close()
        return status, answer

    def close(self) -> None:
        """Close every connection that is not at work; no more is opened."""
        self._closed = True
        self._connecting.shutdown(wait=False, cancel_futures=True)
        while self._kept:
            self._kept.pop().close()

    def _connection(self, until: float) -> socket.socket:
        while self._kept:
            try:
                raw = self._kept.pop()
            except IndexError:  # another thread was quicker
                break
            if not _dropped(raw):
                return raw
            raw.close()
        # In a thread, because looking up a name knows no deadline.
        try:
            opening = self._connecting.submit(self._open, _left(until))
            return opening.result(timeout=_left(until))
        except (RuntimeError, CancelledError) as error:
            raise WireError("closed") from error

    def _open(self, wait: float) -> socket.socket:
        raw = socket.create_connection((self._host, self._port), timeout=wait)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(raw, server_hostname=self._host) if self._tls else raw

    def _exchange(self, raw: socket.socket, path: str, body: bytes, *, until: float) -> tuple[int, bytes, bool]:
        """Return status, body, and whether the connection may be used again."""
        raw.settimeout(_left(until))
        raw.sendall(f"POST {self._path}{path}{self._head}{len(body)}\r\n\r\n".encode() + body)
        response = http.client.HTTPResponse(_Timed(raw, until), method="POST")  # type: ignore[arg-type]
        response.begin()
        answer = response.read(self._longest)
        if response.read(1):
            raise WireError("body too long")
        if response.length:
            raise WireError("body cut")
        return response.status, answer, not response.will_close


class _Timed(io.RawIOBase):
    """What `http.client` reads from: a socket whose time ends at a moment, however slowly the bytes come."""

    def __init__(self, raw: socket.socket, until: float) -> None:
        self._raw, self._until = raw, until

    def makefile(self, *_args: object) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # The socket's own time-out starts anew with every byte.
        self._raw.settimeout(_left(self._until))
        return self._raw.recv_into(buffer)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return max(left, _LEAST)


def _dropped(raw: socket.socket) -> bool:
    """Say whether the other side has closed a waiting connection (or sent what nobody asked for)."""
    poll = select.poll()
    poll.register(raw, select.POLLIN)
    return bool(poll.poll(0))
