"""A PostgreSQL server of the tests' own: started once, on a free port, as another user than root."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

OTHER_USER = "postgres"
STARTS_WITHIN = 30.0


def programs() -> Path | None:
    """Return the folder of the server's programs, or None where there is no server."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return folders[0].parent if folders else None


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Yield the address of a running server (without a database's name); `durable` waits for the disk, as in life."""
    bin_dir = programs()
    assert bin_dir is not None
    # PostgreSQL refuses to run as root.
    other = ["runuser", "-u", OTHER_USER, "--"] if os.getuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="motcua-pg-"))
    if other:
        shutil.chown(folder, OTHER_USER)
    port = _free_port()
    run = lambda *argv: subprocess.run([*other, *argv], check=True, capture_output=True, cwd="/")  # noqa: E731
    data = str(folder / "data")
    run(str(bin_dir / "initdb"), "-D", data, "-U", "motcua", "--auth=trust", "-E", "UTF8", "--no-sync", "--locale=C")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c max_connections=200"
    if not durable:  # what is tested survives our own crashes, not a power cut of the test machine
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run(str(bin_dir / "pg_ctl"), "-D", data, "-l", f"{folder}/log", "-o", options, "-w", "start")
    try:
        yield f"postgresql://motcua@127.0.0.1:{port}"
    finally:
        run(str(bin_dir / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(address: str) -> Iterator[str]:
    """Yield the URL of a fresh database on the server at `address`; dropped afterwards."""
    name = f"t{uuid4().hex}"
    _tell(address, f'CREATE DATABASE "{name}"')
    try:
        yield f"{address}/{name}"
    finally:
        _tell(address, f'DROP DATABASE "{name}" WITH (FORCE)')


def copy(url: str, template: str) -> None:
    """Make the database at `url` a copy of the one at `template`, to which nobody may be connected."""
    address, name = url.rsplit("/", 1)
    _tell(
        address,
        f'DROP DATABASE "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{template.rsplit("/", 1)[1]}"',
    )


def _tell(address: str, *commands: str) -> None:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        for command in commands:
            connection.execute(command)  # type: ignore[call-overload]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: object, *, seconds: float = 10.0) -> bool:
    """Return whether `condition()` became true within `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False
