"""JSON over HTTP: kept connections and one deadline for everything; standard library only.

A general HTTP library costs more than the rest of an answer together: cookies, redirects, proxies and retries
have no place between us and our own server, nor where a message goes to a platform.
"""

import http.client
import io
import re
import select
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import CancelledError, Executor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

_PLAIN = re.compile(r"[!-~]+")
"""What a path may have: no space, nothing invisible."""
_LEAST = 0.001
"""Shortest time-out of one step in seconds; zero would mean that nothing may wait."""


class WireError(Exception):
    """No whole answer came in time. `sent`: whether the other side may have got what was asked."""

    sent = True


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers (case-insensitive) of an answer."""

    status: int
    body: bytes
    headers: Message


class Wire:
    """POSTs JSON to paths under `url`; several threads may use a wire, each call has its own connection meanwhile.

    Connections are opened by the threads of `connecting`, because looking up a name knows no deadline. An answer has
    `longest` bytes at most.
    """

    def __init__(self, url: str, *, connecting: Executor, longest: int, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = tls or ssl.create_default_context() if parts.scheme == "https" else None
        self._longest = longest
        self._path = parts.path.rstrip("/")
        self._head = (
            f" HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: "
        )
        self._kept: list[socket.socket] = []
        self._connecting = connecting
        self._closed = False

    def post(
        self, path: str, body: bytes, *, until: float, wait: float | None = None, headers: Mapping[str, str] = {},
    ) -> Answer:  # fmt: skip
        """Return the answer; raise `WireError` unless all of it is there `until` then.

        `until` is a moment of `time.monotonic`; with `wait`, it is for the connection alone, and the answer may take so
        many seconds.
        """
        sent = False
        try:
            head = self._asking(path, body, headers)
            raw = self._connection(until)
            try:
                sent = True
                ends = until if wait is None else time.monotonic() + wait
                answer, again = self._exchange(raw, head + body, ends)
            except BaseException:
                raw.close()
                raise
        except (OSError, http.client.HTTPException, ValueError, RuntimeError, CancelledError, TookTooLong) as error:
            broken = WireError(type(error).__name__)
            broken.sent = sent
            raise broken from error
        if again and not self._closed:
            self._kept.append(raw)
        else:
            raw.close()
        return answer

    def close(self) -> None:
        """Close every connection that is not at work; none is kept any more."""
        self._closed = True
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
        return self._connecting.submit(self._open, _left(until)).result(timeout=_left(until))

    def _open(self, wait: float) -> socket.socket:
        raw = socket.create_connection((self._host, self._port), timeout=wait)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(raw, server_hostname=self._host) if self._tls else raw

    def _asking(self, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        lines = "".join(f"\r\n{name}: {value}" for name, value in headers.items())
        if not _PLAIN.fullmatch(path) or any("\r" in value or "\n" in value for value in headers.values()):
            raise ValueError("what would be read as more than one header")
        return f"POST {self._path}{path}{self._head}{len(body)}{lines}\r\n\r\n".encode("latin-1")

    def _exchange(self, raw: socket.socket, asked: bytes, until: float) -> tuple[Answer, bool]:
        """Return the answer, and whether the connection may be used again."""
        raw.settimeout(_left(until))
        raw.sendall(asked)
        response = http.client.HTTPResponse(_Timed(raw, until), method="POST")  # type: ignore[arg-type]
        response.begin()
        answer = response.read(self._longest)
        if response.read(1):
            raise WireError("body too long")
        if response.length:
            raise WireError("body cut")
        return Answer(response.status, answer, response.headers), not response.will_close


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
