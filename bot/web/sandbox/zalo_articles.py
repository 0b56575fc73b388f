"""Articles and broadcasts of the fake Zalo: checked as Zalo does, kept, listed, counted."""

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.web.sandbox import zalo_article_shapes
from bot.web.sandbox.zalo_shapes import Refusal, mapping, string
from bot.web.sandbox.zalo_webhook import FakeOA

Json = dict[str, Any]
Authorised = Callable[[Callable[[FakeOA], Json]], ResponseReturnValue]
"""Answers with what the work returns for the OA whose token the request carries."""

PAGE_MAX = 10


@dataclass(slots=True)
class FakeArticles:
    """The articles, in memory. `waits`: how many times `verify` says -214 first. `quota`: articles left, None for any.

    `broadcasts_left` is the quota of broadcasts in the same way. `loopback`: whether pictures may lie on this machine,
    which Zalo could not fetch; in the sandbox they do.
    """

    waits: int = 1
    quota: int | None = None
    broadcasts_left: int | None = None
    loopback: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _articles: list[Json] = field(default_factory=list)
    _films: dict[str, Json] = field(default_factory=dict)
    _looks: dict[str, int] = field(default_factory=dict)

    def published(self, oa_id: str | None = None) -> list[Json]:
        """Return what is public, newest first: the article as sent, id token create_date link_view, broadcasts."""
        with self._lock:
            found = [dict(one) for one in self._articles if oa_id in {None, one["oa_id"]} and one["status"] == "show"]
        return found[::-1]

    def count(self, article_id: str, *, views: int, shares: int) -> None:
        """Set what was counted for an article."""
        with self._lock:
            for one in self._articles:
                if one["id"] == article_id:
                    one |= {"total_view": views, "total_share": shares}

    def create(self, oa_id: str, wire: Json) -> Json:
        """Check an article, make it public at once if it is to be shown, and return the token to ask with."""
        zalo_article_shapes.article(wire, loopback=self.loopback)
        now = self.clock()
        with self._lock:
            if self.quota is not None and self.quota <= 0:
                raise Refusal(-223)
            film = mapping(wire.get("cover")).get("video_id")
            if film is not None and film not in {one["video_id"] for one in self._films.values()}:
                raise Refusal(-201)
            self.quota = None if self.quota is None else self.quota - 1
            article_id, stamp = uuid.uuid4().hex[:24], int(now.timestamp() * 1000)
            ids = {"id": article_id, "oa_id": oa_id, "token": f"token-{uuid.uuid4().hex}", "broadcasts": []}
            link = {"link_view": f"https://rd.zapps.vn/detail/{oa_id}?id={article_id}"}
            counts = {"total_view": 0, "total_share": 0, "create_date": stamp, "update_date": stamp}
            self._articles.append({**wire, **ids, **link, **counts})
        return {"token": ids["token"]}

    def verify(self, oa_id: str, wire: Json) -> Json:
        """Return the id of the article that a token stands for, after `waits` times of asking."""
        token = string(wire.get("token"))
        with self._lock:
            found = next((one for one in self._articles if one["token"] == token and one["oa_id"] == oa_id), None)
            if found is None:
                raise Refusal(-201)
            self._wait(token)
            return {"id": found["id"]}

    def _wait(self, token: str) -> None:
        self._looks[token] = self._looks.get(token, 0) + 1
        if self._looks[token] <= self.waits:
            raise Refusal(-214)

    def slice(self, oa_id: str, query: Mapping[str, str]) -> Json:
        """Return a page of the OA's articles, hidden ones too, newest first."""
        offset, limit = query.get("offset", ""), query.get("limit", "")
        if not offset.isdecimal() or not limit.isdecimal() or not 1 <= int(limit) <= PAGE_MAX:
            raise Refusal(-201)
        if query.get("type") not in {"normal", "video"}:
            raise Refusal(-201)
        with self._lock:
            own = [one for one in reversed(self._articles) if one["oa_id"] == oa_id and one["type"] == query["type"]]
        shown = (
            "id",
            "type",
            "title",
            "status",
            "total_view",
            "total_share",
            "create_date",
            "update_date",
            "link_view",
        )
        page = own[int(offset) : int(offset) + int(limit)]
        return {"total": len(own), "medias": [{name: one[name] for name in shown} for one in page]}

    def broadcast(self, oa_id: str, wire: Json) -> Json:
        """Send articles of this OA to the followers chosen."""
        target, wanted = zalo_article_shapes.broadcast(wire)
        with self._lock:
            articles = [one for one in self._articles if one["oa_id"] == oa_id and one["id"] in wanted]
            if len(articles) != len(wanted):
                raise Refusal(-201)
            if self.broadcasts_left is not None and self.broadcasts_left <= 0:
                raise Refusal(-211)
            self.broadcasts_left = None if self.broadcasts_left is None else self.broadcasts_left - 1
            sent = {"message_id": uuid.uuid4().hex[:20], "target": target, "at": self.clock().isoformat()}
            for one in articles:
                one["broadcasts"] = [*one["broadcasts"], sent]
        return {"message_id": sent["message_id"]}

    def prepare_film(self, name: str, content: bytes) -> Json:
        """Take a film's file; return the token to ask with."""
        zalo_article_shapes.film(name, content)
        token = f"film-{uuid.uuid4().hex}"
        with self._lock:
            self._films[token] = {"video_id": uuid.uuid4().hex[:24], "size": len(content)}
        return {"token": token}

    def film(self, token: str) -> Json:
        """Return how far a film is: 3 while it is converted, then 1 and its id."""
        with self._lock:
            if token not in self._films:
                raise Refusal(-201)
            try:
                self._wait(token)
            except Refusal:
                return {"status": 3, "video_id": ""}
            return {"status": 1, "video_id": self._films[token]["video_id"]}


def add_routes(pages: Blueprint, articles: FakeArticles, authorised: Authorised) -> None:
    """Add the addresses of articles to those of the fake."""
    v2 = "/v2.0/article"

    @pages.post(f"{v2}/create")
    def create() -> ResponseReturnValue:
        return authorised(lambda oa: articles.create(oa.oa_id, _json()))

    @pages.post(f"{v2}/verify")
    def verify() -> ResponseReturnValue:
        return authorised(lambda oa: articles.verify(oa.oa_id, _json()))

    @pages.get(f"{v2}/getslice")
    def getslice() -> ResponseReturnValue:
        return authorised(lambda oa: articles.slice(oa.oa_id, request.args))

    @pages.post(f"{v2}/upload_video/preparevideo")
    def preparevideo() -> ResponseReturnValue:
        return authorised(lambda _oa: articles.prepare_film(*_file()))

    @pages.get(f"{v2}/upload_video/verify", endpoint="verify_film")
    def verify_film() -> ResponseReturnValue:
        token = request.headers.get("token") or request.args.get("token", "")
        return authorised(lambda _oa: articles.film(token))


def _json() -> Json:
    return mapping(request.get_json(silent=True))


def _file() -> tuple[str, bytes]:
    file = request.files.get("file")
    return (file.filename or "", file.read()) if file else ("", b"")
