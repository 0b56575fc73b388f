"""What a person or a script is shown of posts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot import followers
from bot.campaigns import results
from bot.campaigns.content import of_target
from bot.tables import Attempt, Post, PostTarget, Review


def listed(session: Session, agencies: Sequence[int], *, states: Sequence[str] = (), most: int = 500) -> list[Any]:
    """Return the newest posts of these agencies, those in `states` if some are named, as JSON."""
    query = select(Post).where(Post.agency_id.in_(agencies)).options(selectinload(Post.targets))
    if states:
        query = query.where(Post.state.in_(states))
    return [brief(post) for post in session.scalars(query.order_by(Post.id.desc()).limit(most))]


def brief(post: Post) -> dict[str, Any]:
    """Return a post in one line, as JSON."""
    return {
        "id": post.id, "state": post.state, "title": post.title, "topic": post.topic, "language": post.language,
        "at": _time(post.at), "due_at": _time(post.due_at), "targets": [str(of_target(one)) for one in post.targets],
    }  # fmt: skip


def whole(session: Session, post: Post) -> dict[str, Any]:
    """Return everything about a post as JSON: the state, each target with its attempts and link, the reviews."""
    targets = [_target(session, one) for one in post.targets]
    reviews = session.scalars(select(Review).where(Review.post_id == post.id).order_by(Review.id))
    return {
        **brief(post), "text": post.text, "link": post.link, "audience": post.audience, "version": post.version,
        "author": post.author.login, "media": post.media, "approval": post.approval, "note": post.note,
        "grace": post.grace, "recurrence": post.recurrence, "origin": post.origin,
        "released_at": _time(post.released_at), "finished_at": _time(post.finished_at), "targets": targets,
        "links": [one["link"] for one in targets if one["link"]], "results": results.total(session, post.targets),
        "attempts": [{"target": one["target"], **attempt} for one in targets for attempt in one["attempts"]],
        "reviews": [
            {"by": one.staff.login, "at": _time(one.at), "verdict": one.verdict, "version": one.version,
             "comment": one.comment} for one in reviews
        ],
    }  # fmt: skip


def _target(session: Session, target: PostTarget) -> dict[str, Any]:
    attempts = session.scalars(select(Attempt).where(Attempt.target_id == target.id).order_by(Attempt.id))
    return {
        "target": str(of_target(target)), "channel": target.channel, "key": target.key, "state": target.state,
        "platform_id": target.platform_id, "link": target.link, "error": target.error,
        "published_at": _time(target.published_at), "followers": followers.evidence(session, target.id),
        "results": results.told(session, target),
        "attempts": [
            {"at": _time(one.at), "step": one.step, "outcome": one.outcome, "code": one.code, "detail": one.detail}
            for one in attempts
        ],
    }  # fmt: skip


def _time(at: Any) -> str | None:
    return at.isoformat() if at else None
