"""What the OA published, which of it is ours, and what was counted."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Account
from bot.channels.publishing import Posted
from tests.channels.walk import LONG_AGO, Walk
from tests.channels.zalo_articles.conftest import (
    POST,
    ZALO,
    Scene,
)


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
