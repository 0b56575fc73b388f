"""What waits for whom, what goes out today, and the month's quotas."""

from datetime import timedelta

import pytest

from bot.campaigns import agenda, quotas, review, rules
from bot.campaigns.agenda import Agenda
from bot.campaigns.content import Target
from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.tables import Membership, Post
from tests.campaigns.conftest import SOON, Desk
from tests.people import NOON


def waiting(desk: Desk, login: str) -> Agenda:
    with desk.db.read() as session:
        return agenda.of_person(session, desk.actors[login], now=desk.now)


def titles(posts: object) -> list[int]:
    return [post.id for post in posts]  # type: ignore[attr-defined]


def test_a_submitted_post_waits_for_who_may_judge_it(desk: Desk) -> None:
    by_lan, by_minh = desk.add(by="lan"), desk.add(by="minh")
    desk.add(by="lan")  # a draft waits for nobody
    for post_id, login in ((by_lan, "lan"), (by_minh, "minh")):
        desk.do(review.submit, post_id, by=login)
    assert titles(waiting(desk, "minh").to_review) == [by_lan]
    assert titles(waiting(desk, "hoa").to_review) == [by_lan, by_minh]
    for login in ("lan", "nga", "tu"):
        assert len(waiting(desk, login)) == 0, login


def test_a_post_in_another_language_waits_for_its_reviewer(desk: Desk, db: Database) -> None:
    post_id = desk.add(language="thai")
    desk.do(review.submit, post_id, by="lan")
    assert titles(waiting(desk, "minh").to_review) == []
    with db.write() as session:
        for one in session.query(Membership).filter_by(staff_id=desk.actors["minh"].staff_id):
            one.languages = "mong,thai"
    assert titles(waiting(desk, "minh").to_review) == [post_id]


def test_a_returned_post_waits_for_its_author_until_it_is_edited(desk: Desk) -> None:
    post_id = desk.add()
    desk.do(review.submit, post_id, by="lan")
    desk.do(review.send_back, post_id, by="minh", comment="Thiếu nguồn.")
    assert titles(waiting(desk, "lan").returned) == [post_id]
    assert titles(waiting(desk, "hoa").returned) == []
    desk.do(review.submit, post_id, by="lan")
    assert titles(waiting(desk, "lan").returned) == []


def test_what_needs_a_decision_waits_for_who_schedules(desk: Desk) -> None:
    without_time = desk.approved(at=None)
    late = desk.approved()
    desk.now = SOON + timedelta(hours=5)
    desk.release()
    assert desk.state(late) == "missed"
    assert titles(waiting(desk, "minh").held_up) == [without_time, late]
    assert titles(waiting(desk, "lan").held_up) == []


def test_a_failed_post_is_told_for_a_week(desk: Desk, db: Database) -> None:
    post_id = desk.approved()
    with db.write() as session:
        post = session.get_one(Post, post_id)
        post.state, post.finished_at = "failed", NOON
    assert titles(waiting(desk, "minh").held_up) == [post_id]
    desk.now = NOON + agenda.FRESH + timedelta(seconds=1)
    assert titles(waiting(desk, "minh").held_up) == []


def test_what_appears_today_is_told_by_time(desk: Desk) -> None:
    later, first = desk.approved(at=SOON + timedelta(hours=2)), desk.approved(at=SOON)
    desk.approved(at=SOON + timedelta(days=1))
    desk.add()  # a draft appears nowhere
    with desk.db.read() as session:
        here = desk.actors["lan"].agency_id
        assert titles(agenda.of_day(session, here, now=desk.now)) == [first, later]
        assert titles(agenda.of_day(session, desk.actors["tu"].agency_id, now=desk.now)) == []


@pytest.mark.parametrize("topic", ["CCHC", "cchc", "CĐS, CCHC", "CCHC; TTHC"])
def test_quotas_count_what_appeared_and_what_is_planned(desk: Desk, db: Database, topic: str) -> None:
    out = desk.approved(topic=topic)
    desk.approved(topic=topic, at=SOON + timedelta(days=3))
    desk.approved(topic=topic, at=SOON + timedelta(days=30))  # next month
    desk.approved(topic="CCHC khác")
    with db.write() as session:
        post = session.get_one(Post, out)
        post.state, post.released_at = "published", NOON
    with db.read() as session:
        told = {one.topic: one for one in quotas.of_month(session, post.agency_id, now=NOON)}
    cchc, issues = told["CCHC"], told["Bản tin CCHC"]
    assert (cchc.wanted, cchc.appeared, cchc.coming, cchc.lacking) == (2, 1, 1, 0)
    assert (issues.appeared, issues.coming, issues.lacking) == (0, 0, issues.wanted)


def test_an_agency_sets_its_own_quotas_and_keeps_its_other_rules(desk: Desk, db: Database) -> None:
    hoa = desk.actors["hoa"]
    with db.write() as session:
        rules.set_rules(session, rules.agency_scope(hoa.agency_id), {"spacing": 30}, who="hoa", now=NOON)
        quotas.keep(session, hoa, {"CĐS": 3}, now=NOON)
    with db.read() as session:
        assert [(one.topic, one.wanted) for one in quotas.of_month(session, hoa.agency_id, now=NOON)] == [("CĐS", 3)]
        assert rules.of_agency(session, hoa.agency_id)["spacing"] == 30
    assert [line.who for line in desk.audit("rules.set")] == ["hoa", "hoa"]
    with pytest.raises(NotAllowed), db.write() as session:
        quotas.keep(session, desk.actors["minh"], {"CĐS": 3}, now=NOON)
    with pytest.raises(BadInput, match="quotas"), db.write() as session:
        quotas.keep(session, hoa, {"CĐS": -1}, now=NOON)


def test_what_is_frozen_is_told_to_those_it_concerns(desk: Desk, db: Database) -> None:
    here, there = desk.actors["lan"].agency_id, desk.actors["tu"].agency_id
    scopes = [rules.agency_scope(here), rules.account_scope(desk.account("zalo").id), rules.ALL]
    with db.write() as session:
        for scope in scopes:
            rules.freeze(session, scope, who="hoa", now=NOON)
    with db.read() as session:
        assert sorted(one.scope for one in rules.freezes(session, here)) == sorted(scopes)
        assert [one.scope for one in rules.freezes(session, there)] == [rules.ALL]


def test_posts_by_hand_wait_for_who_writes(desk: Desk) -> None:
    post_id = desk.approved(targets=(Target(channel="loudspeaker", key="thon-1"),))
    desk.now = SOON
    desk.release()
    assert [one.post_id for one in waiting(desk, "lan").by_hand] == [post_id]
    assert not waiting(desk, "nga").by_hand
