"""A citizen asks in the chat to be forgotten, is asked once more, and finds the request by its code."""

import re
from datetime import UTC, datetime

import pytest
import requests

from bot import forgetting
from bot.db import Database
from tests.postgres import wait_for
from tests.test_forgetting import traces
from tests.town import Town


@pytest.mark.parametrize("channel", ["zalo", "facebook"])
def test_forgotten_at_ones_own_word(town: Town, channel: str) -> None:
    user = "7001234567"
    town.says(channel, user, "phí chứng thực bao nhiêu")
    town.hears(channel, user)
    town.says(channel, user, "xóa dữ liệu của tôi")
    asked = town.hears(channel, user, 2)[-1]
    (button,) = asked["buttons"]
    town.says(channel, user, button["title"], kind=button["kind"], payload=button["value"])
    told = town.hears(channel, user, 4)
    code = re.search(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", told[-1]["text"])
    assert code
    status = requests.get(f"{town.web}/data-deletion", params={"code": code[0]}, timeout=10)
    assert "Đã xóa xong" in status.text
    # What told it is still in the outbox, to be swept when sent; nothing else has a trace.
    assert wait_for(lambda: _only_the_outbox(town.db, user))


def _only_the_outbox(db: Database, user: str) -> bool:
    return set(traces(db, (user, "chứng thực"))) <= {"deliveries"}


def test_who_withdraws_on_zalo_is_forgotten_without_a_word(town: Town) -> None:
    town.says("zalo", "7009876543", "xin chào")
    town.hears("zalo", "7009876543")
    town.says("zalo", "7009876543", kind="withdraw")
    # An answer whose sending was not yet written down is swept once it is: the scheduler's step.
    assert wait_for(lambda: _only_the_outbox(town.db, "7009876543"))
    assert wait_for(lambda: _swept(town.db))
    assert traces(town.db, ("7009876543",)) == []


def _swept(db: Database) -> bool:
    with db.write() as session:
        return forgetting.sweep(session, now=datetime.now(UTC)) == 1
