"""Posts on a fake Page over real HTTP: every step, every way of losing a receipt, every code a decision."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from bot.channels import PUBLISHERS
from bot.channels.base import Account
from bot.channels.facebook_films import LOOKS_MAX
from bot.channels.facebook_graph import ERRORS
from bot.channels.facebook_posts import FacebookPosts
from bot.channels.facebook_publishing import COMMITTING
from bot.channels.http import Http
from bot.channels.publishing import Film, Picture, Posted, Publication
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    PublishingStopped,
    Refused,
    TokenRejected,
    TryLater,
)
from bot.web.sandbox.graph import FakeGraph, FakePage, blueprint
from bot.web.sandbox.graph_posts import FakePosts
from tests.channels.conftest import Serve
from tests.channels.walk import LONG_AGO, Walk

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


def test_it_is_in_the_registry() -> None:
    assert isinstance(PUBLISHERS["facebook"], FacebookPosts)


STEPS = {
    "text": [True],
    "link": [True],
    "photo": [True, False],
    "album": [False, False, False, True],
    "upload": [False, False, False, False, True, False, False],
    "hosted": [True, False, False],
}


@pytest.mark.parametrize("form", FORMS)
def test_one_step_publishes_and_the_address_is_known_at_the_end(scene: Scene, form: str) -> None:
    steps = list(scene.walk(form).steps())
    assert [said for said, _ in steps] == STEPS[form]
    (post,) = scene.posts.published()
    last = steps[-1][1]
    assert (last.platform_id, post["message"]) == (post["id"], WORDS)
    film = f"https://www.facebook.com/{PAGE.page_id}/videos/{post['film']}/"
    assert last.link == (film if post["film"] else post["permalink_url"])
    assert scene.posts.staged() == []


def test_a_link_is_a_card_and_not_in_the_words(scene: Scene) -> None:
    scene.walk("link").last()
    (post,) = scene.posts.published()
    assert (post["message"], post["link"]) == (WORDS, "https://dichvucong.gov.vn/p/home")
    assert paths(scene.graph) == ["POST /feed"]  # the address came with the receipt


@pytest.mark.parametrize(
    ("changes", "message", "link"),
    [
        ({"title": "", "text": "Chỉ có chữ"}, "Chỉ có chữ", ""),
        ({"title": "Chào", "text": "Chào bà con"}, "Chào bà con", ""),  # the text begins with the title
        ({"title": "A\u0306n", "text": " a\n"}, "\u0102n\n\na", ""),
        ({"title": "", "text": "a", "link": "https://x.vn/đ"}, "a", "https://x.vn/%C4%91"),
        ({"title": "", "text": "a", "film": Film(url="https://youtu.be/x")}, "a", "https://youtu.be/x"),
        (
            {"title": "", "text": "a", "link": "https://x.vn", "film": Film(url="https://youtu.be/x")},
            "a\n\nhttps://youtu.be/x",
            "https://x.vn",
        ),
        ({"title": "", "text": "a", "link": "https://x.vn", "pictures": PICTURES[:1]}, "a\n\nhttps://x.vn", ""),
        ({"title": "", "text": "a", "link": "https://x.vn", "pictures": PICTURES}, "a\n\nhttps://x.vn", ""),
        ({"title": "", "text": "xem https://x.vn nhé", "link": "https://x.vn", "pictures": PICTURES[:1]},
         "xem https://x.vn nhé", ""),
    ],
)  # fmt: skip
def test_nothing_of_a_publication_is_lost(scene: Scene, changes: dict[str, Any], message: str, link: str) -> None:
    scene.walk("text", **changes).last()
    (post,) = scene.posts.published()
    assert (post["message"], post["link"]) == (message, link)


@pytest.mark.parametrize("count", [1, 2, 10])
def test_photos_keep_their_order_and_alternative_text(scene: Scene, count: int) -> None:
    pictures = tuple(Picture(url=f"https://suoimo.gov.vn/ảnh {n}.jpg", alt=f"Ảnh {n} ") for n in range(count))
    scene.walk("text", pictures=pictures).last()
    (post,) = scene.posts.published()
    assert [(photo["url"], photo["alt"]) for photo in post["photos"]] == [
        (f"https://suoimo.gov.vn/%E1%BA%A3nh%20{n}.jpg", f"Ảnh {n}") for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_a_photo_of_ours_is_sent_as_a_file(scene: Scene, tmp_path: Path, count: int) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" * 100)
    pictures = (Picture(url="", alt="Trụ sở", path=str(tmp_path / "a.jpg")),) * count
    assert FACEBOOK.misfits(replace(TEXT, pictures=pictures)) == []
    scene.walk("text", pictures=pictures).last()
    (post,) = scene.posts.published()
    assert [(photo["size"], photo["alt"]) for photo in post["photos"]] == [(300, "Trụ sở")] * count


@pytest.mark.parametrize("form", ["photo", "album", "upload"])
def test_a_file_that_is_gone_is_refused_before_any_call(scene: Scene, tmp_path: Path, form: str) -> None:
    gone = str(tmp_path / "gone")
    changes = (
        {"film": Film(path=gone)} if form == "upload" else {"pictures": (Picture(url="", alt="a", path=gone),) * 2}
    )
    with pytest.raises(Refused, match="upload it again"):
        scene.walk(form, **changes).step()
    assert scene.graph.calls() == []


def test_staged_photos_are_removed_when_the_post_is_refused(scene: Scene) -> None:
    scene.graph.faults.arm("facebook:feed", "100")
    walk = scene.walk("album")
    with pytest.raises(Refused):
        walk.last()
    assert (scene.posts.staged(), scene.posts.published()) == ([], [])
    assert paths(scene.graph)[-4:-3] == ["POST /feed"]
    walk.memory = {}  # a person wants it again
    assert walk.last().done
    assert len(scene.posts.published()[0]["photos"]) == 3


@pytest.mark.parametrize("code", ["613", "190", "200"])
def test_staged_photos_stay_for_a_post_that_may_go_later(scene: Scene, code: str) -> None:
    scene.graph.faults.arm("facebook:feed", code)
    walk = scene.walk("album")
    with pytest.raises(ChannelError):
        walk.last()
    assert len(scene.posts.staged()) == 3
    assert walk.last().done


def test_a_photo_that_cannot_be_removed_changes_nothing(scene: Scene) -> None:
    walk = scene.walk("album")
    while not walk.commits():
        walk.step()
    scene.graph.faults.arm("facebook:feed", "100/1")
    scene.graph.faults.arm("facebook", "5xx", 3)
    with pytest.raises(Refused, match="100/1"):
        walk.step()
    assert len(scene.posts.staged()) == 3


MEMORIES: list[tuple[str, dict[str, str], bool]] = [
    ("text", {}, True),
    ("text", {"post": "1"}, False),
    ("photo", {}, True),
    ("photo", {"post": "1"}, False),
    ("album", {}, False),
    ("album", {"staged": "1 2"}, False),
    ("album", {"staged": "1 2 3"}, True),
    ("album", {"staged": "1 2 3", "post": "1"}, False),
    ("upload", {}, False),
    ("upload", {"session": "s", "video": "v", "start": "0", "end": "9"}, False),
    ("upload", {"session": "s", "video": "v", "start": "9", "end": "9"}, True),
    ("upload", {"anew": "1"}, False),
    ("upload", {"published": "1", "video": "v"}, False),
    ("hosted", {}, True),
    ("hosted", {"published": "1", "video": "v", "looks": "1"}, False),
    ("hosted", {"post": "1"}, False),
]


@pytest.mark.parametrize(("form", "memory", "publishes"), MEMORIES)
def test_which_step_publishes(scene: Scene, form: str, memory: dict[str, str], publishes: bool) -> None:
    assert FACEBOOK.commits(scene.forms[form], memory) is publishes


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lost", range(7))
def test_a_crash_before_any_receipt_is_stored_publishes_once(scene: Scene, form: str, lost: int) -> None:
    walk = scene.walk(form)
    for number in range(20):
        before, said = walk.memory, walk.commits()
        step = walk.step()
        if number == lost:  # killed between the platform's answer and the commit
            walk.memory = before
            if said:
                found = walk.reconcile()
                assert found and found.done
                break
        elif step.done:
            break
    assert len(scene.posts.published()) == 1


COMMITTING_CALL = {
    "text": "feed",
    "link": "feed",
    "photo": "photos",
    "album": "feed",
    "upload": "videos",
    "hosted": "videos",
}


def until_it_commits(scene: Scene, form: str) -> Walk:
    walk = scene.walk(form)
    while not walk.commits():
        walk.step()
    return walk


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx-after", "cut-after"])
@pytest.mark.parametrize("form", FORMS)
def test_a_lost_receipt_is_found_in_the_list(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    scene.graph.faults.arm(f"facebook:{COMMITTING_CALL[form]}", fault)
    with pytest.raises(OutcomeUnknown):
        walk.step()
    found = walk.reconcile()
    (post,) = scene.posts.published()
    assert found is not None
    assert (found.done, found.platform_id, found.link) == (True, post["id"], post["permalink_url"])
    assert not walk.commits()


@pytest.mark.parametrize("fault", ["5xx", "cut", "1", "1/1357046", "2"])
@pytest.mark.parametrize("form", FORMS)
def test_a_vague_failure_is_unknown_and_the_list_is_empty(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    scene.graph.faults.arm("facebook", fault)
    with pytest.raises(OutcomeUnknown) as caught:
        walk.step()
    assert caught.value.maybe_sent
    assert walk.posted() == []
    assert len(scene.posts.staged()) == (3 if form == "album" else 0)


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx", "5xx-after", "cut", "cut-after", "1", "2", "613"])
@pytest.mark.parametrize("form", ["album", "upload"])
@pytest.mark.parametrize("at", range(4))
def test_failures_of_harmless_steps_are_tried_again_from_the_same_memory(
    scene: Scene, form: str, at: int, fault: str
) -> None:
    walk = scene.walk(form)
    for number in range(20):
        if number == at and not walk.commits():
            scene.graph.faults.arm("facebook", fault)
        said = walk.commits()
        try:
            if walk.step().done:
                break
        except (OutcomeUnknown, TryLater):
            assert not said
    (post,) = scene.posts.published()
    assert len(post["photos"]) == (3 if form == "album" else 0)


@pytest.mark.parametrize("fault", ["timeout", "5xx", "190", "200", "100", "613"])
@pytest.mark.parametrize("form", ["photo", "upload", "hosted"])
def test_an_address_that_cannot_be_read_is_no_error_after_publishing(scene: Scene, form: str, fault: str) -> None:
    walk = until_it_commits(scene, form)
    walk.step()
    scene.graph.faults.arm("facebook", fault, 50)
    last = walk.last()
    (post,) = scene.posts.published()
    assert (last.done, last.platform_id) == (True, post["film"] or post["id"])
    assert last.link == ""


def test_an_unknown_offset_begins_the_upload_anew_once(scene: Scene) -> None:
    walk = scene.walk("upload")
    walk.step()
    before = walk.memory
    walk.step()
    walk.memory = before  # killed after the piece was taken
    assert walk.last().done
    walk = scene.walk("upload")
    walk.step()
    scene.graph.faults.arm("facebook:videos", "100", 1)
    assert walk.step().memory == {"anew": "1"}
    walk.step()
    scene.graph.faults.arm("facebook:videos", "100", 1)
    with pytest.raises(Refused):
        walk.step()
    assert len(scene.posts.published()) == 1


def test_a_film_whose_post_never_comes_is_known_by_its_own_id(scene: Scene) -> None:
    scene.posts.films.waits = 100
    walk = scene.walk("hosted")
    steps = list(walk.steps())
    assert [step.wait for _, step in steps] == [15.0] * LOOKS_MAX + [0.0]
    assert steps[-1][1].platform_id == scene.posts.published()[0]["film"]


def test_a_film_that_cannot_be_converted_is_told(scene: Scene) -> None:
    scene.posts.films.broken = True
    with pytest.raises(Refused, match="MP4"):
        scene.walk("hosted").last()


# Written down by hand from shared/platforms/facebook.md, section 2.10: what a code means for a post.
TABLE: dict[str, type[ChannelError]] = {
    **dict.fromkeys(("1", "1/1357046", "2"), OutcomeUnknown),
    **dict.fromkeys(("4", "17", "32", "341", "613", "80001", "80006"), TryLater),
    **dict.fromkeys(("3", "10", "10/1893063", "200", "200/2018028"), PublishingStopped),
    **dict.fromkeys(("368", "613/2018338"), AccountStopped),
    **dict.fromkeys(("102", "190", "190/458", "190/460", "190/463"), TokenRejected),
    **dict.fromkeys(("100", "100/33", "100/1366046", "506", "1609005", "324", "6000/1363037", "999999"), Refused),
}


@pytest.mark.parametrize(("code", "decision"), TABLE.items())
def test_every_code_of_the_publishing_call_is_a_decision(scene: Scene, code: str, decision: type[ChannelError]) -> None:
    scene.graph.regain_minutes = 3
    scene.graph.faults.arm("facebook:feed", code)
    with pytest.raises(decision) as caught:
        scene.walk("text").step()
    assert type(caught.value) is decision
    assert caught.value.code == code
    assert caught.value.permanent is (decision is Refused)
    assert caught.value.alert is (decision in {AccountStopped, PublishingStopped})
    assert caught.value.retry_after == (180 if decision is TryLater else None)
    assert PAGE.page_token not in str(caught.value)
    assert scene.posts.published() == []


def test_no_code_of_messages_that_concerns_a_post_is_forgotten() -> None:
    messages_only = {230, 551, 10900, 2018218, 2018247}  # about a person
    listed = {key[0] if isinstance(key, tuple) else key for key in [*ERRORS, *COMMITTING]}
    assert listed - messages_only <= {int(code.split("/")[0]) for code in TABLE}


def test_the_same_words_twice_in_a_row_are_refused_with_what_to_do(scene: Scene) -> None:
    scene.walk("text").last()
    with pytest.raises(Refused, match=r"change its words.*506"):
        scene.walk("text").last()
    scene.posts.add(PAGE, "bài khác")
    scene.walk("text").last()
    assert len(scene.posts.published()) == 3


def test_the_right_to_post_is_checked_and_told(scene: Scene) -> None:
    scene.graph.add(replace(PAGE, scopes=("pages_messaging",)))
    for form in ("text", "photo", "album", "hosted"):
        with pytest.raises(PublishingStopped, match="pages_manage_posts"):
            scene.walk(form).step()


@pytest.mark.parametrize(
    ("secrets", "decision"), [({"page_token": "old"}, TokenRejected), ({"app_secret": "wrong"}, Refused)]
)
@pytest.mark.parametrize("form", FORMS)
def test_token_and_proof_go_with_every_call(
    scene: Scene, form: str, secrets: dict[str, str], decision: type[ChannelError]
) -> None:
    account = Account(key=PAGE.page_id, secrets={**SECRETS, **secrets})
    with pytest.raises(decision):
        FACEBOOK.step(scene.http, account, scene.forms[form], {})
    with pytest.raises(decision):
        FACEBOOK.posted(scene.http, account, LONG_AGO)


def test_nobody_listening_means_surely_not_published() -> None:
    with pytest.raises(TryLater):
        FACEBOOK.step(Http({"graph": "http://127.0.0.1:9"}, timeout=(0.2, 0.2)), ACCOUNT, TEXT, {})


def test_a_busy_gateway_is_unknown_where_it_matters(serve: Serve) -> None:
    app = Flask("busy")
    app.add_url_rule("/<path:_path>", "busy", lambda _path: ("busy", 503), methods=["GET", "POST"])
    http = Http({"graph": serve(app)}, timeout=(1.0, 1.0))
    for publication, decision in ((TEXT, OutcomeUnknown), (PHOTO, OutcomeUnknown), (ALBUM, TryLater)):
        with pytest.raises(decision):
            FACEBOOK.step(http, ACCOUNT, publication, {})


def test_the_list_is_read_page_by_page_until_it_is_too_old(scene: Scene) -> None:
    start = datetime(2026, 11, 25, 8, tzinfo=UTC)
    for minute in range(450):
        scene.graph.clock = lambda minute=minute: start + timedelta(minutes=minute)  # type: ignore[misc]
        scene.posts.add(PAGE, f"Bài {minute}")
    posts = FACEBOOK.posted(scene.http, ACCOUNT, start + timedelta(minutes=302))
    assert [post.text for post in posts] == [f"Bài {minute}" for minute in range(449, 299, -1)]
    assert paths(scene.graph) == ["GET /published_posts"] * 3
    assert "secret" not in "".join(paths(scene.graph))
    assert len(FACEBOOK.posted(scene.http, ACCOUNT, LONG_AGO)) == 450


@pytest.mark.parametrize(
    ("app", "ours", "found"), [(PAGE.app_id, True, True), ("", None, True), ("300000000000003", False, False)]
)
def test_another_apps_identical_post_is_not_ours(scene: Scene, app: str, ours: bool | None, found: bool) -> None:
    scene.posts.add(PAGE, WORDS, app=app)
    (post,) = FACEBOOK.posted(scene.http, ACCOUNT, LONG_AGO)
    assert post.ours is ours
    assert bool(scene.walk("text").posted()) is found


def test_an_older_identical_post_is_not_this_one(scene: Scene) -> None:
    since = datetime(2026, 11, 25, 8, tzinfo=UTC)
    scene.graph.clock = lambda: since - timedelta(minutes=3)
    scene.walk("text").last()
    assert scene.walk("text").posted(since) == []


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        (WORDS, True),
        (WORDS.replace("\n\n", "\n"), True),
        (WORDS.replace("😀", "😀\ufe0f"), True),
        (WORDS.replace("01/12", "02/12"), False),
        ("", False),
    ],
)
def test_a_post_is_known_by_its_words(theirs: str, same: bool) -> None:
    assert FACEBOOK.same(TEXT, Posted(platform_id="1", text=theirs)) is same


def test_results_are_all_five_counts(scene: Scene) -> None:
    post = scene.walk("text").last().platform_id
    assert FACEBOOK.results(scene.http, ACCOUNT, post) == {
        "views": 0, "reactions": 0, "comments": 0, "shares": 0, "clicks": 0,
    }  # fmt: skip
    scene.posts.count(post, views=900, reactions={"like": 7, "love": 2}, comments=3, shares=4, clicks=55)
    found = FACEBOOK.results(scene.http, ACCOUNT, post)
    assert found == {"views": 900, "reactions": 9, "comments": 3, "shares": 4, "clicks": 55}


@pytest.mark.parametrize("unavailable", [{"post_media_view"}, {"post_media_view", "post_clicks"}])
def test_a_metric_that_is_not_available_is_left_out(scene: Scene, unavailable: set[str]) -> None:
    post = scene.walk("text").last().platform_id
    scene.posts.unavailable = unavailable
    names = {"views", "clicks"} - {{"post_media_view": "views", "post_clicks": "clicks"}[one] for one in unavailable}
    assert set(FACEBOOK.results(scene.http, ACCOUNT, post)) == {"reactions", "comments", "shares"} | names


def test_reactions_come_from_the_metric_when_the_post_does_not_tell_them(scene: Scene) -> None:
    post = scene.walk("text").last().platform_id
    scene.posts.count(post, reactions={"like": 7, "love": 2})
    scene.graph.faults.arm(f"facebook:{post}", "100")
    assert FACEBOOK.results(scene.http, ACCOUNT, post) == {"views": 0, "reactions": 9, "clicks": 0}


def test_a_post_that_is_gone_has_no_results(scene: Scene) -> None:
    assert FACEBOOK.results(scene.http, ACCOUNT, f"{PAGE.page_id}_1") == {}


@pytest.mark.parametrize("code", ["190", "200", "613", "5xx"])
def test_other_failures_of_results_are_errors(scene: Scene, code: str) -> None:
    scene.graph.faults.arm("facebook", code)
    with pytest.raises(ChannelError):
        FACEBOOK.results(scene.http, ACCOUNT, "1_2")


def test_what_goes_over_the_wire(serve: Serve) -> None:
    seen: dict[str, Any] = {}
    app = Flask("wire")

    @app.post(f"{VERSION}/<page>/feed")
    def feed(page: str) -> Response:
        seen.update(page=page, query=dict(request.args), body=request.get_json(), auth=request.headers["Authorization"])
        return jsonify({"id": "1_2", "permalink_url": "https://www.facebook.com/1/posts/2"})

    step = FACEBOOK.step(Http({"graph": serve(app)}), ACCOUNT, ALBUM, {"staged": "7 8 9"})
    assert (step.done, step.platform_id, step.link) == (True, "1_2", "https://www.facebook.com/1/posts/2")
    assert (seen["page"], seen["auth"]) == (PAGE.page_id, "Bearer EAAB-token")
    # $ printf EAAB-token | openssl dgst -sha256 -hmac sssh
    proof = "c906213d23b14094e3c5ccc57fa32bce7ff4b9aadc8efb4cef00c6d54eb0cb9f"
    assert seen["query"] == {"appsecret_proof": proof, "fields": "id,permalink_url"}
    media = [{"media_fbid": "7"}, {"media_fbid": "8"}, {"media_fbid": "9"}]
    assert seen["body"] == {"message": WORDS, "attached_media": media}


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": None}, {"id": ["1"]}, {"success": True}])
@pytest.mark.parametrize("publication", [TEXT, PHOTO, HOSTED], ids=["text", "photo", "hosted"])
def test_no_receipt_leaves_the_outcome_unknown(
    serve: Callable[[Flask], str], publication: Publication, body: dict[str, Any]
) -> None:
    app = Flask("vague")
    app.add_url_rule("/<path:_path>", "vague", lambda _path: body, methods=["POST"])
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.step(Http({"graph": serve(app)}), ACCOUNT, publication, {})
