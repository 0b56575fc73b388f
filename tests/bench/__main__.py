"""`python -m tests.bench`: print the figures, one line each, and fail where one misses its mark."""

import http.client
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from bot.settings import ROOT
from nlu import server
from tests import postgres
from tests.bench import deployment as d
from tests.bench.load import percentile, press
from tests.postgres import wait_for

NLU, REST = 15005, 15006
TEXTS = [
    "lam giay khai sinh cho con can nhung gi", "đổi căn cước hết bao nhiêu tiền", "đăng ký tạm trú ở đâu",
    "xin giấy xác nhận độc thân mất mấy ngày", "mở hộ kinh doanh qua mạng được không", "sang tên sổ đỏ cần gì",
    "lam lai the can cuoc bi mat", "xin chào", "thủ tục đăng ký kết hôn", "hôm nay thời tiết thế nào",
]  # fmt: skip

failed: list[str] = []


def tell(name: str, value: float, unit: str, *, most: float | None = None, least: float | None = None) -> None:
    """Print one figure with its mark."""
    good = (most is None or value <= most) and (least is None or value >= least)
    mark = f"≤ {most:g}" if most is not None else f"≥ {least:g}" if least is not None else ""
    print(f"{name:58} {value:9.1f} {unit:8} {mark:8} {'' if good else 'MISSED'}", flush=True)
    if not good:
        failed.append(name)


def texts(count: int) -> list[str]:
    """Return `count` questions in turn."""
    return [TEXTS[n % len(TEXTS)] for n in range(count)]


@contextmanager
def databases() -> Iterator[list[tuple[str, str]]]:
    """Yield fresh addresses of both kinds."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as address, postgres.database(address) as url:
        yield [("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", url)]


@contextmanager
def rasa(port: int, *, rest: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """Run Rasa's server with the project's model; `rest` opens its own REST channel too."""
    argv, env = server.command(port, ROOT)
    if rest:
        credentials = Path(tempfile.mkstemp(suffix=".yml")[1])
        credentials.write_text("rest:\n")
        argv[argv.index("--credentials") + 1] = str(credentials)
    process = subprocess.Popen(
        argv, env=env, cwd=ROOT / "nlu" / "rasa", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        server.wait_until_ready(f"http://127.0.0.1:{port}", seconds=120)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def acknowledgements(kind: str, url: str) -> None:
    """Measure the webhook alone: durable, at 200/s and as fast as it goes."""
    env = d.environment(url, "http://127.0.0.1:9")
    d.prepare(env)
    with d.deployment(env, works=False):
        press(d.WEB, texts(200), rate=200, start=0)  # warm
        steady = press(d.WEB, texts(3000), rate=200, start=1000)
        burst = press(d.WEB, texts(4000), rate=None, start=10_000, threads=8)
    tell(f"{kind}: acknowledgement at 200/s, p50", steady.percentile(0.5), "ms")
    tell(f"{kind}: acknowledgement at 200/s, p99", steady.percentile(0.99), "ms", most=25)
    tell(f"{kind}: acknowledgements sustained", len(burst.latencies) / burst.seconds, "/s", least=400)
    tell(f"{kind}: errors", len(steady.errors) + len(burst.errors), "", most=0)


def answers(kind: str, env: dict[str, str], nlu: subprocess.Popen[bytes]) -> float:
    """Measure question to answer, Rasa included; return the answers per second under a burst."""
    with d.deployment(env, works=True) as processes:
        time.sleep(2)
        press(d.WEB, texts(40), rate=20, start=100_000)  # warm
        result = press(d.WEB, texts(400), rate=20, start=200_000)
        wait_for(lambda: set(result.sent) <= set(d.arrivals()), seconds=30)
        arrived = d.arrivals()
        spent = [(arrived[user] - at) * 1000 for user, at in result.sent.items() if user in arrived]
        tell(f"{kind}: question to answer at 20/s, answered", len(spent) / len(result.sent) * 100, "%", least=100)
        tell(f"{kind}: question to answer at 20/s, p50", percentile(spent, 0.5), "ms", most=40)
        tell(f"{kind}: question to answer at 20/s, p99", percentile(spent, 0.99), "ms", most=150)
        rate = _burst(kind)
        if kind == "SQLite":
            ours = sum(d.memory(processes[name]) for name in ("web", "worker", "scheduler"))
            tell("memory: web, worker and scheduler", ours, "MB", most=400)
            tell("memory: nlu", d.memory(nlu), "MB", most=900)
    return rate


def _burst(kind: str, count: int = 1000) -> float:
    """Return answers per second when `count` people write at once."""
    before = len(d.arrivals())
    result = press(d.WEB, texts(count), rate=None, start=300_000, threads=8)
    wait_for(lambda: len(d.arrivals()) >= before + count, seconds=120)
    last = max(at for user, at in d.arrivals().items() if user in result.sent)
    rate = count / (last - min(result.sent.values()))
    tell(f"{kind}: answered, a thousand people at once", rate, "/s")
    return rate


def rasa_rest(count: int = 1000, threads: int = 8) -> float:
    """Return the messages per second of Rasa's own REST channel with the same model."""
    numbers = iter(range(count))
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", REST, timeout=30)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            body = json.dumps({"sender": f"p{number}", "message": TEXTS[number % len(TEXTS)]})
            connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
            connection.getresponse().read()

    began = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return count / (time.perf_counter() - began)


def main() -> int:
    """Measure everything; return 1 when a mark was missed."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}")
    with databases() as urls:
        for kind, url in urls:
            acknowledgements(kind, url)
        with rasa(NLU) as nlu:
            requests.post(f"http://127.0.0.1:{NLU}/model/parse", json={"text": "xin chào"}, timeout=30)
            rates = {}
            for kind, url in urls:
                rates[kind] = _fresh(kind, url, nlu)
    with rasa(REST, rest=True):
        rasa_rest(100)
        peer = rasa_rest()
    tell("Rasa's REST channel, the same model", peer, "/s")
    for kind, rate in rates.items():
        tell(f"{kind}: ratio to Rasa's REST channel", rate / peer, "", least=1.0)
    print("missed: " + "; ".join(failed) if failed else "every mark is reached")
    return 1 if failed else 0


def _fresh(kind: str, url: str, nlu: subprocess.Popen[bytes]) -> float:
    """Measure answers on a database of their own."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            return _prepared(kind, f"sqlite:///{folder}/answers.db", nlu)
    with postgres.database(url.rsplit("/", 1)[0]) as fresh:
        return _prepared(kind, fresh, nlu)


def _prepared(kind: str, url: str, nlu: subprocess.Popen[bytes]) -> float:
    env = d.environment(url, f"http://127.0.0.1:{NLU}")
    d.prepare(env)
    return answers(kind, env, nlu)


if __name__ == "__main__":
    sys.exit(main())
