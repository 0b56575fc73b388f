"""A Rasa server for a command's own lifetime, when none is running."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.errors import MotcuaError
from bot.settings import ROOT
from nlu import server

LOADS_WITHIN = 120.0
"""Seconds; about 20 on two free cores."""


@contextmanager
def borrowed(url: str) -> Iterator[str]:
    """Yield the address of a Rasa server: the one at `url`, or one started now and ended afterwards.

    Everything is told on standard error. Without a trained model `url` is yielded as it is, and keywords answer.
    """
    if server.is_ready(url):
        yield url
        return
    if faults := server.missing(ROOT):
        click.echo(f"no nlu server at {url} and none can be started ({'; '.join(faults)}): keywords answer", err=True)
        yield url
        return
    click.echo(f"no nlu server at {url}; starting one for this command …", err=True)
    with _started(server.model(ROOT)) as (own, ready):
        click.echo("nlu server is ready" if ready else "nlu server does not start: keywords answer", err=True)
        yield own


@contextmanager
def serving(model: Path) -> Iterator[str]:
    """Yield the address of a Rasa server with the `model`, ended afterwards; raise `MotcuaError` if none starts."""
    with _started(model) as (url, ready):
        if not ready:
            raise MotcuaError(f"the nlu server does not start with {model}")
        yield url


@contextmanager
def _started(model: Path) -> Iterator[tuple[str, bool]]:
    port = _free_port()
    url = f"http://{server.HOST}:{port}"
    argv, env = server.command(port, ROOT, served=model)
    process = subprocess.Popen(
        argv, env=env, cwd=ROOT / "nlu" / "rasa", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield url, _loaded(process, url)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _loaded(process: subprocess.Popen[bytes], url: str) -> bool:
    """Wait until the server answers; at once False when its process ended."""
    until = time.monotonic() + LOADS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if server.wait_until_ready(url, seconds=1.0):
            return True
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((server.HOST, 0))
        port: int = probe.getsockname()[1]
        return port
