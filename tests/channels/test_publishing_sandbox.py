"""How strict the fakes are with what is published: what they must refuse, so that green tests mean something."""

import socket
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import requests
from flask import Flask

from bot.web.sandbox.graph import FakeGraph, FakePage
from bot.web.sandbox.graph import blueprint as graph_blueprint
from bot.web.sandbox.zalo import FakeOA, FakeZalo
from bot.web.sandbox.zalo import blueprint as zalo_blueprint
from tests.channels.conftest import Serve

OA = FakeOA(oa_id="388", app_id="1", app_secret="s", oa_secret="o", access_token="t", refresh_token="r")
PAGE = FakePage(page_id="100", app_id="200", app_secret="s", page_token="p", needs_proof=False)
COVER = {"cover_type": "photo", "photo_url": "https://x.vn/a.jpg", "status": "show"}
ARTICLE: dict[str, Any] = {
    "type": "normal", "title": "t", "author": "a", "description": "d", "cover": COVER,
    "body": [{"type": "text", "content": "c"}], "status": "show", "comment": "show",
}  # fmt: skip


@pytest.fixture
def zalo() -> FakeZalo:
    fake = FakeZalo()
    fake.add(OA)
    fake.add(FakeOA(oa_id="389", app_id="1", app_secret="s", oa_secret="o", access_token="t2", refresh_token="r2"))
    return fake


@pytest.fixture
def graph() -> FakeGraph:
    fake = FakeGraph()
    fake.add(PAGE)
    fake.posts.films.piece = 4
    return fake


@pytest.fixture
def url(zalo: FakeZalo, graph: FakeGraph, serve: Serve) -> Iterator[str]:
    app = Flask("fakes")
    app.register_blueprint(zalo_blueprint(zalo), url_prefix="/zalo")
    app.register_blueprint(graph_blueprint(graph), url_prefix="/graph")
    yield serve(app)


@pytest.fixture
def article(url: str) -> Callable[..., Any]:
    """Return a function that posts to an address of Zalo's articles and gives the answer."""

    def post(path: str, body: object, token: str = "t") -> Any:
        answer = requests.post(f"{url}/zalo/v2.0/{path}", json=body, headers={"access_token": token}, timeout=5)
        assert answer.status_code == 200
        return answer.json()

    return post


@pytest.fixture
def page(url: str) -> Callable[..., Any]:
    """Return a function that calls the Page and gives the answer."""

    def call(method: str, path: str, **kwargs: Any) -> Any:
        headers = {"Authorization": "Bearer p"}
        return requests.request(method, f"{url}/graph/v26.0/{path}", headers=headers, timeout=5, **kwargs).json()

    return call


def cover(**changes: Any) -> dict[str, Any]:
    return {"cover": {**COVER, **changes}}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"title": "a" * 149}, 0),
        ({"title": "a" * 150}, -201),
        ({"title": " "}, -201),
        ({"description": "a" * 299}, 0),
        ({"description": "a" * 300}, -201),
        ({"author": "a" * 51}, -201),
        ({"type": "video"}, -201),
        ({"status": "visible"}, -201),
        ({"comment": "on"}, -201),
        ({"cover": None}, -201),
        (cover(photo_url="https://x.vn/ảnh.jpg"), -201),  # not percent-encoded
        (cover(photo_url="http://x.vn/a.jpg"), -201),
        (cover(photo_url="https://x.vn/a b.jpg"), -201),
        (cover(photo_url="https://localhost/a.jpg"), -201),
        (cover(photo_url="https://127.0.0.1/a.jpg"), -201),
        (cover(cover_type="video"), -201),
        (cover(cover_type="video", video_id="v", cover_view="wide"), -201),
        (cover(cover_type="video", video_id="unknown", cover_view="vertical"), -201),
        ({"body": []}, -201),
        ({"body": "c"}, -201),
        ({"body": [{"type": "text", "content": ""}]}, -201),
        ({"body": [{"type": "html", "content": "c"}]}, -201),
        ({"body": [{"type": "image", "url": "a.jpg"}]}, -201),
        ({"body": [{"type": "image", "url": "https://x.vn/a.jpg"}]}, 0),
    ],
)
def test_what_an_article_must_be(
    article: Callable[..., Any], zalo: FakeZalo, changes: dict[str, Any], code: int
) -> None:
    assert article("article/create", {**ARTICLE, **changes})["error"] == code
    assert len(zalo.articles.published()) == (code == 0)


@pytest.mark.parametrize(
    ("photo", "taken"),
    [
        ("http://127.0.0.1:8080/media/a.jpg", True),
        ("http://localhost/a.jpg", True),
        ("http://10.0.0.1/a.jpg", False),
        ("http://127.0.0.1.vn/a.jpg", False),
    ],
)
def test_the_sandbox_takes_pictures_of_its_own_machine(
    article: Callable[..., Any], zalo: FakeZalo, photo: str, taken: bool
) -> None:
    wire = {**ARTICLE, **cover(photo_url=photo)}
    assert article("article/create", wire)["error"] == -201
    zalo.articles.loopback = True
    assert (article("article/create", wire)["error"] == 0) is taken


def test_a_token_is_verified_by_its_own_oa_after_some_looks(article: Callable[..., Any], zalo: FakeZalo) -> None:
    zalo.articles.waits = 2
    token = article("article/create", ARTICLE)["data"]["token"]
    assert article("article/verify", {"token": token}, "t2")["error"] == -201
    assert [article("article/verify", {"token": token})["error"] for _ in range(3)] == [-214, -214, 0]
    assert article("article/verify", {"token": "other"})["error"] == -201
    assert article("article/verify", {"token": token}, "dead")["error"] == -216


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"offset": 0, "limit": 10, "type": "normal"}, 0),
        ({"offset": 0, "limit": 11, "type": "normal"}, -201),
        ({"offset": 0, "limit": 0, "type": "normal"}, -201),
        ({"offset": -1, "limit": 10, "type": "normal"}, -201),
        ({"offset": 0, "limit": 10}, -201),
    ],
)
def test_how_the_list_is_asked(url: str, query: dict[str, Any], code: int) -> None:
    answer = requests.get(f"{url}/zalo/v2.0/article/getslice", params=query, headers={"access_token": "t"}, timeout=5)
    assert answer.json()["error"] == code


def sending(target: object = None, *, kind: str = "article", ids: tuple[str, ...] = ("ID",)) -> dict[str, Any]:
    elements = [{"media_type": kind, "attachment_id": one} for one in ids]
    attachment = {"type": "template", "payload": {"template_type": "media", "elements": elements}}
    return {"recipient": {"target": {} if target is None else target}, "message": {"attachment": attachment}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (sending(), 0),
        (sending({"gender": "1", "cities": "4,9"}), 0),
        (sending({"gender": 1}), -201),
        (sending({"cities": ["4"]}), -201),
        (sending({"cities": "4;9"}), -201),
        (sending({"village": "1"}), -201),
        (sending([]), -201),
        (sending(kind="image"), -201),
        (sending(ids=()), -201),
        (sending(ids=("ID", "unknown")), -201),
        (sending(ids=("ID",) * 6), -201),
    ],
)
def test_what_a_broadcast_must_be(article: Callable[..., Any], zalo: FakeZalo, body: dict[str, Any], code: int) -> None:
    article("article/create", ARTICLE)
    (made,) = zalo.articles.published()
    for element in body["message"]["attachment"]["payload"]["elements"]:
        element["attachment_id"] = element["attachment_id"].replace("ID", made["id"])
    assert article("oa/message", body)["error"] == code
    assert len(zalo.articles.published()[0]["broadcasts"]) == (code == 0)
    if code == 0:
        assert article("oa/message", body, "t2")["error"] == -201  # another OA's article


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.mp4", b"x", 0), ("a.AVI", b"x", 0), ("a.mov", b"x", -201), ("a.mp4", b"", -201), ("", b"", -201)],
)
def test_what_a_film_must_be(url: str, name: str, content: bytes, code: int) -> None:
    files = {"file": (name, BytesIO(content))} if name else {"other": ("a", BytesIO(b"x"))}
    path = f"{url}/zalo/v2.0/article/upload_video/preparevideo"
    answer = requests.post(path, files=files, headers={"access_token": "t"}, timeout=5)
    assert answer.json()["error"] == code


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("feed", {"message": "a"}, 0),
        ("feed", {"link": "https://x.vn/a?b=c"}, 0),
        ("feed", {}, 100),
        ("feed", {"message": "a" * 63_206}, 0),
        ("feed", {"message": "a" * 63_207}, 100),
        ("feed", {"message": "a", "link": "x.vn"}, 100),
        ("feed", {"message": "a", "link": "https://x.vn/đ"}, 100),
        ("feed", {"message": "a", "attached_media": [{"media_fbid": "9"}]}, 100),
        ("feed", {"message": "a", "attached_media": "9"}, 100),
        ("feed", {"message": "a", "attached_media": [{"media_fbid": "9"}] * 11}, 100),
        ("photos", {"url": "https://x.vn/a.jpg"}, 0),
        ("photos", {"url": "https://x.vn/ảnh.jpg"}, 324),
        ("photos", {"message": "a"}, 324),
        ("videos", {"file_url": "https://x.vn/a.mp4"}, 0),
        ("videos", {"file_url": "http://x.vn/a.mp4"}, 100),
        ("videos", {"description": "a"}, 100),
        ("videos", {"upload_phase": "start", "file_size": "9"}, 0),
        ("videos", {"upload_phase": "start"}, 100),
        ("videos", {"upload_phase": "start", "file_size": "0"}, 100),
        ("videos", {"upload_phase": "finish", "upload_session_id": "x"}, 100),
    ],
)
def test_what_a_post_must_be(page: Callable[..., Any], path: str, form: dict[str, Any], code: int) -> None:
    assert page("POST", f"100/{path}", json=form).get("error", {}).get("code", 0) == code
    assert page("POST", f"101/{path}", json=form)["error"]["code"] == 100  # another Page's token


def test_pieces_have_to_come_in_order_and_whole(page: Callable[..., Any], graph: FakeGraph) -> None:
    started = page("POST", "100/videos", json={"upload_phase": "start", "file_size": "6"})
    session = {"upload_session_id": started["upload_session_id"]}
    assert (started["start_offset"], started["end_offset"]) == ("0", "4")

    def send(start: str, piece: bytes) -> Any:
        form = {**session, "upload_phase": "transfer", "start_offset": start}
        return page("POST", "100/videos", data=form, files={"video_file_chunk": ("p", piece)})

    def finish() -> Any:
        return page("POST", "100/videos", json={**session, "upload_phase": "finish", "description": "a"})

    assert send("4", b"ab")["error"]["error_subcode"] == 1363037
    assert send("0", b"abcde")["error"]["code"] == 100
    assert send("0", b"abcd") == {"start_offset": "4", "end_offset": "6"}
    assert finish()["error"]["code"] == 6000
    assert send("4", b"ef") == {"start_offset": "6", "end_offset": "6"}
    assert finish() == {"success": True}
    assert finish()["error"]["code"] == 100
    assert len(graph.posts.published()) == 1


def test_a_staged_photo_is_used_once_and_can_be_removed(page: Callable[..., Any], graph: FakeGraph) -> None:
    ids = [page("POST", "100/photos", json={"url": "https://x.vn/a.jpg", "published": False})["id"] for _ in range(3)]
    assert graph.posts.published() == []
    assert page("DELETE", ids[2]) == {"success": True}
    assert page("DELETE", ids[2])["error"]["code"] == 100
    media = {"message": "a", "attached_media": [{"media_fbid": one} for one in ids[:2]]}
    assert page("POST", "100/feed?fields=id,permalink_url", json=media)["permalink_url"].startswith("https://")
    assert page("POST", "100/feed", json=media)["error"]["code"] == 100


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("100/published_posts?limit=101", 100),
        ("1_2?fields=id", 100),
        ("1_2/insights?metric=post_media_view", 100),
        ("POST/insights?metric=post_impressions", 100),  # removed by Meta
        ("POST/insights?metric=post_media_view,post_impressions", 100),  # one bad metric fails the call
        ("POST/insights", 3001),
        ("POST/insights?metric=post_media_view", 0),
        ("POST?fields=id,likes_of_friends", 100),
        ("POST?fields=id,permalink_url", 0),
        ("POST", 0),
    ],
)
def test_how_posts_are_read(page: Callable[..., Any], path: str, code: int) -> None:
    post = page("POST", "100/feed", json={"message": "a"})["id"]
    assert page("GET", path.replace("POST", post)).get("error", {}).get("code", 0) == code


@pytest.mark.parametrize("kind", ["cut", "cut-after"])
def test_a_cut_connection_gives_no_answer_at_all(url: str, graph: FakeGraph, kind: str) -> None:
    graph.faults.arm("facebook", kind)
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        head = "POST /graph/v26.0/100/feed?message=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer p\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(1000) == b""
    assert len(graph.posts.published()) == (kind == "cut-after")


def test_a_fault_can_wait_for_one_call(page: Callable[..., Any], graph: FakeGraph) -> None:
    graph.faults.arm("facebook:feed", "506")
    graph.faults.arm("facebook", "613")
    assert page("GET", "100/published_posts")["error"]["code"] == 613
    assert "error" not in page("GET", "100/published_posts")
    assert page("POST", "100/feed", json={"message": "a"})["error"]["code"] == 506
    assert "error" not in page("POST", "100/feed", json={"message": "a"})
