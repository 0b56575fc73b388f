"""One Page on the fake Graph, a publication of each form, and how to walk it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.channels.base import Account
from bot.channels.facebook_posts import FacebookPosts
from bot.channels.http import Http
from bot.channels.publishing import Film, Picture, Publication
from bot.web.sandbox.graph import FakeGraph, FakePage, blueprint
from bot.web.sandbox.graph_posts import FakePosts
from tests.channels.conftest import Serve
from tests.channels.walk import Walk

FACEBOOK = FacebookPosts()
PAGE = FakePage(page_id="100000000000001", app_id="200000000000002", app_secret="sssh", page_token="EAAB-token")
SECRETS = {"app_id": PAGE.app_id, "app_secret": PAGE.app_secret, "verify_token": "v", "page_token": PAGE.page_token}
ACCOUNT = Account(key=PAGE.page_id, secrets=SECRETS)
TEXT = Publication(title="Nộp hồ sơ qua mạng 😀", text="Từ 01/12, xã nhận hồ sơ qua mạng.\n\nCảm ơn bà con.")
WORDS = "Nộp hồ sơ qua mạng 😀\n\nTừ 01/12, xã nhận hồ sơ qua mạng.\n\nCảm ơn bà con."
LINK = replace(TEXT, link="https://dichvucong.gov.vn/p/home")
PICTURES = tuple(Picture(url=f"https://suoimo.gov.vn/ảnh {n}.jpg", alt=f"Ảnh {n}") for n in range(1, 4))
PHOTO, ALBUM = replace(TEXT, pictures=PICTURES[:1]), replace(TEXT, pictures=PICTURES)
HOSTED = replace(TEXT, film=Film(url="https://suoimo.gov.vn/phim.mp4", kind="video/mp4"))
VERSION = "/v26.0"


@pytest.fixture
def graph() -> FakeGraph:
    fake = FakeGraph(slow=1.5)
    fake.add(PAGE)
    fake.posts.films.piece = 1000
    return fake


@pytest.fixture
def http(graph: FakeGraph, serve: Serve) -> Iterator[Http]:
    app = Flask("graph")
    app.register_blueprint(blueprint(graph))
    http = Http({"graph": serve(app)}, timeout=(1.0, 0.4))
    yield http
    http.session.close()


@pytest.fixture
def upload(tmp_path: Path) -> Publication:
    file = tmp_path / "phim.mp4"
    file.write_bytes(bytes(range(250)) * 10)
    return replace(TEXT, film=Film(path=str(file), kind="video/mp4", size=2500))


@dataclass
class Scene:
    """A publication of each form by name, and how to walk it."""

    graph: FakeGraph
    http: Http
    forms: dict[str, Publication]

    def walk(self, form: str, **changes: Any) -> Walk:
        return Walk(FACEBOOK, self.http, ACCOUNT, replace(self.forms[form], **changes))

    @property
    def posts(self) -> FakePosts:
        return self.graph.posts


FORMS = ("text", "link", "photo", "album", "upload", "hosted")


@pytest.fixture
def scene(graph: FakeGraph, http: Http, upload: Publication) -> Scene:
    forms = {"text": TEXT, "link": LINK, "photo": PHOTO, "album": ALBUM, "upload": upload, "hosted": HOSTED}
    return Scene(graph, http, forms)


def paths(graph: FakeGraph) -> list[str]:
    return [call.replace(f"{VERSION}/{PAGE.page_id}", "") for call in graph.calls()]
