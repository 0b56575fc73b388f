"""Proposals: judged by somebody else, bound to what was read, told at once, taken back at once, all of it noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import agencies, own_facts
from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.knowledge import changes
from bot.knowledge.changes import State
from bot.own_facts import FactsRefused
from bot.staff import Actor
from bot.tables import Agency, Audit, Change
from tests.people import NOON

Actors = dict[str, Actor]
FEE = {"rule": "fixed", "amount": 15000, "basis": "NQ 12/2026"}


def agency(db: Database) -> Agency:
    with db.read() as session:
        found = agencies.find_agency(session, "suoi-mo")
        assert found is not None
        return found


def proposed(db: Database, by: Actor, what: str = "agency", **facts: Any) -> int:
    now = agency(db)
    changed = {**changes.stored(now), **facts}
    with db.write() as session:
        return changes.propose(session, by, changed, what=what, was=own_facts.version(now), now=NOON).id


def found(db: Database, number: int) -> Change:
    with db.read() as session:
        return session.get_one(Change, number)


def approved(db: Database, by: Actor, number: int) -> None:
    with db.write() as session:
        changes.approve(session, by, number, seen=changes.digest(found(db, number)), now=NOON)


def test_nothing_is_told_before_a_colleague_agrees(db: Database, actors: Actors) -> None:
    number = proposed(db, actors["lan"], hotline="0200 5")
    assert agency(db).facts["hotline"] == "0200 000 0001"
    approved(db, actors["minh"], number)
    assert agency(db).facts["hotline"] == "0200 5"
    assert found(db, number).state == State.APPROVED


@pytest.mark.parametrize("login", ["lan", "an"])
def test_nobody_judges_what_they_wrote(db: Database, actors: Actors, login: str) -> None:
    number = proposed(db, actors["an"], hotline="0200 5")
    wrong = NotAllowed if login == "lan" else BadInput
    with pytest.raises(wrong, match=r"right 'review'|change\.own"):
        approved(db, actors[login], number)
    with pytest.raises(wrong), db.write() as session:
        changes.send_back(session, actors[login], number, comment="sai", now=NOON)
    assert agency(db).facts["hotline"] == "0200 000 0001"


def test_who_only_reads_proposes_nothing(db: Database, actors: Actors) -> None:
    with pytest.raises(NotAllowed, match="know"):
        proposed(db, actors["binh"], hotline="0200 5")


def test_an_approval_is_bound_to_what_was_read(db: Database, actors: Actors) -> None:
    number = proposed(db, actors["lan"], hotline="0200 5")
    read = changes.digest(found(db, number))
    with db.write() as session:
        facts = {**changes.stored(agency(db)), "hotline": "0200 6"}
        changes.amend(session, actors["lan"], number, facts, was=own_facts.version(agency(db)), now=NOON)
    with pytest.raises(BadInput, match=r"change\.other"), db.write() as session:
        changes.approve(session, actors["minh"], number, seen=read, now=NOON)
    approved(db, actors["minh"], number)
    assert agency(db).facts["hotline"] == "0200 6"


def test_a_return_says_why_and_the_author_hands_it_in_again(db: Database, actors: Actors) -> None:
    number = proposed(db, actors["lan"], hotline="0200 5")
    with pytest.raises(BadInput, match=r"change\.comment"), db.write() as session:
        changes.send_back(session, actors["minh"], number, comment=" ", now=NOON)
    with db.write() as session:
        changes.send_back(session, actors["minh"], number, comment="thiếu số", now=NOON)
    with pytest.raises(BadInput, match=r"change\.moved"):
        approved(db, actors["minh"], number)
    facts = {**changes.stored(agency(db)), "hotline": "0200 66"}
    with pytest.raises(BadInput, match=r"change\.not_yours"), db.write() as session:
        changes.amend(session, actors["hoa"], number, facts, was=own_facts.version(agency(db)), now=NOON)
    with db.write() as session:
        changes.amend(session, actors["lan"], number, facts, was=own_facts.version(agency(db)), now=NOON)
    approved(db, actors["minh"], number)
    told = [(step["verb"], step["who"], step["comment"]) for step in found(db, number).steps]
    assert told == [
        ("propose", "lan", ""), ("return", "minh", "thiếu số"), ("amend", "lan", ""), ("approve", "minh", ""),
    ]  # fmt: skip


def test_what_rests_on_older_facts_is_not_approved(db: Database, actors: Actors) -> None:
    first, second = (proposed(db, actors["lan"], hotline=number) for number in ("0200 5", "0200 6"))
    elsewhere = proposed(db, actors["lan"], website="https://suoimo.gov.vn")
    approved(db, actors["minh"], first)
    with pytest.raises(BadInput, match=r"change\.stale"):
        approved(db, actors["minh"], second)
    approved(db, actors["minh"], elsewhere)  # another slot does not mind
    assert agency(db).facts["hotline"] == "0200 5"
    assert agency(db).facts["website"] == "https://suoimo.gov.vn"


def test_a_wrong_change_is_taken_back_at_once(db: Database, actors: Actors) -> None:
    before = changes.stored(agency(db))
    number = proposed(db, actors["lan"], what="fee:1.001193", fees={"1.001193": [FEE]})
    approved(db, actors["minh"], number)
    with pytest.raises(NotAllowed), db.write() as session:
        changes.take_back(session, actors["lan"], number, now=NOON)
    with db.write() as session:
        changes.take_back(session, actors["minh"], number, now=NOON)
    assert changes.stored(agency(db)) == before
    assert found(db, number).state == State.UNDONE


def test_what_was_changed_again_is_not_taken_back_from_under_it(db: Database, actors: Actors) -> None:
    first = proposed(db, actors["lan"], hotline="0200 5")
    approved(db, actors["minh"], first)
    approved(db, actors["minh"], proposed(db, actors["lan"], hotline="0200 6"))
    with pytest.raises(BadInput, match=r"change\.newer"), db.write() as session:
        changes.take_back(session, actors["minh"], first, now=NOON)
    assert agency(db).facts["hotline"] == "0200 6"


@pytest.mark.parametrize(
    "do",
    [
        lambda s, by, n: changes.approve(s, by, n, seen="", now=NOON),
        lambda s, by, n: changes.send_back(s, by, n, comment="x", now=NOON),
        lambda s, by, n: changes.withdraw(s, by, n, now=NOON),
        lambda s, by, n: changes.take_back(s, by, n, now=NOON),
    ],
    ids=["approve", "return", "withdraw", "take back"],
)
def test_another_agencys_change_is_not_found(db: Database, actors: Actors, do: Callable[..., object]) -> None:
    number = proposed(db, actors["lan"], hotline="0200 5")
    with db.read() as session:
        assert changes.find(session, actors["la"].agency_id, number) is None
        assert changes.page(session, actors["la"].agency_id) == []
    with pytest.raises(BadInput, match=r"change\.unknown"), db.write() as session:
        do(session, actors["la"], number)


@pytest.mark.parametrize(
    ("facts", "place", "key"),
    [
        ({"hotline": "gọi tôi"}, ("hotline",), "facts.phone"),
        ({"offices": [{"name": "A", "address": "B", "hours": "C"}] * 2}, ("offices", 1, "name"), "facts.twice"),
        ({"texts": {"topic/otp": {"answer": "", "source": "x", "as_of": "2026-11-23"}}},
         ("texts", "topic/otp", "answer"), "facts.required"),
        ({"texts": {"topic/otp": {"answer": "x" * 1501, "source": "x", "as_of": "2026-11-23"}}},
         ("texts", "topic/otp", "answer"), "facts.long_answer"),
        ({"texts": {"topic/otp": {"answer": "x", "source": "x", "as_of": "hôm nay"}}},
         ("texts", "topic/otp", "as_of"), "facts.wrong"),
        ({"phrases": {"greet": "Chào {name.__class__}"}}, ("phrases", "greet"), "facts.marks"),
        ({"phrases": {"greet": "Chào {agency"}}, ("phrases", "greet"), "facts.marks"),
        ({"phrases": {"handoff": "Chào"}}, ("phrases", "handoff"), "facts.wrong"),
        ({"phrases": {"absence": "Cán bộ vắng"}}, ("phrases", "absence"), "facts.when"),
        ({"phrases": {"bye": "x" * 601}}, ("phrases", "bye"), "facts.long_phrase"),
        ({"names": {"khai sinh": ["giấy bé"]}}, ("names", "khai sinh"), "facts.code"),
        ({"names": {"1.001193": ["một hai ba bốn năm sáu bảy tám chín mười mốt hai ba"]}}, ("names", "1.001193"),
         "facts.name"),
        ({"names": {"1.001193": ["giấy bé", "giay be"]}}, ("names", "1.001193"), "facts.twice"),
    ],
)  # fmt: skip
def test_faults_are_told_at_their_place_and_nothing_is_kept(
    db: Database, actors: Actors, facts: dict[str, Any], place: own_facts.Place, key: str
) -> None:
    with pytest.raises(FactsRefused) as refused:
        proposed(db, actors["lan"], **facts)
    assert refused.value.faults == {place: key}
    with db.read() as session:
        assert changes.page(session, actors["lan"].agency_id) == []


def test_a_form_of_older_facts_and_a_change_of_nothing_are_refused(db: Database, actors: Actors) -> None:
    with pytest.raises(FactsRefused, match=r"change\.nothing"):
        proposed(db, actors["lan"])
    with pytest.raises(FactsRefused, match=r"facts\.changed"), db.write() as session:
        facts = {**changes.stored(agency(db)), "hotline": "0200 5"}
        changes.propose(session, actors["lan"], facts, what="agency", was="older", now=NOON)


def test_everything_is_noted_with_the_digest(db: Database, actors: Actors) -> None:
    number = proposed(db, actors["lan"], hotline="0200 5")
    approved(db, actors["minh"], number)
    with db.write() as session:
        changes.take_back(session, actors["minh"], number, now=NOON + timedelta(minutes=1))
    with db.read() as session:
        lines = session.scalars(select(Audit).where(Audit.what == f"change:{number}").order_by(Audit.id)).all()
    assert [(line.verb, line.who) for line in lines] == [
        ("facts.propose", "lan"), ("facts.approve", "minh"), ("facts.undo", "minh"),
    ]  # fmt: skip
    assert {line.facts["digest"] for line in lines} == {changes.digest(found(db, number))}


def test_lists_are_paged_and_filtered(db: Database, actors: Actors) -> None:
    numbers = [proposed(db, actors["lan"], hotline=f"0200 {one}") for one in range(10, 45)]
    approved(db, actors["minh"], numbers[0])
    with db.read() as session:
        first = changes.page(session, actors["lan"].agency_id)
        rest = changes.page(session, actors["lan"].agency_id, before=first[changes.PAGE - 1].id)
        waiting = changes.page(session, actors["lan"].agency_id, state=State.APPROVED)
        duties = [changes.waiting(session, actors[login]) for login in ("minh", "an", "lan", "la")]
    assert [one.id for one in (*first[: changes.PAGE], *rest)] == numbers[::-1]
    assert [one.id for one in waiting] == [numbers[0]]
    assert duties == [(34, 0), (34, 0), (0, 0), (0, 0)]
