"""The real processes under load: web, worker, scheduler, nlu and a fake platform, each its own process."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from cryptography.fernet import Fernet

from bot import migrations
from bot.db import Database
from bot.settings import ROOT
from bot.vault import Vault
from bot.worker import clock
from nlu import server
from tests.bench.processes import free_port, postmaster
from tests.people import add_suoi_mo

MOTCUA = [sys.executable, "-m", "bot"]


@dataclass
class Deployment:
    """Addresses and process ids of one running deployment."""

    web: str
    fake: str
    pids: dict[str, int] = field(default_factory=dict)

    def arrivals(self) -> dict[str, float]:
        """Return when the fake platform got its first message to each person, in epoch seconds."""
        sent = json.loads(requests.get(f"{self.fake}/sent", timeout=10).text)
        return {str(user): float(at) for user, at in sent.items()}

    def count(self) -> int:
        """Return to how many persons something was sent."""
        return int(requests.get(f"{self.fake}/count", timeout=10).text)


@contextmanager
def deployment(database_url: str, nlu_url: str, *, works: bool, nlu_pid: int | None = None) -> Iterator[Deployment]:
    """Run the web (and, if it `works`, worker, scheduler and the fake platform) on a migrated, empty database."""
    web, fake = free_port(), free_port()
    here = Deployment(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{fake}")
    env = _environment(database_url, nlu_url, here.fake)
    _prepare(env)
    with ExitStack() as stack:

        def start(name: str, argv: list[str], ready: str = "") -> None:
            here.pids[name] = stack.enter_context(_running(argv, env, ready=ready)).pid

        if works:
            start("fake", [sys.executable, "-m", "tests.bench.fake", str(fake)], f"{here.fake}/count")
            start("worker", [*MOTCUA, "work"])
            start("scheduler", [*MOTCUA, "schedule"])
        start("web", [*MOTCUA, "serve", "--port", str(web)], f"{here.web}/healthz")
        if nlu_pid:
            here.pids["nlu"] = nlu_pid
        if database_url.startswith("postgres") and (pid := postmaster(_port(database_url))):
            here.pids["postgres"] = pid
        yield here


@contextmanager
def rasa(*, rest: bool = False) -> Iterator[tuple[str, int]]:
    """Run Rasa's server with the project's model, yield address and process id; `rest` opens its REST channel."""
    port = free_port()
    argv, env = server.command(port, ROOT)
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as credentials:
        if rest:
            credentials.write("rest:\n")
            credentials.flush()
            argv[argv.index("--credentials") + 1] = credentials.name
        with _running(argv, env, cwd=ROOT / "nlu" / "rasa") as process:
            url = f"http://127.0.0.1:{port}"
            if not server.wait_until_ready(url, seconds=180):
                raise RuntimeError("Rasa did not get ready in three minutes")
            yield url, process.pid


def _port(url: str) -> int:
    return int(url.rsplit("/", 1)[0].rsplit(":", 1)[1])


def _environment(database_url: str, nlu_url: str, fake: str) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": database_url,
        "SECRET_KEY": "b" * 40,
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "MOTCUA_ENV": "production",
        "PUBLIC_URL": "https://bench.example",
        "NLU_URL": nlu_url,
        "ZALO_API_URL": f"{fake}/zalo",
        "ZALO_OAUTH_URL": f"{fake}/zalo",
        "GRAPH_API_URL": f"{fake}/graph",
    }


def _prepare(env: Mapping[str, str]) -> None:
    """Migrate and add the commune Suối Mơ, its OA without a limit of the rate."""
    db = Database(env["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
    migrations.upgrade(db)
    with db.write() as session:
        for account in add_suoi_mo(session, Vault([env["TOKEN_KEYS"]]), now=clock()):
            account.per_second = 100_000.0
            account.memory = {"endpoint": "v2", "oa_type": "4"}
    db.close()


@contextmanager
def _running(
    argv: list[str], env: Mapping[str, str], *, ready: str = "", cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process; wait until `ready` answers; end it afterwards."""
    process = subprocess.Popen(argv, env=dict(env), cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while ready and not _answers(ready):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError(f"{argv} does not answer at {ready}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False
