"""What one target is to publish, made of the post and the target's variant; and what a channel says it cannot do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.campaigns.content import Asset, Content, Target
from bot.channels import PUBLISHERS
from bot.channels.publishing import Count, Film, Look, Misfit, Picture, Publication

EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4", "video/quicktime": "mov", "video/x-msvideo": "avi",
}  # fmt: skip
NOWHERE = "https://motcua.invalid"
"""Stands for our public address where only the shape of a publication is asked about."""


@dataclass(frozen=True, slots=True)
class HandLimits:
    """What a channel worked by hand can hold: characters of text, and whether it needs a video or a picture."""

    text: int
    needs_media: bool


BY_HAND: Mapping[str, HandLimits] = {"tiktok": HandLimits(2200, True), "loudspeaker": HandLimits(20_000, False)}
"""Channels where a person posts: TikTok refuses such tools (facebook.md 6, 2026-11-22), loudspeakers have none."""


def publication(
    content: Content, target: Target, *, author: str = "", base: str = NOWHERE, paths: Mapping[str, str] | None = None
) -> Publication:  # fmt: skip
    """Return what `target` is to publish. `base` is our public address, `paths` where stored videos lie as files."""
    variant = target.variant
    files = paths or {}
    shown = [one for one in content.media if one.is_picture]
    covers = [_picture(one, base, files) for one in shown]
    pictures = tuple(_picture(one, base, files) for one in shown if not one.only_cover)
    films = [_film(one, base, files) for one in content.media if not one.is_picture]
    broadcast = target.options.get("broadcast")
    return Publication(
        title=variant.get("title") or content.title,
        text=variant.get("text") or content.text,
        description=variant.get("description", ""),
        author=variant.get("author") or author,
        link=content.link,
        cover=covers[0] if covers else None,
        pictures=pictures,
        film=films[0] if films else None,
        broadcast=dict(broadcast) if isinstance(broadcast, Mapping) else None,
    )


def misfits(content: Content, target: Target) -> Sequence[Misfit]:
    """Return what the target's channel cannot do with this content."""
    if target.channel in PUBLISHERS:
        return PUBLISHERS[target.channel].misfits(publication(content, target))
    limits = BY_HAND[target.channel]
    text = target.variant.get("text") or content.text
    found = []
    if len(text) > limits.text:
        values = {"length": len(text), "most": limits.text, "over": len(text) - limits.text}
        found.append(Misfit(part="text", why="text_long", values=values))
    if limits.needs_media and all(one.only_cover for one in content.media):
        found.append(Misfit(part="media", why="media_missing"))
    return found


def can_broadcast(channel: str) -> bool:
    """Say whether a channel sends what it publishes to followers itself."""
    if channel not in PUBLISHERS:
        return False
    found = PUBLISHERS[channel].misfits(Publication(title="?", text="?", broadcast={}))
    return all(one.part != "broadcast" for one in found)


def counts(content: Content, target: Target) -> Sequence[Count]:
    """Return how long each part is that the target's channel limits, and how long it may be."""
    if target.channel in PUBLISHERS:
        return PUBLISHERS[target.channel].counts(publication(content, target))
    text = target.variant.get("text") or content.text
    return [Count(part="text", length=len(text), most=BY_HAND[target.channel].text)]


def look(content: Content, target: Target, *, author: str = "") -> Look:
    """Return how the content will look at the target."""
    made = publication(content, target, author=author)
    if target.channel in PUBLISHERS:
        return PUBLISHERS[target.channel].look(made)
    film = (made.film,) if made.film else ()
    return Look(title=made.title, blocks=(made.text, *made.pictures, *film), card=made.link)


def address(asset: Asset, base: str) -> str:
    """Return where anybody can fetch the asset."""
    return asset.url or f"{base}/media/{asset.sha256}.{EXTENSIONS[asset.kind]}"


def _picture(asset: Asset, base: str, paths: Mapping[str, str]) -> Picture:
    return Picture(
        url=address(asset, base), alt=asset.alt, path=paths.get(asset.sha256, ""), width=asset.width,
        height=asset.height, size=asset.size,
    )  # fmt: skip


def _film(asset: Asset, base: str, paths: Mapping[str, str]) -> Film:
    if asset.url:
        return Film(url=asset.url, kind="" if asset.kind == "video/link" else asset.kind)
    # Before there is a file, the shape of one is asked about.
    path = paths.get(asset.sha256, asset.sha256)
    return Film(url=address(asset, base), path=path, kind=asset.kind, size=asset.size)
