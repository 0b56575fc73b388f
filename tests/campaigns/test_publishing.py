"""Publishing on both fakes: once, step by step, settled by what came back."""

from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import Desk
from tests.people import OA, PAGE


def test_a_post_goes_all_the_way(desk: Desk, platforms: Platforms) -> None:
    post_id = desk.approved()
    assert desk.state(post_id) == "scheduled"
    assert desk.release() == 0  # its minute has not come
    desk.now = desk.show(post_id) and desk.now.replace(minute=10)
    shown = desk.published(post_id)
    assert shown["state"] == "published", shown
    (article,) = platforms.zalo.articles.published(OA)
    (post,) = platforms.graph.posts.published(PAGE)
    assert article["title"] == shown["title"]
    assert shown["text"] in post["message"]
    assert set(shown["links"]) == {article["link_view"], post["permalink_url"]}
    assert [one["state"] for one in shown["targets"]] == ["published", "published"]
    assert [one["outcome"] for one in shown["attempts"] if one["step"] == "commit"] == ["wait", "ok"]
