"""The way of a new model: asked for by an admin, trained and measured by a process of its own, served or let go.

At most one is busy: the database holds that (`uq_trainings_busy`). A process that died is noticed by its silence.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Training

SILENT = timedelta(seconds=60)
"""Without a sign of life for so long, the process is taken for dead."""
BEAT = 5.0
SHOWN = 10
FAULT_MAX = 2000


class State(StrEnum):
    """Where a training is. Its Vietnamese name is the phrase `training.state.<state>`."""

    WAITING = "waiting"
    TRAINING = "training"
    MEASURING = "measuring"
    READY = "ready"
    ACTIVATING = "activating"
    ACTIVE = "active"
    REPLACED = "replaced"
    DROPPED = "dropped"
    FAILED = "failed"


class Verb(StrEnum):
    """What the process is to do."""

    TRAIN = "train"
    ACTIVATE = "activate"
    BACK = "back"


FIRST_STEP = {Verb.TRAIN: State.TRAINING, Verb.ACTIVATE: State.ACTIVATING, Verb.BACK: State.ACTIVATING}


def ask(session: Session, by: Actor, verb: Verb, *, now: datetime) -> Training:
    """Ask for a training, or for the model before; raise `BadInput` while something is busy."""
    by.need(Right.MANAGE)
    one = Training(
        agency_id=by.agency_id, by=by.login, verb=verb, state=State.WAITING, busy=True, asked_at=now, figures={}
    )
    session.add(one)
    _flush(session)
    _note(session, by, verb, one.id, now=now)
    return one


def activate(session: Session, by: Actor, training_id: int, *, now: datetime) -> Training:
    """Ask that a measured model is served; a worse one is refused."""
    by.need(Right.MANAGE)
    one = _ready(session, training_id)
    if one.figures.get("worse"):
        raise BadInput("training.worse")
    one.verb, one.state, one.busy, one.asked_at, one.worker = Verb.ACTIVATE, State.WAITING, True, now, None
    _flush(session)
    _note(session, by, Verb.ACTIVATE, one.id, now=now)
    return one


def drop(session: Session, by: Actor, training_id: int, *, now: datetime) -> Training:
    """Let a measured model go, or what still waits."""
    by.need(Right.MANAGE)
    one = session.get(Training, training_id, with_for_update=True)
    if one is None or one.state not in {State.READY, State.WAITING}:
        raise BadInput("training.moved")
    was_measured = one.state == State.WAITING and one.verb == Verb.ACTIVATE
    one.state, one.busy = (State.READY if was_measured else State.DROPPED), False
    _note(session, by, "drop", one.id, now=now)
    return one


def _ready(session: Session, training_id: int) -> Training:
    one = session.get(Training, training_id, with_for_update=True)
    if one is None or one.state != State.READY:
        raise BadInput("training.moved")
    return one


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise BadInput("training.busy") from error


def _note(session: Session, by: Actor, verb: str, training_id: int, *, now: datetime) -> None:
    what = f"training:{training_id}"
    audit.note(session, f"training.{verb}", what=what, now=now, agency_id=by.agency_id, who=by.login)


def waits(session: Session) -> bool:
    """Say whether something waits for a process."""
    query = select(Training.id).where(Training.busy, Training.state == State.WAITING)
    return session.scalar(query) is not None


def claim(session: Session, worker: str, *, now: datetime) -> Training | None:
    """Take what waits; None when nothing does, or another process was quicker."""
    row = session.scalar(select(Training).where(Training.busy, Training.state == State.WAITING))
    if row is None:
        return None
    taken = session.execute(
        update(Training)
        .where(Training.id == row.id, Training.busy, Training.state == State.WAITING)
        .values(state=FIRST_STEP[Verb(row.verb)], worker=worker, began_at=now, beat_at=now, fault="")
    )
    return session.get(Training, row.id, populate_existing=True) if taken.rowcount else None  # type: ignore[attr-defined]


def tell(session: Session, training_id: int, worker: str, *, now: datetime, **values: Any) -> bool:
    """Give a sign of life and note `values`; False when the work was taken away."""
    ours = (Training.id == training_id, Training.worker == worker, Training.busy)
    told = session.execute(update(Training).where(*ours).values(beat_at=now, **values))
    return bool(told.rowcount)  # type: ignore[attr-defined]


def trained(session: Session, training_id: int, worker: str, *, figures: Mapping[str, Any], now: datetime) -> None:
    """Note what was measured; a person decides now."""
    tell(session, training_id, worker, now=now, state=State.READY, figures=dict(figures), ended_at=now, busy=False)


def served(session: Session, training_id: int, worker: str, *, fault: str, now: datetime) -> None:
    """Note that the model is served from now on, and those before no more."""
    session.execute(update(Training).where(Training.state == State.ACTIVE).values(state=State.REPLACED))
    tell(session, training_id, worker, now=now, state=State.ACTIVE, ended_at=now, busy=False, fault=fault[:FAULT_MAX])


def failed(session: Session, training_id: int, worker: str, *, fault: str, now: datetime) -> None:
    """Note why it came to nothing; a measured model that could not be served is kept for another try."""
    one = session.get(Training, training_id, populate_existing=True)
    state = State.READY if one is not None and one.verb == Verb.ACTIVATE else State.FAILED
    tell(session, training_id, worker, now=now, state=state, ended_at=now, busy=False, fault=fault[:FAULT_MAX])


def died(session: Session, *, now: datetime) -> list[Training]:
    """Return what a process has in hand that gives no sign of life."""
    dead = select(Training).where(Training.busy, Training.beat_at < now - SILENT, Training.state != State.WAITING)
    return list(session.scalars(dead))


def sweep(session: Session, *, now: datetime) -> None:
    """Let go what a dead process had in hand."""
    for one in died(session, now=now):
        failed(session, one.id, one.worker or "", fault="the process ended before it was done", now=now)


def latest(session: Session) -> list[Training]:
    """Return the last trainings, newest first: a model is shared by all agencies."""
    return list(session.scalars(select(Training).order_by(Training.id.desc()).limit(SHOWN)))
