"""The idea list: noted, used once, dropped; and what citizens ask, which names nobody."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.curation import asked, ideas
from bot.errors import BadInput, NotAllowed
from bot.staff import Actor
from bot.tables import Account, Conversation, Event, Idea
from tests.campaigns.conftest import Desk
from tests.people import NOON

WEEK = timedelta(days=7)
BIRTH, MARRIAGE = "1.001193", "1.000894"


def add(desk: Desk, title: str = "Hỏi nhiều về VNeID", *, by: str = "lan", **parts: str) -> int:
    with desk.db.write() as session:
        return ideas.add(session, desk.actors[by], title, now=desk.now, **parts).id


def do(desk: Desk, verb: Any, idea_id: int, *, by: str = "lan") -> Any:
    with desk.db.write() as session:
        return verb(session, desk.actors[by], idea_id, now=desk.now).id


def test_an_idea_becomes_a_draft_once(desk: Desk) -> None:
    idea_id = add(desk, "  Hỏi nhiều\nvề VNeID ", text="Ba việc.", link="https://a.example/x", topic="CĐS")
    post_id = do(desk, ideas.use, idea_id)
    shown = desk.show(post_id)
    assert (shown["title"], shown["text"], shown["topic"]) == ("Hỏi nhiều về VNeID", "Ba việc.", "CĐS")
    assert (shown["state"], shown["author"], len(shown["targets"])) == ("draft", "lan", 2)
    with desk.db.read() as session:
        idea = session.get_one(Idea, idea_id)
    assert (idea.state, idea.post_id) == ("used", post_id)
    for verb in (ideas.use, ideas.drop):
        with pytest.raises(BadInput, match="is used already"):
            do(desk, verb, idea_id)


def test_lists_are_the_agencys_own_and_the_newest_first(desk: Desk) -> None:
    first, second, third = (add(desk, f"Ý {n}") for n in range(3))
    add(desk, "của xã khác", by="tu")
    do(desk, ideas.drop, second)
    with desk.db.read() as session:
        here = desk.actors["lan"].agency_id
        assert [one.id for one in ideas.listed(session, here)] == [third, first]
        assert len(ideas.listed(session, here, states=ideas.STATES)) == 3
    with pytest.raises(BadInput, match="no idea"):
        do(desk, ideas.use, first, by="tu")


@pytest.mark.parametrize(
    ("title", "parts", "faults"),
    [("", {}, 1), (" ", {"link": "x"}, 2), ("a" * 301, {"text": "b" * 60_001, "link": "ftp://a.b"}, 3)],
)
def test_a_bad_idea_is_refused_with_every_fault(desk: Desk, title: str, parts: dict[str, str], faults: int) -> None:
    with pytest.raises(BadInput) as caught:
        add(desk, title, **parts)
    assert len(str(caught.value).splitlines()) == faults
    with pytest.raises(NotAllowed):
        add(desk, by="nga")


# --- what citizens ask ---------------------------------------------------------------------------------------


def asked_event(account_id: int, conversation_id: int, outcome: dict[str, Any], *, at: datetime) -> Event:
    return Event(
        account_id=account_id, conversation_id=conversation_id, external_id=secrets.token_hex(8), kind="text", extra={},
        text="tôi tên Lê Văn Bí Mật 0912345678", state="done", received_at=at, due_at=at, outcome=outcome,
    )  # fmt: skip


def events(
    desk: Desk, item: dict[str, Any], *, people: int, times: int = 1, days_ago: float = 1, first: int = 0
) -> None:
    """Write what `people` asked, as the worker leaves it."""
    at = NOON - timedelta(days=days_ago)
    with desk.db.write() as session:
        account = session.scalars(select(Account).where(Account.channel == "zalo")).one()
        for number in range(first, first + people):
            person = f"70{number:02}"
            talk = session.scalars(select(Conversation).where(Conversation.person == person)).first()
            if talk is None:
                talk = Conversation(account_id=account.id, person=person, memory={}, created_at=at, last_at=at)
                session.add(talk)
                session.flush()
            for _ in range(times):
                told = {"skill": "procedure", "confidence": 1.0, **item}
                session.add(asked_event(account.id, talk.id, told, at=at))


def suggestions(desk: Desk, *, most: int = 5, by: str = "lan") -> list[asked.Suggestion]:
    with desk.db.read() as session:
        here = desk.actors[by].agency_id
        return asked.suggestions(session, here, since=NOON - WEEK, until=NOON, most=most)


def test_what_most_people_asked_comes_first_with_reviewed_words_and_source(desk: Desk) -> None:
    events(desk, {"procedure": BIRTH}, people=3, times=5)
    events(desk, {"procedure": MARRIAGE}, people=4)
    events(desk, {"skill": "topic", "candidates": ["topic/chuyen-doi-so"]}, people=3)
    events(desk, {"skill": "procedure", "procedure": None, "candidates": [BIRTH, MARRIAGE]}, people=9)  # asked back
    events(desk, {"skill": "none"}, people=9)
    events(desk, {"procedure": "9.999999"}, people=9)  # in no catalogue any more
    found = suggestions(desk)
    assert [(one.count.item, one.count.people, one.count.times) for one in found] == [
        (MARRIAGE, 4, 4), (BIRTH, 3, 15), ("topic/chuyen-doi-so", 3, 3),
    ]  # fmt: skip
    assert found[1].title == "Nhiều người hỏi: làm giấy khai sinh"
    assert "Nguồn: Cổng Dịch vụ công quốc gia, mã 1.001193" in found[1].text
    assert "505/QĐ-TTg" in found[2].text
    assert suggestions(desk, most=1) == found[:1]


def test_nothing_tells_who_asked(desk: Desk) -> None:
    events(desk, {"procedure": BIRTH}, people=2, times=50)  # too few to be told of
    events(desk, {"procedure": MARRIAGE}, people=3)
    found = suggestions(desk)
    assert [one.count.item for one in found] == [MARRIAGE]
    told = repr(found)
    assert not any(word in told for word in ("Bí Mật", "0912345678", "7001", "7002"))


def test_last_week_and_other_agencies_do_not_count(desk: Desk) -> None:
    events(desk, {"procedure": BIRTH}, people=5, days_ago=8)
    assert suggestions(desk) == []
    events(desk, {"procedure": BIRTH}, people=5)
    assert suggestions(desk, by="tu") == []
    assert len(suggestions(desk)) == 1


def test_suggestions_are_put_on_the_list_once_a_week(desk: Desk) -> None:
    events(desk, {"procedure": BIRTH}, people=3)
    events(desk, {"procedure": MARRIAGE}, people=3)
    found = suggestions(desk)

    def kept(by: Actor, *, days: int = 0) -> int:
        with desk.db.write() as session:
            return len(asked.keep(session, by, found, now=NOON + timedelta(days=days)))

    lan = desk.actors["lan"]
    assert [kept(lan), kept(desk.actors["minh"]), kept(lan, days=7)] == [2, 0, 2]
    with pytest.raises(NotAllowed):
        kept(desk.actors["nga"])
    with desk.db.read() as session:
        (idea, *_) = ideas.listed(session, lan.agency_id)
        assert idea.origin == f"asked:{BIRTH}:2026-W49"
    shown = desk.show(do(desk, ideas.use, idea.id))
    assert "Nguồn:" in shown["text"]
