"""Two people, one text: who may judge, what an approval is bound to, what an edit undoes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.campaigns import drafts, review
from bot.campaigns.content import Asset, Content, Target, as_json, digest, from_json, of_post
from bot.errors import BadInput, NotAllowed
from bot.tables import Membership, Post, PostTarget, PostVersion, Review, Staff
from tests.campaigns.conftest import FACEBOOK, SOON, WORDS, ZALO, Desk
from tests.people import NOON, PAGE

PICTURE = Asset(kind="image/png", alt="bộ phận một cửa", url="https://suoi-mo.example/a.png")


def submitted(desk: Desk, *, by: str = "lan", **parts: Any) -> int:
    post_id = desk.add(by=by, **parts)
    desk.do(review.submit, post_id, by=by)
    return post_id


def edit(desk: Desk, post_id: int, *, by: str, **parts: Any) -> None:
    with desk.db.write() as session:
        before = drafts.version(session, desk.actors[by], post_id, desk_version(desk, post_id))
        drafts.edit(session, desk.actors[by], post_id, replace(before, **parts), now=desk.now)


def desk_version(desk: Desk, post_id: int) -> int:
    with desk.db.read() as session:
        return session.get_one(Post, post_id).version


@pytest.mark.parametrize("login", ["minh", "hoa"])
def test_nobody_reviews_what_they_wrote_not_even_an_admin(desk: Desk, login: str) -> None:
    post_id = submitted(desk, by=login)
    for verdict in (review.approve, review.send_back, review.reject):
        with pytest.raises(NotAllowed, match="somebody else has to review"):
            desk.do(verdict, post_id, by=login, comment="tự duyệt")
    assert desk.state(post_id) == "submitted"
    assert desk.show(post_id)["reviews"] == []


def test_nobody_reviews_what_they_edited(desk: Desk) -> None:
    post_id = submitted(desk)
    edit(desk, post_id, by="hoa", text="Bản hoa sửa.")
    edit(desk, post_id, by="lan", text="Bản lan sửa lại.")
    desk.do(review.submit, post_id, by="lan")
    with pytest.raises(NotAllowed, match="somebody else"):
        desk.do(review.approve, post_id, by="hoa")
    assert desk.do(review.approve, post_id, by="minh") == "scheduled"


@pytest.mark.parametrize("verdict", [review.send_back, review.reject])
@pytest.mark.parametrize("comment", ["", "   "])
def test_a_refusal_needs_a_reason(desk: Desk, verdict: Any, comment: str) -> None:
    post_id = submitted(desk)
    with pytest.raises(BadInput, match="needs a comment"):
        desk.do(verdict, post_id, by="minh", comment=comment)
    assert desk.state(post_id) == "submitted"


def test_a_returned_post_is_a_draft_with_the_reason_and_may_be_submitted_again(desk: Desk) -> None:
    post_id = submitted(desk)
    assert desk.do(review.send_back, post_id, by="minh", comment="thiếu nguồn") == "draft"
    (verdict,) = desk.show(post_id)["reviews"]
    assert (verdict["by"], verdict["verdict"], verdict["comment"]) == ("minh", "return", "thiếu nguồn")
    assert desk.do(review.submit, post_id, by="lan") == "submitted"


@pytest.mark.parametrize("state", ["submitted", "approved", "scheduled"])
def test_an_edit_undoes_the_approval(desk: Desk, state: str) -> None:
    post_id = submitted(desk, at=None if state == "approved" else SOON)
    if state != "submitted":
        assert desk.do(review.approve, post_id, by="minh") == state
    edit(desk, post_id, by="lan", title="Tiêu đề khác")
    shown = desk.show(post_id)
    assert (shown["state"], shown["approval"], shown["due_at"], shown["version"]) == ("draft", "", None, 2)


@pytest.mark.parametrize(
    "altered",
    [
        {"title": "Khác"},
        {"text": "Khác"},
        {"link": "https://suoi-mo.example"},
        {"media": (PICTURE,)},
        {"targets": (FACEBOOK,)},
        {"targets": (replace(ZALO, options={"broadcast": {}}), FACEBOOK)},
        {"targets": (replace(ZALO, variant={"text": "khác"}), FACEBOOK)},
        {"at": SOON + timedelta(minutes=1)},
        {"at": None},
        {"recurrence": {"every": "week", "until": "2027-01-01"}},
    ],
)
def test_the_hash_holds_text_media_targets_and_time(altered: dict[str, Any]) -> None:
    content = replace(WORDS, targets=(ZALO, FACEBOOK), at=SOON)
    assert digest(replace(content, **altered)) != digest(content)
    assert digest(replace(content, targets=(FACEBOOK, ZALO))) == digest(content)
    assert digest(from_json(as_json(content))) == digest(content)


@pytest.mark.parametrize("table", [Post, PostTarget])
def test_what_was_changed_past_us_is_not_released(desk: Desk, table: Any) -> None:
    post_id = desk.approved(targets=(FACEBOOK,))
    with desk.db.write() as session:
        values = {"text": "Chuyển tiền vào tài khoản này"} if table is Post else {"variant": {"text": "lạ"}}
        session.execute(update(table).values(**values))
    desk.now = SOON
    assert desk.release() == 0
    shown = desk.show(post_id)
    assert (shown["state"], shown["approval"]) == ("draft", "")
    assert "review it again" in shown["note"]
    assert desk.deliveries() == []


def test_a_reviewer_approves_what_they_have_read(desk: Desk) -> None:
    post_id = submitted(desk)
    edit(desk, post_id, by="lan", text="Bản mới.")
    desk.do(review.submit, post_id, by="lan")
    with pytest.raises(BadInput, match="read version 2"):
        desk.do(review.approve, post_id, by="minh", version=1)
    ticked = dict.fromkeys(review.CHECKLIST, True)
    with pytest.raises(BadInput, match="whole checklist"):
        desk.do(review.approve, post_id, by="minh", version=2, checklist={**ticked, "privacy": False})
    desk.do(review.approve, post_id, by="minh", version=2, checklist=ticked)
    with desk.db.read() as session:
        verdict = session.scalars(select(Review)).one()
    assert (verdict.version, verdict.checklist) == (2, ticked)


def test_without_a_time_it_waits_for_a_person_to_say_when(desk: Desk) -> None:
    post_id = submitted(desk, at=None)
    assert desk.do(review.approve, post_id, by="minh") == "approved"
    desk.now += timedelta(days=1)
    assert desk.release() == 0
    assert desk.do(review.schedule, post_id, by="minh") == "scheduled"
    assert desk.release() == 1


def test_an_approved_time_is_not_moved_by_a_person(desk: Desk) -> None:
    post_id = desk.approved()
    with pytest.raises(BadInput, match="approved with the post"):
        desk.do(review.schedule, post_id, by="minh", at=NOON + timedelta(days=1))


def test_an_author_may_cancel_their_own_until_it_is_approved(desk: Desk) -> None:
    mine, approved, others = desk.add(), desk.approved(), desk.add(by="minh")
    assert desk.do(review.cancel, mine, by="lan") == "cancelled"
    for post_id in (approved, others):
        with pytest.raises(NotAllowed):
            desk.do(review.cancel, post_id, by="lan")


@pytest.mark.parametrize("language", ["thai", "mong"])
def test_a_language_needs_a_reviewer_who_knows_it(desk: Desk, language: str) -> None:
    post_id = submitted(desk, language=language)
    with pytest.raises(NotAllowed, match=f"may not review posts in '{language}'"):
        desk.do(review.approve, post_id, by="minh")
    with desk.db.write() as session:
        minh = session.scalars(select(Staff.id).where(Staff.login == "minh")).one()
        session.execute(update(Membership).where(Membership.staff_id == minh).values(languages=f"khmer,{language}"))
    assert desk.do(review.approve, post_id, by="minh") == "scheduled"


def test_every_version_stays_and_the_difference_is_told_by_words(desk: Desk) -> None:
    post_id = desk.add(text="Lệ phí 5.000 đồng, nộp tại quầy.")
    edit(desk, post_id, by="lan", text="Lệ phí 8.000 đồng, nộp qua mạng.")
    edit(desk, post_id, by="hoa", text="Miễn lệ phí khi nộp qua mạng.")
    with desk.db.read() as session:
        first, second = (drafts.version(session, desk.actors["nga"], post_id, number) for number in (1, 2))
        now = of_post(session.get_one(Post, post_id))
        writers = [row.staff.login for row in session.scalars(select(PostVersion).order_by(PostVersion.number))]
    assert drafts.differences(first, second) == {
        "text": [("same", "Lệ phí "), ("gone", "5.000"), ("new", "8.000"), ("same", " đồng, nộp "),
                 ("gone", "tại"), ("new", "qua"), ("same", " "), ("gone", "quầy."), ("new", "mạng.")]
    }  # fmt: skip
    assert now.text == "Miễn lệ phí khi nộp qua mạng."
    assert writers == ["lan", "lan", "hoa"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "mới"), ("cũ", ""), ("một hai  ba", "một ba"), ("a\n\nb", "a\nb c"), ("giống", "giống")],
)
def test_a_difference_gives_both_texts_back(before: str, after: str) -> None:
    way = drafts.difference(before, after)
    assert "".join(piece for how, piece in way if how != "new") == before
    assert "".join(piece for how, piece in way if how != "gone") == after


def test_each_step_leaves_a_line_in_the_audit(desk: Desk) -> None:
    post_id = submitted(desk)
    desk.do(review.send_back, post_id, by="minh", comment="sửa")
    desk.do(review.submit, post_id, by="lan")
    desk.do(review.approve, post_id, by="minh")
    desk.do(review.cancel, post_id, by="minh")
    told = [(verb, [(one.who, one.facts.get("to")) for one in desk.audit(f"post.{verb}")]) for verb in
            ("submit", "return", "approve", "schedule", "cancel")]  # fmt: skip
    assert told == [
        ("submit", [("lan", "submitted"), ("lan", "submitted")]),
        ("return", [("minh", "draft")]),
        ("approve", [("minh", "approved")]),
        ("schedule", [("minh", "scheduled")]),
        ("cancel", [("minh", "cancelled")]),
    ]


def test_a_post_that_goes_nowhere_is_not_submitted(desk: Desk) -> None:
    idea = desk.add(targets=(), at=None)
    with pytest.raises(BadInput, match="targets:"):
        desk.do(review.submit, idea, by="lan")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"title": ""}, ["title:"]),
        ({"text": ""}, ["text:"]),
        ({"link": "javascript:alert(1)"}, ["link:"]),
        ({"language": "fr"}, ["language:", "fr"]),
        ({"at": NOON - timedelta(seconds=1)}, ["at:", "đã qua"]),
        ({"at": NOON + timedelta(days=500)}, ["at:"]),
        ({"targets": (Target(channel="zalo", key="1"),)}, ["targets:", "zalo:1"]),
        ({"targets": (Target(channel="viber", key="1"),)}, ["targets:", "viber:1"]),
        ({"targets": (FACEBOOK, FACEBOOK)}, ["targets:", PAGE]),
        ({"title": "dài " * 40}, ["title:", "zalo:"]),
        ({"media": (replace(PICTURE, alt=""),)}, ["alt:", "1"]),
        ({"media": (replace(PICTURE, url="http://127.0.0.1/a.png"),)}, ["media:"]),
        ({"recurrence": {"every": "hour", "until": "2027-01-01"}}, ["repeat:"]),
        ({"recurrence": {"every": "week"}}, ["until:"]),
        ({"recurrence": {"every": "week", "until": "2026-01-01"}}, ["until:"]),
        ({"targets": (replace(FACEBOOK, options={"broadcast": {}}),)}, ["broadcast:", "facebook:"]),
        ({"title": "", "text": "", "link": "x", "at": NOON - timedelta(days=1)}, ["title:", "text:", "link:", "at:"]),
    ],
)
def test_faults_are_told_all_at_once_while_writing(desk: Desk, parts: dict[str, Any], told: list[str]) -> None:
    content: Content = WORDS
    with pytest.raises(BadInput) as caught:
        desk.add(content, **parts)
    assert [part for part in told if part not in str(caught.value)] == []
    with desk.db.read() as session:
        assert session.scalars(select(Post)).all() == []
