"""A post as values: what is written, hashed for approval, kept as a version."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.tables import Post, PostTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One picture or video: stored with us under `sha256`, or elsewhere at `url`. `kind` is its media type."""

    kind: str
    alt: str = ""
    sha256: str = ""
    url: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    only_cover: bool = False
    """Shown as a cover where a channel needs one, and nowhere else."""

    @property
    def is_picture(self) -> bool:
        """Say whether it is a picture (a video otherwise)."""
        return self.kind.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place: an account (`zalo`, `facebook`) or a channel worked by hand, with what differs there.

    `variant`: of `title text description author`. `options`: `broadcast` (the platform's target fields) and
    `followers` (our own list).
    """

    channel: str
    key: str
    variant: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.channel}:{self.key}" + "".join(f"+{name}" for name in sorted(self.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything about a post that a reviewer reads. `at` in UTC; `language` is `vi`, `thai` or `mong`."""

    title: str
    text: str
    link: str = ""
    media: tuple[Asset, ...] = ()
    topic: str = ""
    audience: str = ""
    language: str = "vi"
    targets: tuple[Target, ...] = ()
    at: datetime | None = None
    grace: int = 60
    recurrence: Mapping[str, str] = field(default_factory=dict)


def as_json(content: Content) -> dict[str, Any]:
    """Return the content as JSON, for a version; `from_json` is the way back."""
    return {
        **asdict(content),
        "media": [asdict(one) for one in content.media],
        "targets": [asdict(one) for one in content.targets],
        "at": content.at.astimezone(UTC).isoformat() if content.at else None,
    }


def from_json(stored: Mapping[str, Any]) -> Content:
    """Return the content that `as_json` stored."""
    return Content(**{
        **stored,
        "media": tuple(Asset(**one) for one in stored["media"]),
        "targets": tuple(Target(**one) for one in stored["targets"]),
        "at": datetime.fromisoformat(stored["at"]) if stored["at"] else None,
    })  # fmt: skip


def of_post(post: Post) -> Content:
    """Return a post's current content."""
    return Content(
        title=post.title, text=post.text, link=post.link, media=tuple(Asset(**one) for one in post.media),
        topic=post.topic, audience=post.audience, language=post.language, at=post.at, grace=post.grace,
        recurrence=post.recurrence, targets=tuple(of_target(one) for one in post.targets),
    )  # fmt: skip


def of_target(target: PostTarget) -> Target:
    """Return a target as a value."""
    return Target(channel=target.channel, key=target.key, variant=target.variant, options=target.options)


def digest(content: Content) -> str:
    """Return the hash that an approval is bound to: text, media, targets and time, whatever their order in a table."""
    whole = as_json(replace(content, targets=tuple(sorted(content.targets, key=str))))
    return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
