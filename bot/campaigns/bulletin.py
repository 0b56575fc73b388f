"""What an agency has published, as values for portals: the newest posts, with ids that never change."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.campaigns import settling
from bot.campaigns.content import Asset, of_post
from bot.campaigns.publication import address
from bot.campaigns.states import State
from bot.tables import Agency, Post, PostTarget

MOST = 50
SHOWN = (State.PUBLISHED, State.PARTLY)
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://motcua.invalid/posts")
TAGS = {"vi": "vi", "thai": "blt", "mong": "hmn"}
"""Our languages by BCP 47: Tai Dam, and Hmong as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture that anybody can fetch; `size` in bytes, 0 where it is not ours."""

    url: str
    kind: str
    alt: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published post. `link` is where it stands on a platform, else the post's own; `source` is the post's own."""

    id: str
    title: str
    text: str
    link: str
    source: str
    pictures: tuple[Shown, ...]
    language: str
    topic: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An agency's published posts, the newest first; `updated` is when the list last changed."""

    agency: str
    slug: str
    id: str
    website: str
    updated: datetime
    entries: tuple[Entry, ...]


def of_agency(session: Session, agency: Agency, *, base: str, website: str = "", most: int = MOST) -> Bulletin:
    """Return the agency's newest posts that are public somewhere; `base` is our public address."""
    appeared = func.min(PostTarget.published_at, type_=PostTarget.published_at.type)
    query = (
        select(Post, appeared)
        .join(PostTarget, PostTarget.post_id == Post.id)
        .where(Post.agency_id == agency.id, Post.state.in_(SHOWN), PostTarget.state == settling.PUBLISHED)
        .group_by(Post.id)
        .order_by(appeared.desc(), Post.id.desc())
        .limit(most)
        .options(selectinload(Post.targets))
    )
    entries = tuple(_entry(agency, post, at or post.created_at, base) for post, at in session.execute(query))
    updated = max((one.updated for one in entries), default=agency.created_at)
    return Bulletin(
        agency=agency.name, slug=agency.slug, website=website, updated=updated, entries=entries,
        id=_id(f"{agency.slug}/{agency.created_at.isoformat()}"),
    )  # fmt: skip


def _entry(agency: Agency, post: Post, published: datetime, base: str) -> Entry:
    content = of_post(post)
    return Entry(
        # The moment of writing tells apart what two installations number alike.
        id=_id(f"{agency.slug}/{post.id}/{post.created_at.isoformat()}"),
        title=content.title, text=content.text, source=content.link, topic=content.topic,
        link=next((one.link for one in _public(post.targets) if one.link), content.link),
        pictures=tuple(_shown(one, base) for one in content.media if one.is_picture),
        language=TAGS.get(content.language, content.language),
        published=published, updated=max([published, *_moments(post.targets)]),
    )  # fmt: skip


def _public(targets: Sequence[PostTarget]) -> list[PostTarget]:
    return [one for one in targets if one.state == settling.PUBLISHED]


def _moments(targets: Sequence[PostTarget]) -> list[datetime]:
    return [one.published_at for one in _public(targets) if one.published_at]


def _shown(asset: Asset, base: str) -> Shown:
    return Shown(url=address(asset, base), kind=asset.kind, alt=asset.alt, size=asset.size)


def _id(name: str) -> str:
    return uuid.uuid5(SPACE, name).urn
