"""Which Python 3.10 is taken for Rasa: the named one, the PATH's, pyenv's, uv's; what does not run is passed over."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from nlu import interpreter


@pytest.fixture
def world(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is installed."""
    for name in ("bin", "home"):
        (tmp_path / name).mkdir()
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home")}


def program(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def python(path: Path, version: str = "3.10") -> str:
    return program(path, f"echo {version}")


def shim(path: Path) -> str:
    """As pyenv leaves one: it stands in the PATH and only complains."""
    return program(path, "echo 'pyenv: python3.10: command not found' >&2\nexit 127")


def uv(path: Path, answer: str) -> str:
    return program(path, f'test "$1 $2 $3" = "python find 3.10" || exit 9\n{answer}')


def test_nothing_is_found_where_nothing_is(world: dict[str, str]) -> None:
    assert interpreter.find(world) is None


def test_the_order(world: dict[str, str], tmp_path: Path) -> None:
    """Each place is taken as long as no earlier one has a Python 3.10."""
    by_uv = python(tmp_path / "uv-store" / "python")
    uv(tmp_path / "bin" / "uv", f"echo {by_uv}")
    assert interpreter.find(world) == by_uv
    older = python(tmp_path / "home/.pyenv/versions/3.10.4/bin/python")
    assert interpreter.find(world) == older
    newer = python(tmp_path / "home/.pyenv/versions/3.10.9/bin/python")
    assert interpreter.find(world) == newer
    in_path = python(tmp_path / "bin" / "python3.10")
    assert interpreter.find(world) == in_path
    named = python(tmp_path / "elsewhere" / "python")
    assert interpreter.find({**world, "NLU_PYTHON": named}) == named


def test_pyenv_may_live_elsewhere(world: dict[str, str], tmp_path: Path) -> None:
    python(tmp_path / "home/.pyenv/versions/3.10.9/bin/python")
    other = python(tmp_path / "opt/versions/3.10.1/bin/python")
    assert interpreter.find({**world, "PYENV_ROOT": str(tmp_path / "opt")}) == other


@pytest.mark.parametrize("broken", [shim, lambda path: python(path, "3.11"), lambda path: program(path, "exit 0")])
def test_what_is_no_running_3_10_is_passed_over(world: dict[str, str], tmp_path: Path, broken: object) -> None:
    assert callable(broken)
    broken(tmp_path / "bin" / "python3.10")
    assert interpreter.find(world) is None
    good = python(tmp_path / "home/.pyenv/versions/3.10.9/bin/python")
    assert interpreter.find(world) == good


def test_a_named_one_that_is_not_there_is_passed_over(world: dict[str, str], tmp_path: Path) -> None:
    good = python(tmp_path / "bin" / "python3.10")
    assert interpreter.find({**world, "NLU_PYTHON": str(tmp_path / "gone")}) == good
    (tmp_path / "text").write_text("not a program")
    assert interpreter.find({**world, "NLU_PYTHON": str(tmp_path / "text")}) == good


@pytest.mark.parametrize("answer", ["exit 2", "echo /gone/python", "true"])
def test_uv_without_a_3_10_gives_none(world: dict[str, str], tmp_path: Path, answer: str) -> None:
    uv(tmp_path / "bin" / "uv", answer)
    assert interpreter.find(world) is None


def test_an_empty_pyenv_folder_is_no_harm(world: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "home/.pyenv/versions/3.10.2").mkdir(parents=True)
    assert interpreter.find(world) is None


def test_a_real_interpreter_is_asked_for_venv_too() -> None:
    assert interpreter.version(sys.executable) == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_the_module_says_the_path_or_what_to_do(world: dict[str, str], tmp_path: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "nlu.interpreter"]
        return subprocess.run(argv, env=world, cwd=ROOT, text=True, capture_output=True, timeout=30, check=False)

    none = run()
    assert (none.returncode, none.stdout, none.stderr.strip()) == (1, "", interpreter.HELP)
    assert "NLU_PYTHON" in interpreter.HELP
    found = python(tmp_path / "bin" / "python3.10")
    assert (run().returncode, run().stdout) == (0, f"{found}\n")
