"""`python -m nlu`: serve the model by Rasa's own interpreter; standard library only, as in Rasa's image."""

import argparse
import os
import sys
from pathlib import Path

from nlu import server

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Become the Rasa server; exit with 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m nlu", description=__doc__)
    parser.add_argument("--host", default=server.HOST)
    parser.add_argument("--port", type=int, default=5005)
    asked = parser.parse_args()
    if faults := server.missing(ROOT):
        sys.exit("\n".join(faults))
    argv, env = server.command(asked.port, ROOT, host=asked.host)
    os.chdir(ROOT / "nlu" / "rasa")
    os.execve(argv[0], argv, env)  # noqa: S606 - the server takes this process's place and its signals


if __name__ == "__main__":
    main()
