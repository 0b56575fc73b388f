"""Posts that stay true: proposed again after a time as drafts, never published of themselves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import machine
from bot.campaigns import drafts, review
from bot.curation import evergreens
from bot.errors import BadInput, NotAllowed
from bot.tables import Post
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, SOON, WORDS, ZALO, Desk


@pytest.fixture
def published(desk: Desk, platforms: Platforms) -> int:
    """A post that lan wrote, minh approved and the Page shows."""
    post_id = desk.approved(targets=(FACEBOOK,))
    desk.now = SOON
    assert desk.published(post_id)["state"] == "published"
    return post_id


def keep(desk: Desk, post_id: int, *, every: int = 30, by: str = "lan") -> None:
    with desk.db.write() as session:
        evergreens.keep(session, desk.actors[by], post_id, every=every, now=desk.now)


def propose(desk: Desk, *, days: float = 0) -> list[int]:
    desk.now += timedelta(days=days)
    return evergreens.propose_all(desk.db, now=desk.now)


def again(desk: Desk, post_id: int, *, writer: str = "lan", reviewer: str = "minh") -> None:
    other = desk.approved(text="Bài khác, đăng ở giữa.", at=desk.now, targets=(FACEBOOK,))
    assert desk.published(other)["state"] == "published"  # Facebook refuses the same post twice in a row
    desk.do(review.submit, post_id, by=writer)
    desk.do(review.approve, post_id, by=reviewer)
    desk.do(review.schedule, post_id, by="minh")
    assert desk.published(post_id)["state"] == "published"


def test_after_its_days_a_fresh_draft_is_there_once_and_nothing_more_happens(desk: Desk, published: int) -> None:
    keep(desk, published)
    assert propose(desk, days=29) == []
    (copy,) = propose(desk, days=1)
    shown = desk.show(copy)
    assert (shown["state"], shown["author"], shown["text"]) == ("draft", machine.LOGIN, WORDS.text)
    assert (shown["at"], shown["approval"], shown["origin"]) == (None, "", f"evergreen:{published}:1")
    assert str(published) in shown["note"]
    assert propose(desk) == []
    assert propose(desk, days=400) == []  # the copy waits for a person
    assert desk.release() == 0
    assert desk.state(copy) == "draft"


def test_the_next_comes_when_the_copy_has_appeared(desk: Desk, published: int) -> None:
    keep(desk, published)
    (copy,) = propose(desk, days=30)
    again(desk, copy)
    assert propose(desk, days=29) == []
    (second,) = propose(desk, days=2)
    assert desk.show(second)["origin"] == f"evergreen:{published}:2"


def test_a_copy_that_was_thrown_away_comes_again_after_the_same_time(desk: Desk, published: int) -> None:
    keep(desk, published)
    (copy,) = propose(desk, days=30)
    desk.do(review.cancel, copy, by="lan")
    assert propose(desk, days=29) == []
    assert len(propose(desk, days=1)) == 1


def test_what_was_mended_in_a_copy_stays_mended_and_all_its_writers_stay_out_of_the_review(
    desk: Desk, published: int
) -> None:
    keep(desk, published)
    (copy,) = propose(desk, days=30)
    with desk.db.write() as session:
        mended = replace(drafts.version(session, desk.actors["hoa"], copy, 1), text="Từ 01/12, số điện thoại mới.")
        drafts.edit(session, desk.actors["hoa"], copy, mended, now=desk.now)
    again(desk, copy, writer="hoa")
    (second,) = propose(desk, days=31)
    assert desk.show(second)["text"] == "Từ 01/12, số điện thoại mới."
    desk.do(review.submit, second, by="minh")  # takes it over
    with desk.db.read() as session:
        writers = drafts.editors(session, session.get_one(Post, second))
    names = {desk.actors[name].staff_id for name in ("lan", "hoa", "minh")}
    assert writers >= names
    for login in ("hoa", "minh"):
        with pytest.raises(NotAllowed):
            desk.do(review.approve, second, by=login)


def test_followers_are_not_written_to_unasked(desk: Desk, platforms: Platforms) -> None:
    post_id = desk.approved(targets=(replace(ZALO, options={"broadcast": {}}), FACEBOOK))
    desk.now = SOON
    assert desk.published(post_id, most=40)["state"] == "published"
    keep(desk, post_id)
    (copy,) = propose(desk, days=30)
    assert [one["target"] for one in desk.show(copy)["targets"]] == [str(ZALO), str(FACEBOOK)]


@pytest.mark.parametrize(
    ("parts", "error", "match"),
    [
        ({"every": 6}, BadInput, "7 to 730"), ({"every": 731}, BadInput, "7 to 730"),
        ({"by": "nga"}, NotAllowed, "write"), ({"by": "tu"}, BadInput, "no post"),
    ],
)  # fmt: skip
def test_who_may_keep_what(
    desk: Desk, published: int, parts: dict[str, Any], error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        keep(desk, published, **parts)
    keep(desk, published)


def test_only_what_was_published_can_be_kept(desk: Desk) -> None:
    post_id = desk.add()
    with pytest.raises(BadInput, match="is draft"):
        keep(desk, post_id)


def test_it_can_be_changed_listed_and_ended(desk: Desk, published: int) -> None:
    keep(desk, published)
    keep(desk, published, every=60)
    here = desk.actors["lan"].agency_id
    with desk.db.write() as session:
        (standing,) = evergreens.of_agency(session, here)
        assert (standing.evergreen.every, standing.proposed) == (60, 0)
        assert standing.next_at == session.get_one(Post, published).released_at + timedelta(days=60)  # type: ignore[operator]
        evergreens.drop(session, desk.actors["lan"], published, now=desk.now)
        with pytest.raises(BadInput, match="not evergreen"):
            evergreens.drop(session, desk.actors["lan"], published, now=desk.now)
    assert propose(desk, days=100) == []
    assert [one.verb for one in (*desk.audit("evergreen.keep"), *desk.audit("evergreen.drop"))] == [
        "evergreen.keep", "evergreen.keep", "evergreen.drop",
    ]  # fmt: skip
