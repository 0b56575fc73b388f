"""Run several processes as one: start, tell when ready, end all when one ends or on Ctrl-C."""

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
import requests

READY_WITHIN = 60.0
ENDS_WITHIN = 25.0
"""Seconds; longer than gunicorn's grace."""
LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Child:
    """One process: its name for messages, its command and environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]


def supervise(children: Sequence[Child], *, root: Path, ready: str, say: str) -> int:
    """Run until one child ends or a signal comes; return the exit code: 0 after a signal, else 1."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    # Own sessions, so that Ctrl-C reaches only us and every child is ended in order.
    running = [
        (child, subprocess.Popen(child.argv, env=dict(child.env), cwd=root, start_new_session=True))
        for child in children
    ]
    told, began = False, time.monotonic()
    while not stopping and all(process.poll() is None for _, process in running):
        if not told and (told := _answers(ready)):
            click.echo(f"ready after {time.monotonic() - began:.1f} s{say}", err=True)
        elif not told and time.monotonic() - began > READY_WITHIN:
            click.echo(f"{ready} does not answer after {READY_WITHIN:.0f} s", err=True)
            break
        time.sleep(LOOK_EVERY)
    for child, process in running:
        if process.poll() is not None and not stopping:
            click.echo(f"{child.name} ended by itself (exit code {process.returncode}); ending the others", err=True)
    _end([process for _, process in running])
    return 0 if stopping else 1


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + ENDS_WITHIN
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
