"""The values that cross a channel's border when something is published, and what a publisher must be able to do.

Publishing takes several calls (upload, create, verify, broadcast), of which some make something public and must not be
made twice. So a publisher takes one step at a time: what a step learnt is stored before the next one is taken, and
`commits` says beforehand whether the next step makes something public. A crash before such a step is harmless; a crash
or a time-out within it leaves the outcome unknown, and only looking (`posted`) tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from bot.channels.base import Account
from bot.channels.http import Http

SKEW = timedelta(minutes=2)
"""How far a platform's clock may be from ours when we look for what we posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that the platform can fetch at `url` (https). `alt` says what is on it; sizes in pixels and bytes.

    `path` is a file of ours: a platform that takes uploads gets the file, and need not fetch anything.
    """

    url: str
    alt: str
    path: str = ""
    width: int = 0
    height: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A video: an address to fetch or to show (`url`), or a file of ours (`path`) to upload; `size` in bytes."""

    url: str = ""
    path: str = ""
    kind: str = ""
    """Media type, e.g. video/mp4; empty for a link to a video page."""
    size: int = 0
    width: int = 0
    height: int = 0

    @property
    def is_file(self) -> bool:
        """Whether this is the film itself, and not a page that shows one."""
        return bool(self.path or self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What one account is to publish. `text` has paragraphs separated by blank lines.

    `cover` is the article's picture (Zalo; without one the first of `pictures`), `pictures` are those inside or
    attached. Where posts have no title (Facebook), `title` is the first paragraph, unless the text begins with it.
    `broadcast` sends the article to followers: the platform's target fields, `{}` for all, None for no broadcast.
    """

    title: str
    text: str
    description: str = ""
    author: str = ""
    link: str = ""
    cover: Picture | None = None
    pictures: tuple[Picture, ...] = ()
    film: Film | None = None
    broadcast: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """What a channel cannot do with a publication: the part, why (a phrase's key), and the numbers it needs."""

    part: str
    why: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How long a part of a publication is for a channel, in characters, and how long it may be."""

    part: str
    length: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A publication as people will see it. `blocks` in order: words, pictures, films; `card` is a link shown as one."""

    title: str = ""
    lead: str = ""
    author: str = ""
    cover: Picture | None = None
    blocks: tuple[str | Picture | Film, ...] = ()
    card: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step of publishing came to. `memory` replaces what was stored for this publication.

    `done`: nothing is left to do, `platform_id` and `link` tell what is public now. `wait`: seconds until the next
    step is worth trying (e.g. while the platform still works on an article).
    """

    done: bool
    memory: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    platform_id: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A public post as the platform's own list shows it; `at` in UTC, None where the platform does not say."""

    platform_id: str
    text: str
    link: str = ""
    at: datetime | None = None
    ours: bool | None = None
    """Whether our app made it; None where the platform does not say."""


class Publisher(Protocol):
    """The publishing side of a channel. Stateless, like `Channel`; errors are the subclasses of `ChannelError`.

    An error changes no memory: what may be tried again goes on from the memory that is stored. After a permanent
    error, publishing begins anew with `{}` if a person wants it again: what was prepared may be cleaned up.
    """

    name: ClassVar[str]
    """The channel's name: the same as `Channel.name`."""
    settling: ClassVar[timedelta]
    """How long after an unknown outcome the platform's list may still lack the post: look before, conclude after."""

    def misfits(self, publication: Publication) -> Sequence[Misfit]:
        """Return everything this channel cannot do with `publication`; pure, asked while writing."""
        ...

    def counts(self, publication: Publication) -> Sequence[Count]:
        """Return how long each limited part is, and may be; pure."""
        ...

    def look(self, publication: Publication) -> Look:
        """Return how the publication will look; pure."""
        ...

    def commits(self, publication: Publication, memory: Mapping[str, str]) -> bool:
        """Say whether the next step makes something public, so that it must not be repeated blindly; pure."""
        ...

    def step(self, http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
        """Take one step on from `memory` (`{}` at first): at most one call that makes something public."""
        ...

    def posted(self, http: Http, account: Account, since: datetime) -> Sequence[Posted]:
        """Return what the account has made public since `since` (less `SKEW`), newest first; reads only."""
        ...

    def same(self, publication: Publication, posted: Posted) -> bool:
        """Say whether `posted` is this publication; pure."""
        ...

    def found(self, publication: Publication, memory: Mapping[str, str], posted: Posted) -> Step | None:
        """Return where publishing stands, now that `posted` was found to be the publication whose outcome was unknown.

        None where finding it proves nothing, because the unknown call was another one (a broadcast is in no list).
        Pure.
        """
        ...

    def results(self, http: Http, account: Account, platform_id: str) -> Mapping[str, int]:
        """Return the counts that the platform gives: of `views reactions comments shares clicks` what it knows."""
        ...
