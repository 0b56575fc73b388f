"""Counts of published posts: fetched when due, by day, politely; a failure is a decision about the next look."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import measuring
from bot.campaigns import results
from bot.errors import AccountStopped, ChannelError, OutcomeUnknown, Refused, TryLater
from bot.tables import ResultLook
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, ZALO, Desk
from tests.people import OA, PAGE

AT = datetime(2026, 11, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def shown(desk: Desk, platforms: Platforms) -> dict[str, Any]:
    """A post on both platforms."""
    return desk.published(desk.approved(at=desk.now))


def measure(desk: Desk, most: int = 10) -> int:
    return measuring.measure(desk.db, desk.vault, desk.settings, now=desk.now, most=most)


def counts(desk: Desk, post_id: int, channel: str) -> dict[str, Any]:
    (target,) = [one for one in desk.show(post_id)["targets"] if one["channel"] == channel]
    return dict(target["results"])


def looks(desk: Desk) -> list[ResultLook]:
    with desk.db.read() as session:
        return list(session.scalars(select(ResultLook).order_by(ResultLook.target_id)))


@pytest.mark.parametrize(
    ("age", "following"),
    [
        (timedelta(), HOUR), (HOUR - timedelta(seconds=1), HOUR), (HOUR, 6 * HOUR), (5 * HOUR, 6 * HOUR),
        (6 * HOUR, DAY), (DAY, 2 * DAY), (3.5 * DAY, 4 * DAY), (29 * DAY, 30 * DAY), (30 * DAY, None),
        (400 * DAY, None),
    ],
)  # fmt: skip
def test_a_young_post_is_looked_at_more_often(age: timedelta, following: timedelta | None) -> None:
    assert results.next_look(AT, AT + age) == (None if following is None else AT + following)


def test_counts_are_told_with_the_post(desk: Desk, platforms: Platforms, shown: dict[str, Any]) -> None:
    assert measure(desk) == 0  # nothing is due within the first hour
    platforms.zalo.articles.count(platforms.zalo.articles.published(OA)[0]["id"], views=120, shares=3)
    post = platforms.graph.posts.published(PAGE)[0]["id"]
    platforms.graph.posts.count(post, comments=2, shares=1, views=400, clicks=17, reactions={"like": 8, "love": 1})
    desk.now += HOUR
    assert measure(desk) == 2
    assert measure(desk) == 0
    facebook = counts(desk, shown["id"], "facebook")
    expected = {"views": 400, "reactions": 9, "comments": 2, "shares": 1, "clicks": 17}
    assert {name: facebook[name] for name in results.COUNTS} == expected
    zalo = counts(desk, shown["id"], "zalo")
    assert (zalo["views"], zalo["shares"]) == (120, 3) and "clicks" not in zalo
    assert desk.show(shown["id"])["results"] == {**expected, "views": 520, "shares": 4}


def test_each_day_has_its_own_row_and_the_day_is_vietnams(
    desk: Desk, platforms: Platforms, shown: dict[str, Any]
) -> None:
    article = platforms.zalo.articles.published(OA)[0]["id"]
    for hours, views in ((1, 10), (5, 30), (18, 70)):  # 13:00 and 18:00 on the 23rd, noon on the 24th
        desk.now += hours * HOUR
        platforms.zalo.articles.count(article, views=views, shares=0)
        assert measure(desk) == 2
    days = counts(desk, shown["id"], "zalo")["days"]
    assert [(one["day"], one["views"]) for one in days] == [("2026-11-23", 30), ("2026-11-24", 70)]


def test_looking_ends_after_thirty_days(desk: Desk, shown: dict[str, Any]) -> None:
    runs = 0
    desk.now += HOUR
    while measure(desk):
        runs += 1
        desk.now = max([one.next_at for one in looks(desk) if one.next_at], default=desk.now)
    assert runs == 2 + 30
    assert [one.next_at for one in looks(desk)] == [None, None]


def test_few_are_looked_at_in_one_run(desk: Desk, shown: dict[str, Any]) -> None:
    desk.now += HOUR
    assert [measure(desk, most=1) for _ in range(3)] == [1, 1, 0]


def test_two_schedulers_do_not_look_twice(desk: Desk, shown: dict[str, Any]) -> None:
    desk.now += HOUR
    with desk.db.write() as session:
        assert len(results.claim(session, now=desk.now, most=10)) == 2
    assert measure(desk) == 0
    desk.now += results.LEASE  # the other one died
    assert measure(desk) == 2


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (TryLater("busy"), timedelta(minutes=15)),
        (TryLater("busy", retry_after=7200), 2 * HOUR),
        (TryLater("busy", retry_after=1), timedelta(minutes=15)),
        (OutcomeUnknown("cut"), timedelta(minutes=15)),
        (AccountStopped("no permission"), DAY),
        (Refused("gone"), None),
    ],
)
def test_an_error_is_a_decision(
    desk: Desk, shown: dict[str, Any], error: ChannelError, again: timedelta | None
) -> None:
    desk.now += HOUR
    with desk.db.write() as session:
        look = results.claim(session, now=desk.now, most=1)[0]
        results.failed(session, look, error, now=desk.now)
    row = next(one for one in looks(desk) if one.target_id == look.target_id)
    assert row.next_at == (desk.now + again if again else None)
    assert row.error == str(error) and row.failures == 1


@pytest.mark.parametrize(("channel", "fault"), [("zalo", "5xx"), ("facebook", "190/463"), ("zalo", "-216"),
                                                ("facebook", "timeout"), ("facebook", "200")])  # fmt: skip
def test_a_platform_that_fails_is_left_in_peace_and_nothing_stops(
    desk: Desk, platforms: Platforms, channel: str, fault: str
) -> None:
    target = {"zalo": ZALO, "facebook": FACEBOOK}[channel]
    for number in range(3):
        desk.published(desk.approved(at=desk.now, targets=(target,), text=f"Tin số {number}"))
    desk.now += 2 * HOUR
    platforms.faults.arm(channel, fault)
    assert measure(desk) == 0  # the first one fails, the others of the account are spared
    assert platforms.faults.armed(channel) == ()
    assert desk.account(channel).paused_at is None
    assert measure(desk) == 0
    desk.now += DAY
    assert measure(desk) == 3


def test_a_paused_account_is_not_asked(desk: Desk, shown: dict[str, Any]) -> None:
    with desk.db.write() as session:
        session.merge(desk.account("facebook")).paused_at = desk.now
    desk.now += HOUR
    assert measure(desk) == 1
