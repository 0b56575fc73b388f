"""How the Rasa server is started and how to wait for it; standard library only.

Rasa runs in its own interpreter (`nlu/rasa/.venv`) and is never imported here.
"""

import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path

HOST = "127.0.0.1"

# One process, one thread of TensorFlow (which our pipeline does not use), no telemetry, no warnings of libraries.
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_WORKERS": "1",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL_LIBRARIES": "ERROR",
}


def python(root: Path) -> Path:
    """Return Rasa's interpreter in the project at `root`."""
    return root / "nlu" / "rasa" / ".venv" / "bin" / "python"


def model(root: Path) -> Path:
    """Return the trained model of the project at `root`."""
    return root / "nlu" / "rasa" / "models" / "nlu.tar.gz"


def environment(root: Path) -> dict[str, str]:
    """Return the environment for Rasa's processes: ours, quiet, able to import `nlu`, without our secrets."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    return {**kept, **QUIET, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1"}


def command(
    port: int, root: Path, *, host: str = HOST, served: Path | None = None
) -> tuple[list[str], dict[str, str]]:  # fmt: skip
    """Return argv and environment of the server; start it with `root`/nlu/rasa as working directory.

    `served` is the model's file, the trained one of the project unless said.
    """
    argv = [
        str(python(root)), "-m", "rasa", "run", "--enable-api", "--quiet",
        "--model", str(served or model(root)), "--interface", host, "--port", str(port),
        "--endpoints", str(root / "nlu" / "rasa" / "endpoints.yml"),
        "--credentials", str(root / "nlu" / "rasa" / "credentials.yml"),
    ]  # fmt: skip
    return argv, environment(root)


def missing(root: Path) -> list[str]:
    """Return what the server lacks, in words for the person who starts it; empty when it can run."""
    faults = []
    if not python(root).exists():
        faults.append(f"no Rasa environment at {python(root)}: run make setup")
    if not model(root).exists():
        faults.append(f"no trained model at {model(root)}: run make setup")
    return faults


def is_ready(url: str, *, timeout: float = 1.0) -> bool:
    """Return whether the server at `url` has loaded a model."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/status", timeout=timeout) as response:  # noqa: S310
            return bool(json.load(response).get("model_id"))
    except (urllib.error.URLError, OSError, ValueError, AttributeError):
        return False


def wait_until_ready(url: str, *, seconds: float = 60.0) -> bool:
    """Wait until the server at `url` is ready; return False when it is not after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_ready(url):
            return True
        time.sleep(0.2)
    return False
