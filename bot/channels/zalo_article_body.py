"""What a Zalo article and a broadcast can hold, and how they look on the wire; pure.

https://docs.zaloplatforms.com/docs/OA/ (articles, broadcast), and what agencies' own logs show, checked 2026-11-22.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from bot.channels.likeness import encoded, is_public
from bot.channels.publishing import Count, Film, Look, Misfit, Picture, Publication

TITLE_MAX, DESCRIPTION_MAX, AUTHOR_MAX = 140, 250, 50
"""Characters. Zalo says 150 and 300, and refuses a text of exactly that length."""
COVER_BYTES = 1_000_000
"""A larger cover passes `create` and fails in `verify`, when the article is spent."""
COVER_WIDTH, COVER_HEIGHT = 800, 640
"""Pixels at least; 492 × 488 was refused, 800 × 800 and 1000 × 640 were taken."""
FILM_BYTES = 50 * 1024 * 1024
FILM_KINDS = ("video/mp4", "video/x-msvideo")
TARGETS = {
    name: tuple(str(number) for number in numbers)
    for name, numbers in {
        "ages": range(8),
        "gender": range(3),
        "locations": range(3),
        "cities": range(64),  # the provinces before the mergers of 2025
        "platform": range(1, 4),
    }.items()
}
"""What followers can be chosen by, and the values of each; several are joined by commas."""


def misfits(publication: Publication) -> list[Misfit]:
    """Return all that Zalo would refuse, told before anything is sent."""
    return [
        *(misfit for count in counts(publication) for misfit in _too_long(count)),
        *(
            Misfit(part=part, why=f"{part}_empty")
            for part in ("title", "text")
            if not getattr(publication, part).strip()
        ),
        *_cover(publication),
        *_pictures(publication),
        *_film(publication.film),
        *_target(publication),
    ]


def counts(publication: Publication) -> list[Count]:
    """Return how long each limited part is."""
    limits = {"title": TITLE_MAX, "description": DESCRIPTION_MAX, "author": AUTHOR_MAX}
    return [Count(part=part, length=len(tidy(getattr(publication, part))), most=most) for part, most in limits.items()]


def look(publication: Publication) -> Look:
    """Return the article as a follower will see it."""
    title, uploads = tidy(publication.title), bool(publication.film and publication.film.path)
    return Look(
        title=title, lead=tidy(publication.description) or title, author=tidy(publication.author),
        cover=None if uploads else cover_of(publication), blocks=tuple(_parts(publication, uploads=uploads)),
    )  # fmt: skip


def _too_long(count: Count) -> Iterator[Misfit]:
    if count.length > count.most:
        values = {"length": count.length, "most": count.most, "over": count.length - count.most}
        yield Misfit(part=count.part, why=f"{count.part}_long", values=values)


def _cover(publication: Publication) -> Iterator[Misfit]:
    cover = cover_of(publication)
    if publication.film and publication.film.path:
        return  # the film is the cover
    if cover is None:
        yield Misfit(part="cover", why="cover_missing")
        return
    if not is_public(cover.url):
        yield Misfit(part="cover", why="cover_not_public", values={"url": cover.url})
    if cover.size > COVER_BYTES:
        sizes = {"kilobytes": -(-cover.size // 1000), "most": COVER_BYTES // 1000}
        yield Misfit(part="cover", why="cover_heavy", values=sizes)
    if 0 < cover.width < COVER_WIDTH or 0 < cover.height < COVER_HEIGHT:
        pixels = {
            "width": cover.width,
            "height": cover.height,
            "least_width": COVER_WIDTH,
            "least_height": COVER_HEIGHT,
        }
        yield Misfit(part="cover", why="cover_small", values=pixels)


def _pictures(publication: Publication) -> Iterator[Misfit]:
    for number, picture in enumerate(publication.pictures, 1):
        if picture != cover_of(publication) and not is_public(picture.url):
            yield Misfit(part="pictures", why="picture_not_public", values={"number": number, "url": picture.url})


def _film(film: Film | None) -> Iterator[Misfit]:
    if film is None:
        return
    if film.path and film.kind and film.kind not in FILM_KINDS:
        yield Misfit(part="film", why="film_kind", values={"kind": film.kind, "kinds": "MP4, AVI"})
    if film.path and film.size > FILM_BYTES:
        sizes = {"megabytes": -(-film.size // 1024**2), "most": FILM_BYTES // 1024**2}
        yield Misfit(part="film", why="film_heavy", values=sizes)
    if not film.path and not is_public(film.url):
        yield Misfit(part="film", why="film_not_public", values={"url": film.url})


def _target(publication: Publication) -> Iterator[Misfit]:
    for name, value in (publication.broadcast or {}).items():
        known = TARGETS.get(name)
        if known is None or not all(one in known for one in value.split(",")):
            yield Misfit(part="broadcast", why="target_unknown", values={"name": name, "value": value})


def cover_of(publication: Publication) -> Picture | None:
    """Return the article's picture: the cover, or else the first of the pictures."""
    return publication.cover or next(iter(publication.pictures), None)


def article(publication: Publication, film_id: str) -> dict[str, Any]:
    """Return the body of `article/create`, public at once; `film_id` is the uploaded film that is the cover."""
    author = {"author": tidy(publication.author)} if publication.author.strip() else {}
    return {
        "type": "normal",
        "title": tidy(publication.title),
        **author,
        "description": tidy(publication.description) or tidy(publication.title),
        "cover": _wire_cover(publication, film_id),
        "body": _blocks(publication, film_id),
        "status": "show",
        "comment": "show",
    }


def _wire_cover(publication: Publication, film_id: str) -> dict[str, str]:
    if film_id and publication.film:
        film = publication.film
        view = "square" if 0 < film.width == film.height else "vertical" if film.width < film.height else "horizontal"
        return {"cover_type": "video", "cover_view": view, "video_id": film_id, "status": "show"}
    cover = cover_of(publication)
    return {"cover_type": "photo", "photo_url": encoded(cover.url) if cover else "", "status": "show"}


def _blocks(publication: Publication, film_id: str) -> list[dict[str, str]]:
    cover = cover_of(publication)
    thumb = {"thumb": encoded(cover.url)} if cover else {}
    return [_block(part, thumb) for part in _parts(publication, uploads=bool(film_id))]


def _block(part: str | Picture | Film, thumb: dict[str, str]) -> dict[str, str]:
    if isinstance(part, Picture):
        return {"type": "image", "url": encoded(part.url), "caption": tidy(part.alt)}
    if isinstance(part, Film):
        return {"type": "video", "url": encoded(part.url), **thumb}
    return {"type": "text", "content": part}


def _parts(publication: Publication, *, uploads: bool) -> list[str | Picture | Film]:
    """Return the text's paragraphs with a picture after each as long as there are any, then film and link.

    `uploads`: the film is the cover.
    """
    words = list(paragraphs(publication.text))
    cover = None if uploads else cover_of(publication)
    inside = [picture for picture in publication.pictures if picture != cover]
    parts: list[str | Picture | Film] = [one for pair in zip(words, inside, strict=False) for one in pair]
    parts += [*words[len(inside) :], *inside[len(words) :]]
    if publication.film and not uploads:
        parts.append(publication.film)
    if publication.link and publication.link not in publication.text:
        parts.append(publication.link)
    return parts


def paragraphs(text: str) -> Sequence[str]:
    """Return the paragraphs of a text; nothing of it is lost but blank lines."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def broadcast(publication: Publication, article_id: str) -> dict[str, Any]:
    """Return the body that sends an article to the followers chosen."""
    element = {"media_type": "article", "attachment_id": article_id}
    payload = {"template_type": "media", "elements": [element]}
    return {
        "recipient": {"target": dict(publication.broadcast or {})},
        "message": {"attachment": {"type": "template", "payload": payload}},
    }


def tidy(text: str) -> str:
    """Return `text` as it is counted and sent: NFC, nothing around it."""
    return unicodedata.normalize("NFC", text).strip()
