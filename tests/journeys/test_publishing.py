"""What is published on the sandbox's platforms by way of the web, and what its page is told of it."""

import pytest
import requests

from bot.channels.publishing import Film, Picture, Publication
from tests.town import Town

PICTURE = Picture(url="https://suoimo.gov.vn/bia.jpg", alt="Trụ sở")
POST = Publication(title="Nộp hồ sơ qua mạng", text="Mời bà con.", link="https://suoimo.gov.vn/tin", cover=PICTURE)


def wall(town: Town, channel: str) -> list[dict[str, object]]:
    answer = requests.get(f"{town.web}/sandbox/posts/{channel}", timeout=5)
    assert answer.status_code == 200
    posts: list[dict[str, object]] = answer.json()
    return posts


def test_an_article_and_its_broadcast_are_shown(town: Town) -> None:
    assert wall(town, "zalo") == []
    walk = town.publishes("zalo", Publication(title="Một", text="a\n\nb", cover=PICTURE, broadcast={"gender": "1"}))
    last = walk.last()
    (shown,) = wall(town, "zalo")
    assert (shown["id"], shown["title"], shown["text"]) == (last.platform_id, "Một", "a\n\nb")
    assert shown["parts"] == [
        {"kind": "cover", "text": "", "url": PICTURE.url},
        {"kind": "broadcast", "text": "gender 1", "url": ""},
    ]


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"link": POST.link}, [{"kind": "link", "text": "", "url": POST.link}]),
        ({"pictures": (PICTURE,)}, [{"kind": "picture", "text": "Trụ sở", "url": PICTURE.url}]),
        ({"film": Film(url="https://x.vn/a.mp4", kind="video/mp4")}, [{"kind": "film", "text": "", "url": ""}]),
    ],
)
def test_a_post_is_shown_with_its_parts(town: Town, changes: dict[str, object], parts: list[dict[str, str]]) -> None:
    town.publishes("facebook", Publication(title="Một", text="a", **changes)).last()  # type: ignore[arg-type]
    (shown,) = wall(town, "facebook")
    assert (shown["text"], shown["parts"]) == ("Một\n\na", parts)


def test_a_channel_that_is_not_there_has_no_posts(town: Town) -> None:
    assert requests.get(f"{town.web}/sandbox/posts/tiktok", timeout=5).status_code == 404
