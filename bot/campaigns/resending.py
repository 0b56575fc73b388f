"""Publishing again what failed or is unknown: only a person may say so, and it is written to the audit."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaigns import queueing, steps
from bot.campaigns.content import digest, of_post
from bot.campaigns.settling import FAILED, UNKNOWN, attempted
from bot.campaigns.states import State, Verb
from bot.db import Database
from bot.errors import BadInput
from bot.staff import Actor
from bot.tables import Post, PostTarget
from content.phrases import say


def resend(session: Session, db: Database, actor: Actor, post_id: int, *, now: datetime) -> Post:
    """Publish a post again where it failed or is unknown; look first (`reconciling`), or it may appear twice."""
    post = steps.find(session, actor.agency_id, post_id)
    steps.allow(post, Verb.RESEND, actor)
    if digest(of_post(post)) != post.approval:
        raise BadInput(
            f"post {post_id} is not what was approved; edit it and let it be reviewed again",
            told=say("queue.refused.altered"),
        )
    query = select(PostTarget).where(PostTarget.post_id == post.id, PostTarget.state.in_((FAILED, UNKNOWN)))
    targets = session.scalars(query.order_by(PostTarget.id)).all()
    if not targets:
        raise BadInput(f"nothing of post {post_id} failed or is unknown", told=say("queue.refused.nothing"))
    named = [f"{one.channel}:{one.key}" for one in targets]
    steps.take(session, post, Verb.RESEND, State.PUBLISHING, now=now, who=actor.login, facts={"targets": named})
    for target in targets:
        if target.state == FAILED and not target.platform_id:
            # After a refusal publishing begins anew; where a call's outcome is unknown, that call is repeated.
            target.memory, target.published_at = {}, None
        attempted(session, target.id, "resend", "ok", now=now, detail=f"by {actor.login}")
        queueing.enqueue(session, db, target, now=now)
    return post
