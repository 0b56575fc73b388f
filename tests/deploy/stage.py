"""Does by hand what Compose does with one service: start, look at its health, run a command in it, end it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import ROOT
from tests.deploy import compose

BIN = Path(sys.executable).parent
"""The image has our programs first in its PATH; here they are in the test's own environment."""


@dataclass
class Stage:
    """Processes on this machine instead of containers. `moved` says where a container's places are here."""

    folder: Path
    given: Mapping[str, str]
    moved: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a service's own command."""
        with self.log(name).open("wb") as log:
            self.running[name] = subprocess.Popen(
                self._here(name, compose.services()[name]["command"]),
                env=self.environment(name), cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def run(self, name: str, *argv: str, given: str = "") -> str:
        """Run a command inside a service (`docker compose exec`); return what it printed."""
        done = subprocess.run(
            argv, env=self.environment(name), cwd=ROOT, input=given, text=True, capture_output=True, check=False,
            timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def completes(self, name: str) -> int:
        """Wait for a one-shot service; return its exit code."""
        return self.running.pop(name).wait(60)

    def healthy(self, name: str) -> bool:
        """Run the service's own health check, within its own limits, until it is passed or all is lost."""
        check = compose.services()[name]["healthcheck"]
        kind, *test = check["test"]
        argv = self._here(name, ["sh", "-c", *test] if kind == "CMD-SHELL" else test)
        until = time.monotonic() + compose.seconds(check["start_period"])
        while time.monotonic() < until and self.running[name].poll() is None:
            done = subprocess.run(
                argv, env=self.environment(name), capture_output=True, check=False,
                timeout=compose.seconds(check["timeout"]),
            )  # fmt: skip
            if done.returncode == 0:
                return True
            time.sleep(0.2)
        return False

    def end(self, name: str) -> int:
        """Send SIGTERM and wait as long as Compose would; return the exit code, -9 when it had to be killed."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(compose.seconds(compose.services()[name]["stop_grace_period"]))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return -process.wait(5)

    def kill(self) -> None:
        """Leave nothing behind, whatever happened."""
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)

    def environment(self, name: str) -> dict[str, str]:
        """Return exactly what the container would see, with places moved."""
        set_here = compose.environment(compose.services()[name], self.given)
        moved = dict(zip(set_here, self._here(name, list(set_here.values())), strict=True))
        own = {"PATH": f"{BIN}:/usr/bin:/bin", "TMPDIR": str(self._tmp(name)), "LANG": "C.UTF-8"}
        return own | compose.image_environment("bot/Dockerfile") | moved

    def log(self, name: str) -> Path:
        """Return the file with what the service wrote."""
        return self.folder / f"{name}.log"

    def processes(self, name: str) -> list[Path]:
        """Return the service's folders in /proc: its own process and its children."""
        session = str(self.running[name].pid)
        return [path for path in Path("/proc").glob("[0-9]*") if _session(path) == session]

    def memory(self, name: str) -> int:
        """Return the bytes that the service's processes hold; what they share is counted once."""
        return sum(_proportional(path) for path in self.processes(name))

    def _here(self, name: str, texts: list[str]) -> list[str]:
        moved = {**self.moved, "/tmp/": f"{self._tmp(name)}/"}  # noqa: S108 - the container's own
        # In one pass: what a place became is not a place again.
        places = re.compile("|".join(re.escape(place) for place in moved))
        return [places.sub(lambda match: moved[match[0]], text) for text in texts]

    def _tmp(self, name: str) -> Path:
        folder = self.folder / f"{name}.tmp"
        folder.mkdir(exist_ok=True)
        return folder


def _session(process: Path) -> str:
    try:
        return (process / "stat").read_text().rsplit(")", 1)[1].split()[3]
    except OSError:
        return ""


def _proportional(process: Path) -> int:
    lines = (process / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
