"""When posts appear: once, whoever asks; late ones spaced or missed; rules of the hour; what repeats."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from bot.campaigns import calendar, release, review, rules
from bot.campaigns.calendar import Diary, earliest, following, next_slot
from bot.campaigns.rules import DEFAULTS
from bot.errors import BadInput
from bot.tables import Post
from tests.campaigns.conftest import FACEBOOK, SOON, WORDS, ZALO, Desk
from tests.people import NOON

MINUTE = timedelta(minutes=1)


def vn(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def diary(*taken: str, **own: Any) -> Diary:
    return Diary({**DEFAULTS, **own}, [vn(one) for one in taken])


def test_several_schedulers_release_once(desk: Desk) -> None:
    ids = [desk.approved(targets=(FACEBOOK,), title=f"Bài {number}") for number in range(8)]
    desk.now = SOON
    counted: list[int] = []
    gate = threading.Barrier(4)

    def schedule() -> None:
        gate.wait(10)
        counted.append(release.release_due(desk.db, now=desk.now))

    threads = [threading.Thread(target=schedule) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counted) == len(ids)
    assert len(desk.deliveries()) == len(ids)
    assert len(desk.audit("post.release")) == len(ids)


@pytest.mark.parametrize(
    ("late", "state"), [(0, "publishing"), (59, "publishing"), (60, "publishing"), (61, "missed"), (6000, "missed")]
)
def test_grace_then_missed(desk: Desk, late: int, state: str) -> None:
    post_id = desk.approved(targets=(FACEBOOK,))
    desk.now = SOON + late * MINUTE
    desk.release()
    assert desk.state(post_id) == state
    assert len(desk.audit("post.miss")) == (state == "missed")


def test_a_missed_post_waits_for_a_person(desk: Desk) -> None:
    post_id = desk.approved(targets=(FACEBOOK,))
    desk.now = SOON + timedelta(days=1)
    desk.release()
    desk.release()
    assert desk.state(post_id) == "missed"
    assert desk.do(review.schedule, post_id, by="minh") == "scheduled"
    assert desk.release() == 1


def test_a_grace_of_its_own(desk: Desk) -> None:
    post_id = desk.approved(targets=(FACEBOOK,), grace=5)
    desk.now = SOON + 6 * MINUTE
    desk.release()
    assert desk.state(post_id) == "missed"


def test_an_outage_makes_no_burst(desk: Desk) -> None:
    ids = [desk.approved(targets=(FACEBOOK,), title=f"Bài {n}", at=SOON + n * MINUTE) for n in range(5)]
    desk.now = SOON + 20 * MINUTE
    released = []
    for _ in range(30):
        released.append(desk.release())
        desk.now += timedelta(seconds=10)
    assert sum(released) == len(ids)
    assert max(released) == 1
    times = sorted(datetime.fromisoformat(desk.show(one)["released_at"]) for one in ids)
    assert min(b - a for a, b in pairwise(times)) >= MINUTE
    assert [desk.show(one)["released_at"] for one in ids] == sorted(desk.show(one)["released_at"] for one in ids)


def test_posts_in_time_need_no_distance(desk: Desk) -> None:
    ids = [desk.approved(targets=(FACEBOOK,), title=f"Bài {n}") for n in range(3)]
    desk.now = SOON + timedelta(seconds=2)
    assert desk.release() == len(ids)


def test_a_late_post_respects_quiet_hours(desk: Desk) -> None:
    desk.approved(targets=(FACEBOOK,), at=vn("2026-11-23T21:50"))
    with desk.db.write() as session:
        account = rules.account_scope(desk.account("facebook").id)
        rules.set_rules(session, account, {"quiet": ["22:00-06:00"], "grace": 600}, who="minh", now=NOON)
    desk.now = vn("2026-11-23T22:10")
    assert desk.release() == 0
    desk.now = vn("2026-11-23T21:51")
    assert desk.release() == 1


@pytest.mark.parametrize(
    ("wanted", "books", "due"),
    [
        ("2026-11-23T08:00", [diary()], "2026-11-23T08:00"),
        ("2026-11-23T23:00", [diary(quiet=["22:00-06:00"])], "2026-11-24T06:00"),
        ("2026-11-24T03:00", [diary(quiet=["22:00-06:00"])], "2026-11-24T06:00"),
        ("2026-11-24T12:15", [diary(quiet=["12:00-13:00", "13:00-13:30"])], "2026-11-24T13:30"),
        ("2026-11-24T06:00", [diary(quiet=["22:00-06:00"])], "2026-11-24T06:00"),
        ("2026-12-31T09:00", [diary(holidays=["2026-12-31", "01-01"])], "2027-01-02T09:00"),
        ("2026-11-23T08:00", [diary("2026-11-23T07:45", spacing=30)], "2026-11-23T08:15"),
        ("2026-11-23T08:00", [diary("2026-11-23T07:45", "2026-11-23T08:20", spacing=30)], "2026-11-23T08:50"),
        ("2026-11-23T08:00", [diary("2026-11-23T06:00", "2026-11-23T20:00", per_day=2)], "2026-11-24T08:00"),
        ("2026-11-23T08:00", [diary("2026-11-22T20:00", per_day=1)], "2026-11-23T08:00"),
        ("2026-11-23T21:30", [diary(quiet=["22:00-06:00"]), diary("2026-11-23T21:20", spacing=60)], "2026-11-24T06:00"),
    ],
)
def test_the_earliest_time_that_all_rules_allow(wanted: str, books: list[Diary], due: str) -> None:
    assert earliest(vn(wanted), books) == vn(due)


def test_rules_that_leave_no_time_are_told() -> None:
    with pytest.raises(BadInput, match="no time within"):
        earliest(NOON, [diary(quiet=["00:00-12:00", "12:00-00:00", "00:00-23:59", "23:00-12:00"])])


@pytest.mark.parametrize(
    ("now", "books", "due"),
    [
        ("2026-11-23T08:00", [diary(slots=["07:30", "17:00"])], "2026-11-23T17:00"),
        ("2026-11-23T18:00", [diary(slots=["07:30", "17:00"])], "2026-11-24T07:30"),
        ("2026-11-23T08:00", [diary("2026-11-23T17:00", slots=["07:30", "17:00"])], "2026-11-24T07:30"),
        ("2026-11-23T08:00", [diary(slots=["17:00"], holidays=["2026-11-23"])], "2026-11-24T17:00"),
        ("2026-11-23T08:00", [diary(slots=["07:30", "17:00"]), diary(slots=["17:00", "19:00"])], "2026-11-23T17:00"),
        ("2026-11-23T08:00", [diary()], "2026-11-23T08:00"),
    ],
)
def test_the_next_slot(now: str, books: list[Diary], due: str) -> None:
    assert next_slot(vn(now), books) == vn(due)


@pytest.mark.parametrize(
    ("at", "rule", "after"),
    [
        ("2026-11-23T08:00", {"every": "day", "until": "2026-11-24"}, "2026-11-24T08:00"),
        ("2026-11-23T08:00", {"every": "day", "until": "2026-11-23"}, None),
        ("2026-11-23T06:30", {"every": "week", "until": "2026-12-31"}, "2026-11-30T06:30"),
        ("2027-01-31T08:00", {"every": "month", "until": "2027-12-31"}, "2027-02-28T08:00"),
        ("2027-02-28T08:00", {"every": "month", "until": "2027-12-31", "day": "31"}, "2027-03-31T08:00"),
        ("2026-12-10T08:00", {"every": "month", "until": "2027-12-31"}, "2027-01-10T08:00"),
        ("2028-02-29T08:00", {"every": "year", "until": "2030-12-31"}, "2029-02-28T08:00"),
    ],
)
def test_what_repeats(at: str, rule: dict[str, str], after: str | None) -> None:
    assert following(vn(at), rule) == (vn(after) if after else None)


def test_a_repeated_post_goes_on_until_its_end(desk: Desk) -> None:
    until = (SOON + timedelta(days=14)).date().isoformat()
    desk.approved(targets=(FACEBOOK,), recurrence={"every": "week", "until": until})
    for week in range(4):
        desk.now = SOON + timedelta(weeks=week)
        assert desk.release() == (week < 3)
    with desk.db.read() as session:
        posts = session.scalars(select(Post).order_by(Post.id)).all()
    assert [post.at for post in posts] == [SOON + timedelta(weeks=week) for week in range(3)]
    assert [post.origin for post in posts] == ["", f"post:{posts[0].id}", f"post:{posts[1].id}"]
    assert {post.text for post in posts} == {WORDS.text}
    assert len(desk.audit("post.repeat")) == 2


def test_a_cancelled_occurrence_ends_the_series(desk: Desk) -> None:
    desk.approved(targets=(FACEBOOK,), recurrence={"every": "day", "until": "2026-12-31"})
    desk.now = SOON
    desk.release()
    with desk.db.read() as session:
        following_id = session.scalars(select(Post.id).where(Post.state == "scheduled")).one()
    desk.do(review.cancel, following_id, by="minh")
    desk.now = SOON + timedelta(days=3)
    assert desk.release() == 0


@pytest.mark.parametrize(
    ("spare", "expected"), [({"spacing": 30}, 30 * MINUTE), ({"per_day": 1}, timedelta(days=1)), ({}, timedelta())]
)
def test_the_rules_move_an_approved_post_and_say_so(
    desk: Desk, spare: dict[str, Any], expected: timedelta
) -> None:  # fmt: skip
    with desk.db.write() as session:
        scope = rules.agency_scope(desk.actors["lan"].agency_id)
        rules.set_rules(session, scope, calendar.checked(spare), who="hoa", now=NOON)
    desk.approved(targets=(FACEBOOK,))
    second = desk.approved(targets=(FACEBOOK, ZALO), title="Bài hai")
    shown = desk.show(second)
    assert datetime.fromisoformat(shown["due_at"]) == SOON + expected
    assert ("moved by the rules" in shown["note"]) == bool(expected)
    with desk.db.read() as session:
        told = review.warnings(session, session.get_one(Post, second), now=NOON)
    assert len(told) == 1 + bool(expected)


@pytest.mark.parametrize(
    "wrong",
    [
        {"spacing": -1}, {"per_day": "4"}, {"quiet": ["22-6"]}, {"quiet": "22:00-06:00"}, {"slots": ["25:00"]},
        {"holidays": ["31-12"]}, {"holidays": ["02-30"]}, {"nonsense": 1}, {"grace": True},
    ],
)  # fmt: skip
def test_rules_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        calendar.checked(wrong)


def test_account_rules_stand_over_the_agencys(desk: Desk) -> None:
    page = desk.account("facebook")
    with desk.db.write() as session:
        rules.set_rules(session, rules.ALL, {"spacing": 5, "per_day": 9}, who="hoa", now=NOON)
        rules.set_rules(session, rules.agency_scope(page.agency_id), {"spacing": 10}, who="hoa", now=NOON)
        rules.set_rules(session, rules.account_scope(page.id), {"spacing": 20}, who="hoa", now=NOON)
    with desk.db.read() as session:
        own = rules.of_account(session, page)
        others = rules.of_account(session, desk.account("zalo"))
    assert (own["spacing"], own["per_day"], own["grace"]) == (20, 9, 60)
    assert others["spacing"] == 10


Turn = Callable[[Desk], None]


def switch(desk: Desk, how: Any, scope: str) -> bool:
    with desk.db.write() as session:
        return bool(how(session, scope, who="minh", now=desk.now))


@pytest.mark.parametrize("scope", ["all", "agency", "account"])
def test_a_freeze_holds_everything_and_is_audited(desk: Desk, scope: str) -> None:
    names = {
        "all": rules.ALL, "agency": rules.agency_scope(desk.actors["lan"].agency_id),
        "account": rules.account_scope(desk.account("facebook").id),
    }  # fmt: skip
    queued = desk.approved(targets=(FACEBOOK,))
    desk.now = SOON
    desk.release()
    later = desk.approved(targets=(FACEBOOK,), title="Bài sau", at=SOON + MINUTE)
    assert switch(desk, rules.freeze, names[scope])
    assert not switch(desk, rules.freeze, names[scope])
    desk.now = SOON + MINUTE
    desk.release()
    assert desk.deliveries()[0].state == "held"
    assert desk.work() <= 1  # of a frozen account what is released is only looked at, and held
    assert {row.state for row in desk.deliveries()} == {"held"}
    assert desk.show(queued)["attempts"] == desk.show(later)["attempts"] == []
    assert switch(desk, rules.unfreeze, names[scope])
    assert {row.state for row in desk.deliveries()} == {"waiting"}
    assert [(one.who, one.what) for verb in ("queue.freeze", "queue.unfreeze") for one in desk.audit(verb)] == [
        ("minh", names[scope])
    ] * 2


def test_a_freeze_of_another_agency_holds_nothing_of_ours(desk: Desk) -> None:
    switch(desk, rules.freeze, rules.agency_scope(desk.actors["tu"].agency_id))
    desk.approved(targets=(FACEBOOK,))
    desk.now = SOON
    assert desk.release() == 1
    assert [row.state for row in desk.deliveries()] == ["waiting"]


def test_unfreezing_one_scope_leaves_the_other_frozen(desk: Desk) -> None:
    agency = rules.agency_scope(desk.actors["lan"].agency_id)
    desk.approved(targets=(FACEBOOK,))
    desk.now = SOON
    desk.release()
    switch(desk, rules.freeze, rules.ALL)
    switch(desk, rules.freeze, agency)
    switch(desk, rules.unfreeze, rules.ALL)
    assert [row.state for row in desk.deliveries()] == ["held"]
    switch(desk, rules.unfreeze, agency)
    assert [row.state for row in desk.deliveries()] == ["waiting"]
