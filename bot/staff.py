"""The people of an agency: adding them, finding them, what they may do there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput, NotAllowed
from bot.rights import ALIASES, ROLES, Right, rights_of
from bot.tables import Agency, Membership, Staff
from content.phrases import say

LANGUAGES = ("thai", "mong")
"""Languages of the area beside Vietnamese, in which posts have a reviewer of their own."""
PASSWORD_MIN = 8
"""Characters: the least of NIST SP 800-63B where a second factor is asked too, as the console does."""
_LOGIN = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("somebody who does not exist")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who does something in one agency, with the rights they have there."""

    staff_id: int
    login: str
    agency_id: int
    rights: frozenset[Right]

    def need(self, right: Right) -> None:
        """Raise `NotAllowed` unless the person has `right`."""
        if right not in self.rights:
            raise NotAllowed(
                f"{self.login} may not do this: the right '{right}' is missing; ask an admin for a role",
                told=say("queue.refused.right"),
            )


def add(session: Session, agency: Agency, *, login: str, role: str, password: str, now: datetime) -> Staff:
    """Give `login` a role in `agency`; a new login gets the password, a known one keeps its own.

    Raises `BadInput` with every fault.
    """
    login, role = login.strip().lower(), ALIASES.get(role, role)
    person = find(session, login)
    if faults := _faults(login, role, password, new=person is None):
        raise BadInput("; ".join(faults))
    if person is None:
        person = Staff(login=login, password=hashed(password), created_at=now)
        session.add(person)
        session.flush()
    if role not in roles(session, person.id, agency.id):
        session.add(Membership(staff_id=person.id, agency_id=agency.id, role=role, created_at=now))
        session.flush()
        audit.note(session, "staff.add", what=f"staff:{login}", now=now, agency_id=agency.id, facts={"role": role})
    return person


def knows(session: Session, person: Staff, agency: Agency, *, languages: Sequence[str], now: datetime) -> None:
    """Say in which languages beside Vietnamese a person may review posts of the agency, in place of those before."""
    mine = (Membership.staff_id == person.id, Membership.agency_id == agency.id)
    session.execute(update(Membership).where(*mine).values(languages=",".join(languages)))
    facts = {"languages": list(languages)}
    audit.note(session, "staff.knows", what=f"staff:{person.login}", now=now, agency_id=agency.id, facts=facts)


def _faults(login: str, role: str, password: str, *, new: bool) -> list[str]:
    faults = []
    if not _LOGIN.fullmatch(login):
        faults.append(f"login '{login}': use small letters, digits, and single dots, hyphens or underscores")
    if role not in ROLES:
        faults.append(f"role '{role}' is not one of {', '.join(ROLES)}")
    if new and len(password) < PASSWORD_MIN:
        faults.append(f"the password has {len(password)} characters; it needs at least {PASSWORD_MIN}")
    return faults


def find(session: Session, login: str) -> Staff | None:
    """Return the person called `login`, or None."""
    return session.scalar(select(Staff).where(Staff.login == login.strip().lower()))


def roles(session: Session, staff_id: int, agency_id: int) -> list[str]:
    """Return the roles of a person in an agency."""
    mine = select(Membership.role).where(Membership.staff_id == staff_id, Membership.agency_id == agency_id)
    return list(session.scalars(mine.order_by(Membership.id)))


def agencies_of(session: Session, staff_id: int) -> list[Agency]:
    """Return the agencies that a person works for, by name."""
    query = select(Agency).join(Membership).where(Membership.staff_id == staff_id).order_by(Agency.name)
    return list(session.scalars(query.distinct()))


def members(session: Session, agency_id: int) -> list[tuple[Staff, list[str]]]:
    """Return the people of an agency with their roles there, by login."""
    query = select(Staff, Membership.role).join(Membership).where(Membership.agency_id == agency_id)
    found: dict[int, tuple[Staff, list[str]]] = {}
    for person, role in session.execute(query.order_by(Staff.login, Membership.id)):
        found.setdefault(person.id, (person, []))[1].append(role)
    return list(found.values())


def take(session: Session, by: Actor, staff_id: int, *, role: str, now: datetime) -> bool:
    """Take a role of the actor's agency from a person; False when they do not have it.

    Raises `BadInput` for the last admin: somebody must be left who can give roles.
    """
    by.need(Right.MANAGE)
    admins = select(Membership.staff_id).where(Membership.agency_id == by.agency_id, Membership.role == "admin")
    if role == "admin" and set(session.scalars(admins)) == {staff_id}:
        raise BadInput("this is the agency's last admin; give somebody else the role first")
    taken = session.execute(
        delete(Membership).where(
            Membership.agency_id == by.agency_id, Membership.staff_id == staff_id, Membership.role == role
        )
    )
    if taken.rowcount:  # type: ignore[attr-defined]
        audit.note(
            session, "staff.take", what=f"staff:{staff_id}", now=now, agency_id=by.agency_id, who=by.login,
            facts={"role": role},
        )  # fmt: skip
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def actor(session: Session, person: Staff, agency_id: int) -> Actor:
    """Return `person` as somebody who acts in an agency; raise `NotAllowed` when they do not work there."""
    held = roles(session, person.id, agency_id)
    if not held or person.left_at is not None:
        raise NotAllowed(f"{person.login} does not work for this agency")
    return Actor(person.id, person.login, agency_id, rights_of(held))


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _HASHER.hash(password)


def proves(person: Staff | None, password: str) -> bool:
    """Say whether the password is this person's; as slow for nobody, so that logins cannot be guessed by time."""
    try:
        return _HASHER.verify(person.password if person and person.password else _NOBODY, password) and bool(person)
    except (VerificationError, InvalidHashError):
        return False
