"""The components of Rasa's interpreter: `components.py` run there once, a test for each of its checks."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu import server

pytestmark = pytest.mark.nlu
SOURCE = Path(__file__).with_name("components.py")
CHECKS = re.findall(r"^def (check_\w+)", SOURCE.read_text(encoding="utf-8"), re.M)


@pytest.fixture(scope="module")
def outcome() -> dict[str, str]:
    done = subprocess.run(
        [server.python(ROOT), "-m", "tests.nlu.components"], cwd=ROOT, env=server.environment(ROOT), text=True,
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_in_rasas_interpreter(outcome: dict[str, str], name: str) -> None:
    assert outcome[name] == "", outcome[name]
