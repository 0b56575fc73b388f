"""Drafts ahead of observances: once, for agencies that can publish, without a blank, reviewed like any other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import agencies, machine
from bot.campaigns import review
from bot.curation import occasions
from bot.tables import Agency, Post
from content import observances
from tests.campaigns.conftest import Desk


def noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T05:00:00+00:00")


def propose(desk: Desk, day: str) -> list[str]:
    """Let the scheduler do its work on a day; return the new drafts' titles."""
    made = occasions.propose_all(desk.db, now=noon(day))
    return [str(desk.show(one)["title"]) for one in made]


@pytest.mark.parametrize(
    ("day", "titles"),
    [
        ("2026-11-25", []),
        ("2027-09-16", ["Ngày Chuyển đổi số quốc gia 10/10/2027"]),
        ("2027-01-09", ["Sắp hết hạn khai thuế quý IV/2026", "Giải quyết giấy tờ dịp Tết Đinh Mùi"]),
        ("2027-08-14", ["Nghỉ lễ Quốc khánh 2/9"]),
    ],
)  # fmt: skip
def test_what_is_due_is_proposed_once(desk: Desk, day: str, titles: list[str]) -> None:
    assert propose(desk, day) == titles
    assert propose(desk, day) == []
    assert propose(desk, (date.fromisoformat(day) + timedelta(days=1)).isoformat()) == []


def test_next_year_it_comes_again(desk: Desk) -> None:
    assert propose(desk, "2026-10-01") == ["Ngày Chuyển đổi số quốc gia 10/10/2026"]
    assert "Ngày Chuyển đổi số quốc gia 10/10/2027" in propose(desk, "2027-10-01")


def test_a_proposal_is_a_draft_with_its_time_source_and_what_to_check(desk: Desk) -> None:
    (post_id,) = occasions.propose_all(desk.db, now=noon("2027-09-16"))
    shown = desk.show(post_id)
    assert (shown["state"], shown["author"], shown["topic"]) == ("draft", machine.LOGIN, "CĐS")
    assert shown["at"] == datetime(2027, 10, 7, 0, 30, tzinfo=UTC).isoformat()
    assert {one["channel"] for one in shown["targets"]} == {"zalo", "facebook"}
    assert all("broadcast" not in one["target"] for one in shown["targets"])
    assert "505/QĐ-TTg" in shown["note"]
    assert "Thêm chủ đề của năm" in shown["note"]
    assert "UBND xã Suối Mơ" in shown["text"]
    assert "{{" not in shown["text"] + shown["title"]


def test_it_goes_the_way_of_every_post(desk: Desk) -> None:
    (post_id,) = occasions.propose_all(desk.db, now=noon("2027-09-16"))
    desk.now = noon("2027-09-17")
    desk.do(review.submit, post_id, by="lan")
    assert desk.do(review.approve, post_id, by="minh") == "scheduled"


def test_one_that_is_late_has_no_time(desk: Desk) -> None:
    shown = [desk.show(one) for one in occasions.propose_all(desk.db, now=noon("2027-10-09"))]
    times = {one["title"]: one["at"] for one in shown}
    assert times["Ngày Chuyển đổi số quốc gia 10/10/2027"] is None
    assert times["Sắp hết hạn khai thuế quý III/2027"] is not None


def test_an_agency_without_a_channel_gets_nothing(desk: Desk) -> None:
    occasions.propose_all(desk.db, now=noon("2027-09-16"))
    with desk.db.read() as session:
        other = session.scalars(select(Agency.id).where(Agency.slug == "da-nui")).one()
        assert session.scalars(select(Post).where(Post.agency_id == other)).all() == []


def test_every_occasion_of_a_year_can_be_kept_by_every_kind_of_agency(desk: Desk) -> None:
    with desk.db.write() as session:
        agency = session.scalars(select(Agency).where(Agency.slug == "suoi-mo")).one()
        agency.level = "province"
    begin, made = date(2027, 1, 1), 0
    for week in range(53):
        made += len(propose(desk, (begin + timedelta(days=7 * week)).isoformat()))
    expected = [one for one in observances.coming(begin, level="province", days=420)
                if one.proposed_on <= begin + timedelta(days=7 * 52)]  # fmt: skip
    assert made == len(expected) > 10


def test_what_comes_is_told_with_its_draft(desk: Desk) -> None:
    (post_id,) = occasions.propose_all(desk.db, now=noon("2027-09-16"))
    with desk.db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        coming = occasions.coming(session, agency.id, now=noon("2027-09-16"), days=60)
    posts = {one.occasion.observance.key: one.post_id for one in coming}
    assert posts["chuyen-doi-so"] == post_id
    assert posts["khai-thue-quy"] == 0
