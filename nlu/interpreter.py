"""Find a Python 3.10 for Rasa: NLU_PYTHON, python3.10, pyenv's versions, uv. Standard library only.

`python -m nlu.interpreter` prints its path, or says in one sentence what to do and exits with 1.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

WANTED = "3.10"
HELP = (
    "Rasa needs Python 3.10 and none was found: install it (Debian: apt install python3.10; pyenv install 3.10; "
    "uv python install 3.10), or set NLU_PYTHON to its path."
)


def find(environ: Mapping[str, str]) -> str | None:
    """Return the first candidate that really runs and is a Python 3.10, or None."""
    return next((path for path in _candidates(environ) if version(path) == WANTED), None)


def version(path: str) -> str | None:
    """Return "3.10" and the like, or None when `path` does not run (a shim of pyenv may stand there without)."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    path = environ.get("PATH", os.defpath)
    if named := environ.get("NLU_PYTHON"):
        yield named
    if found := shutil.which(f"python{WANTED}", path=path):
        yield found
    home = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/")) / ".pyenv")
    for folder in sorted((home / "versions").glob(f"{WANTED}*"), reverse=True):
        yield str(folder / "bin" / "python")
    if uv := shutil.which("uv", path=path):
        done = subprocess.run([uv, "python", "find", WANTED], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode == 0:
            yield done.stdout.strip()


if __name__ == "__main__":
    found = find(os.environ)
    if found is None:
        sys.exit(HELP)
    print(found)
