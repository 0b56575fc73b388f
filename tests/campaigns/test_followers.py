"""A post to every follower by our own list: once each, after answers, at the pace, resumable, stopped at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, Response
from sqlalchemy import select, update
from sqlalchemy import text as sql

from bot import followers, inbox, outbox
from bot.campaigns import review, rules
from bot.channels.base import Message, Sent
from bot.errors import OutcomeUnknown, Unreachable
from bot.pacing import AHEAD, JITTER
from bot.sending import Sending
from bot.tables import Account, Conversation, Delivery
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import SOON, ZALO, Desk
from tests.channels.conftest import Serve, serve
from tests.lanes import once
from tests.people import NOON, text

__all__ = ["serve"]
LIST = replace(ZALO, options={"followers": True})
PEOPLE = [f"70{number:02}" for number in range(12)]


@pytest.fixture
def people(desk: Desk) -> Sequence[str]:
    account = desk.account("zalo")
    with desk.db.write() as session:
        session.execute(update(Account).values(per_second=1000.0))
        events = [text(number, sender=person) for number, person in enumerate(PEOPLE)]
        inbox.accept(session, desk.db, account.id, events=events, now=NOON)
        session.execute(update(Conversation).values(follows=True))
        for person, values in (
            ("7000", {"follows": False}),
            ("7001", {"unreachable": True}),
            ("7002", {"last_act_at": NOON - timedelta(days=8)}),
        ):
            session.execute(update(Conversation).where(Conversation.person == person).values(**values))
    return PEOPLE[3:]


def published(desk: Desk) -> int:
    post_id = desk.approved(targets=(LIST,))
    desk.now = SOON
    assert desk.published(post_id)["state"] == "published"
    return post_id


def claims(desk: Desk, *, kind: str = outbox.NEWS, most: int = 100) -> list[outbox.Claimed]:
    with desk.db.write() as session:
        return outbox.claim(session, "w1", now=desk.now, most=most, kind=kind)


def test_every_follower_who_may_be_written_to_gets_one(
    desk: Desk, platforms: Platforms, people: Sequence[str]
) -> None:  # fmt: skip
    post_id = published(desk)
    rows = desk.deliveries(outbox.NEWS)
    assert [row.recipient for row in rows] == people
    assert {(row.priority, row.conversation_id, row.state) for row in rows} == {(10, None, "waiting")}
    (article,) = platforms.zalo.articles.published()
    message = outbox.message_of(rows[0].body)
    assert message.text.startswith(desk.show(post_id)["title"])
    assert message.buttons[0].value == article["link_view"]
    assert desk.show(post_id)["targets"][0]["followers"] == {"waiting": len(people)}


def test_a_crash_midway_goes_on_and_nobody_gets_two(
    desk: Desk, platforms: Platforms, people: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "AT_ONCE", 4)
    post_id = desk.approved(targets=(LIST,))
    desk.now = SOON
    desk.release()
    desk.work()
    desk.now += timedelta(seconds=5)
    target = desk.target(post_id, "zalo")
    with desk.db.write() as session:
        session.execute(update(Delivery).where(Delivery.kind == "post").values(due_at=SOON.replace(year=2030)))
        followers.enqueue_some(session, desk.db, target.id, now=desk.now)
    with desk.db.write() as session:
        session.execute(update(Delivery).where(Delivery.kind == "post").values(due_at=desk.now))
    assert len(desk.deliveries(outbox.NEWS)) == 4
    assert desk.published(post_id)["state"] == "published"
    assert sorted(row.recipient for row in desk.deliveries(outbox.NEWS)) == sorted(people)


def test_answers_go_first(desk: Desk, platforms: Platforms, people: Sequence[str]) -> None:
    published(desk)
    with desk.db.write() as session:
        talk = session.scalars(select(Conversation).where(Conversation.person == people[-1])).one()
        outbox.enqueue(session, desk.db, to=talk, messages=[Message(text="trả lời")], key="event:1", now=desk.now)
    assert claims(desk) == []  # as long as an answer of this account waits
    (answer,) = claims(desk, kind=outbox.REPLY)
    assert answer.delivery.body["text"] == "trả lời"  # though news waits for the same person
    desk.now += timedelta(seconds=1)
    assert claims(desk)


@pytest.mark.parametrize(("beside_news", "claimed"), [(True, 1), (False, 0)])
def test_an_answer_takes_the_place_of_news_that_has_the_next_turns(
    desk: Desk, platforms: Platforms, people: Sequence[str], beside_news: bool, claimed: int
) -> None:
    published(desk)
    with desk.db.write() as session:
        session.execute(update(Account).values(per_second=20.0))
    told = claims(desk)
    assert 3 <= len(told) < len(people)  # of the next 240 ms
    assert max(one.turn for one in told) > desk.now + AHEAD
    with desk.db.write() as session:
        if not beside_news:
            session.execute(update(Delivery).where(Delivery.state == "waiting").values(state="cancelled"))
        talk = session.scalars(select(Conversation).where(Conversation.person == people[-1])).one()
        outbox.enqueue(session, desk.db, to=talk, messages=[Message(text="trả lời")], key="event:1", now=desk.now)
    answers = claims(desk, kind=outbox.REPLY)
    assert len(answers) == claimed
    assert all(one.turn <= desk.now + AHEAD for one in answers)


def test_the_account_keeps_its_pace(desk: Desk, platforms: Platforms, people: Sequence[str]) -> None:
    published(desk)
    with desk.db.write() as session:
        session.execute(update(Account).values(per_second=2.0))
    counted = []
    for _ in range(10):
        counted.append(len(claims(desk)))
        desk.now += timedelta(milliseconds=250 * (1 + JITTER))
    assert counted == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]


def test_an_account_that_waits_does_not_hold_up_another(
    desk: Desk, platforms: Platforms, people: Sequence[str]
) -> None:  # fmt: skip
    published(desk)
    zalo, facebook = desk.account("zalo").id, desk.account("facebook").id
    with desk.db.write() as session:
        session.execute(update(Delivery).where(Delivery.recipient == people[-1]).values(account_id=facebook))
        session.execute(update(Account).where(Account.id == zalo).values(pace_at=desk.now + timedelta(hours=1)))
        session.execute(update(Account).where(Account.id == facebook).values(pace_at=desk.now))
        assert (outbox.next_due(session, kind=outbox.NEWS) or desk.now) <= desk.now
    assert [one.delivery.recipient for one in claims(desk)] == [people[-1]]
    with desk.db.read() as session:
        due = outbox.next_due(session, kind=outbox.NEWS)
    assert due is not None
    assert timedelta(minutes=59) < due - desk.now <= timedelta(hours=1)


@pytest.mark.parametrize(("kind", "waits"), [(outbox.NEWS, True), (outbox.REPLY, False)])
def test_news_is_sent_only_when_its_claim_is_on_the_disk(desk: Desk, kind: str, waits: bool) -> None:
    sending = Sending(desk.db, desk.vault, desk.settings, kind=kind)
    with desk.db.write(durable=sending.durable([])) as session:
        asked = "SHOW synchronous_commit" if desk.db.postgres else "PRAGMA synchronous"
        level = str(session.execute(sql(asked)).scalar_one())
    assert level in ({"on", "2"} if waits else {"off", "1"})  # 2 is FULL


@pytest.mark.parametrize(("status", "state"), [(502, "unknown"), (503, "unknown"), (429, "waiting")])
def test_news_of_which_nobody_knows_is_not_sent_again(
    desk: Desk, platforms: Platforms, people: Sequence[str], serve: Serve, status: int, state: str
) -> None:
    published(desk)
    gateway = Flask("gateway")
    gateway.before_request(lambda: Response("busy, or not", status))
    settings = replace(desk.settings, urls={**desk.settings.urls, "zalo": serve(gateway)})
    sending = Sending(desk.db, desk.vault, settings, kind=outbox.NEWS)
    assert once(desk.db, sending, desk.clock) == 1
    assert [row.state for row in desk.deliveries(outbox.NEWS)] == [state, *["waiting"] * (len(people) - 1)]


@pytest.mark.parametrize("how", ["freeze", "cancel"])
def test_it_stops_at_once(desk: Desk, platforms: Platforms, people: Sequence[str], how: str) -> None:
    post_id = published(desk)
    begun = claims(desk, most=2)
    if how == "freeze":
        with desk.db.write() as session:
            rules.freeze(session, rules.ALL, who="minh", now=desk.now)
    else:
        desk.do(review.cancel_or_stop, post_id, by="minh")
    desk.now += timedelta(seconds=1)
    assert claims(desk) == []
    states = {row.state for row in desk.deliveries(outbox.NEWS) if row.id not in {one.id for one in begun}}
    assert states == {"held" if how == "freeze" else "cancelled"}


@pytest.mark.parametrize(
    ("error", "state", "unreachable"),
    [(OutcomeUnknown("cut"), "unknown", False), (Unreachable("left"), "failed", True)],
)
def test_what_became_of_each_is_kept(
    desk: Desk, platforms: Platforms, people: Sequence[str], error: OutcomeUnknown | Unreachable, state: str,
    unreachable: bool,
) -> None:  # fmt: skip
    post_id = published(desk)
    first, second = claims(desk, most=2)
    with desk.db.write() as session:
        outbox.settle_sent(session, first.delivery, worker="w1", sent=Sent(message_id="m1"), now=desk.now)
        outbox.settle_failed(session, second.delivery, worker="w1", error=error, now=desk.now)
    told = desk.show(post_id)["targets"][0]["followers"]
    assert told == {"sent": 1, state: 1, "waiting": len(people) - 2}
    with desk.db.read() as session:
        found = session.scalars(select(Conversation).where(Conversation.person == second.delivery.recipient)).one()
    assert found.unreachable == unreachable
