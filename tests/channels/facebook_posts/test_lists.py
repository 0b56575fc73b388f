"""What the Page published, which of it is ours, and what was counted."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.publishing import Posted
from bot.errors import (
    ChannelError,
)
from tests.channels.facebook_posts.conftest import ACCOUNT, FACEBOOK, PAGE, TEXT, WORDS, Scene, paths
from tests.channels.walk import LONG_AGO


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
