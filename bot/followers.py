"""A post to every follower by our own list, where the platform's targets do not serve: after every answer, at the
account's pace, each recipient's delivery kept as evidence, stopped at once by the freeze switch or by cancelling."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import news, outbox, wake
from bot.campaigns import rules, settling
from bot.channels import CHANNELS
from bot.channels.base import Button, Message, Press
from bot.channels.fit import fit
from bot.db import Database, insert_of, table_of
from bot.tables import Account, Conversation, Delivery, Post, PostTarget
from content.phrases import say

AT_ONCE = 500
"""Followers queued in one transaction: short enough to let answers in between."""
AFTER = "motcua_after"
"""Mark in the target's memory: the last conversation that was queued, so that a crash goes on from there."""
TEXT_MAX = 300


def enqueue_some(session: Session, db: Database, target_id: int, *, now: datetime) -> bool:
    """Queue the target's next followers; False when all are."""
    target = session.get_one(PostTarget, target_id, populate_existing=True)
    post, account = session.get_one(Post, target.post_id), session.get_one(Account, target.account_id)
    hours = rules.of_account(session, account)["news_window"]
    since = now - min(timedelta(hours=hours), CHANNELS[account.channel].limits.window)
    rows = session.execute(
        select(Conversation.id, Conversation.person)
        .where(Conversation.account_id == account.id, Conversation.id > int(target.memory.get(AFTER, 0)))
        .where(Conversation.follows, Conversation.unreachable.is_(False), Conversation.last_act_at > since)
        .order_by(Conversation.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return False
    body = outbox.body_of(message(post, target))
    insert = insert_of(session.get_bind().dialect.name)(table_of(Delivery))
    session.execute(
        insert.on_conflict_do_nothing(index_elements=["key"]),
        [_row(target, conversation, person, body, now) for conversation, person in rows],
    )
    target.memory = {**target.memory, AFTER: str(rows[-1].id)}
    settling.attempted(session, target.id, "followers", "ok", now=now, detail=f"{len(rows)} queued")
    db.wake.ring(session, wake.NEWS)
    return True


def _row(target: PostTarget, conversation: int, person: str, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    # No conversation in the row: within one, deliveries wait for each other, and an answer must not wait for news.
    return {
        "account_id": target.account_id, "target_id": target.id, "kind": outbox.NEWS, "recipient": person,
        "key": f"post:{target.post_id}:{target.account_id}:{conversation}", "body": {**body, "follower": conversation},
        "priority": news.PRIORITY, "state": "waiting", "due_at": now, "tries": 0, "created_at": now, "error": "",
    }  # fmt: skip


def message(post: Post, target: PostTarget) -> Message:
    """Return what a follower gets: the title, the beginning of the text, and the way to the post."""
    words = target.variant.get("text") or post.text
    short = words if len(words) <= TEXT_MAX else words[:TEXT_MAX].rsplit(" ", 1)[0] + " …"
    link = target.link or post.link
    buttons = (Button(title=say("queue.read_more"), press=Press.URL, value=link),) if link else ()
    plain = Message(text=f"{target.variant.get('title') or post.title}\n\n{short}", buttons=buttons)
    return fit(plain, CHANNELS[target.channel].limits)[0]


def evidence(session: Session, target_id: int) -> dict[str, int]:
    """Return how many followers' deliveries are in which state."""
    counted = (
        select(Delivery.state, func.count())
        .where(Delivery.target_id == target_id, Delivery.kind == outbox.NEWS)
        .group_by(Delivery.state)
    )
    return {str(state): int(count) for state, count in session.execute(counted)}
