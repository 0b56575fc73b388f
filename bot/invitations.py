"""Invitations: an admin makes a link, a colleague opens it once, chooses a login and joins."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit, staff
from bot.errors import BadInput
from bot.rights import ROLES, Right
from bot.staff import Actor
from bot.tables import Agency, Invitation, Staff

LASTS = timedelta(days=3)


def invite(session: Session, actor: Actor, *, role: str, name: str, now: datetime) -> str:
    """Return the token of a new invitation to the actor's agency; it is told this once."""
    actor.need(Right.MANAGE)
    if role not in ROLES:
        raise BadInput(f"role '{role}' is not one of {', '.join(ROLES)}")
    token = token_urlsafe(24)
    session.add(
        Invitation(
            agency_id=actor.agency_id, role=role, name=name.strip(), token=_hash(token), invited_by=actor.staff_id,
            created_at=now, expires_at=now + LASTS,
        )
    )  # fmt: skip
    audit.note(
        session, "staff.invite", what=f"agency:{actor.agency_id}", now=now, agency_id=actor.agency_id,
        who=actor.login, facts={"role": role},
    )  # fmt: skip
    return token


def find(session: Session, token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that `token` opens now, or None."""
    query = select(Invitation).where(Invitation.token == _hash(token), Invitation.used_at.is_(None))
    return session.scalar(query.where(Invitation.expires_at > now))


def accept(session: Session, token: str, *, login: str, password: str, now: datetime) -> Staff:
    """Use the invitation up and return the new colleague; raise `BadInput` when it is no longer open."""
    invitation = find(session, token, now=now)
    if invitation is None:
        raise BadInput("this invitation was used already or is too old; ask for a new one")
    if staff.find(session, login):
        # Else whoever holds a link could give a colleague's login another role.
        raise BadInput(f"login '{login}' is taken; choose another")
    used = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=now)
    if not session.execute(used).rowcount:  # type: ignore[attr-defined]
        raise BadInput("this invitation was used already")
    agency = session.get_one(Agency, invitation.agency_id)
    person = staff.add(session, agency, login=login, role=invitation.role, password=password, now=now)
    person.name = invitation.name
    return person


def waiting(session: Session, agency_id: int, *, now: datetime) -> list[Invitation]:
    """Return the agency's invitations that are still open, newest first."""
    mine = select(Invitation).where(Invitation.agency_id == agency_id, Invitation.used_at.is_(None))
    return list(session.scalars(mine.where(Invitation.expires_at > now).order_by(Invitation.id.desc())))


def withdraw(session: Session, actor: Actor, invitation_id: int, *, now: datetime) -> bool:
    """Close an open invitation of the actor's agency; False when there is none."""
    actor.need(Right.MANAGE)
    closed = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.agency_id == actor.agency_id, Invitation.used_at.is_(None))
        .values(expires_at=now)
    )
    return bool(closed.rowcount)  # type: ignore[attr-defined]


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
