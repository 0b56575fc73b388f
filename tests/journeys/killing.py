"""A worker in a process of its own that a test kills, beside platforms that take their time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bot.settings import ROOT
from bot.web.sandbox.platforms import Platforms


class Deployment:
    """`motcua work` as a process with the environment `env`, its output in the file `log`."""

    def __init__(self, env: dict[str, str], log: Path) -> None:
        self._env, self._log = env, log
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            argv = [sys.executable, "-m", "bot", "work"]
            return subprocess.Popen(argv, env=self._env, cwd=ROOT, stdout=log, stderr=log)

    def kill_and_restart(self) -> None:
        """Kill as a power cut would, and start anew."""
        self.process.kill()
        self.process.wait(10)  # as init would: the process is really gone
        self.process = self._start()

    def end(self) -> int:
        """Ask it to end and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def log(self) -> str:
        """Return what all processes printed."""
        return self._log.read_text()


@contextmanager
def deployed(env: dict[str, str], log: Path) -> Iterator[Deployment]:
    """Run a worker with `env` and what a process needs of this machine; kill it in the end."""
    own = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}  # noqa: S108
    deployment = Deployment({**own, **env}, log)
    try:
        yield deployment
    finally:
        deployment.process.kill()
        deployment.process.wait(10)


def slow(platforms: Platforms, lag: float) -> Flask:
    """Return the platforms as an application that waits `lag` seconds before and after its work."""
    app = Flask("platforms")
    app.before_request(lambda: time.sleep(lag))
    app.after_request(lambda response: (time.sleep(lag), response)[1])
    platforms.mount(app)
    return app
