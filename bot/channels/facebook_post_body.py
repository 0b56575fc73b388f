"""What a Page's post can hold, which kind of post a publication becomes, and its words; pure.

https://developers.facebook.com/docs/graph-api/reference/page/feed, …/photos, …/videos, checked 2026-11-22.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from bot.channels.likeness import is_public
from bot.channels.publishing import Count, Look, Misfit, Publication

TEXT_MAX = 63_206
PICTURES_MAX = 10
PICTURE_BYTES = 4 * 1024 * 1024
"""Meta's words for subcode 1366046; larger ones are sometimes taken."""
FILM_BYTES = 1024**3
"""One gigabyte: what a Page may upload in one piece; the resumable way has the same bound for us."""


class Form(StrEnum):
    """The kinds of posts; each is made by calls of its own."""

    FEED = "feed"  # text, a link
    PHOTO = "photo"
    ALBUM = "album"
    UPLOAD = "upload"  # a film of ours, piece by piece
    FILM = "film"  # a film that Meta fetches


def form_of(publication: Publication) -> Form:
    """Return the kind of post that holds all of `publication`."""
    if publication.film and publication.film.is_file:
        return Form.UPLOAD if publication.film.path else Form.FILM
    return (Form.FEED, Form.PHOTO, Form.ALBUM)[min(len(publication.pictures), 2)]


def words(publication: Publication) -> str:
    """Return the post's text: the title unless the text begins with it, the text, what no other field takes."""
    title, text = tidy(publication.title), tidy(publication.text)
    parts = [text] if not title or text.startswith(title) else [title, text]
    parts += [address for address in _spelt(publication) if address not in text]
    return "\n\n".join(part for part in parts if part)


def _spelt(publication: Publication) -> Iterator[str]:
    """Yield the addresses that have to stand in the text: a post shows one link, and only without media."""
    if publication.link and publication.link != link_of(publication):
        yield publication.link
    film = publication.film
    if film and not film.is_file and film.url != link_of(publication):
        yield film.url


def link_of(publication: Publication) -> str:
    """Return the link that the post shows as a card."""
    if form_of(publication) is not Form.FEED:
        return ""
    return publication.link or (publication.film.url if publication.film else "")


def counts(publication: Publication) -> list[Count]:
    """Return how long the post's words are."""
    return [Count(part="text", length=len(words(publication)), most=TEXT_MAX)]


def look(publication: Publication) -> Look:
    """Return the post as people will see it in their feed."""
    film = (publication.film,) if publication.film and publication.film.is_file else ()
    blocks = (words(publication), *publication.pictures, *film)
    return Look(author=publication.author, blocks=blocks, card=link_of(publication))


def misfits(publication: Publication) -> list[Misfit]:
    """Return all that Facebook would refuse, told before anything is sent."""
    found = [] if words(publication) else [Misfit(part="text", why="text_empty")]
    for one in counts(publication):
        if one.length > one.most:
            values = {"length": one.length, "most": one.most, "over": one.length - one.most}
            found.append(Misfit(part=one.part, why="text_long", values=values))
    if publication.broadcast is not None:
        found.append(Misfit(part="broadcast", why="broadcast_unable"))
    if publication.link and not publication.link.startswith(("https://", "http://")):
        found.append(Misfit(part="link", why="link_not_web", values={"url": publication.link}))
    return [*found, *_pictures(publication), *_film(publication)]


def _pictures(publication: Publication) -> Iterator[Misfit]:
    count = len(publication.pictures)
    if count > PICTURES_MAX:
        values = {"count": count, "most": PICTURES_MAX, "over": count - PICTURES_MAX}
        yield Misfit(part="pictures", why="pictures_many", values=values)
    for number, picture in enumerate(publication.pictures, 1):
        if not picture.path and not is_public(picture.url):
            yield Misfit(part="pictures", why="picture_not_public", values={"number": number, "url": picture.url})
        if picture.size > PICTURE_BYTES:
            sizes = {"number": number, "kilobytes": -(-picture.size // 1000), "most": PICTURE_BYTES // 1000}
            yield Misfit(part="pictures", why="picture_heavy", values=sizes)


def _film(publication: Publication) -> Iterator[Misfit]:
    film = publication.film
    if film is None:
        return
    if film.is_file and publication.pictures:
        yield Misfit(part="film", why="film_with_pictures")
    if film.kind and not film.kind.startswith("video/"):
        yield Misfit(part="film", why="film_kind", values={"kind": film.kind, "kinds": "MP4, MOV, AVI"})
    if film.size > FILM_BYTES:
        sizes = {"megabytes": -(-film.size // 1024**2), "most": FILM_BYTES // 1024**2}
        yield Misfit(part="film", why="film_heavy", values=sizes)
    if not film.path and not is_public(film.url):
        yield Misfit(part="film", why="film_not_public", values={"url": film.url})


def tidy(text: str) -> str:
    """Return `text` as it is counted and sent: NFC, nothing around it."""
    return unicodedata.normalize("NFC", text).strip()
