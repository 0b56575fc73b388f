"""News of a portal as drafts: none twice, be it by guid, by address, by nearly the same title or text."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.campaigns import rules
from bot.campaigns.content import Asset, Content
from bot.campaigns.importing import kind_of_address
from bot.curation import proposing
from bot.curation.reading import News
from bot.curation.sameness import Gist, alike, gist, link_key, near, title_key
from bot.errors import BadInput
from bot.tables import Feed, Post, Proposal
from content.phrases import say

RECENT = timedelta(days=60)
"""How long titles and texts are remembered when others are compared with them."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of news met for the first time: ids of drafts, how many are known, how many could not be kept."""

    posts: tuple[int, ...] = ()
    known: int = 0
    refused: int = 0


NOTHING = Arrived()


def drafted(session: Session, feed: Feed, news: Sequence[News], *, most: int, now: datetime) -> Arrived:
    """Keep what is new as drafts, `most` of them. The rest is noted, and does not come again."""
    known = _known(session, feed.agency_id, news, now=now)
    made: list[int] = []
    same = refused = 0
    for one in news:
        origin = f"feed:{feed.id}:{hashlib.sha256(one.guid.encode('utf-8', 'replace')).hexdigest()[:16]}"
        met = known.has(one)
        new = proposing.first_time(session, feed.agency_id, origin, title=one.title, link=one.link, now=now)
        known.add(one.link, one.title, one.text)
        same += new and met
        if not new or met or len(made) >= most:
            continue
        try:
            with session.begin_nested():
                made.append(_draft(session, feed, one, origin=origin, now=now))
        except BadInput as error:
            refused += 1
            log.warning("feed.item_refused", feed=feed.id, why=str(error))
    return Arrived(tuple(made), same, refused)


def _draft(session: Session, feed: Feed, news: News, *, origin: str, now: datetime) -> int:
    media: tuple[Asset, ...] = ()
    if news.picture:
        alt = news.alt or say("queue.feed.picture", title=news.title)
        media = (Asset(kind=kind_of_address(news.picture), url=news.picture, alt=alt),)
    content = Content(
        title=news.title, text=news.text, link=news.link, media=media, targets=proposing.reach(session, feed.agency_id),
        grace=rules.of_agency(session, feed.agency_id)["grace"],
    )  # fmt: skip
    note = say("queue.note.feed", feed=feed.title or feed.url)
    return proposing.draft(session, feed.agency_id, content, origin=origin, now=now, note=note).id


class _Known:
    """Addresses, titles and texts that an agency has already."""

    def __init__(self) -> None:
        self._links: set[str] = set()
        self._titles: set[str] = set()
        self._texts: list[Gist] = []

    def has(self, news: News) -> bool:
        """Say whether this is known, by its address, by a nearly equal title or by a nearly equal text."""
        title, text = title_key(news.title), gist(news.text)
        return (
            link_key(news.link) in self._links
            or any(near(title, one) for one in self._titles)
            or any(alike(text, one) for one in self._texts)
        )

    def add(self, link: str, title: str, text: str = "") -> None:
        """Know this too."""
        self._links |= {link_key(link)} - {""}
        self._titles |= {title_key(title)} - {""}
        self._texts.append(gist(text))


def _known(session: Session, agency_id: int, news: Sequence[News], *, now: datetime) -> _Known:
    """Return what was proposed to the agency, and what people wrote there."""
    known, since = _Known(), now - RECENT
    links = [link_key(one.link) for one in news if one.link]
    met = select(Proposal.link, Proposal.title).where(
        Proposal.agency_id == agency_id, or_(Proposal.at > since, Proposal.link.in_(links))
    )
    for link, title in session.execute(met):
        known.add(f"https://{link}" if link else "", title)
    own = select(Post.link, Post.title, Post.text).where(Post.agency_id == agency_id, Post.created_at > since)
    for link, title, text in session.execute(own):
        known.add(link, title, text)
    return known
