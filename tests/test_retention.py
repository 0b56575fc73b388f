"""Citizens' words are emptied when their agency's time for them has passed, not a day earlier."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot import inbox, retention
from bot.channels.base import Inbound, Kind
from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.rights import ROLES
from bot.staff import Actor
from bot.tables import Account, Agency, Conversation, Event, Ticket
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo, text
from tests.test_forgetting import talk, traces


@pytest.mark.parametrize(
    ("now", "months", "day"),
    [
        (datetime(2026, 11, 23, 5, tzinfo=UTC), 24, (2024, 11, 23)),
        (datetime(2026, 11, 23, 20, tzinfo=UTC), 1, (2026, 10, 24)),  # already the 24th in Vietnam
        (datetime(2026, 3, 31, 5, tzinfo=UTC), 1, (2026, 2, 28)),
        (datetime(2028, 3, 31, 5, tzinfo=UTC), 1, (2028, 2, 29)),
        (datetime(2026, 1, 5, 5, tzinfo=UTC), 12, (2025, 1, 5)),
    ],
)
def test_months_are_counted_by_the_calendar(now: datetime, months: int, day: tuple[int, int, int]) -> None:
    found = retention.months_before(now, months)
    assert ((found.year, found.month, found.day), found.hour) == (day, 0)


def years_on(db: Database, account: Account, *, months: int) -> datetime:
    with db.write() as session:
        session.execute(update(Agency).values(retention_months=months))
    return NOON + timedelta(days=30 * months + 20)


def test_old_words_go_and_counts_stay(db: Database, vault: Vault) -> None:
    with db.write() as session:
        zalo, _ = add_suoi_mo(session, vault)
        talk(session, db, zalo, "7001")
    later = years_on(db, zalo, months=12)
    assert retention.empty_old(db, now=NOON + timedelta(days=300)) == 0
    assert retention.empty_old(db, now=later) == 1
    assert traces(db, ("7001", "Bưởi")) == ["deliveries"]  # still waiting to be sent: the outbox's own matter
    with db.read() as session:
        event, ticket = session.scalars(select(Event)).one(), session.scalars(select(Ticket)).one()
    assert (event.state, event.outcome["procedure"], ticket.text) == ("done", "1.001193", "")


def test_who_still_writes_keeps_the_conversation_and_the_new_words(db: Database, vault: Vault) -> None:
    with db.write() as session:
        zalo, _ = add_suoi_mo(session, vault)
        talk(session, db, zalo, "7001")
    later = years_on(db, zalo, months=12)
    with db.write() as session:
        inbox.accept(session, db, zalo.id, events=[text(2, "hôm nay", at=later)], now=later)
    retention.empty_old(db, now=later)
    with db.read() as session:
        assert session.scalars(select(Event.text).order_by(Event.id)).all() == ["", "hôm nay"]
        assert session.scalars(select(Conversation.person)).all() == ["7001"]


def test_it_goes_on_in_batches_to_the_end_and_then_rests(
    db: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    with db.write() as session:
        zalo, _ = add_suoi_mo(session, vault)
        for number in range(10):
            at = NOON + timedelta(minutes=number // 4)  # several in the same moment
            inbox.accept(session, db, zalo.id, events=[text(number, sender=f"55500{number}", at=at)], now=at)
        tag = Inbound(external_id="tag:1", kind=Kind.OTHER, extra={"user_ids": "5550099"})
        inbox.accept(session, db, zalo.id, events=[tag], now=NOON)
        session.execute(update(Event).values(state="done"))
    later = years_on(db, zalo, months=1)
    assert retention.empty_old(db, now=later) == 11
    assert retention.empty_old(db, now=later) == 0
    assert traces(db, ("xin chào", "55500")) == []


@pytest.mark.parametrize("months", [0, 121, -1])
def test_months_have_bounds(db: Database, vault: Vault, months: int) -> None:
    with db.write() as session:
        agency = add_suoi_mo(session, vault)[0].agency
        with pytest.raises(BadInput, match="retention"):
            retention.keep_for(session, Actor(1, "an", agency.id, ROLES["admin"]), agency, months, now=NOON)
        with pytest.raises(NotAllowed):
            retention.keep_for(session, Actor(1, "binh", agency.id, ROLES["leader"]), agency, 12, now=NOON)
