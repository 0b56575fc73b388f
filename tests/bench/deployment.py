"""The real processes under load: web, worker, scheduler, nlu and a fake platform, each its own process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from cryptography.fernet import Fernet

from bot import migrations
from bot.db import Database
from bot.settings import ROOT
from bot.vault import Vault
from bot.worker import clock
from tests.people import ZALO, add_suoi_mo

WEB, FAKE = "http://127.0.0.1:18080", "http://127.0.0.1:18081"
MOTCUA = [sys.executable, "-m", "bot"]


def environment(database_url: str, nlu_url: str) -> dict[str, str]:
    """Return the environment of one deployment that speaks to the fake platform."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": database_url,
        "SECRET_KEY": "b" * 40,
        "TOKEN_KEYS": Fernet.generate_key().decode(),
        "MOTCUA_ENV": "production",
        "PUBLIC_URL": "https://bench.example",
        "NLU_URL": nlu_url,
        "ZALO_API_URL": f"{FAKE}/zalo",
        "ZALO_OAUTH_URL": f"{FAKE}/zalo",
        "GRAPH_API_URL": f"{FAKE}/graph",
        "WEB_PROCESSES": "1",
        "WEB_THREADS": "8",
    }


def prepare(env: Mapping[str, str]) -> None:
    """Migrate and add the commune Suối Mơ, its OA without a limit of the rate."""
    db = Database(env["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"))
    migrations.upgrade(db)
    with db.write() as session:
        for account in add_suoi_mo(session, Vault([env["TOKEN_KEYS"]]), now=clock()):
            account.per_second = 100_000.0
            account.memory = {"endpoint": "v2", "oa_type": "4"}
    db.close()


@contextmanager
def running(argv: list[str], env: Mapping[str, str], *, ready: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run a process; wait until `ready` answers; end it afterwards."""
    process = subprocess.Popen(argv, env=dict(env), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


@contextmanager
def deployment(env: Mapping[str, str], *, works: bool) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run the web (and, if it `works`, worker, scheduler and the fake platform)."""
    with ExitStack() as stack:
        processes = {}
        if works:
            fake = [sys.executable, "-m", "tests.bench.fake"]
            processes["fake"] = stack.enter_context(running(fake, env, ready=f"{FAKE}/sent"))
            processes["worker"] = stack.enter_context(running([*MOTCUA, "work"], env))
            processes["scheduler"] = stack.enter_context(running([*MOTCUA, "schedule"], env))
        serve = [*MOTCUA, "serve", "--port", WEB.rsplit(":", 1)[1]]
        processes["web"] = stack.enter_context(running(serve, env, ready=f"{WEB}/healthz"))
        yield processes


def memory(process: subprocess.Popen[bytes]) -> float:
    """Return the megabytes of a process and its children (PSS: shared pages counted once)."""
    total = 0
    for pid in [process.pid, *_children(process.pid)]:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *_children(child)]
    return found


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def arrivals() -> dict[str, float]:
    """Return when the fake platform got its first message to each person, in epoch seconds."""
    return {str(user): float(at) for user, at in json.loads(requests.get(f"{FAKE}/sent", timeout=10).text).items()}


SECRETS = ZALO
