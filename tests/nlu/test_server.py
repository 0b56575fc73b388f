"""How the server is started, what is said when it cannot be, and how to see that it is ready."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from nlu import server
from tests.nlu.fake import served


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project where everything is in place."""
    for path in (server.python(tmp_path), server.model(tmp_path)):
        path.parent.mkdir(parents=True)
        path.write_text("")
    return tmp_path


def test_nothing_is_missing_where_all_is_there(root: Path) -> None:
    assert server.missing(root) == []


def test_what_is_missing_is_said_in_words(tmp_path: Path, root: Path) -> None:
    empty = tmp_path / "empty"
    environment, model = server.missing(empty)
    assert str(server.python(empty)) in environment
    assert str(server.model(empty)) in model
    assert all("make setup" in fault for fault in (environment, model))
    server.model(root).unlink()
    assert len(server.missing(root)) == 1
    assert "model" in server.missing(root)[0]


def test_the_environment_carries_no_secret(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = ("SECRET_KEY", "TOKEN_KEYS", "DATABASE_URL", "NLU_URL", "AWS_SECRET_ACCESS_KEY", "PYTHONSTARTUP")
    for name in secrets:
        monkeypatch.setenv(name, "hidden-value")
    monkeypatch.setenv("LANG", "C.UTF-8")
    env = server.environment(root)
    assert not set(secrets) & set(env)
    assert "hidden-value" not in env.values()
    assert env["LANG"] == "C.UTF-8"
    assert env["PYTHONPATH"] == str(root)
    assert env["RASA_TELEMETRY_ENABLED"] == "false"


def test_the_command_listens_only_where_it_is_told(root: Path) -> None:
    argv, env = server.command(5055, root)
    assert argv[:4] == [str(server.python(root)), "-m", "rasa", "run"]
    said = dict(pairwise(argv))
    assert (said["--interface"], said["--port"]) == ("127.0.0.1", "5055")
    assert said["--model"] == str(server.model(root))
    assert env == server.environment(root)
    assert "0.0.0.0" in server.command(1, root, host="0.0.0.0")[0]  # noqa: S104 - only what a container asks for


def test_ready_means_that_a_model_is_loaded() -> None:
    with served() as fake:
        assert server.is_ready(fake.url)
        assert server.is_ready(fake.url + "/")
        assert server.wait_until_ready(fake.url, seconds=5)
        fake.status = 503  # answers, with no model
        assert not server.is_ready(fake.url)
    assert not server.is_ready(fake.url)


def test_waiting_ends() -> None:
    began = time.monotonic()
    assert not server.wait_until_ready("http://127.0.0.1:9", seconds=0.3)
    assert time.monotonic() - began < 2
    assert not server.is_ready("not a url")
