"""From a target to the outbox: one row for good under `post:<id>:<account>`, whatever happens to it."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import outbox, wake
from bot.campaigns.settling import PUBLISHING
from bot.db import Database
from bot.tables import Delivery, PostTarget


def key_of(target: PostTarget) -> str:
    """Return the key under which a target stands in the outbox."""
    return f"post:{target.post_id}:{target.account_id}"


def enqueue(session: Session, db: Database, target: PostTarget, *, now: datetime) -> None:
    """Let the worker publish the target; one that was tried before is tried again in the same row."""
    key = key_of(target)
    target.state, target.error, target.committing_at, target.looked_at = PUBLISHING, "", None, None
    anew = {"state": "waiting", "due_at": now, "tries": 0, "worker": None, "lease_until": None, "finished_at": None}
    over = Delivery.state.in_(("failed", "unknown", "cancelled", "sent"))
    again = session.execute(update(Delivery).where(Delivery.key == key, over).values(**anew, error=""))
    if not again.rowcount and session.scalar(select(Delivery.id).where(Delivery.key == key)) is None:  # type: ignore[attr-defined]
        session.add(
            Delivery(
                account_id=target.account_id, key=key, kind=outbox.POST, target_id=target.id, recipient="", body={},
                priority=0, created_at=now, error="", **anew,
            )
        )  # fmt: skip
    session.flush()
    db.wake.ring(session, wake.POSTS)
