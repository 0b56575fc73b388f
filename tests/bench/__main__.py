"""`python -m tests.bench`: print the figures, one line each, and fail where one misses its mark.

With a word of `acknowledgements answers peer console figures queue`, only that part.
"""

import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tests import postgres
from tests.bench import console, figures, queue
from tests.bench.deployment import Deployment, deployment, rasa
from tests.bench.load import BURST_THREADS, percentile, person, press
from tests.bench.processes import memory, metered
from tests.bench.questions import questions
from tests.postgres import wait_for

PARTS = ("acknowledgements", "answers", "peer", "console", "figures", "queue")
PAGE_MOST = {"SQLite": 250, "PostgreSQL": 100}
"""Milliseconds of a page's server time, p95."""
JSON = {"Content-Type": "application/json"}
NOBODY = "http://127.0.0.1:9"

failed: list[str] = []


def tell(name: str, value: float, unit: str, *, most: float | None = None, least: float | None = None) -> None:
    """Print one figure with its mark."""
    good = (most is None or value <= most) and (least is None or value >= least)
    mark = f"≤ {most:g}" if most is not None else f"≥ {least:g}" if least is not None else ""
    print(f"{name:58} {value:9.2f} {unit:8} {mark:8} {'' if good else 'MISSED'}", flush=True)
    if not good:
        failed.append(name)


def tell_cpu(name: str, spent: str) -> None:
    """Print the processor time per message, by process."""
    print(f"{name:58} {spent} ms of processor time a message", flush=True)


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Yield fresh, empty databases of both kinds by name."""
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.server(durable=True) as address,
        postgres.database(address) as url,
    ):
        yield {"SQLite": f"sqlite:///{folder}/bench.db", "PostgreSQL": url}


def acknowledgements(kind: str, url: str) -> None:
    """Measure the webhook alone: durable, at 200/s and as fast as it goes."""
    with deployment(url, NOBODY, works=False) as here:
        press(here.web, questions(200, seed=1), rate=200)  # warm
        with metered(here.pids) as steady_cpu:
            steady = press(here.web, questions(2000, seed=2), rate=200, start=1000)
        with metered(here.pids) as burst_cpu:
            burst = press(here.web, questions(3000, seed=3), start=10_000)
    tell(f"{kind}: acknowledgement at 200/s, p50", steady.percentile(0.5), "ms")
    tell(f"{kind}: acknowledgement at 200/s, p99", steady.percentile(0.99), "ms", most=25)
    tell_cpu(f"{kind}: acknowledgement at 200/s", steady_cpu.per(2000))
    tell(f"{kind}: acknowledgements sustained", burst.rate, "/s", least=400)
    tell_cpu(f"{kind}: acknowledgements sustained", burst_cpu.per(3000))
    tell(f"{kind}: errors", len(steady.errors) + len(burst.errors), "", most=0)


def answers(kind: str, url: str, nlu: tuple[str, int]) -> float:
    """Measure question to answer, Rasa included; return the answers per second under a burst."""
    with deployment(url, nlu[0], works=True, nlu_pid=nlu[1]) as here:
        time.sleep(2)
        press(here.web, questions(60, seed=4), rate=20, start=100_000)  # warm
        with metered(here.pids) as meter:
            result = press(here.web, questions(400, seed=5), rate=20, start=200_000)
            wait_for(lambda: set(result.sent) <= set(here.arrivals()), seconds=30)
        arrived = here.arrivals()
        spent = [(arrived[user] - at) * 1000 for user, at in result.sent.items() if user in arrived]
        tell(f"{kind}: question to answer at 20/s, answered", len(spent) / len(result.sent) * 100, "%", least=100)
        tell(f"{kind}: question to answer at 20/s, p50", percentile(spent, 0.5), "ms", most=40)
        tell(f"{kind}: question to answer at 20/s, p99", percentile(spent, 0.99), "ms", most=150)
        tell_cpu(f"{kind}: question to answer at 20/s", meter.per(400))
        rate = _burst(kind, here)
        ours = sum(memory(here.pids[name]) for name in ("web", "worker", "scheduler"))
        tell(f"{kind}: memory of web, worker and scheduler", ours, "MB", most=400)
        tell(f"{kind}: memory of nlu", memory(nlu[1]), "MB", most=900)
    return rate


def _burst(kind: str, here: Deployment, count: int = 1000) -> float:
    """Return answers per second when `count` people write at once."""
    before = here.count()
    with metered(here.pids) as meter:
        result = press(here.web, questions(count, seed=6), start=300_000)
        done = wait_for(lambda: (time.sleep(0.25), here.count() >= before + count)[1], seconds=120)
    last = max(at for user, at in here.arrivals().items() if user in result.sent)
    tell(f"{kind}: a thousand at once, not answered", 0 if done else before + count - here.count(), "", most=0)
    tell(f"{kind}: a thousand at once, acknowledged", result.rate, "/s")
    rate = count / (last - min(result.sent.values()))
    tell(f"{kind}: a thousand at once, answered", rate, "/s")
    tell_cpu(f"{kind}: a thousand at once", meter.per(count))
    return rate


def model(url: str, pid: int) -> None:
    """Measure what the model alone can do over `POST /model/parse`."""

    def parse(_number: int, text: str) -> tuple[str, bytes, dict[str, str]]:
        return "/model/parse", json.dumps({"text": text}).encode(), JSON

    press(url, questions(100, seed=7), request=parse, threads=2)
    for clients in (1, 2):
        with metered({"nlu": pid}) as meter:
            result = press(url, questions(400, seed=7 + clients), request=parse, threads=clients)
        tell(f"the model alone, {clients} at a time", result.rate, "/s")
        tell_cpu(f"the model alone, {clients} at a time", meter.per(400))


def peer(count: int = 1000) -> float:
    """Return the messages per second of Rasa's own REST channel with the same model."""

    def say(number: int, text: str) -> tuple[str, bytes, dict[str, str]]:
        return "/webhooks/rest/webhook", json.dumps({"sender": person(number), "message": text}).encode(), JSON

    with rasa(rest=True) as (url, pid):
        press(url, questions(100, seed=10), request=say)
        with metered({"nlu": pid}) as meter:
            result = press(url, questions(count, seed=6), request=say, start=300_000, threads=BURST_THREADS)
        tell("Rasa's REST channel, errors", len(result.errors), "", most=0)
        tell("Rasa's REST channel, the same model, a thousand at once", result.rate, "/s")
        tell_cpu("Rasa's REST channel", meter.per(count))
    return result.rate


def main(parts: list[str]) -> int:
    """Measure everything, or `parts`; return 1 when a mark was missed."""
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.machine()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}")
    rates: dict[str, float] = {}
    if "acknowledgements" in parts:
        with databases() as urls:
            for kind, url in urls.items():
                acknowledgements(kind, url)
    if "answers" in parts:
        with databases() as urls, rasa() as nlu:
            model(*nlu)
            rates = {kind: answers(kind, url, nlu) for kind, url in urls.items()}
    if "peer" in parts:
        theirs = peer()
        for kind, rate in rates.items():
            tell(f"{kind}: ratio to Rasa's REST channel", rate / theirs, "", least=1.0)
    for name, part in (("console", console), ("figures", figures), ("queue", queue)):
        if name in parts:
            with databases() as urls:
                for kind, url in urls.items():
                    for page, spent in part.figures(url):
                        tell(f"{kind}: {page}, p95", spent, "ms", most=PAGE_MOST[kind])
    print("missed: " + "; ".join(failed) if failed else "every mark is reached")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
