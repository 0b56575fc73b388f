"""Signed webhooks at a steady rate, or as fast as possible, over kept connections."""

import hashlib
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, Queue

from tests.bench.deployment import SECRETS
from tests.people import OA

THREADS = 16


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


def percentile(values: list[float], share: float) -> float:
    """Return the value at `share` (nearest rank).

    >>> percentile([4, 1, 3, 2], 0.5)
    2
    """
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1)]


def webhook(number: int, user: str, text: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of one signed Zalo text."""
    stamp = str(int(time.time() * 1000))
    event = {
        "app_id": SECRETS["app_id"], "sender": {"id": user}, "recipient": {"id": OA}, "event_name": "user_send_text",
        "message": {"text": text, "msg_id": f"m{number}"}, "timestamp": stamp,
    }  # fmt: skip
    body = json.dumps(event, ensure_ascii=False).encode()
    mac = hashlib.sha256(SECRETS["app_id"].encode() + body + stamp.encode() + SECRETS["oa_secret"].encode())
    return body, {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac.hexdigest()}"}


def press(address: str, texts: list[str], *, rate: float | None, start: int = 0, threads: int = THREADS) -> Result:
    """Post one webhook per text, each by its own person; `rate` per second, or None for as fast as possible.

    Latency counts from the planned moment, so that a stall is not hidden by waiting senders.
    """
    jobs: Queue[tuple[float, int, str]] = Queue()
    began = time.perf_counter() + 0.2
    for place, text in enumerate(texts):
        jobs.put((began + (place / rate if rate else 0.0), start + place, text))
    result, lock = Result(), threading.Lock()

    def work() -> None:
        host, port = address.removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=10)
        while True:
            try:
                due, number, text = jobs.get_nowait()
            except Empty:
                return
            body, headers = webhook(number, f"9{number:08d}", text)
            time.sleep(max(0.0, due - time.perf_counter()))
            planned = due if rate else time.perf_counter()
            sent_at = time.time()
            try:
                connection.request("POST", f"/hooks/zalo/{OA}", body, headers)
                status = connection.getresponse()
                status.read()
                problem = "" if status.status == 200 else str(status.status)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                problem = type(error).__name__
            with lock:
                result.latencies.append((time.perf_counter() - planned) * 1000)
                result.sent[f"9{number:08d}"] = sent_at
                if problem:
                    result.errors.append(problem)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    result.seconds = time.perf_counter() - began
    return result
