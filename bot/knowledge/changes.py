"""Proposals: what somebody wants to change of the agency's facts, judged by somebody else, taken back in one step.

An approval is bound to the digest of what was read. Faults are `BadInput` with a phrase's key, or `FactsRefused`.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit, own_facts
from bot.errors import BadInput
from bot.knowledge import slots
from bot.own_facts import FactsRefused
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Agency, Change

PAGE = 30
COMMENT_MAX = 1000


class State(StrEnum):
    """Where a change is. Its Vietnamese name is the phrase `change.state.<state>`."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


OPEN = (State.SUBMITTED, State.RETURNED)


def stored(agency: Agency) -> dict[str, Any]:
    """Return what the agency tells now, as slots read it."""
    return {"name": agency.name, "level": agency.level, **agency.facts}


def digest(change: Change) -> str:
    """Return a hash of all that a reviewer judges."""
    told = json.dumps([change.agency_id, change.what, change.before, change.after], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def propose(
    session: Session, by: Actor, facts: Mapping[str, Any], *, what: str, was: str, now: datetime, why: str = ""
) -> Change:  # fmt: skip
    """Hand in `facts` in place of those of version `was`; raise with every fault, or when nothing would change."""
    by.need(Right.KNOW)
    agency = session.get_one(Agency, by.agency_id)
    before, after = _difference(agency, facts, was)
    change = Change(
        agency_id=agency.id, what=what, before=before, after=after, why=why.strip()[:COMMENT_MAX],
        staff_id=by.staff_id, by=by.login, state=State.SUBMITTED, created_at=now, steps=[],
    )  # fmt: skip
    session.add(change)
    session.flush()
    _step(session, by, change, "propose", now=now)
    return change


def amend(
    session: Session, by: Actor, change_id: int, facts: Mapping[str, Any], *, was: str, now: datetime, why: str = ""
) -> Change:  # fmt: skip
    """Hand in an open change anew, by its author."""
    change = _mine(session, by, change_id)
    before, after = _difference(session.get_one(Agency, by.agency_id), facts, was)
    change.before, change.after, change.state = before, after, State.SUBMITTED
    change.why = why.strip()[:COMMENT_MAX] or change.why
    _step(session, by, change, "amend", now=now)
    return change


def _difference(agency: Agency, facts: Mapping[str, Any], was: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if own_facts.version(agency) != was:
        raise FactsRefused({(): "facts.changed"})
    if wrong := own_facts.faults(facts):
        raise FactsRefused(wrong)
    before, after = slots.between(stored(agency), json.loads(json.dumps(facts, default=str)))
    if not after:
        raise FactsRefused({(): "change.nothing"})
    return before, after


def approve(session: Session, by: Actor, change_id: int, *, seen: str, now: datetime, comment: str = "") -> Change:
    """Let a change be told from now on, by another person than its author; `seen` is the digest of what was read."""
    change, agency = _judged(session, by, change_id)
    if seen != digest(change):
        raise BadInput("change.other")
    if not slots.holds(stored(agency), change.before):
        raise BadInput("change.stale")
    facts = slots.applied(stored(agency), change.after)
    if own_facts.faults(facts):  # what was right alone may be wrong beside a newer change
        raise BadInput("change.stale")
    _tell(session, agency, facts)
    change.state, change.decided_at = State.APPROVED, now
    _step(session, by, change, "approve", now=now, comment=comment)
    return change


def send_back(session: Session, by: Actor, change_id: int, *, comment: str, now: datetime) -> Change:
    """Ask the author for something better, in words."""
    change, _ = _judged(session, by, change_id)
    if not comment.strip():
        raise BadInput("change.comment")
    change.state = State.RETURNED
    _step(session, by, change, "return", now=now, comment=comment)
    return change


def withdraw(session: Session, by: Actor, change_id: int, *, now: datetime) -> Change:
    """Let one's own open change go."""
    change = _mine(session, by, change_id)
    change.state, change.decided_at = State.WITHDRAWN, now
    _step(session, by, change, "withdraw", now=now)
    return change


def take_back(session: Session, by: Actor, change_id: int, *, now: datetime) -> Change:
    """Undo an approved change at once: what stood there before had been judged already."""
    by.need(Right.REVIEW)
    change, agency = _found(session, by, change_id)
    if change.state != State.APPROVED:
        raise BadInput("change.moved")
    if not slots.holds(stored(agency), change.after):
        raise BadInput("change.newer")
    _tell(session, agency, slots.applied(stored(agency), change.before))
    change.state, change.decided_at = State.UNDONE, now
    _step(session, by, change, "undo", now=now)
    return change


def _judged(session: Session, by: Actor, change_id: int) -> tuple[Change, Agency]:
    by.need(Right.REVIEW)
    change, agency = _found(session, by, change_id)
    if change.state != State.SUBMITTED:
        raise BadInput("change.moved")
    if change.staff_id == by.staff_id:
        raise BadInput("change.own")
    return change, agency


def _mine(session: Session, by: Actor, change_id: int) -> Change:
    by.need(Right.KNOW)
    change, _ = _found(session, by, change_id)
    if change.staff_id != by.staff_id:
        raise BadInput("change.not_yours")
    if change.state not in OPEN:
        raise BadInput("change.moved")
    return change


def _found(session: Session, by: Actor, change_id: int) -> tuple[Change, Agency]:
    """Return a change and its agency, locked in one order, so that two judges come one after the other."""
    agency = session.get_one(Agency, by.agency_id, with_for_update=True)
    wanted = select(Change).where(Change.agency_id == by.agency_id, Change.id == change_id)
    change = session.scalar(wanted.with_for_update())
    if change is None:
        raise BadInput("change.unknown")
    return change, agency


def _tell(session: Session, agency: Agency, facts: Mapping[str, Any]) -> None:
    name = str(facts["name"])
    session.execute(update(Agency).where(Agency.id == agency.id).values(facts=dict(facts), name=name))


def _step(session: Session, by: Actor, change: Change, verb: str, *, now: datetime, comment: str = "") -> None:
    made = {"at": now.isoformat(), "who": by.login, "verb": verb, "comment": comment.strip()[:COMMENT_MAX],
            "digest": digest(change), "after": change.after}  # fmt: skip
    change.steps = [*(change.steps or []), made]
    facts = {"what": change.what, "digest": made["digest"]}
    audit.note(
        session, f"facts.{verb}", what=f"change:{change.id}", now=now, agency_id=by.agency_id, who=by.login, facts=facts
    )  # fmt: skip


def find(session: Session, agency_id: int, change_id: int) -> Change | None:
    """Return a change of the agency, or None."""
    return session.scalar(select(Change).where(Change.agency_id == agency_id, Change.id == change_id))


def page(session: Session, agency_id: int, *, state: str = "", before: int = 0) -> list[Change]:
    """Return changes, newest first, one more than a page; `state` only those, `before` only older ones."""
    query = select(Change).where(Change.agency_id == agency_id).order_by(Change.id.desc()).limit(PAGE + 1)
    if state:
        query = query.where(Change.state == state)
    if before:
        query = query.where(Change.id < before)
    return list(session.scalars(query))


def history(session: Session, agency_id: int, what: str) -> list[Change]:
    """Return the last changes of one thing, newest first."""
    query = select(Change).where(Change.agency_id == agency_id, Change.what == what)
    return list(session.scalars(query.order_by(Change.id.desc()).limit(PAGE)))


def waiting(session: Session, by: Actor) -> tuple[int, int]:
    """Return how many changes wait for this person: to be judged, and returned to be written better."""
    of_state = select(func.count()).where(Change.agency_id == by.agency_id)
    submitted = of_state.where(Change.state == State.SUBMITTED, Change.staff_id != by.staff_id)
    returned = of_state.where(Change.state == State.RETURNED, Change.staff_id == by.staff_id)
    to_judge = (session.scalar(submitted) or 0) if Right.REVIEW in by.rights else 0
    return to_judge, session.scalar(returned) or 0
