"""`motcua nlu learn`: trains with what staff taught, measures, serves by telling the running server, goes back.

Rasa is the program of a few lines of `tests/test_learning.py`; the server that is told is a real one over HTTP.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.db import Database
from bot.learning import examples, trainings
from bot.learning.trainings import State, Verb
from bot.staff import Actor
from bot.tables import Training
from nlu import train
from tests.people import NOON
from tests.test_learning import BIRTH, GOOD, POOR, Project

Actors = dict[str, Actor]
BETTER = {**GOOD, "*": "1.000894"}


class Told(BaseHTTPRequestHandler):
    """Notes which model it is told to load, and its content at that moment."""

    heard: list[tuple[str, str]]

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append((self.path, Path(body["model_file"]).read_text()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Address of a server, and what it was told."""
    kind = type("One", (Told,), {"heard": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", kind.heard  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


class Process:
    """A checkout whose `motcua nlu learn` works on the tests' database."""

    def __init__(self, place: Path, env: dict[str, str], nlu: str) -> None:
        self.project = Project(place)
        self._env = {**env, "NLU_URL": nlu, "PATH": os.environ["PATH"], "HOME": str(place), "LANG": "C.UTF-8"}

    def learn(self) -> subprocess.CompletedProcess[str]:
        """Do what waits."""
        argv = (sys.executable, "-m", "bot", "nlu", "learn", "--set", "set")
        return subprocess.run(
            argv, cwd=self.project.root, env=self._env, text=True, capture_output=True, timeout=120, check=False
        )  # fmt: skip


@pytest.fixture
def process(tmp_path: Path, env: dict[str, str], heard: tuple[str, list[tuple[str, str]]]) -> Process:
    place = tmp_path / "checkout"
    place.mkdir()
    return Process(place, env, heard[0])


def asked(db: Database, by: Actor, verb: Verb = Verb.TRAIN) -> int:
    with db.write() as session:
        return trainings.ask(session, by, verb, now=NOON).id


def row(db: Database, number: int) -> Training:
    with db.read() as session:
        return session.get_one(Training, number)


def served(db: Database, by: Actor, process: Process, number: int) -> None:
    with db.write() as session:
        trainings.activate(session, by, number, now=NOON)
    assert process.learn().returncode == 0


def test_it_trains_measures_serves_and_goes_back(
    db: Database, actors: Actors, process: Process, heard: tuple[str, list[tuple[str, str]]]
) -> None:
    project, an = process.project, actors["an"]
    project.serves(POOR)
    project.learns(GOOD)
    with db.write() as session:
        examples.add(session, actors["hoa"], "giấy bé nhiêu", intent="fee", item=BIRTH, items={BIRTH}, now=NOON)
    number = asked(db, an)
    done = process.learn()
    assert done.returncode == 0, done.stderr
    one = row(db, number)
    assert (one.state, one.sentences, one.busy, project.active) == (State.READY, 1, False, POOR)
    assert ["procedure first", 1, 2, 2] in one.figures["rows"]
    assert (one.figures["wrong"], one.figures["worse"]) == ([1, 0, 2], [])
    fresh = project.models / f"learnt-{number}.tar.gz"
    assert "- giấy bé nhiêu" in train.lessons(fresh).read_text()

    served(db, an, process, number)
    assert (row(db, number).state, project.active) == (State.ACTIVE, GOOD)
    assert heard[1] == [("/model", json.dumps(GOOD))]
    assert train.is_current(project.root)  # `make model` finds nothing to do, and unlearns nothing
    assert json.loads(train.previous(project.root).read_text()) == POOR

    back = asked(db, an, Verb.BACK)
    assert process.learn().returncode == 0
    assert (row(db, back).state, row(db, number).state, project.active) == (State.ACTIVE, State.REPLACED, POOR)
    assert not train.lessons(project.models / "nlu.tar.gz").exists()
    assert heard[1][1:] == [("/model", json.dumps(POOR))]
    asked(db, an, Verb.BACK)  # and to and fro
    assert process.learn().returncode == 0
    assert project.active == GOOD
    assert "giấy bé nhiêu" in train.lessons(project.models / "nlu.tar.gz").read_text()


def test_a_worse_model_is_told_and_stays_unserved(db: Database, actors: Actors, process: Process) -> None:
    process.project.serves(GOOD)
    process.project.learns(POOR)
    number = asked(db, actors["an"])
    assert process.learn().returncode == 0
    assert any("procedure first falls" in why for why in row(db, number).figures["worse"])
    assert process.project.active == GOOD


def test_a_failure_is_told_and_frees_the_way(db: Database, actors: Actors, process: Process) -> None:
    process.project.serves(GOOD)
    process.project.learns(BETTER)
    (process.project.root / "nlu/rasa/data/week.yml").write_text("nlu:\n- intent: CHƯA-RÕ\n")
    number = asked(db, actors["an"])
    assert process.learn().returncode == 1
    one = row(db, number)
    assert (one.state, one.busy, "training ended with 1" in one.fault) == (State.FAILED, False, True)
    assert process.project.active == GOOD


def test_without_a_running_server_the_model_waits_for_its_next_start(
    db: Database, actors: Actors, tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "alone").mkdir()
    process = Process(tmp_path / "alone", env, "http://127.0.0.1:9")
    process.project.serves(POOR)
    process.project.learns(GOOD)
    number = asked(db, actors["an"])
    process.learn()
    served(db, actors["an"], process, number)
    assert "next start" in row(db, number).fault
    assert process.project.active == GOOD


def test_nothing_waits(db: Database, process: Process) -> None:
    done = process.learn()
    assert (done.returncode, "nothing waits" in done.stderr) == (0, True)
