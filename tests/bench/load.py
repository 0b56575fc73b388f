"""Load: signed webhooks, or any POST, at a steady rate or as fast as possible, over kept connections."""

import hashlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
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

    Latency counts from the planned moment, so that a stall is not hidden by waiting senders.
    """
    result, lock = Result(), threading.Lock()
    places = iter(range(len(texts)))
    began = time.perf_counter() + 0.2

    def work() -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
        while True:
            with lock:
                place = next(places, None)
            if place is None:
                return
            due = began + (place / rate if rate else 0.0)
            path, body, headers = request(start + place, texts[place])
            time.sleep(max(0.0, due - time.perf_counter()))
            planned, sent_at = due if rate else time.perf_counter(), time.time()
            problem = _post(connection, path, body, headers)
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


def _post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> str:
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return type(error).__name__
    return "" if answer.status == 200 else str(answer.status)
