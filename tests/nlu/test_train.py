"""When the model is trained again, and that a failed training leaves the old one: with a Rasa of a few lines."""

import stat
from pathlib import Path

import pytest

from nlu import server, train

# Stands where Rasa's python is: does what its last input says, writes where `rasa train` would.
RASA = """#!/bin/sh
echo "trained on 12 sentences"
while [ $# -gt 0 ]; do case "$1" in --out) out=$2 ;; --fixed-model-name) name=$2 ;; esac; shift; done
case "$(cat data/how.yml)" in
  fails) echo "no such pipeline"; exit 3 ;;
  dies) echo half > "$out/$name.tar.gz"; kill -9 $$ ;;
  forgets) exit 0 ;;
  edited) echo changed > data/first.yml; echo new > "$out/$name.tar.gz" ;;
  env) env > "$out/$name.tar.gz" ;;
  *) echo "new" > "$out/$name.tar.gz" ;;
esac
"""
INPUTS = [
    "nlu/rasa/config.yml", "nlu/rasa/domain.yml", "nlu/rasa/requirements.lock", "nlu/rasa/data/how.yml",
    "nlu/rasa/data/procedures/1.yml", "nlu/rasa/components/features.py", "nlu/text.py", "nlu/concepts.py",
    "nlu/keywords.py", "content/procedures/civil/1.yaml",
]  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with inputs, a Rasa of our own and no model."""
    for name in INPUTS:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("well")
    server.model(tmp_path).parent.mkdir()
    python = server.python(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text(RASA)
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def rasa_will(root: Path, how: str) -> None:
    (root / "nlu/rasa/data/how.yml").write_text(how)


@pytest.mark.parametrize("name", INPUTS)
def test_the_fingerprint_changes_with_every_input(root: Path, name: str) -> None:
    before = train.fingerprint(root)
    assert train.fingerprint(root) == before
    (root / name).write_text("other")
    assert train.fingerprint(root) != before
    (root / name).write_text("well")
    assert train.fingerprint(root) == before


def test_the_fingerprint_knows_names_and_borders(root: Path) -> None:
    before = train.fingerprint(root)
    data = root / "nlu/rasa/data/procedures"
    (data / "1.yml").rename(data / "2.yml")
    renamed = train.fingerprint(root)
    (data / "3.yml").write_text("")
    assert len({before, renamed, train.fingerprint(root)}) == 3


def test_what_the_model_does_not_depend_on_does_not_count(root: Path) -> None:
    before = train.fingerprint(root)
    (root / "nlu/client.py").write_text("x")
    (root / "nlu/rasa/data/NOTES.md").write_text("x")
    server.model(root).write_text("x")
    assert train.fingerprint(root) == before


def test_every_real_input_is_there() -> None:
    names = [path.name for path in train.inputs(train.ROOT)]
    assert {"config.yml", "text.py", "understander.py", "1.001193.yml"} <= set(names)
    assert len(train.fingerprint(train.ROOT)) == 64


def test_training_happens_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not train.is_current(root)
    assert train.train(root) == 0
    assert server.model(root).read_text() == "new\n"
    assert train.is_current(root)
    assert "trained on 12 sentences" in capsys.readouterr().out
    server.model(root).write_text("kept\n")
    assert train.train(root) == 0
    assert server.model(root).read_text() == "kept\n"
    assert "up to date" in capsys.readouterr().out
    assert train.train(root, force=True) == 0
    assert server.model(root).read_text() == "new\n"


@pytest.mark.parametrize("how", ["fails", "dies", "forgets"])
def test_a_failed_training_leaves_the_old_model(root: Path, how: str) -> None:
    assert train.train(root) == 0
    server.model(root).write_text("old\n")
    rasa_will(root, how)
    assert train.train(root) != 0
    assert server.model(root).read_text() == "old\n"
    assert not train.is_current(root)
    rasa_will(root, "works again")
    assert train.train(root) == 0
    assert (server.model(root).read_text(), train.is_current(root)) == ("new\n", True)


def test_a_leftover_of_a_failed_training_is_not_taken_for_a_model(root: Path) -> None:
    rasa_will(root, "dies")
    assert train.train(root) != 0
    rasa_will(root, "forgets")
    assert train.train(root) != 0
    assert not server.model(root).exists()


def test_a_failure_says_what_rasa_said(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rasa_will(root, "fails")
    assert train.train(root) == 3
    assert "no such pipeline" in capsys.readouterr().err


def test_an_edit_during_training_calls_for_another_one(root: Path) -> None:
    (root / "nlu/rasa/data/first.yml").write_text("first")
    rasa_will(root, "edited")
    assert train.train(root) == 0
    assert not train.is_current(root)


def test_a_model_is_built_beside_the_served_one(root: Path) -> None:
    assert train.train(root) == 0
    server.model(root).write_text("served\n")
    fresh = server.model(root).with_name("candidate.tar.gz")
    assert train.build(root, fresh) == 0
    assert (server.model(root).read_text(), fresh.read_text()) == ("served\n", "new\n")
    train.activate(root, fresh)
    assert (server.model(root).read_text(), fresh.exists(), train.is_current(root)) == ("new\n", False, True)


def test_a_question_without_an_intent_is_not_trained_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "nlu/rasa/data/week.yml").write_text(f"nlu:\n- intent: {train.UNFILLED}\n")
    assert train.train(root) == 1
    assert f"nlu/rasa/data/week.yml:2: {train.UNFILLED}" in capsys.readouterr().err
    assert not server.model(root).exists()


def test_training_sees_no_secret(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden-value")
    rasa_will(root, "env")
    assert train.train(root) == 0
    assert "hidden-value" not in server.model(root).read_text()


def test_rasas_own_cache_is_off(root: Path) -> None:
    """It does not see our modules change: a new `fitting.py` gave the model of the old one."""
    rasa_will(root, "env")
    assert train.train(root) == 0
    assert "RASA_MAX_CACHE_SIZE=0" in server.model(root).read_text()


def test_without_rasa_it_says_what_to_do(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.python(root).unlink()
    assert train.train(root) == 1
    assert "make setup" in capsys.readouterr().err
