"""`nlu learn`: the process that trains, measures and serves what an admin asked for in the console; one at a time."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import requests
import structlog

from bot import evaluation
from bot.assistant import Assistant
from bot.commands.context import Context, pass_context
from bot.commands.model import serving
from bot.db import Database
from bot.errors import MotcuaError
from bot.evaluation import MEASURED_ON, Figures
from bot.learning import examples, trainings
from bot.learning.trainings import State, Verb
from bot.settings import ROOT
from bot.tables import Training
from bot.worker import clock
from content import library
from nlu import server as nlu_server
from nlu import train as training
from nlu.client import Client

LOADS_WITHIN = 120.0
"""Seconds that the server may take to load a model."""

log = structlog.get_logger()


@click.command("learn")
@click.option(
    "--set", "folder", default=MEASURED_ON, show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of questions (*.jsonl).",
)  # fmt: skip
@pass_context
def learn(context: Context, folder: Path) -> None:
    """Do what waits in the console under “Học thêm”: train and compare, serve, or go back; then end."""
    worker = f"{socket.gethostname()}/{os.getpid()}"
    with context.db.write() as session:
        task = trainings.claim(session, worker, now=clock())
    if task is None:
        click.echo("nothing waits", err=True)
        return
    with _alive(context.db, task.id, worker):
        try:
            if task.verb == Verb.TRAIN:
                _train(context.db, task, worker, folder)
            else:
                _serve(context, task, worker)
        except Exception as error:
            with context.db.write() as session:
                trainings.failed(session, task.id, worker, fault=f"{type(error).__name__}: {error}", now=clock())
            raise


@contextmanager
def _alive(db: Database, training_id: int, worker: str) -> Iterator[None]:
    """Give a sign of life every few seconds."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(trainings.BEAT):
            try:
                with db.write(durable=False) as session:
                    trainings.tell(session, training_id, worker, now=clock())
            except Exception as error:  # the next beat may succeed
                log.warning("training.not_told", error=type(error).__name__)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _train(db: Database, task: Training, worker: str, folder: Path) -> None:
    with db.read() as session:
        taught = examples.everything(session)
    lines = "".join(f"{line}\n" for line in examples.as_training(taught)) if taught else ""
    fresh = model_of(task.id)
    with db.write() as session:
        trainings.tell(session, task.id, worker, now=clock(), sentences=len(taught))
    if status := training.build(ROOT, fresh, taught=lines):
        raise MotcuaError(f"the training ended with {status}; see the log of this process")
    with db.write() as session:
        trainings.tell(session, task.id, worker, now=clock(), state=State.MEASURING)
    active = nlu_server.model(ROOT)
    old = measured(active, folder) if active.exists() else None
    new = measured(fresh, folder)
    with db.write() as session:
        trainings.trained(session, task.id, worker, figures=_told(old, new), now=clock())
    _tidy(db)


def _serve(context: Context, task: Training, worker: str) -> None:
    if task.verb == Verb.ACTIVATE:
        training.activate(ROOT, model_of(task.id))
    else:
        training.go_back(ROOT)
    fault = reload(context.settings.nlu_url, nlu_server.model(ROOT))
    with context.db.write() as session:
        trainings.served(session, task.id, worker, fault=fault, now=clock())


def model_of(training_id: int) -> Path:
    """Return the file of a trained model that is not served yet."""
    return nlu_server.model(ROOT).with_name(f"learnt-{training_id}.tar.gz")


def reload(url: str, model: Path) -> str:
    """Let the running server take `model`; return why it did not, or "".

    The server answers with the old one until the new one is loaded; who asks in that moment is answered by keywords.
    """
    try:
        answer = requests.put(f"{url.rstrip('/')}/model", json={"model_file": str(model)}, timeout=(2, LOADS_WITHIN))
    except requests.RequestException as error:
        return f"no nlu server at {url} ({type(error).__name__}): it takes the model at its next start"
    return "" if answer.ok else f"the nlu server refused the model ({answer.status_code}): restart it"


def measured(model: Path, folder: Path) -> Figures:
    """Return what `model` makes of the questions in `folder`."""
    click.echo(f"asking {model.name} …", err=True)
    with serving(model) as url:
        client = Client(url, deadline=5.0)
        assistant = Assistant(library.load(), client)
        try:
            figures = evaluation.measure(assistant, folder)
            if not client.is_up:
                raise MotcuaError(f"{model.name} stopped answering; nothing was compared")
            return figures
        finally:
            assistant.close()


def _told(old: Figures | None, new: Figures) -> dict[str, Any]:
    """Return the figures side by side, as they are kept."""
    before = old.headlines if old else {}
    rows = [
        [name, before[name].right if name in before else None, tally.right, tally.total]
        for name, tally in new.headlines.items()
    ]
    wrong = [old.wrong if old else None, new.wrong, new.asked]
    return {"rows": rows, "wrong": wrong, "worse": evaluation.worse(old, new) if old else []}


def _tidy(db: Database) -> None:
    """Remove the files of models that nobody will serve."""
    with db.read() as session:
        kept = {model_of(one.id).name for one in trainings.latest(session) if one.state == State.READY}
    for path in nlu_server.model(ROOT).parent.glob("learnt-*.tar.gz"):
        if path.name not in kept:
            for one in (path, training.stamp(path), training.lessons(path)):
                one.unlink(missing_ok=True)
