"""The scheduler starts a process only for what waits, and only where Rasa's environment is."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.db import Database
from bot.learning import starting, trainings
from bot.learning.trainings import State, Verb
from bot.staff import Actor
from bot.tables import Training
from nlu import server
from tests.people import NOON
from tests.postgres import wait_for

Actors = dict[str, Actor]


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A host with something that stands where Rasa's interpreter is, and a `bot` that only says that it ran."""
    python = server.python(tmp_path)
    python.parent.mkdir(parents=True)
    python.write_text("")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").write_text("")
    (tmp_path / "bot" / "__main__.py").write_text(
        "import os, sys; print(*sys.argv[1:], os.getsid(0) == os.getpid(), flush=True)"
    )
    return tmp_path


def asked(db: Database, by: Actor) -> int:
    with db.write() as session:
        return trainings.ask(session, by, Verb.TRAIN, now=NOON).id


def test_what_waits_gets_a_process_of_its_own(db: Database, actors: Actors, host: Path) -> None:
    assert not starting.start_waiting(db, now=NOON, root=host)
    asked(db, actors["an"])
    assert starting.start_waiting(db, now=NOON, root=host)
    log = host / "var" / "learning.log"
    wait_for(lambda: log.read_text() != "")
    assert log.read_text() == "nlu learn True\n"


def test_without_rasa_it_is_left_to_another_host(db: Database, actors: Actors, tmp_path: Path) -> None:
    asked(db, actors["an"])
    assert not starting.start_waiting(db, now=NOON, root=tmp_path)


def test_what_a_dead_process_left_is_let_go(db: Database, actors: Actors, tmp_path: Path) -> None:
    number = asked(db, actors["an"])
    with db.write() as session:
        trainings.claim(session, "host/1", now=NOON)
    starting.start_waiting(db, now=NOON + timedelta(seconds=61), root=tmp_path)
    with db.read() as session:
        assert session.get_one(Training, number).state == State.FAILED
