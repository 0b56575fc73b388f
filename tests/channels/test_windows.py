"""Windows: how long a person may be answered, by the bot and by a colleague; the tag is for a colleague only."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask import Flask

from bot.channels import CHANNELS
from bot.channels.base import Account, Message
from bot.channels.http import Http
from bot.channels.windows import Phase, longest, window
from bot.errors import WindowClosed
from bot.web.sandbox.graph import FakeGraph, FakePage, blueprint
from tests.channels.conftest import Serve

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
ON, OFF = {"human_agent": "on"}, {"human_agent": "off"}


@pytest.mark.parametrize(
    ("channel", "memory", "hours", "phase", "left"),
    [
        ("zalo", {}, 0, Phase.OPEN, 168),
        ("zalo", {}, 48, Phase.OPEN, 120),
        ("zalo", {}, 49, Phase.PAID, 119),
        ("zalo", {}, 165, Phase.PAID, 3),
        ("zalo", {}, 166, Phase.CLOSING, 2),
        ("zalo", {}, 168, Phase.CLOSING, 0),
        ("zalo", {}, 169, Phase.CLOSED, 0),
        ("zalo", ON, 169, Phase.CLOSED, 0),
        ("facebook", {}, 0, Phase.OPEN, 24),
        ("facebook", {}, 21, Phase.OPEN, 3),
        ("facebook", {}, 22, Phase.CLOSING, 2),
        ("facebook", {}, 25, Phase.CLOSED, 0),
        ("facebook", OFF, 25, Phase.CLOSED, 0),
        ("facebook", ON, 22, Phase.OPEN, 146),
        ("facebook", ON, 25, Phase.TAGGED, 143),
        ("facebook", ON, 167, Phase.CLOSING, 1),
        ("facebook", ON, 169, Phase.CLOSED, 0),
    ],
)
def test_a_colleagues_window(channel: str, memory: dict[str, str], hours: int, phase: Phase, left: int) -> None:
    found = window(CHANNELS[channel].limits, memory, acted=NOW - timedelta(hours=hours), now=NOW)
    assert (found.phase, found.left) == (phase, timedelta(hours=left))
    assert found.open is (phase is not Phase.CLOSED)


def test_who_never_wrote_cannot_be_written_to() -> None:
    found = window(CHANNELS["zalo"].limits, {}, acted=None, now=NOW)
    assert (found.phase, found.open, found.closes_at) == (Phase.NEVER, False, None)


@pytest.mark.parametrize("memory", [{}, ON, OFF])
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_bots_window_never_grows(channel: str, memory: dict[str, str]) -> None:
    limits = CHANNELS[channel].limits
    assert longest(limits, memory, human=False) == limits.window


@pytest.mark.parametrize(("author", "late", "setting"), list(product(["", "hoa"], [False, True], ["", "off", "on"])))
def test_only_a_persons_late_words_with_the_permission_carry_the_tag(
    serve: Serve, author: str, late: bool, setting: str
) -> None:
    page = FakePage(page_id="1" * 15, app_id="2" * 15, app_secret="s", page_token="t", human_agent=True)
    fake = FakeGraph()
    fake.add(page)
    fake.meet(page.page_id, "7001", at=datetime.now(UTC) - timedelta(hours=30 if late else 1))
    app = Flask("graph")
    app.register_blueprint(blueprint(fake), url_prefix="/graph")
    http = Http({"graph": serve(app) + "/graph"}, timeout=(1.0, 5.0))
    memory = {"human_agent": setting} if setting else {}
    secrets = {"app_id": page.app_id, "app_secret": "s", "verify_token": "v", "page_token": "t"}
    account = Account(key=page.page_id, secrets=secrets, memory=memory)
    message = Message(text="Dạ vâng.", author=author, late=late)
    tagged = bool(author) and late and setting == "on"
    if late and not tagged:
        with pytest.raises(WindowClosed):
            CHANNELS["facebook"].send(http, account, "7001", message)
        assert fake.sent("7001") == []
    else:
        CHANNELS["facebook"].send(http, account, "7001", message)
        assert [one["tag"] for one in fake.sent("7001")] == ["HUMAN_AGENT" if tagged else ""]
