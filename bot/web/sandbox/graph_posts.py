"""A Page's posts on the fake Graph API: checked as Meta does, kept, listed, counted."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.web.sandbox.graph_films import Films
from bot.web.sandbox.graph_shapes import Refusal, address, mapping, string
from bot.web.sandbox.graph_webhook import FakePage

Json = dict[str, Any]

TEXT_MAX, PHOTOS_MAX, PAGE_MAX = 63_206, 10, 100
GONE = {"post_impressions", "post_impressions_unique", "post_engaged_users"}
METRICS = {"post_media_view": "views", "post_reactions_by_type_total": "reactions", "post_clicks": "clicks"}


@dataclass(slots=True)
class FakePosts:
    """The posts, in memory. `unavailable`: metrics that the Page does not have (too few followers)."""

    films: Films = field(default_factory=Films)
    unavailable: set[str] = field(default_factory=set)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _posts: list[Json] = field(default_factory=list)
    _photos: dict[str, Json] = field(default_factory=dict)
    _counts: dict[str, Json] = field(default_factory=dict)

    def published(self, page_id: str | None = None) -> list[Json]:
        """Return what is public, newest first: id page_id message link photos film created_time permalink_url app."""
        with self._lock:
            return [dict(one) for one in reversed(self._posts) if page_id in {None, one["page_id"]}]

    def staged(self) -> list[Json]:
        """Return the photos that were sent and are not public: id page_id url alt size."""
        with self._lock:
            return [dict(one) for one in self._photos.values()]

    def count(self, post_id: str, **counts: Any) -> None:
        """Set what was counted for a post: comments shares views clicks, and reactions by kind."""
        with self._lock:
            self._counts[post_id] = {**self._counts.get(post_id, {}), **counts}

    def add(self, page: FakePage, message: str, *, app: str | None = None, **parts: Any) -> Json:
        """Make a post public; `app` is who made it, "" when a person did in Facebook itself."""
        with self._lock:
            number = f"1221{uuid.uuid4().int % 10**14:014d}"
            post = {"id": f"{page.page_id}_{number}", "page_id": page.page_id, "message": message, "link": "",
                    "photos": [], "film": "", "app": page.app_id if app is None else app}  # fmt: skip
            link = {"permalink_url": f"https://www.facebook.com/{page.page_id}/posts/{number}"}
            self._posts.append({**post, **link, "created_time": self.clock(), **parts})
            return self._posts[-1]

    def feed(self, page: FakePage, form: Json, fields: str) -> Json:
        """Publish text, a link, staged photos."""
        message, link = _text(page, form, "message"), string(form.get("link"))
        if link and not address(link, "https://", "http://"):
            raise Refusal(100, 1500, why="The url you supplied is invalid")
        with self._lock:
            photos = self._attached(page, form.get("attached_media"))
            if not message and not link and not photos:
                raise Refusal(100, why="(#100) You must specify a message or a link")
            last = next(iter(self.published(page.page_id)), None)
            if last and not photos and (last["message"], last["link"]) == (message, link):
                raise Refusal(506)
            for photo in photos:
                del self._photos[str(photo["id"])]
            post = self.add(page, message, link=link, photos=photos)
        return {name: post[name] for name in {"id", *fields.split(",")} & {"id", "permalink_url"}}

    def _attached(self, page: FakePage, wire: object) -> list[Json]:
        media = json.loads(wire) if isinstance(wire, str) and wire.startswith("[") else wire or []
        if not isinstance(media, list) or len(media) > PHOTOS_MAX:
            raise Refusal(100, why=f"(#100) attached_media holds at most {PHOTOS_MAX}")
        photos = [self._photos.get(string(mapping(one).get("media_fbid"))) for one in media]
        found = [photo for photo in photos if photo and photo["page_id"] == page.page_id]
        if len(found) != len(media):
            raise Refusal(100, why="(#100) attached_media holds a photo that does not exist")
        return found

    def photo(self, page: FakePage, form: Json, source: bytes | None) -> Json:
        """Publish a photo, or keep it for a post to come."""
        message, url = _text(page, form, "message"), string(form.get("url"))
        if source is None and not address(url, "https://", "http://"):
            raise Refusal(324, why="(#324) Requires upload file")
        if source is not None and not source:
            raise Refusal(324, 2069019, why="(#324) Missing or invalid image file")
        photo: Json = {"id": f"1222{uuid.uuid4().int % 10**14:014d}", "page_id": page.page_id, "url": url,
                       "alt": string(form.get("alt_text_custom")), "size": len(source or b"")}  # fmt: skip
        if string(form.get("published")).lower() == "false" or form.get("published") is False:
            with self._lock:
                self._photos[photo["id"]] = photo
            return {"id": photo["id"]}
        return {"id": photo["id"], "post_id": self.add(page, message, photos=[photo])["id"]}

    def film(self, page: FakePage, form: Json, piece: bytes | None) -> Json:
        """Take a film by its phases, or from an address; the last phase publishes."""
        description = _text(page, form, "description")
        answer, film = self.films.take(form, piece)
        if film:
            self.add(page, description, film=film)
        return answer

    def read(self, page: FakePage, object_id: str, fields: str) -> Json:
        """Return a post's or a film's fields."""
        with self._lock:
            own = self.published(page.page_id)
            post = next((one for one in own if object_id in {one["id"], one["film"]}), None)
            if post is None:
                raise Refusal(100, 33, why=f"Unsupported get request. Object with ID '{object_id}' does not exist")
            if object_id == post["film"]:
                return self.films.read(post)
            counts = self._counts.get(object_id, {})
        reactions = sum(counts.get("reactions", {}).values())
        known = {
            "id": object_id,
            "permalink_url": post["permalink_url"],
            "comments.limit(0).summary(true)": {"data": [], "summary": {"total_count": counts.get("comments", 0)}},
            "reactions.limit(0).summary(true)": {"data": [], "summary": {"total_count": reactions}},
            "shares": {"count": counts.get("shares", 0)},
        }
        wanted = fields.split(",") if fields else ["id"]
        if set(wanted) - set(known):
            raise Refusal(100, why="(#100) Tried accessing nonexisting field")
        found = {name: known[name] for name in wanted if name != "shares" or counts.get("shares")}
        return {"id": object_id} | {name.split(".", maxsplit=1)[0]: value for name, value in found.items()}

    def remove(self, page: FakePage, object_id: str) -> Json:
        """Remove a staged photo or a post."""
        with self._lock:
            posts = [one for one in self._posts if one["id"] == object_id and one["page_id"] == page.page_id]
            photo = self._photos.pop(object_id, None)
            if not posts and photo is None:
                raise Refusal(100, 33)
            self._posts = [one for one in self._posts if one not in posts]
        return {"success": True}

    def listed(self, page: FakePage, query: Mapping[str, str]) -> Json:
        """Return a page of the public posts, newest first, with a cursor to the next."""
        limit, after = int(query.get("limit", "25")), int(query.get("after") or 0)
        if not 1 <= limit <= PAGE_MAX:
            raise Refusal(100, why=f"(#100) Param limit must be at most {PAGE_MAX}")
        own = self.published(page.page_id)
        rows = [_row(one, query.get("fields", "id").split(",")) for one in own[after : after + limit]]
        paging: Json = {"cursors": {"before": str(after), "after": str(after + limit)}} if rows else {}
        if after + limit < len(own):
            paging["next"] = "https://graph.facebook.com/next?access_token=secret"
        return {"data": rows, "paging": paging}

    def insights(self, page: FakePage, post_id: str, metric: str) -> Json:
        """Return metrics of a post; one that is gone fails the whole call."""
        names = [name for name in metric.split(",") if name]
        if not any(one["id"] == post_id for one in self.published(page.page_id)):
            raise Refusal(100, 33)
        if not names or set(names) & self.unavailable:
            raise Refusal(3001, 1504028)
        if set(names) & GONE or set(names) - set(METRICS):
            raise Refusal(100, why="(#100) The value must be a valid insights metric")
        counts = self._counts.get(post_id, {})
        values = {name: counts.get(METRICS[name], {} if name.endswith("by_type_total") else 0) for name in names}
        return {"data": [{"name": n, "period": "lifetime", "values": [{"value": v}]} for n, v in values.items()]}


def _text(page: FakePage, form: Json, name: str) -> str:
    if "pages_manage_posts" not in page.scopes:
        raise Refusal(200)
    text = string(form.get(name))
    if len(text) > TEXT_MAX:
        raise Refusal(100, why=f"(#100) Param {name} is too long")
    return text


def _row(post: Json, fields: list[str]) -> Json:
    whole = {**post, "created_time": post["created_time"].strftime("%Y-%m-%dT%H:%M:%S+0000")}
    if post["app"]:
        whole["application"] = {"id": post["app"], "name": "Ứng dụng"}
    return {name: whole[name] for name in fields if whole.get(name)}
