"""One OA on the fake Zalo, an article, and how to walk it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Film, Picture, Publication
from bot.channels.zalo_articles import ZaloArticles
from bot.web.sandbox.zalo import FakeOA, FakeZalo, blueprint
from tests.channels.conftest import Serve
from tests.channels.walk import Walk

ZALO = ZaloArticles()
COVER = Picture(url="https://suoimo.gov.vn/ảnh bìa.jpg", alt="Trụ sở xã", width=1000, height=640, size=300_000)
INSIDE = Picture(url="https://suoimo.gov.vn/2.png?a=%20b&c=đ", alt="Người dân nộp hồ sơ")
POST = Publication(
    title="Nộp hồ sơ qua mạng: miễn phí",
    text="Từ 01/12, xã nhận hồ sơ qua mạng.\n\nBà con mang theo căn cước.\n \nCảm ơn bà con.",
    description="Không phải đến trụ sở xã.",
    author="UBND xã Suối Mơ",
    link="https://dichvucong.gov.vn",
    cover=COVER,
    pictures=(INSIDE,),
)
EVERYBODY = replace(POST, broadcast={})
SOME = replace(POST, broadcast={"gender": "0", "cities": "4,9", "ages": "2,3"})
CREATE, VERIFY, LIST, MESSAGE = (
    "/v2.0/article/create",
    "/v2.0/article/verify",
    "/v2.0/article/getslice",
    "/v2.0/oa/message",
)


@dataclass
class Scene:
    """One OA on the fake platform, the account that the bot has of it, and how to reach it."""

    zalo: FakeZalo
    oa: FakeOA
    http: Http
    account: Account

    def walk(self, publication: Publication = POST, **memory: str) -> Walk:
        return Walk(ZALO, self.http, self.account, publication, memory)

    def public(self) -> list[dict[str, Any]]:
        return self.zalo.articles.published(self.oa.oa_id)


@pytest.fixture
def scene(serve: Serve) -> Iterator[Scene]:
    oa = FakeOA(
        oa_id="388613280878808645", app_id="1234567890123456789", app_secret="app-secret", oa_secret="oa-secret",
        access_token="access-1", refresh_token="refresh-1",
    )  # fmt: skip
    zalo = FakeZalo(slow=1.5)
    zalo.add(oa)
    app = Flask("fake")
    app.register_blueprint(blueprint(zalo))
    names = ("app_id", "app_secret", "oa_secret", "access_token", "refresh_token")
    account = Account(key=oa.oa_id, secrets={name: getattr(oa, name) for name in names})
    http = Http({"zalo": serve(app)}, timeout=(1.0, 0.4))
    yield Scene(zalo, oa, http, account)
    http.session.close()


@pytest.fixture
def film(tmp_path: Path) -> Film:
    file = tmp_path / "huong-dan.mp4"
    file.write_bytes(b"\x00\x00\x00\x18ftypmp42" * 10)
    return Film(path=str(file), kind="video/mp4", size=120, width=720, height=1280)
