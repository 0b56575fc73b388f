"""Train the model, only when something that it depends on changed: `python -m nlu.train`.

`build` trains into a file of its own, so that a new model can be compared before it takes the old one's place. What
staff taught (`motcua nlu learn`) stands in a file beside the model that learnt it, and every later model learns it too.
`activate` keeps the model before, `go_back` puts it back.

Runs in the web's Python with the standard library; Rasa does the work in its own interpreter.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from nlu import server

ROOT = Path(__file__).resolve().parent.parent
UNFILLED = "CHƯA-RÕ"
"""Stands where staff still have to write an intent or an item (`motcua nlu review`); nothing is trained on it."""


def inputs(root: Path) -> Iterator[Path]:
    """Yield every file that the model depends on, in a fixed order."""
    rasa = root / "nlu" / "rasa"
    yield from (rasa / name for name in ("config.yml", "domain.yml", "requirements.lock"))
    yield from sorted((rasa / "data").rglob("*.yml"))
    yield from sorted((rasa / "components").glob("*.py"))
    yield from sorted((root / "content" / "procedures").rglob("*.yaml"))
    yield from (root / "nlu" / name for name in ("text.py", "concepts.py", "keywords.py"))


def fingerprint(root: Path, taught: Path | None = None) -> str:
    """Return a hash over all inputs, their names too, and what staff `taught` (else the served model's)."""
    digest = hashlib.sha256()
    for path in inputs(root):
        _hash(digest, str(path.relative_to(root)), path.read_bytes())
    taught = taught or lessons(server.model(root))
    if taught.exists():
        _hash(digest, "lessons", taught.read_bytes())
    return digest.hexdigest()


def _hash(digest: "hashlib._Hash", name: str, content: bytes) -> None:
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def is_current(root: Path) -> bool:
    """Return whether the stored model was trained from the inputs as they are now."""
    made_from = stamp(server.model(root))
    return server.model(root).exists() and made_from.exists() and made_from.read_text() == fingerprint(root)


def unfilled(root: Path) -> list[str]:
    """Return where training questions still wait for an intent or an item, as file and line."""
    return [
        f"{path.relative_to(root)}:{number}: {UNFILLED} is to be replaced by an intent or an item"
        for path in sorted((root / "nlu" / "rasa" / "data").rglob("*.yml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFILLED in line
    ]


def train(root: Path, *, force: bool = False) -> int:
    """Train if needed; return the exit status. The old model stays in place until the new one is whole."""
    if not force and is_current(root):
        print("nlu: the model is up to date", flush=True)
        return 0
    fresh = server.model(root).with_name("fresh.tar.gz")
    if status := build(root, fresh):
        return status
    activate(root, fresh)
    print(f"nlu: the model is {server.model(root)}", flush=True)
    return 0


def build(root: Path, fresh: Path, *, taught: str | None = None) -> int:
    """Train into the file `fresh`, with the inputs' hash beside it; return the exit status.

    `taught` are the sentences of staff in Rasa's form; None: those that the served model learnt.
    """
    if faults := [*unfilled(root), *([] if server.python(root).exists() else server.missing(root)[:1])]:
        print("\n".join(faults), file=sys.stderr)
        return 1
    _teach(root, fresh, taught)
    before = fingerprint(root, lessons(fresh))
    fresh.unlink(missing_ok=True)  # what a training that was killed left behind
    began = time.monotonic()
    if status := _run(root, fresh):
        return status
    if not fresh.exists():
        print(f"nlu: Rasa ended well and wrote no model at {fresh}", file=sys.stderr)
        return 1
    stamp(fresh).write_text(before)
    print(f"nlu: trained in {time.monotonic() - began:.0f} s → {fresh}", flush=True)
    return 0


def _teach(root: Path, fresh: Path, taught: str | None) -> None:
    """Put what staff taught beside the model to come."""
    before = lessons(server.model(root))
    if taught is None and before.exists():
        taught = before.read_text(encoding="utf-8")
    if taught:
        lessons(fresh).write_text(taught, encoding="utf-8")
    else:
        lessons(fresh).unlink(missing_ok=True)


def activate(root: Path, fresh: Path) -> None:
    """Put the model in the file `fresh`, with what is beside it, into the place of the served one, which is kept."""
    served = server.model(root)
    if served.exists():
        _copy(served, previous(root))
    stamp(served).unlink(missing_ok=True)  # a cut between the two must not call an old model current
    if lessons(fresh).exists():
        lessons(fresh).replace(lessons(served))
    else:
        lessons(served).unlink(missing_ok=True)
    fresh.replace(served)
    stamp(fresh).replace(stamp(served))


def go_back(root: Path) -> None:
    """Serve the model before again; the one served now is then the one before."""
    back = server.model(root).with_name("back.tar.gz")
    _copy(previous(root), back)
    activate(root, back)


def _copy(model: Path, other: Path) -> None:
    """Copy a model and what is beside it."""
    for path, to in ((model, other), (stamp(model), stamp(other)), (lessons(model), lessons(other))):
        to.unlink(missing_ok=True)
        if path.exists():
            shutil.copy2(path, to)
    if not stamp(other).exists():
        stamp(other).write_text("unknown")


def previous(root: Path) -> Path:
    """Return the file of the model that was served before."""
    return server.model(root).with_name("previous.tar.gz")


def lessons(model: Path) -> Path:
    """Return the file beside `model` that holds what staff taught it."""
    return model.with_name(model.name.split(".")[0] + ".lessons.yml")


def stamp(model: Path) -> Path:
    """Return the file beside `model` that holds its inputs' hash."""
    return model.with_name(model.name.split(".")[0] + ".sha256")


def _run(root: Path, fresh: Path) -> int:
    if not lessons(fresh).exists():
        return _rasa(root, fresh, data="data")
    with tempfile.TemporaryDirectory() as folder:  # Rasa takes one folder
        (Path(folder) / "data").symlink_to(root / "nlu" / "rasa" / "data")
        shutil.copy2(lessons(fresh), Path(folder) / "lessons.yml")
        return _rasa(root, fresh, data=folder)


def _rasa(root: Path, fresh: Path, *, data: str) -> int:
    rasa = root / "nlu" / "rasa"
    argv = [
        str(server.python(root)), "-m", "rasa", "train", "nlu", "--nlu", data, "--config", "config.yml",
        "--domain", "domain.yml", "--out", str(fresh.parent), "--fixed-model-name", fresh.name.split(".")[0],
    ]  # fmt: skip
    # The fit is dense algebra: unlike the server it may use every core.
    env = {k: v for k, v in server.environment(root).items() if not k.endswith("_NUM_THREADS")}
    # Rasa's cache looks at the component's own file and the data: it would give a model of the modules before.
    env["RASA_MAX_CACHE_SIZE"] = "0"
    with subprocess.Popen(argv, cwd=rasa, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as work:
        ended = threading.Event()
        threading.Thread(target=_tick, args=(ended,), daemon=True).start()
        output = work.stdout.read().decode(errors="replace") if work.stdout else ""
        ended.set()
    if work.returncode:
        print(output, file=sys.stderr)
    else:
        print("\n".join(line for line in output.splitlines() if "sentences" in line), flush=True)
    return work.returncode


def _tick(ended: threading.Event) -> None:
    began = time.monotonic()
    while not ended.wait(5):
        print(f"nlu: training, {time.monotonic() - began:.0f} s (usually about two minutes)", flush=True)


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    return train(ROOT, force=parser.parse_args().force)


if __name__ == "__main__":
    sys.exit(main())
