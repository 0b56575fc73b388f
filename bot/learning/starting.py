"""Start a process of its own for what waits to be learnt; where Rasa's environment is not, somebody else does it."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import structlog

from bot.db import Database
from bot.evaluation import MEASURED_ON
from bot.learning import trainings
from bot.settings import ROOT
from nlu import server

log = structlog.get_logger()

_running: list[subprocess.Popen[bytes]] = []


def can_train(root: Path = ROOT) -> bool:
    """Say whether this host has what training and comparing need."""
    return server.python(root).exists() and MEASURED_ON.exists()


def start_waiting(db: Database, *, now: datetime, root: Path = ROOT) -> bool:
    """Start `motcua nlu learn` if something waits; what a dead process left is let go. True when one was started."""
    with db.read() as session:
        wanted, dead = trainings.waits(session), trainings.died(session, now=now)
    if dead:
        with db.write() as session:
            trainings.sweep(session, now=now)
    _running[:] = [process for process in _running if process.poll() is None]
    if not wanted or _running or not can_train(root):
        return False
    logs = root / "var" / "learning.log"
    logs.parent.mkdir(exist_ok=True)
    with logs.open("ab") as out:
        argv = [sys.executable, "-m", "bot", "nlu", "learn"]
        # A session of its own: what ends the scheduler does not end a training half way.
        _running.append(subprocess.Popen(argv, cwd=root, stdout=out, stderr=out, start_new_session=True))
    log.info("training.started", pid=_running[0].pid)
    return True
