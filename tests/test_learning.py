"""`motcua nlu train` and `evaluate`: a new model beside the active one, and only a better one takes its place.

Stands where Rasa's interpreter is: a program of a few lines that "trains" by copying a table of answers and serves it
over real HTTP, as Rasa does.
"""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_commands import copied

RASA = (
    f"#!{sys.executable}\n"
    """import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

def of(name):
    return sys.argv[sys.argv.index(name) + 1]

if "train" in sys.argv:
    print("2 sentences")
    open(of("--out") + "/" + of("--fixed-model-name") + ".tar.gz", "w").write(open("data/table.yml").read())
    sys.exit(0)

TABLE = json.load(open(of("--model")))

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def say(self, body):
        body = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.say({"model_id": "x"})

    def do_POST(self):
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        item = TABLE.get(text, TABLE["*"])
        self.say({
            "intent": {"name": "fee", "confidence": 0.9}, "intent_ranking": [{"name": "fee", "confidence": 0.9}],
            "items": [{"item": item, "confidence": 0.9}], "other": 0.05, "bare": 0.05,
        })

    def log_message(self, *_):
        pass

HTTPServer(("127.0.0.1", int(of("--port"))), Handler).serve_forever()
"""
)
BIRTH, DEATH, MARRIAGE = "1.001193", "1.000656", "1.000894"
SET = [
    {"text": "việc thứ nhất hết bao nhiêu tiền", "procedure": BIRTH, "aspect": "fee", "style": "plain"},
    {"text": "việc thứ hai hết bao nhiêu tiền", "procedure": DEATH, "aspect": "fee", "style": "story"},
]
GOOD = {SET[0]["text"]: BIRTH, SET[1]["text"]: DEATH, "*": BIRTH}
POOR = {SET[0]["text"]: BIRTH, SET[1]["text"]: MARRIAGE, "*": BIRTH}


class Project:
    """A checkout with a Rasa of our own, questions to measure on, and the command line."""

    def __init__(self, place: Path) -> None:
        self.root = copied(place)
        self.models = place / "nlu/rasa/models"
        for folder in ("nlu/rasa/data", "nlu/rasa/components", "nlu/rasa/models", "nlu/rasa/.venv/bin", "set"):
            (place / folder).mkdir(parents=True)
        for name in ("config.yml", "domain.yml", "requirements.lock", "endpoints.yml", "credentials.yml"):
            (place / "nlu/rasa" / name).write_text("x")
        python = place / "nlu/rasa/.venv/bin/python"
        python.write_text(RASA)
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        rows = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in SET)
        (place / "set/procedures.jsonl").write_text(rows)

    def learns(self, table: dict[str, Any]) -> None:
        """Give the next training what to learn."""
        (self.root / "nlu/rasa/data/table.yml").write_text(json.dumps(table))

    def serves(self, table: dict[str, Any]) -> None:
        """Make `table` the active model."""
        (self.models / "nlu.tar.gz").write_text(json.dumps(table))

    @property
    def active(self) -> dict[str, Any] | None:
        """What is served."""
        model = self.models / "nlu.tar.gz"
        return json.loads(model.read_text()) if model.exists() else None

    def motcua(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run the command line."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.root), "LANG": "C.UTF-8"}
        command = (sys.executable, "-m", "bot", "nlu", *argv)
        return subprocess.run(
            command, cwd=self.root, env=env, text=True, capture_output=True, timeout=120, check=False
        )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_better_model_takes_the_place(project: Project) -> None:
    project.serves(POOR)
    project.learns(GOOD)
    trained = project.motcua("train")
    assert trained.returncode == 0, trained.stderr
    assert "2 sentences" in trained.stdout
    assert project.active == POOR  # training replaces nothing
    done = project.motcua("evaluate", "--set", "set")
    assert done.returncode == 0, done.stderr
    assert project.active == GOOD
    told = {" ".join(line.split()) for line in done.stdout.splitlines()}
    assert {"procedure first 50.0% 100.0% of 2", "procedure first, stories 0.0% 100.0% of 1"} <= told
    assert "confident about a wrong one 50.0% 0.0%" in told
    assert not (project.models / "candidate.tar.gz").exists()
    assert (project.models / "nlu.sha256").exists()


def test_a_worse_model_is_refused(project: Project) -> None:
    project.serves(GOOD)
    project.learns(POOR)
    assert project.motcua("train").returncode == 0
    done = project.motcua("evaluate", "--set", "set")
    assert done.returncode == 1
    assert "the new model is worse and does not replace the active one: procedure first falls" in done.stderr
    assert "Traceback" not in done.stderr
    assert project.active == GOOD


def test_the_first_model_needs_no_other(project: Project) -> None:
    project.learns(GOOD)
    assert project.motcua("train").returncode == 0
    assert project.motcua("evaluate", "--set", "set").returncode == 0
    assert project.active == GOOD


def test_there_is_no_way_around_the_comparison(project: Project) -> None:
    assert project.motcua("evaluate", "--force").returncode == 2


def test_without_a_new_model_it_says_what_to_do(project: Project) -> None:
    project.serves(GOOD)
    done = project.motcua("evaluate", "--set", "set")
    assert (done.returncode, "motcua nlu train" in done.stderr) == (1, True)


def test_a_set_that_is_not_there_is_bad_use(project: Project) -> None:
    assert project.motcua("evaluate", "--set", "nowhere").returncode == 2


def test_what_staff_left_unfilled_is_not_trained_on(project: Project) -> None:
    project.learns(GOOD)
    (project.root / "nlu/rasa/data/week.yml").write_text("nlu:\n- intent: CHƯA-RÕ\n")
    done = project.motcua("train")
    assert done.returncode == 1
    assert "nlu/rasa/data/week.yml:2: CHƯA-RÕ is to be replaced" in done.stderr
    assert not (project.models / "candidate.tar.gz").exists()


@pytest.mark.parametrize("argv", [(), ("--port", "5999")])
def test_without_a_verb_it_serves(project: Project, argv: tuple[str, ...]) -> None:
    done = project.motcua(*argv)  # no model: it says so instead of serving
    assert (done.returncode, "no trained model" in done.stderr) == (1, True)
