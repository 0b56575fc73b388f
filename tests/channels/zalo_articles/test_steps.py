"""Every step of an article, what it looks like, and every way of losing a receipt."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.channels import PUBLISHERS
from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Film, Publication
from bot.channels.zalo_articles import LOOKS_MAX, ZaloArticles
from bot.errors import (
    ChannelError,
    OutcomeUnknown,
    Refused,
)
from tests.channels.conftest import Serve
from tests.channels.walk import Walk
from tests.channels.zalo_articles.conftest import (
    COVER,
    CREATE,
    EVERYBODY,
    INSIDE,
    LIST,
    POST,
    SOME,
    VERIFY,
    ZALO,
    Scene,
)


def test_it_is_in_the_registry() -> None:
    assert isinstance(PUBLISHERS["zalo"], ZaloArticles)


def test_an_article_is_created_verified_and_its_address_read(scene: Scene) -> None:
    steps = list(scene.walk().steps())
    (article,) = scene.public()
    assert [(said, step.done, step.wait) for said, step in steps] == [
        (True, False, 1.0), (False, False, 2.0), (False, True, 0.0),
    ]  # fmt: skip
    assert (steps[-1][1].platform_id, steps[-1][1].link) == (article["id"], article["link_view"])
    assert scene.zalo.calls() == [CREATE, VERIFY, VERIFY, LIST]


def test_what_an_article_looks_like_on_the_wire(scene: Scene) -> None:
    scene.walk().step()
    (article,) = scene.public()
    names = ("type", "title", "author", "description", "cover", "body", "status", "comment")
    encoded = "https://suoimo.gov.vn/%E1%BA%A3nh%20b%C3%ACa.jpg"
    image = {"type": "image", "url": "https://suoimo.gov.vn/2.png?a=%20b&c=%C4%91", "caption": "Người dân nộp hồ sơ"}
    assert {name: article[name] for name in names} == {
        "type": "normal",
        "title": "Nộp hồ sơ qua mạng: miễn phí",
        "author": "UBND xã Suối Mơ",
        "description": "Không phải đến trụ sở xã.",
        "cover": {"cover_type": "photo", "photo_url": encoded, "status": "show"},
        "body": [
            {"type": "text", "content": "Từ 01/12, xã nhận hồ sơ qua mạng."},
            image,
            {"type": "text", "content": "Bà con mang theo căn cước."},
            {"type": "text", "content": "Cảm ơn bà con."},
            {"type": "text", "content": "https://dichvucong.gov.vn"},
        ],
        "status": "show",
        "comment": "show",
    }


@pytest.mark.parametrize(
    ("changes", "photo", "images"),
    [
        ({}, "%E1%BA%A3nh%20b%C3%ACa.jpg", ["2.png?a=%20b&c=%C4%91"]),
        ({"cover": None}, "2.png?a=%20b&c=%C4%91", []),  # the first picture is the cover, and is not shown twice
        ({"cover": None, "pictures": (INSIDE, COVER)}, "2.png?a=%20b&c=%C4%91", ["%E1%BA%A3nh%20b%C3%ACa.jpg"]),
        ({"pictures": (COVER, INSIDE)}, "%E1%BA%A3nh%20b%C3%ACa.jpg", ["2.png?a=%20b&c=%C4%91"]),
        ({"text": "Một đoạn.", "pictures": (INSIDE,) * 3}, "%E1%BA%A3nh%20b%C3%ACa.jpg", ["2.png?a=%20b&c=%C4%91"] * 3),
    ],
)
def test_no_picture_is_lost_and_none_shown_twice(
    scene: Scene, changes: dict[str, Any], photo: str, images: list[str]
) -> None:
    scene.walk(replace(POST, **changes)).step()
    (article,) = scene.public()
    start = "https://suoimo.gov.vn/"
    assert article["cover"]["photo_url"] == start + photo
    assert [block["url"] for block in article["body"] if block["type"] == "image"] == [start + one for one in images]


def test_author_and_description_may_be_missing(scene: Scene) -> None:
    scene.walk(replace(POST, author="", description=" ")).step()
    (article,) = scene.public()
    assert "author" not in article
    assert article["description"] == POST.title


def test_a_film_elsewhere_is_a_block_with_the_cover_as_its_picture(scene: Scene) -> None:
    scene.walk(replace(POST, film=Film(url="https://youtu.be/abc"))).step()
    block = next(block for block in scene.public()[0]["body"] if block["type"] == "video")
    assert block["url"] == "https://youtu.be/abc"
    assert block["thumb"] == "https://suoimo.gov.vn/%E1%BA%A3nh%20b%C3%ACa.jpg"


@pytest.mark.parametrize(
    ("width", "height", "view"),
    [(0, 0, "horizontal"), (1280, 720, "horizontal"), (720, 1280, "vertical"), (720, 720, "square")],
)
def test_a_film_of_ours_is_uploaded_converted_and_becomes_the_cover(
    scene: Scene, film: Film, width: int, height: int, view: str
) -> None:
    post = replace(POST, cover=None, film=replace(film, width=width, height=height))
    steps = list(scene.walk(post).steps())
    assert [said for said, _ in steps] == [False, False, False, True, False, False]
    (article,) = scene.public()
    assert article["cover"]["cover_type"] == "video"
    assert article["cover"]["cover_view"] == view
    assert [block["type"] for block in article["body"]] == ["text", "image", "text", "text", "text"]


@pytest.mark.parametrize(
    ("method", "path", "memory", "data", "decision"),
    [
        ("POST", "preparevideo", {}, {"token": ""}, OutcomeUnknown),
        ("GET", "verify", {"film_token": "t"}, {"status": 4, "video_id": "v"}, Refused),
        ("GET", "verify", {"film_token": "t"}, {"status": "1"}, Refused),
        ("GET", "verify", {"film_token": "t"}, {"status": "0"}, None),
    ],
)
def test_what_zalo_may_say_of_a_film(
    serve: Serve, film: Film, method: str, path: str, memory: dict[str, str], data: dict[str, Any],
    decision: type[ChannelError] | None,
) -> None:  # fmt: skip
    app = Flask("film")
    app.add_url_rule(f"/v2.0/article/upload_video/{path}", path, lambda: {"error": 0, "data": data}, methods=[method])
    walk = Walk(ZALO, Http({"zalo": serve(app)}), Account(key="1", secrets={}), replace(POST, film=film), memory)
    if decision:
        with pytest.raises(decision):
            walk.step()
    else:
        assert walk.step().memory == {"film_token": "t", "looks": "1"}


def test_a_film_whose_file_is_gone_is_refused(scene: Scene, film: Film) -> None:
    Path(film.path).unlink()
    with pytest.raises(Refused, match="No such file"):
        scene.walk(replace(POST, film=film)).step()
    assert scene.zalo.calls() == []


@pytest.mark.parametrize(("publication", "target"), [(EVERYBODY, {}), (SOME, dict(SOME.broadcast or {}))])
def test_a_broadcast_is_the_last_step_and_publishes_too(
    scene: Scene, publication: Publication, target: dict[str, str]
) -> None:
    steps = list(scene.walk(publication).steps())
    assert [said for said, _ in steps] == [True, False, False, True]
    (article,) = scene.public()
    (sent,) = article["broadcasts"]
    assert sent["target"] == target
    assert steps[-1][1].memory["broadcast"] == sent["message_id"]
    assert steps[-2][1].link == article["link_view"]  # known before the broadcast
    assert ZALO.step(scene.http, scene.account, publication, steps[-1][1].memory).done
    assert len(scene.public()[0]["broadcasts"]) == 1


MEMORIES: list[tuple[dict[str, str], bool, bool]] = [  # memory, publishes without a broadcast, with one
    ({}, True, True),
    ({"token": "t"}, False, False),
    ({"token": "t", "looks": "7"}, False, False),
    ({"article": "a", "link": ""}, False, True),
    ({"article": "a", "link": "", "broadcast": "m"}, False, False),
    ({"article": "a", "link": "", "broadcast": ""}, False, False),
]


@pytest.mark.parametrize(("memory", "plain", "with_broadcast"), MEMORIES)
def test_which_step_publishes(memory: dict[str, str], plain: bool, with_broadcast: bool) -> None:
    assert ZALO.commits(POST, memory) is plain
    assert ZALO.commits(EVERYBODY, memory) is with_broadcast


@pytest.mark.parametrize(
    ("memory", "publishes"),
    [({}, False), ({"film_token": "t"}, False), ({"film": "v"}, True), ({"film": "v", "token": "t"}, False)],
)
def test_which_step_publishes_with_a_film(memory: dict[str, str], publishes: bool) -> None:
    assert ZALO.commits(replace(POST, film=Film(path="a.mp4")), memory) is publishes


@pytest.mark.parametrize("lost", range(7))
@pytest.mark.parametrize("broadcast", [None, {"gender": "1"}])
def test_a_crash_before_any_receipt_is_stored_publishes_once(
    scene: Scene, film: Film, lost: int, broadcast: dict[str, str] | None
) -> None:
    walk = scene.walk(replace(POST, film=film, broadcast=broadcast))
    for number in range(20):
        before, said = walk.memory, walk.commits()
        step = walk.step()
        if number == lost:  # killed between the platform's answer and the commit
            walk.memory = before
            if said and walk.reconcile() is None:
                assert "article" in before  # the broadcast: no list shows it, a person decides
                break
        elif step.done:
            break
    (article,) = scene.public()
    assert len(article["broadcasts"]) <= 1
    assert ZALO.commits(walk.publication, walk.memory) is bool(broadcast and "broadcast" not in walk.memory)


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx-after", "cut-after"])
def test_a_receipt_lost_after_creating_is_found_in_the_list(scene: Scene, fault: str) -> None:
    scene.zalo.faults.arm("zalo:create", fault)
    walk = scene.walk(SOME)
    with pytest.raises(OutcomeUnknown) as caught:
        walk.step()
    assert caught.value.maybe_sent
    found = walk.reconcile()
    assert found is not None
    assert (found.done, found.link) == (False, scene.public()[0]["link_view"])
    assert walk.last().done
    assert [len(article["broadcasts"]) for article in scene.public()] == [1]


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx-after", "cut-after"])
def test_a_receipt_lost_after_a_broadcast_cannot_be_found(scene: Scene, fault: str) -> None:
    walk = scene.walk(EVERYBODY)
    while not walk.commits() or not walk.memory:
        walk.step()
    scene.zalo.faults.arm("zalo:message", fault)
    with pytest.raises(OutcomeUnknown):
        walk.step()
    assert walk.reconcile() is None
    assert len(scene.public()[0]["broadcasts"]) == 1


@pytest.mark.parametrize("fault", ["5xx", "cut"])
def test_a_request_cut_before_it_was_taken_is_unknown_and_the_list_is_empty(scene: Scene, fault: str) -> None:
    scene.zalo.faults.arm("zalo:create", fault)
    walk = scene.walk()
    with pytest.raises(OutcomeUnknown):
        walk.step()
    assert walk.posted() == []


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx", "5xx-after", "cut", "cut-after"])
@pytest.mark.parametrize("call", ["verify", "getslice", "preparevideo"])
def test_failures_of_harmless_steps_are_tried_again_from_the_same_memory(
    scene: Scene, film: Film, fault: str, call: str
) -> None:
    scene.zalo.faults.arm(f"zalo:{call}", fault)
    walk = scene.walk(replace(POST, film=film))
    for _ in range(20):
        said = walk.commits()
        try:
            if walk.step().done:
                break
        except OutcomeUnknown:
            assert not said
    assert len(scene.public()) == 1
    assert "article" in walk.memory


def test_looks_grow_rarer_and_end_after_a_day(scene: Scene) -> None:
    scene.zalo.articles.waits = 10_000
    walk = scene.walk()
    waits = [walk.step().wait for _ in range(16)]
    assert waits == [1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0, 192.0, 384.0]
    assert walk.step().wait == 600.0
    assert not walk.commits()
    walk.memory = {**walk.memory, "looks": str(LOOKS_MAX - 1)}
    with pytest.raises(Refused, match="OA Manager"):
        walk.step()
