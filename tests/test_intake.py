"""Webhooks of one moment share a commit: each hears of its own, and one that cannot be stored hurts no other."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError

from bot.channels.base import Inbound, Kind
from bot.db import Database
from bot.intake import Intake
from bot.tables import Account, Conversation, Event
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo, text


@pytest.fixture
def account_id(db: Database, vault: Vault) -> int:
    with db.write() as session:
        return add_suoi_mo(session, vault)[0].id


def at_once(db: Database, intake: Intake, calls: Sequence[Callable[[], int]]) -> list[int | Exception]:
    """Make every call wait for the first, whose commit is slow, so that they share one."""
    commits = []

    @event.listens_for(db.engine, "commit")
    def slow(_connection: object) -> None:
        commits.append(1)
        if len(commits) == 1:
            time.sleep(0.5)

    def outcome(call: Callable[[], int]) -> int | Exception:
        try:
            return call()
        except DBAPIError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        first = pool.submit(outcome, calls[0])
        time.sleep(0.2)
        rest = [pool.submit(outcome, call) for call in calls[1:]]
        outcomes = [one.result(20) for one in (first, *rest)]
    event.remove(db.engine, "commit", slow)
    assert len(commits) < len(calls) or any(isinstance(one, Exception) for one in outcomes)
    return outcomes


def texts(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(Event.text).order_by(Event.id)))


def test_calls_that_come_together_share_a_commit(db: Database, account_id: int) -> None:
    intake = Intake(db)
    calls = [lambda n=n: intake.accept(account_id, [text(n, f"câu {n}", sender=f"70{n}")]) for n in range(12)]
    assert at_once(db, intake, calls) == [1] * 12
    assert sorted(texts(db)) == sorted(f"câu {n}" for n in range(12))


def test_a_redelivery_in_the_same_commit_is_new_once(db: Database, account_id: int) -> None:
    intake = Intake(db)
    calls = [lambda: intake.accept(account_id, [text(1), text(1)])] * 6
    outcomes = at_once(db, intake, calls)
    assert sum(one for one in outcomes if isinstance(one, int)) == 1
    assert texts(db) == ["xin chào"]


def test_one_that_cannot_be_stored_hurts_no_other(db: Database, account_id: int) -> None:
    intake = Intake(db)
    nowhere = 987_654  # no such account: its rows break the foreign key
    calls = [lambda n=n: intake.accept(nowhere if n == 3 else account_id, [text(n, f"câu {n}")]) for n in range(8)]
    outcomes = at_once(db, intake, calls)
    assert [type(one) is int for one in outcomes] == [n != 3 for n in range(8)]
    assert sorted(texts(db)) == sorted(f"câu {n}" for n in range(8) if n != 3)
    assert intake.accept(account_id, [text(99, "sau đó")]) == 1


def test_one_person_in_many_calls_has_one_conversation(db: Database, account_id: int) -> None:
    intake = Intake(db)
    calls = [lambda n=n: intake.accept(account_id, [text(n, sender="7001"), text(n, sender="7002")]) for n in range(6)]
    assert at_once(db, intake, calls) == [2] * 6
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 2
        assert len(set(session.scalars(select(Event.conversation_id)))) == 2


def test_two_web_processes_may_meet_the_same_people(db: Database, account_id: int) -> None:
    other = Database(db.url.render_as_string(hide_password=False))
    events = [text(n, sender=f"70{n % 5}") for n in range(20)]

    def deliver(intake: Intake, order: Sequence[Inbound]) -> int:
        return sum(intake.accept(account_id, [one]) for one in order)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(deliver, Intake(db), events)
        two = pool.submit(deliver, Intake(other), events[::-1])
        assert one.result(30) + two.result(30) == 20
    other.close()


@pytest.mark.parametrize("sender", ["", "7001"])
def test_events_of_one_call_keep_their_order(db: Database, account_id: int, sender: str) -> None:
    events = [replace(text(n, f"câu {n}"), sender=sender) for n in range(30)]
    Intake(db).accept(account_id, events)
    assert texts(db) == [f"câu {n}" for n in range(30)]


def test_the_window_opens_for_new_acts_only(db: Database, account_id: int) -> None:
    intake = Intake(db)

    def last_act(*events: Inbound) -> datetime | None:
        intake.accept(account_id, events)
        with db.read() as session:
            return session.scalars(select(Conversation.last_act_at)).one()

    first, later = replace(text(1), sent_at=NOON), replace(text(2), sent_at=NOON + timedelta(hours=1))
    assert last_act(first) == NOON
    assert last_act(later, first) == later.sent_at
    assert last_act(first) == later.sent_at
    assert last_act(Inbound(external_id="s", kind=Kind.SEEN, sender="7001")) == later.sent_at
    ahead = last_act(replace(text(3), sent_at=NOON + timedelta(days=3650)))  # a platform's clock ahead of ours
    assert ahead is not None
    assert ahead <= datetime.now(UTC)


def test_each_account_notes_its_last_event(db: Database, account_id: int) -> None:
    intake = Intake(db)
    intake.accept(account_id, [text(1)])
    with db.write() as session:
        session.get_one(Account, account_id).last_event_at = None
    intake.accept(account_id, [text(2)])  # so soon after, it is not looked at again
    with db.read() as session:
        assert session.get_one(Account, account_id).last_event_at is None


def test_the_writing_passes_from_thread_to_thread(db: Database, account_id: int) -> None:
    intake, writers = Intake(db), set()

    @event.listens_for(db.engine, "commit")
    def noted(_connection: object) -> None:
        writers.add(threading.get_ident())

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda n: intake.accept(account_id, [text(n, sender=f"70{n}")]), range(200)))
    assert stored == [1] * 200
    assert len(writers) > 1  # nobody is kept writing for the others
