"""Train the model, only when something that it depends on changed: `python -m nlu.train`.

`build` trains into a file of its own, so that a new model can be compared before it takes the old one's place.

Runs in the web's Python with the standard library; Rasa does the work in its own interpreter.
"""

import argparse
import hashlib
import subprocess
import sys
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


def fingerprint(root: Path) -> str:
    """Return a hash over the names and bytes of all inputs."""
    digest = hashlib.sha256()
    for path in inputs(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


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


def build(root: Path, fresh: Path) -> int:
    """Train into the file `fresh`, with the inputs' hash beside it; return the exit status."""
    if faults := [*unfilled(root), *([] if server.python(root).exists() else server.missing(root)[:1])]:
        print("\n".join(faults), file=sys.stderr)
        return 1
    before = fingerprint(root)
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


def activate(root: Path, fresh: Path) -> None:
    """Put the model in the file `fresh` into the place of the one that is served; its hash comes with it."""
    stamp(server.model(root)).unlink(missing_ok=True)  # a cut between the two must not call an old model current
    fresh.replace(server.model(root))
    stamp(fresh).replace(stamp(server.model(root)))


def stamp(model: Path) -> Path:
    """Return the file beside `model` that holds its inputs' hash."""
    return model.with_name(model.name.split(".")[0] + ".sha256")


def _run(root: Path, fresh: Path) -> int:
    rasa = root / "nlu" / "rasa"
    argv = [
        str(server.python(root)), "-m", "rasa", "train", "nlu", "--nlu", "data", "--config", "config.yml",
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
