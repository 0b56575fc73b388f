"""What a process and its children use: memory, processor time; and a free port."""

import os
import random
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds that one unit of /proc/<pid>/stat counts."""


def memory(pid: int) -> float:
    """Return the megabytes of a process and its children (PSS: shared pages counted once)."""
    total = 0
    for one in [pid, *_children(pid)]:
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def cpu(pid: int) -> float:
    """Return the milliseconds of processor time, user and system, of a process and its children."""
    ticks = 0
    for one in [pid, *_children(pid)]:
        fields = _stat(one)
        if fields:
            ticks += int(fields[11]) + int(fields[12])
            ticks += int(fields[13]) + int(fields[14]) if one == pid else 0  # of children that have ended
    return ticks * _TICK


@dataclass
class Meter:
    """Processor time by process between begin and end of a stretch, and the stretch's seconds."""

    spent: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def per(self, count: int) -> str:
        """Return milliseconds per message, process by process: that says what a busy machine cannot blur."""
        each = {name: ms / count for name, ms in self.spent.items()}
        return "  ".join(f"{name} {ms:.2f}" for name, ms in each.items()) + f"  = {sum(each.values()):.2f}"


@contextmanager
def metered(pids: Mapping[str, int]) -> Iterator[Meter]:
    """Measure the processes called in `pids`, and this one as `load`."""
    every, meter = {**pids, "load": os.getpid()}, Meter()
    children = set(pids.values())
    before = {name: _own(pid) if pid not in children else cpu(pid) for name, pid in every.items()}
    began = time.perf_counter()
    yield meter
    meter.seconds = time.perf_counter() - began
    after = {name: _own(pid) if pid not in children else cpu(pid) for name, pid in every.items()}
    meter.spent = {name: after[name] - before[name] for name in every}


def _own(pid: int) -> float:
    fields = _stat(pid)  # the processes that we started are counted under their own names
    return (int(fields[11]) + int(fields[12])) * _TICK


def postmaster(port: int) -> int | None:
    """Return the process id of the PostgreSQL server on `port`."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            argv = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if argv[0].endswith(b"/postgres") and str(port).encode() in argv:
            return int(path.parent.name)
    return None


def free_port() -> int:
    """Return a port on which nobody listens, below those that the system gives to outgoing connections meanwhile."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port between 20000 and 32000")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _stat(int(path.parent.name))
        if fields and int(fields[1]) == pid:
            child = int(path.parent.name)
            found += [child, *_children(child)]
    return found
