"""What changed between two versions of a post, part by part and word by word, as staff call things."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.campaigns.calendar import HANOI
from bot.campaigns.content import Asset, Content, Target
from bot.campaigns.drafts import difference
from bot.campaigns.review import COMMENT
from bot.campaigns.states import Verb
from bot.tables import Post, PostVersion, Review
from content.phrases import say

Pieces = list[tuple[str, str]]


def parts(content: Content) -> Mapping[str, str]:
    """Return every part of a content that a reviewer reads, as text, by the name of its phrase `queue.part.<name>`."""
    repeats = say("queue.repeats", every=say(f"queue.every.{every}"), until=content.recurrence.get("until", "")) if (
        every := content.recurrence.get("every")
    ) else ""  # fmt: skip
    told = {
        "title": content.title, "text": content.text, "link": content.link, "topic": content.topic,
        "audience": content.audience, "language": say(f"queue.language.{content.language}"),
        "at": f"{content.at.astimezone(HANOI):%H:%M %d/%m/%Y}" if content.at else "", "repeat": repeats,
        "grace": str(content.grace), "media": "\n".join(map(_asset, content.media)),
        "targets": "\n".join(sorted(map(_place, content.targets))),
    }  # fmt: skip
    variants = {"variant": "\n".join(line for one in sorted(content.targets, key=str) for line in _variant(one))}
    return told | variants


def _asset(asset: Asset) -> str:
    where = asset.url or asset.sha256[:12]
    kind = say("queue.medium.cover" if asset.only_cover else f"queue.medium.{'image' if asset.is_picture else 'video'}")
    return f"{kind}: {asset.alt} ({where})"


def _place(target: Target) -> str:
    options = [say(f"queue.option.{name}") for name in sorted(target.options)]
    return ", ".join([f"{say(f'queue.place.{target.channel}')} {target.key}", *options])


def _variant(target: Target) -> list[str]:
    place = say(f"queue.place.{target.channel}")
    return [f"{place}, {say(f'queue.part.{part}').lower()}: {text}" for part, text in target.variant.items()]


def compared(before: Content, after: Content) -> dict[str, Pieces]:
    """Return the word-level way from `before` to `after` of every part that changed."""
    old, new = parts(before), parts(after)
    return {part: difference(old[part], new[part]) for part in new if old[part] != new[part]}


def base(session: Session, post: Post) -> int:
    """Return the version to compare a post with: the last that was approved, else last judged; 0 for none."""
    judged = (
        select(Review.version)
        .where(Review.post_id == post.id, Review.version < post.version, Review.verdict != COMMENT)
        .order_by(Review.id.desc())
        .limit(1)
    )
    approved = session.scalar(judged.where(Review.verdict == Verb.APPROVE))
    return approved or session.scalar(judged) or 0


def history(session: Session, post_id: int) -> list[tuple[int, str, datetime]]:
    """Return every version: its number, who wrote it, when; newest first."""
    query = select(PostVersion).where(PostVersion.post_id == post_id).order_by(PostVersion.number.desc())
    return [(row.number, row.staff.name or row.staff.login, row.at) for row in session.scalars(query)]
