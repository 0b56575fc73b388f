"""Load: signed webhooks, or any POST, at a steady rate or as fast as possible, over kept connections."""

import hashlib
import json
import re
import socket
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.people import OA, ZALO

THREADS = 16
BURST_THREADS = 8

Request = Callable[[int, str], tuple[str, bytes, dict[str, str]]]
"""Number and text of a message → path, body and headers."""


@dataclass
class Result:
    """Latencies in milliseconds, statuses other than 200, and when each message was sent (epoch seconds)."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Return the latency under which `share` of the requests stayed."""
        return percentile(self.latencies, share)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds


def percentile(values: list[float], share: float) -> float:
    """Return the value at `share` (nearest rank).

    >>> percentile([4, 1, 3, 2], 0.5)
    2
    """
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1)]


def busiest(moments: Sequence[float], *, seconds: float = 1.0) -> int:
    """Return how many of the moments fell into the busiest second, wherever it begins.

    >>> busiest([0.0, 0.4, 0.9, 1.2, 1.3])
    4
    """
    ordered = sorted(moments)
    return max(bisect_left(ordered, at + seconds) - place for place, at in enumerate(ordered))


def person(number: int) -> str:
    """Return who writes message `number`: everybody writes once."""
    return f"9{number:08d}"


def webhook(number: int, text: str) -> tuple[str, bytes, dict[str, str]]:
    """Return path, body and headers of one signed Zalo text."""
    stamp = str(int(time.time() * 1000))
    event = {
        "app_id": ZALO["app_id"], "sender": {"id": person(number)}, "recipient": {"id": OA},
        "event_name": "user_send_text", "message": {"text": text, "msg_id": f"m{number}"}, "timestamp": stamp,
    }  # fmt: skip
    body = json.dumps(event, ensure_ascii=False).encode()
    mac = hashlib.sha256(ZALO["app_id"].encode() + body + stamp.encode() + ZALO["oa_secret"].encode())
    return (
        f"/hooks/zalo/{OA}",
        body,
        {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac.hexdigest()}"},
    )


def press(
    address: str, texts: Sequence[str], *, request: Request = webhook, rate: float | None = None, start: int = 0,
    threads: int | None = None,
) -> Result:  # fmt: skip
    """Post one request per text; `rate` per second, or None for as fast as `threads` get answers.

    Latency counts from the planned moment, so that a stall is not hidden by waiting senders. Everything is built
    before the first is sent, and read back with the least that will do: the load shares the processors.
    """
    host, port = address.removeprefix("http://").split(":")
    built = [_built(host, request(start + place, text)) for place, text in enumerate(texts)]
    result, lock = Result(), threading.Lock()
    places = iter(range(len(texts)))
    began = time.perf_counter() + 0.2

    def work() -> None:
        with Line(host, int(port)) as line:
            while (place := _next(places, lock)) is not None:
                due = began + (place / rate if rate else 0.0)
                time.sleep(max(0.0, due - time.perf_counter()))
                planned, sent_at = due if rate else time.perf_counter(), time.time()
                problem = line.exchange(built[place])
                with lock:
                    result.latencies.append((time.perf_counter() - planned) * 1000)
                    result.sent[person(start + place)] = sent_at
                    if problem:
                        result.errors.append(problem)

    workers = [threading.Thread(target=work) for _ in range(threads or (THREADS if rate else BURST_THREADS))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    result.seconds = time.perf_counter() - began
    return result


def _next(places: Iterator[int], lock: threading.Lock) -> int | None:
    with lock:
        return next(places, None)


def _built(host: str, request: tuple[str, bytes, dict[str, str]]) -> bytes:
    path, body, headers = request
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Line:
    """One kept connection; opened anew when the other side has closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._raw: socket.socket | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._raw:
            self._raw.close()
        self._raw = None

    def exchange(self, request: bytes) -> str:
        """Send a request and read its answer; return what is wrong, "" for a 200."""
        try:
            if self._raw is None:
                self._raw = socket.create_connection(self._to, timeout=30)
                self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._raw.sendall(request)
            head, body = _split(self._raw)
            length = int(_LENGTH.search(head)[1])  # type: ignore[index]
            while len(body) < length:
                body += _more(self._raw)
        except (OSError, TypeError) as error:
            self.close()
            return type(error).__name__
        if _CLOSES.search(head):
            self.close()
        status = head[9:12].decode()
        return "" if status == "200" else status


_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.I)


def _split(raw: socket.socket) -> tuple[bytes, bytes]:
    come = b""
    while (end := come.find(b"\r\n\r\n")) < 0:
        come += _more(raw)
    return come[:end], come[end + 4 :]


def _more(raw: socket.socket) -> bytes:
    come = raw.recv(65536)
    if not come:
        raise ConnectionError("closed")
    return come
