"""Publishing on a Zalo OA: an article is created (public from then on), verified, and broadcast to followers.

https://docs.zaloplatforms.com/docs/OA/ (articles, broadcast; v2.0 for every type of OA), checked 2026-11-22.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from bot.channels import zalo_answers, zalo_article_body
from bot.channels.base import Account
from bot.channels.http import Http, irreversible, opened
from bot.channels.likeness import alike
from bot.channels.publishing import SKEW, Count, Film, Look, Misfit, Posted, Publication, Step
from bot.channels.zalo import headers
from bot.channels.zalo_answers import Decisions, text
from bot.errors import ChannelError, OutcomeUnknown, PublishingStopped, Refused, TryLater

PAGE, PAGES_MAX = 10, 30
"""Articles in one page of the list (the platform's maximum), and how far back we look."""
FIRST_LOOK, LOOK, QUICK_LOOKS, LOOK_MAX, LOOKS_MAX = 1.0, 3.0, 8, 600.0, 150
"""Seconds between looks at an article in the making: 8 quick ones, then ever slower ones, for about a day."""
FILM_READY, FILM_BUSY = "1", ("0", "3")

PUBLISHING: Decisions = {
    "-211": (Refused, "the OA's quota of this is used up: publish without it, or wait for the next period"),
    "-223": (PublishingStopped, "the month's articles are used up, or the app may not publish: see OA Manager"),
    "-224": (PublishingStopped, "the OA's package does not include this: upgrade it"),
    "-235": (Refused, "this type of OA cannot do this"),
    "-240": (Refused, "this type of OA cannot do this"),
}
VERIFYING: Decisions = {
    **PUBLISHING,
    "-200": (Refused, "Zalo could not take the picture or the film: use a JPG or PNG under 500 KB, 1000 × 640"),
}
"""Codes that mean something else here than for a message; see `zalo_answers.ERRORS` for the others."""


class ZaloArticles:
    """Articles of an OA. Memory: `film_token film` (upload), `token looks` (making), `article link`, `broadcast`."""

    name: ClassVar[str] = "zalo"
    settling: ClassVar[timedelta] = timedelta(minutes=5)

    def misfits(self, publication: Publication) -> Sequence[Misfit]:
        """Return all that Zalo would refuse."""
        return zalo_article_body.misfits(publication)

    def counts(self, publication: Publication) -> Sequence[Count]:
        """Return how long title, description and author are."""
        return zalo_article_body.counts(publication)

    def look(self, publication: Publication) -> Look:
        """Return the article as a follower will see it."""
        return zalo_article_body.look(publication)

    def commits(self, publication: Publication, memory: Mapping[str, str]) -> bool:
        """Say yes before the article is created, and before it is broadcast."""
        if "article" in memory:
            return publication.broadcast is not None and "broadcast" not in memory
        return "token" not in memory and ("film" in memory or not _uploads(publication))

    def step(self, http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
        """Upload the film, create, look whether it is ready, broadcast: whatever comes next."""
        if "article" in memory:
            return _broadcast(http, account, publication, memory)
        if "token" in memory:
            return _verify(http, account, publication, memory)
        if publication.film and _uploads(publication) and "film" not in memory:
            return _upload(http, account, publication.film, memory)
        return _create(http, account, publication, memory)

    def posted(self, http: Http, account: Account, since: datetime) -> Sequence[Posted]:
        """Return the articles shown; their text is the title, for the list has no other."""
        found: list[Posted] = []
        for page in _pages(http, account):
            fresh = [item for item in map(_posted, page) if item.at is None or item.at >= since - SKEW]
            shown = {text(wire.get("id")) for wire in page if text(wire.get("status")) != "hide"}
            found += [item for item in fresh if item.platform_id in shown]
            if not fresh:
                break
        return found

    def same(self, publication: Publication, posted: Posted) -> bool:
        """Say whether the title is ours."""
        return posted.ours is not False and alike(publication.title, posted.text)

    def found(self, publication: Publication, memory: Mapping[str, str], posted: Posted) -> Step | None:
        """Go on from the article found; None when only a broadcast can be in doubt, which no list shows."""
        if "article" in memory:
            return None
        return _shown(publication, {"article": posted.platform_id, "link": posted.link})

    def results(self, http: Http, account: Account, platform_id: str) -> Mapping[str, int]:
        """Return views and shares."""
        wire = _listed(http, account, platform_id, PAGES_MAX)
        counts = {"views": text(wire.get("total_view")), "shares": text(wire.get("total_share"))}
        return {name: int(value) for name, value in counts.items() if value.isdecimal()}


def _uploads(publication: Publication) -> bool:
    return bool(publication.film and publication.film.path)


def _create(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    body = zalo_article_body.article(publication, memory.get("film", ""))
    with irreversible():
        token = text(_post(http, account, "/v2.0/article/create", body).get("token"))
    if not token:
        raise OutcomeUnknown("Zalo took the article and gave no token")
    return Step(done=False, memory={**memory, "token": token}, wait=FIRST_LOOK)


def _verify(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    body = {"token": memory["token"]}
    try:
        made = _post(http, account, "/v2.0/article/verify", body, VERIFYING)
    except TryLater as error:
        if error.code != "-214":
            raise
        return _look_again(memory)
    article = text(made.get("id"))
    if not article:
        raise OutcomeUnknown("Zalo made the article and did not say its id")
    link = ""
    with suppress(ChannelError):  # the article is public, whether or not we learn its address
        link = text(_listed(http, account, article, 1).get("link_view"))
    return _shown(publication, {"article": article, "link": link})


def _look_again(memory: Mapping[str, str]) -> Step:
    looks = int(memory.get("looks", "0")) + 1
    if looks >= LOOKS_MAX:
        raise Refused("Zalo has not finished for a day: look in OA Manager before publishing again", code="-214")
    wait = min(looks + FIRST_LOOK, LOOK) * 2.0 ** max(looks - QUICK_LOOKS, 0)
    return Step(done=False, memory={**memory, "looks": str(looks)}, wait=min(wait, LOOK_MAX))


def _shown(publication: Publication, memory: Mapping[str, str]) -> Step:
    """Return the step after which the article is public: the last one, unless it has to be broadcast."""
    done = publication.broadcast is None or "broadcast" in memory
    return Step(done=done, memory=memory, platform_id=memory["article"], link=memory.get("link", ""))


def _broadcast(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    if publication.broadcast is None or "broadcast" in memory:
        return _shown(publication, memory)
    body = zalo_article_body.broadcast(publication, memory["article"])
    with irreversible():
        sent = _post(http, account, "/v2.0/oa/message", body)
    return _shown(publication, {**memory, "broadcast": text(sent.get("message_id"))})


def _upload(http: Http, account: Account, film: Film, memory: Mapping[str, str]) -> Step:
    """Send the film, or look whether Zalo has converted it."""
    token = memory.get("film_token")
    if token is None:
        sent = text(_send_film(http, account, film).get("token"))
        if not sent:
            raise OutcomeUnknown("Zalo took the film and gave no token")
        return Step(done=False, memory={"film_token": sent}, wait=FIRST_LOOK)
    # The token is a header in Zalo's SDK, and in the query in its documentation.
    head = {**headers(account), "token": token}
    reply = http.get("zalo", "/v2.0/article/upload_video/verify", params={"token": token}, headers=head)
    made = zalo_answers.data(reply, VERIFYING)
    state, film_id = text(made.get("status")), text(made.get("video_id"))
    if state in FILM_BUSY:
        return _look_again(memory)
    if state != FILM_READY or not film_id:
        raise Refused("Zalo could not convert the film: use an MP4 under 50 MB", code=f"video {state}")
    return Step(done=False, memory={"film": film_id})


def _send_film(http: Http, account: Account, film: Film) -> dict[str, Any]:
    path = "/v2.0/article/upload_video/preparevideo"
    with opened(film.path) as file:
        files = {"file": (Path(film.path).name, file, film.kind or "video/mp4")}
        return zalo_answers.data(http.post("zalo", path, files=files, headers=headers(account)), VERIFYING)


def _post(
    http: Http, account: Account, path: str, body: dict[str, Any], decisions: Decisions = PUBLISHING
) -> dict[str, Any]:
    return zalo_answers.data(http.post("zalo", path, json=body, headers=headers(account)), decisions)


def _pages(http: Http, account: Account) -> Iterator[list[dict[str, Any]]]:
    """Yield the OA's articles page by page, newest first."""
    for offset in range(0, PAGE * PAGES_MAX, PAGE):
        query: dict[str, str | int] = {"offset": offset, "limit": PAGE, "type": "normal"}
        reply = http.get("zalo", "/v2.0/article/getslice", params=query, headers=headers(account))
        medias = zalo_answers.data(reply, PUBLISHING).get("medias")
        page = [wire for wire in medias if isinstance(wire, dict)] if isinstance(medias, list) else []
        if page:
            yield page
        if len(page) < PAGE:
            return


def _listed(http: Http, account: Account, article: str, pages: int) -> dict[str, Any]:
    """Return an article as the list shows it, `{}` when it is not in the first `pages` pages."""
    for _, page in zip(range(pages), _pages(http, account), strict=False):
        for wire in page:
            if text(wire.get("id")) == article:
                return wire
    return {}


def _posted(wire: Mapping[str, Any]) -> Posted:
    return Posted(
        platform_id=text(wire.get("id")),
        text=text(wire.get("title")),
        link=text(wire.get("link_view")),
        at=_moment(text(wire.get("create_date"))),
    )


def _moment(stamp: str) -> datetime | None:
    """Return the time of a stamp in milliseconds (or seconds), None where there is none."""
    if not stamp.isdecimal() or not 9 <= len(stamp) <= 13:
        return None
    return datetime.fromtimestamp(int(stamp) / (1000 if len(stamp) > 10 else 1), UTC)
