"""Publishing on a Facebook Page: text and link, one photo, several photos; films are in `facebook_films`.

https://developers.facebook.com/documentation/pages-api/posts, checked 2026-11-22.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from bot.channels import facebook_films, facebook_post_body, facebook_results
from bot.channels.base import Account
from bot.channels.facebook_graph import call
from bot.channels.facebook_post_body import Form, form_of, link_of, tidy, words
from bot.channels.facebook_publishing import commit, mapping, prepare, receipt, sequence, string
from bot.channels.http import Http, opened
from bot.channels.likeness import alike, encoded
from bot.channels.publishing import SKEW, Count, Look, Misfit, Picture, Posted, Publication, Step
from bot.errors import ChannelError, Refused

PAGE, PAGES_MAX = 100, 20
"""Posts in one page of the list (the platform's maximum), and how far back we look."""
FIELDS = "id,message,created_time,permalink_url,application"


class FacebookPosts:
    """Posts of a Page. Memory: `staged` (photos not public yet), a film's own names, `post link` when it is public."""

    name: ClassVar[str] = "facebook"
    settling: ClassVar[timedelta] = timedelta(minutes=2)

    def misfits(self, publication: Publication) -> Sequence[Misfit]:
        """Return all that Facebook would refuse."""
        return facebook_post_body.misfits(publication)

    def counts(self, publication: Publication) -> Sequence[Count]:
        """Return how long the words are."""
        return facebook_post_body.counts(publication)

    def look(self, publication: Publication) -> Look:
        """Return the post as people will see it."""
        return facebook_post_body.look(publication)

    def commits(self, publication: Publication, memory: Mapping[str, str]) -> bool:
        """Say yes before the call that makes the post public: all photos staged, all of the film there."""
        if "post" in memory:
            return False
        match form_of(publication):
            case Form.ALBUM:
                return len(_staged(memory)) >= len(publication.pictures)
            case Form.UPLOAD | Form.FILM:
                return facebook_films.commits(publication, memory)
        return True

    def step(self, http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
        """Stage the next photo, send the film's next piece, publish, or read the address: whatever comes next."""
        if "post" in memory:
            return _linked(http, account, memory)
        match form_of(publication):
            case Form.UPLOAD | Form.FILM:
                return facebook_films.step(http, account, publication, memory)
            case Form.PHOTO:
                return _photo(http, account, publication)
            case Form.ALBUM if len(_staged(memory)) < len(publication.pictures):
                return _stage(http, account, publication, memory)
        return _feed(http, account, publication, memory)

    def posted(self, http: Http, account: Account, since: datetime) -> Sequence[Posted]:
        """Return the Page's public posts, films and photos too."""
        found: list[Posted] = []
        for page in _pages(http, account):
            posts = [_posted(wire, account) for wire in page]
            fresh = [post for post in posts if post.at is None or post.at >= since - SKEW]
            found += fresh
            if not fresh:
                break
        return found

    def same(self, publication: Publication, posted: Posted) -> bool:
        """Say whether the words are ours; another app's post never is."""
        return posted.ours is not False and alike(words(publication), posted.text)

    def found(self, publication: Publication, memory: Mapping[str, str], posted: Posted) -> Step | None:
        """Return that all is done: the one call that publishes was carried out."""
        memory = {"post": posted.platform_id, "link": posted.link}
        return Step(done=True, memory=memory, platform_id=posted.platform_id, link=posted.link)

    def results(self, http: Http, account: Account, platform_id: str) -> Mapping[str, int]:
        """Return views, reactions, comments, shares and clicks, as far as Meta gives them."""
        return facebook_results.results(http, account, platform_id)


def _staged(memory: Mapping[str, str]) -> list[str]:
    return memory.get("staged", "").split()


def _feed(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    """Publish text, link and staged photos; what was staged for a post that is refused is removed."""
    link, staged = link_of(publication), _staged(memory)
    body: dict[str, Any] = {"message": words(publication)} | ({"link": encoded(link)} if link else {})
    if staged:
        body["attached_media"] = [{"media_fbid": photo} for photo in staged]
    try:
        made = commit(http, account, f"/{account.key}/feed", json=body, params={"fields": "id,permalink_url"})
    except Refused:
        _remove(http, account, staged)
        raise
    post, address = receipt(made, "id"), string(made.get("permalink_url"))
    return Step(done=True, memory={"post": post, "link": address}, platform_id=post, link=address)


def _remove(http: Http, account: Account, photos: Sequence[str]) -> None:
    for photo in photos:
        with suppress(ChannelError):  # nobody sees it; a refusal to remove it changes nothing
            call(http, account, "DELETE", f"/{photo}")


def _photo(http: Http, account: Account, publication: Publication) -> Step:
    with _wire(publication.pictures[0], message=words(publication)) as wire:
        made = commit(http, account, f"/{account.key}/photos", **wire)
    return Step(done=False, memory={"post": receipt(made, "post_id", "id")})


def _stage(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    staged = _staged(memory)
    with _wire(publication.pictures[len(staged)], published="false") as wire:
        made = prepare(http, account, f"/{account.key}/photos", **wire)
    return Step(done=False, memory={**memory, "staged": " ".join([*staged, receipt(made, "id")])})


@contextmanager
def _wire(picture: Picture, **fields: str) -> Iterator[dict[str, Any]]:
    """Give a photo as a form: the file itself where we have it, else the address to fetch."""
    form = {**fields, **({"alt_text_custom": tidy(picture.alt)} if picture.alt.strip() else {})}
    if not picture.path:
        yield {"data": {**form, "url": encoded(picture.url)}}
        return
    with opened(picture.path) as file:
        yield {"data": form, "files": {"source": (Path(picture.path).name, file)}}


def _linked(http: Http, account: Account, memory: Mapping[str, str]) -> Step:
    """Read the post's address. It is public, so that nothing that goes wrong here may be an error."""
    post, link = memory["post"], memory.get("link", "")
    if not link:
        with suppress(ChannelError):
            made = call(http, account, "GET", f"/{post}", params={"fields": "permalink_url"}).body
            link = string(made.get("permalink_url"))
    return Step(done=True, memory={**memory, "link": link}, platform_id=post, link=link)


def _pages(http: Http, account: Account) -> Iterator[list[dict[str, Any]]]:
    """Yield the Page's public posts page by page, newest first."""
    query: dict[str, str | int] = {"fields": FIELDS, "limit": PAGE}
    for _ in range(PAGES_MAX):
        body = call(http, account, "GET", f"/{account.key}/published_posts", params=query).body
        page = [wire for wire in sequence(body.get("data")) if isinstance(wire, dict)]
        if page:
            yield page
        # Meta's `next` is a whole address with the token in it; the cursor is enough.
        paging = mapping(body.get("paging"))
        after = string(mapping(paging.get("cursors")).get("after"))
        if not page or not after or "next" not in paging:
            return
        query["after"] = after


def _posted(wire: Mapping[str, Any], account: Account) -> Posted:
    app = string(mapping(wire.get("application")).get("id"))
    try:
        at = datetime.strptime(string(wire.get("created_time")), "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
    except ValueError:
        at = None
    return Posted(
        platform_id=string(wire.get("id")),
        text=string(wire.get("message")),
        link=string(wire.get("permalink_url")),
        at=at,
        ours=app == account.secrets.get("app_id") if app else None,
    )
