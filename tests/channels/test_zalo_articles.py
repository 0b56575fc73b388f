"""Articles on a fake Zalo over real HTTP: every step, every way of losing a receipt, every code a decision."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.channels import PUBLISHERS
from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Film, Picture, Posted, Publication
from bot.channels.zalo_answers import ERRORS
from bot.channels.zalo_articles import LOOKS_MAX, PUBLISHING, VERIFYING, ZaloArticles
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    PublishingStopped,
    Refused,
    TokenRejected,
    TryLater,
)
from bot.web.sandbox.zalo import FakeOA, FakeZalo, blueprint
from tests.channels.conftest import Serve
from tests.channels.walk import LONG_AGO, Walk

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


def test_nobody_listening_means_surely_not_published(scene: Scene) -> None:
    http = Http({"zalo": "http://127.0.0.1:9"}, timeout=(0.5, 0.5))
    with pytest.raises(TryLater):
        ZALO.step(http, scene.account, POST, {})


def test_a_busy_gateway_is_unknown_where_it_matters(serve: Serve, scene: Scene) -> None:
    app = Flask("busy")
    app.add_url_rule("/<path:_path>", "busy", lambda _path: ("busy", 503), methods=["GET", "POST"])
    http = Http({"zalo": serve(app)}, timeout=(1.0, 1.0))
    for memory, decision in (({}, OutcomeUnknown), ({"token": "t"}, TryLater), ({"article": "a"}, OutcomeUnknown)):
        with pytest.raises(decision):
            ZALO.step(http, scene.account, EVERYBODY, memory)


# Written down by hand from shared/platforms/zalo-oa.md, sections 4.7 and 5: what a code means for an article.
CREATING: dict[type[ChannelError], tuple[int, ...]] = {
    TryLater: (-32,),
    OutcomeUnknown: (-200,),
    TokenRejected: (-216, -220),
    Refused: (-201, -210, -211, -235, -240, -248),
    PublishingStopped: (-223, -224),
    AccountStopped: (-204, -209, -212, -219, -221, -242),
}


@pytest.mark.parametrize(
    ("code", "decision"), [(code, decision) for decision, codes in CREATING.items() for code in codes]
)
@pytest.mark.parametrize("call", ["create", "message"])
def test_every_code_of_a_publishing_call_is_a_decision(
    scene: Scene, call: str, code: int, decision: type[ChannelError]
) -> None:
    walk = scene.walk(EVERYBODY)
    while call == "message" and "article" not in walk.memory:
        walk.step()
    scene.zalo.faults.arm(f"zalo:{call}", str(code))
    before = walk.memory
    with pytest.raises(decision) as caught:
        walk.step()
    assert type(caught.value) is decision
    assert caught.value.code == str(code)
    assert caught.value.alert is (decision in {AccountStopped, PublishingStopped})
    assert (caught.value.retry_after == 10.0) is (code == -32)
    assert walk.memory == before


@pytest.mark.parametrize("code", sorted({*ERRORS, *PUBLISHING} - {"-214"}))
def test_every_code_of_verify_is_a_decision_and_the_article_stays(scene: Scene, code: str) -> None:
    walk = scene.walk()
    walk.step()
    scene.zalo.faults.arm("zalo:verify", code)
    with pytest.raises(ChannelError) as caught:
        walk.step()
    assert type(caught.value) is (VERIFYING.get(code) or ERRORS[code])[0]
    if code == "-200":
        assert "1000 × 640" in str(caught.value)
    assert walk.last().done  # the token is still good
    assert len(scene.public()) == 1


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


def test_an_article_quota_stops_publishing_and_not_the_account(scene: Scene) -> None:
    scene.zalo.articles.quota = 1
    scene.walk().last()
    with pytest.raises(PublishingStopped, match="-223") as caught:
        scene.walk().step()
    assert caught.value.alert and not caught.value.permanent and not caught.value.maybe_sent


def test_broadcasts_used_up_are_told_and_the_article_stays(scene: Scene) -> None:
    scene.zalo.articles.broadcasts_left = 0
    walk = scene.walk(EVERYBODY)
    with pytest.raises(Refused, match="quota"):
        walk.last()
    assert "article" in walk.memory
    assert len(scene.public()) == 1


def test_a_dead_token_is_rejected_and_never_in_the_message(scene: Scene) -> None:
    account = replace(scene.account, secrets={**scene.account.secrets, "access_token": "stolen-token"})
    with pytest.raises(TokenRejected) as caught:
        ZALO.step(scene.http, account, POST, {})
    assert "stolen-token" not in str(caught.value)


def test_the_proof_goes_with_every_call_where_the_app_wants_it(scene: Scene, film: Film) -> None:
    scene.oa.needs_proof = True
    with pytest.raises(AccountStopped):
        scene.walk().step()
    proving = replace(scene.account, memory={"appsecret_proof": "on"})
    walk = Walk(ZALO, scene.http, proving, replace(POST, film=film, broadcast={}))
    assert walk.last().done
    assert ZALO.results(scene.http, proving, walk.memory["article"]) == {"views": 0, "shares": 0}


def test_the_list_is_read_page_by_page_until_it_is_too_old(scene: Scene) -> None:
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)
    for hour in range(35):
        scene.zalo.clock = lambda hour=hour: start + timedelta(hours=hour)  # type: ignore[misc]
        scene.walk(replace(POST, title=f"Bài {hour}")).step()
    calls = len(scene.zalo.calls())
    posts = ZALO.posted(scene.http, scene.account, start + timedelta(hours=12))
    assert [post.text for post in posts] == [f"Bài {hour}" for hour in range(34, 11, -1)]
    assert posts[0].at == start + timedelta(hours=34)
    # The 23 fresh ones are on three pages; only a page without any ends the reading, for the order is not promised.
    assert len(scene.zalo.calls()) - calls == 4
    assert len(ZALO.posted(scene.http, scene.account, LONG_AGO)) == 35


def test_clocks_may_differ_by_two_minutes(scene: Scene) -> None:
    scene.zalo.clock = lambda: datetime(2026, 11, 25, 8, 0, 0, 900_000, tzinfo=UTC)
    walk = scene.walk()
    walk.step()
    assert len(walk.posted(datetime(2026, 11, 25, 8, 2, tzinfo=UTC))) == 1
    assert walk.posted(datetime(2026, 11, 25, 8, 2, 1, tzinfo=UTC)) == []


def test_hidden_articles_and_other_oas_are_not_ours(scene: Scene) -> None:
    scene.zalo.add(replace(scene.oa, oa_id="9", access_token="access-9"))
    other = Account(key="9", secrets={**scene.account.secrets, "access_token": "access-9"})
    Walk(ZALO, scene.http, other, POST).step()
    hidden = {"type": "normal", "title": POST.title, "status": "hide", "body": [{"type": "text", "content": "a"}]}
    cover = {"cover": {"cover_type": "photo", "photo_url": "https://a.vn/b.jpg", "status": "show"}}
    scene.zalo.articles.create(scene.oa.oa_id, {**hidden, **cover})
    assert scene.walk().posted() == []


@pytest.mark.parametrize(
    ("title", "same"),
    [
        ("Nộp hồ sơ qua mạng: miễn phí", True),
        (" Nộp  hồ sơ\nqua mạng: miễn phí ", True),
        (unicodedata.normalize("NFD", "Nộp hồ sơ qua mạng: miễn phí"), True),
        ("Nộp hồ sơ qua mạng: mất phí", False),
        ("Nộp hồ sơ qua mạng", False),
        ("", False),
    ],
)
def test_an_article_is_known_by_its_title(title: str, same: bool) -> None:
    assert ZALO.same(POST, Posted(platform_id="1", text=title)) is same
    assert not ZALO.same(POST, Posted(platform_id="1", text=title, ours=False))


def test_results_are_views_and_shares(scene: Scene) -> None:
    ids = [scene.walk(replace(POST, title=f"Bài {number}")).last().platform_id for number in range(12)]
    scene.zalo.articles.count(ids[0], views=1234, shares=5)
    assert ZALO.results(scene.http, scene.account, ids[0]) == {"views": 1234, "shares": 5}
    assert ZALO.results(scene.http, scene.account, "gone") == {}


@pytest.mark.parametrize(
    ("path", "body", "memory", "decision"),
    [
        (CREATE, {"error": 0, "data": {}}, {}, OutcomeUnknown),
        (CREATE, {"error": 0}, {}, OutcomeUnknown),
        (CREATE, {"error": "-223"}, {}, PublishingStopped),
        (VERIFY, {"error": 0, "data": {}}, {"token": "t"}, OutcomeUnknown),
        (VERIFY, {"error": "-214"}, {"token": "t"}, None),
        (VERIFY, {"error": 0, "data": {"id": 9007199254740993001}}, {"token": "t"}, None),
        (MESSAGE, {"error": 0, "data": {"message_id": 9007199254740993001}}, {"article": "a"}, None),
        (MESSAGE, {"error": 0, "data": {}}, {"article": "a"}, None),
        (MESSAGE, [], {"article": "a"}, OutcomeUnknown),
    ],
)
def test_answers_of_odd_shapes(
    serve: Callable[[Flask], str], path: str, body: object, memory: dict[str, str], decision: type[ChannelError] | None
) -> None:
    app = Flask("odd")
    app.add_url_rule(path, "odd", lambda: app.json.dumps(body), methods=["POST"])
    http, account = Http({"zalo": serve(app)}), Account(key="1", secrets={"access_token": "t"})
    if decision:
        with pytest.raises(decision):
            ZALO.step(http, account, EVERYBODY, memory)
    else:
        assert ZALO.step(http, account, EVERYBODY, memory).memory
