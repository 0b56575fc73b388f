"""The real server with the trained model, started once for all tests of a run that ask it."""

import socket
import subprocess
import time

import pytest

from bot.settings import ROOT
from nlu import server, train

LOADS_WITHIN = 120.0  # seconds, on a busy machine
_URL = pytest.StashKey[str]()


@pytest.fixture(name="rasa", scope="session")
def rasa_server(request: pytest.FixtureRequest) -> str:
    """Address of the real server; kept on the run, so that every folder of tests gets the same one."""
    if not server.python(ROOT).exists():
        pytest.skip(f"no Rasa environment at {server.python(ROOT)}: run make setup")
    if faults := server.missing(ROOT):
        pytest.fail("; ".join(faults))
    stash = request.config.stash
    if _URL not in stash:
        stash[_URL] = _started(request.config)
    return stash[_URL]


def _started(config: pytest.Config) -> str:
    port = _free_port()
    url = f"http://{server.HOST}:{port}"
    argv, env = server.command(port, ROOT)
    process = subprocess.Popen(
        argv, env=env, cwd=ROOT / "nlu" / "rasa", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    config.add_cleanup(lambda: _end(process))
    until = time.monotonic() + LOADS_WITHIN
    while process.poll() is None and time.monotonic() < until:
        if server.wait_until_ready(url, seconds=1.0):
            return url
    why = f"ended with {process.returncode}" if process.poll() is not None else f"not ready in {LOADS_WITHIN:.0f} s"
    stale = "" if train.is_current(ROOT) else "; the model is older than its inputs: run python -m nlu.train"
    return pytest.fail(f"the server did not come up with {server.model(ROOT)}: {why}{stale}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((server.HOST, 0))
        port: int = probe.getsockname()[1]
        return port
