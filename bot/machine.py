"""The system as an author: its drafts belong to nobody until a person edits or submits them, and becomes the author."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import audit
from bot.db import insert_of, table_of
from bot.errors import NotAllowed
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Post, Staff

LOGIN = "@motcua"
"""No person can be given this login, for `@` is not allowed in one; so nobody can be made of it either."""


def author(session: Session, agency_id: int, *, now: datetime) -> Actor:
    """Return the system as somebody who may write drafts in an agency, and nothing else."""
    insert = insert_of(session.get_bind().dialect.name)(table_of(Staff))
    # It has left from the first: it signs in nowhere, has no role, and `staff.actor` refuses it.
    row = {"login": LOGIN, "name": "Một Cửa", "password": "", "totp": "", "totp_step": 0, "left_at": now,
           "created_at": now}  # fmt: skip
    session.execute(insert.values(row).on_conflict_do_nothing(index_elements=["login"]))
    person = session.scalars(select(Staff).where(Staff.login == LOGIN)).one()
    return Actor(person.id, LOGIN, agency_id, frozenset({Right.WRITE}))


def staff_id(session: Session) -> int:
    """Return the system's id as an author; 0 while it has written nothing."""
    return session.scalar(select(Staff.id).where(Staff.login == LOGIN)) or 0


def wrote(person: Staff) -> bool:
    """Say whether `person` is the system."""
    return person.login == LOGIN


def hand_over(session: Session, post: Post, actor: Actor, *, now: datetime) -> None:
    """Make who edits or submits a draft of the system its author: they answer for it, and may not review it."""
    if actor.login == LOGIN:
        raise NotAllowed("the system only proposes: a person has to edit or submit the post")
    if wrote(post.author):
        post.author_id = actor.staff_id
        session.flush()
        session.expire(post, ["author"])
        audit.note(session, "post.take_over", what=f"post:{post.id}", now=now, agency_id=post.agency_id,
                   who=actor.login, facts={"origin": post.origin})  # fmt: skip
