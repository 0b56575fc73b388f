"""The way of a new model: by an admin, one at a time, a dead process is noticed, a worse model is not served."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.learning import trainings
from bot.learning.trainings import State, Verb
from bot.staff import Actor
from bot.tables import Audit, Training
from tests.people import NOON

Actors = dict[str, Actor]
FIGURES: dict[str, Any] = {"rows": [["aspect", 8, 9, 10]], "wrong": [1, 1, 10], "worse": []}


def asked(db: Database, by: Actor, verb: Verb = Verb.TRAIN) -> int:
    with db.write() as session:
        return trainings.ask(session, by, verb, now=NOON).id


def claimed(db: Database, worker: str = "host/1") -> Training | None:
    with db.write() as session:
        return trainings.claim(session, worker, now=NOON)


def measured(db: Database, by: Actor, **figures: Any) -> int:
    number = asked(db, by)
    assert claimed(db)
    with db.write() as session:
        trainings.trained(session, number, "host/1", figures={**FIGURES, **figures}, now=NOON)
    return number


def state(db: Database, number: int) -> str:
    with db.read() as session:
        return session.get_one(Training, number).state


@pytest.mark.parametrize("login", ["lan", "minh", "hoa", "binh"])
def test_only_an_admin_trains_and_serves(db: Database, actors: Actors, login: str) -> None:
    number = measured(db, actors["an"])
    for do in (lambda s: trainings.ask(s, actors[login], Verb.TRAIN, now=NOON),
               lambda s: trainings.activate(s, actors[login], number, now=NOON),
               lambda s: trainings.drop(s, actors[login], number, now=NOON)):  # fmt: skip
        with pytest.raises(NotAllowed, match="manage"), db.write() as session:
            do(session)
    assert state(db, number) == State.READY


@pytest.mark.parametrize("verb", Verb)
def test_one_at_a_time_for_all_agencies(db: Database, actors: Actors, verb: Verb) -> None:
    asked(db, actors["an"])
    with pytest.raises(BadInput, match=r"training\.busy"):
        asked(db, actors["la"], verb)
    assert claimed(db)
    with pytest.raises(BadInput, match=r"training\.busy"):
        asked(db, actors["an"], verb)


def test_one_process_takes_it(db: Database, actors: Actors) -> None:
    assert claimed(db) is None
    number = asked(db, actors["an"])
    first, second = claimed(db, "host/1"), claimed(db, "host/2")
    assert first is not None
    assert (first.id, first.state, second) == (number, State.TRAINING, None)


def test_a_silent_process_is_taken_for_dead_and_heard_no_more(db: Database, actors: Actors) -> None:
    number = asked(db, actors["an"])
    claimed(db)
    with db.write() as session:
        trainings.sweep(session, now=NOON + timedelta(seconds=50))
    assert state(db, number) == State.TRAINING
    with db.write() as session:
        trainings.tell(session, number, "host/1", now=NOON + timedelta(seconds=55))
        trainings.sweep(session, now=NOON + timedelta(seconds=110))
    assert state(db, number) == State.TRAINING
    with db.write() as session:
        trainings.sweep(session, now=NOON + timedelta(seconds=116))
        assert not trainings.tell(session, number, "host/1", now=NOON, state=State.READY)
    assert state(db, number) == State.FAILED
    asked(db, actors["an"])  # the way is free


def test_a_measured_model_is_served_and_the_one_before_is_not(db: Database, actors: Actors) -> None:
    numbers = []
    for _ in range(2):
        numbers.append(measured(db, actors["an"]))
        with db.write() as session:
            trainings.activate(session, actors["an"], numbers[-1], now=NOON)
        task = claimed(db)
        assert task is not None
        assert (task.id, task.verb, task.state) == (numbers[-1], Verb.ACTIVATE, State.ACTIVATING)
        with db.write() as session:
            trainings.served(session, task.id, "host/1", fault="", now=NOON)
    assert [state(db, one) for one in numbers] == [State.REPLACED, State.ACTIVE]
    back = asked(db, actors["an"], Verb.BACK)
    claimed(db)
    with db.write() as session:
        trainings.served(session, back, "host/1", fault="", now=NOON)
    assert [state(db, one) for one in (*numbers, back)] == [State.REPLACED, State.REPLACED, State.ACTIVE]
    with db.read() as session:
        verbs = session.scalars(select(Audit.verb).where(Audit.verb.startswith("training")).order_by(Audit.id)).all()
    assert verbs == ["training.train", "training.activate"] * 2 + ["training.back"]


def test_a_worse_model_is_never_served(db: Database, actors: Actors) -> None:
    number = measured(db, actors["an"], worse=["aspect falls from 90.0% to 80.0%"])
    with pytest.raises(BadInput, match=r"training\.worse"), db.write() as session:
        trainings.activate(session, actors["an"], number, now=NOON)
    with db.write() as session:
        trainings.drop(session, actors["an"], number, now=NOON)
    with pytest.raises(BadInput, match=r"training\.moved"), db.write() as session:
        trainings.activate(session, actors["an"], number, now=NOON)
    assert state(db, number) == State.DROPPED


def test_what_waits_can_be_let_go_and_a_failed_serving_can_be_tried_again(db: Database, actors: Actors) -> None:
    number = asked(db, actors["an"])
    with db.write() as session:
        trainings.drop(session, actors["an"], number, now=NOON)
    assert (state(db, number), claimed(db)) == (State.DROPPED, None)
    other = measured(db, actors["an"])
    with db.write() as session:
        trainings.activate(session, actors["an"], other, now=NOON)
    claimed(db)
    with db.write() as session:
        trainings.failed(session, other, "host/1", fault="disk full", now=NOON)
    assert state(db, other) == State.READY
