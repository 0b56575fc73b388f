"""Posts of unknown outcome, looked for in the platforms' own lists: found is published, absent waits for a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot import agencies
from bot.campaigns import progress, queueing, settling
from bot.campaigns.content import of_post, of_target
from bot.campaigns.publication import publication
from bot.campaigns.settling import attempted
from bot.channels import PUBLISHERS
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.channels.publishing import SKEW, Posted, Publication
from bot.db import Database
from bot.errors import ChannelError, MotcuaError
from bot.settings import Settings
from bot.tables import Account, PostTarget
from bot.vault import Vault

LOOK_AGAIN, LOOK_LATER, SOON = timedelta(seconds=15), timedelta(minutes=10), timedelta(minutes=15)
"""Seconds between looks at first, later, and how long "at first" is."""
SHOWN_MOST = 10
"""Posts of a platform that a person is shown beside what we sent."""
LINK_WITHIN = timedelta(days=1)
ABSENT = "not on the platform's list: look for yourself, then `queue resend`, or leave it"
UNPROVEN = "the list cannot tell (a broadcast is in no list): look on the phone of a follower"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at one target's platform came to: found, absent, many, unproven, or the error's name."""

    post_id: int
    target: str
    outcome: str
    link: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"id": self.post_id, "target": self.target, "outcome": self.outcome, "link": self.link}

    def __str__(self) -> str:
        return f"post {self.post_id} {self.target}: {self.outcome} {self.link}".rstrip()


@dataclass(frozen=True, slots=True)
class _Doubt:
    """One target of unknown outcome, as values."""

    target_id: int
    post_id: int
    name: str
    account: Account
    publication: Publication
    memory: dict[str, Any]
    since: datetime


@dataclass(frozen=True, slots=True)
class Beside:
    """What a platform shows since a target's unknown call, newest first, `(post, alike)`; `error`: it said nothing."""

    target_id: int
    posted: tuple[tuple[Posted, bool], ...]
    error: str = ""


class Reconciling:
    """Looks at the platforms, reads only; what it finds is written by compare-and-set."""

    def __init__(self, db: Database, vault: Vault, settings: Settings) -> None:
        self._db = db
        self._vault = vault
        self._settings = settings

    def all(self, *, now: datetime, post_id: int = 0, hurry: bool = False) -> list[Looked]:
        """Look for everything unknown that is due for a look (`hurry`: whatever the last look)."""
        with self._db.read() as session:
            doubts = _doubts(session, now=now, post_id=post_id, hurry=hurry)
            nameless = _nameless(session, now=now)
        for one in nameless:
            self._learn_link(one, now)
        return [looked for doubt in doubts if (looked := self._look(doubt, now)) is not None]

    def beside(self, *, post_id: int, now: datetime) -> list[Beside]:
        """Return what the platforms show now beside each unknown target of a post; nothing is changed."""
        with self._db.read() as session:
            doubts = _doubts(session, now=now, post_id=post_id, hurry=True)
        return [self._beside(doubt) for doubt in doubts]

    def _beside(self, doubt: "_Doubt") -> Beside:
        try:
            listed = self._listed(doubt)
        except MotcuaError as error:
            return Beside(doubt.target_id, (), str(error))
        same = PUBLISHERS[doubt.account.channel].same
        return Beside(doubt.target_id, tuple((one, same(doubt.publication, one)) for one in listed[:SHOWN_MOST]))

    def _learn_link(self, doubt: "_Doubt", now: datetime) -> None:
        """Look for the address of what is public, where the platform did not tell it at once."""
        try:
            listed = self._listed(doubt)
        except MotcuaError:
            listed = []
        with self._db.write() as session:
            target = session.get_one(PostTarget, doubt.target_id)
            target.looked_at = now
            target.link = next((one.link for one in listed if one.platform_id == target.platform_id), "")

    def _listed(self, doubt: "_Doubt") -> Sequence[Posted]:
        http = Http(self._settings.urls, (CONNECT_TIMEOUT, self._settings.http_timeout))
        account = agencies.opened(doubt.account, self._vault)
        return PUBLISHERS[doubt.account.channel].posted(http, account, doubt.since)

    def _look(self, doubt: _Doubt, now: datetime) -> Looked | None:
        publisher = PUBLISHERS[doubt.account.channel]
        try:
            listed = self._listed(doubt)
        except MotcuaError as error:
            code = error.code if isinstance(error, ChannelError) else ""
            with self._db.write() as session:
                attempted(session, doubt.target_id, "look", type(error).__name__, now=now, code=code, detail=error)
                session.get_one(PostTarget, doubt.target_id).looked_at = now
            return Looked(doubt.post_id, doubt.name, type(error).__name__)
        same = [one for one in listed if publisher.same(doubt.publication, one)]
        with self._db.write() as session:
            return _written(session, self._db, doubt, same, now=now)


def _doubts(session: Session, *, now: datetime, post_id: int, hurry: bool) -> list[_Doubt]:
    query = select(PostTarget).where(PostTarget.state == settling.UNKNOWN, PostTarget.account_id.is_not(None))
    if post_id:
        query = query.where(PostTarget.post_id == post_id)
    rows = session.scalars(query.order_by(PostTarget.committing_at, PostTarget.id)).all()
    return [_doubt(session, row, now) for row in rows if hurry or _is_due(row, now)]


def _nameless(session: Session, *, now: datetime) -> list[_Doubt]:
    """Return what is public for less than a day and has no address yet, looked for every ten minutes."""
    rows = session.scalars(
        select(PostTarget)
        .where(PostTarget.state == settling.PUBLISHED, PostTarget.link == "", PostTarget.platform_id != "")
        .where(PostTarget.published_at > now - LINK_WITHIN, PostTarget.account_id.is_not(None))
        .where(or_(PostTarget.looked_at.is_(None), PostTarget.looked_at < now - LOOK_LATER))
    )
    return [_doubt(session, row, now) for row in rows]


def _is_due(target: PostTarget, now: datetime) -> bool:
    if target.looked_at is None or target.committing_at is None:
        return True
    pause = LOOK_AGAIN if now - target.committing_at < SOON else LOOK_LATER
    return now - target.looked_at >= pause


def _doubt(session: Session, target: PostTarget, now: datetime) -> _Doubt:
    content, place = of_post(target.post), of_target(target)
    account = session.get_one(Account, target.account_id)
    since = target.committing_at or target.published_at or target.post.released_at or now
    made = publication(content, place)
    return _Doubt(target.id, target.post_id, str(place), account, made, dict(target.memory), since)


def _written(session: Session, db: Database, doubt: _Doubt, same: Sequence[Posted], *, now: datetime) -> Looked | None:
    settling.locked(session, doubt.post_id)
    target = session.get_one(PostTarget, doubt.target_id, populate_existing=True)
    if target.state != settling.UNKNOWN:
        return None  # a person or another scheduler resolved it meanwhile
    target.looked_at = now
    mine = _candidates(same, _taken(session, target), doubt.since)
    if not mine:
        return _absent(session, doubt, target, now=now)
    found = PUBLISHERS[doubt.account.channel].found(doubt.publication, doubt.memory, mine[0])
    if found is None:
        target.error = UNPROVEN
        attempted(session, target.id, "look", "unproven", now=now, detail=UNPROVEN)
        return Looked(doubt.post_id, doubt.name, "unproven", target.link)
    attempted(session, target.id, "look", "found" if len(mine) == 1 else "many", now=now, detail=mine[0].link)
    progress.absorb(target, found, public=True, now=now)
    target.error = ""
    if found.done and not target.options.get("followers"):
        target.state = settling.PUBLISHED
    else:
        queueing.enqueue(session, db, target, now=now)
    settling.settle(session, doubt.post_id, now=now)
    log.info("post.found", post=doubt.post_id, target=doubt.target_id)
    return Looked(doubt.post_id, doubt.name, "found", target.link)


def _absent(session: Session, doubt: _Doubt, target: PostTarget, *, now: datetime) -> Looked:
    surely = now - doubt.since >= PUBLISHERS[doubt.account.channel].settling
    outcome = "absent" if surely else "not yet"
    if surely and target.error != ABSENT:
        target.error = ABSENT
        attempted(session, target.id, "look", outcome, now=now, detail=ABSENT)
        log.warning("post.absent", post=doubt.post_id, target=doubt.target_id)
    return Looked(doubt.post_id, doubt.name, outcome)


def _candidates(same: Sequence[Posted], taken: Collection[str], since: datetime) -> list[Posted]:
    """Return what may be ours, best first: made after our call began, and nobody else's."""
    free = [one for one in same if one.platform_id not in taken and (one.at is None or one.at >= since - SKEW)]
    return sorted(free, key=lambda one: abs(one.at - since) if one.at else SKEW)


def _taken(session: Session, target: PostTarget) -> set[str]:
    others = select(PostTarget.platform_id).where(PostTarget.account_id == target.account_id)
    return set(session.scalars(others.where(PostTarget.id != target.id, PostTarget.platform_id != "")))
