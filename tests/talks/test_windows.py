"""Sending is refused after the window with a clear sentence, in the console and again just before the platform."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot import outbox, sending
from bot.channels import CHANNELS
from bot.channels.base import Message
from bot.errors import BadInput, WindowClosed
from bot.tables import Account, Delivery
from bot.talks import rules
from content.phrases import say
from tests.people import NOON
from tests.talks.conftest import Town, account, later


@pytest.mark.parametrize(
    ("channel", "human_agent", "hours", "goes"),
    [
        ("zalo", "", 167, True), ("zalo", "", 169, False), ("zalo", "on", 169, False),
        ("facebook", "", 23, True), ("facebook", "", 25, False), ("facebook", "off", 25, False),
        ("facebook", "on", 25, True), ("facebook", "on", 169, False),
    ],
)  # fmt: skip
def test_a_colleague_answers_within_the_window(
    town: Town, channel: str, human_agent: str, hours: int, goes: bool
) -> None:
    if human_agent:
        with town.db.write() as session:
            session.get_one(Account, town.accounts[channel]).memory = {"human_agent": human_agent}
    town.says("xin chào", channel=channel)
    before = len(town.sent())
    if goes:
        assert town.answers("Dạ vâng.", now=later(hours=hours))
        assert len(town.sent()) == before + 1
    else:
        with pytest.raises(BadInput) as refused:
            town.answers("Dạ vâng.", now=later(hours=hours))
        assert "hết hạn" in say(str(refused.value))
        assert len(town.sent()) == before


def test_who_only_got_words_from_us_cannot_be_answered(town: Town) -> None:
    from bot.channels.base import Kind

    town.does(Kind.STAFF, text="Mời bác đến nhận kết quả")
    with pytest.raises(BadInput, match=r"window\.never"):
        town.answers("Bác nhận được chưa ạ?")


@pytest.mark.parametrize(
    ("author", "human_agent", "hours", "late"),
    [
        ("", "", 23, False), ("", "", 25, None), ("", "on", 25, None),
        ("hoa", "", 23, False), ("hoa", "", 25, None), ("hoa", "on", 25, True), ("hoa", "on", 169, None),
    ],
)  # fmt: skip
def test_just_before_the_platform(author: str, human_agent: str, hours: int, late: bool | None) -> None:
    """`late` is what the channel is told; None: it is not sent at all."""
    task = SimpleNamespace(
        account=Account(memory={"human_agent": human_agent}),
        acted_at=NOON - timedelta(hours=hours),
        delivery=Delivery(body=outbox.body_of(Message(text="Dạ", author=author))),
    )
    limits = CHANNELS["facebook"].limits
    if late is None:
        with pytest.raises(WindowClosed):
            sending._in_time(task, limits, NOON)  # type: ignore[arg-type]
    else:
        message = sending._in_time(task, limits, NOON)  # type: ignore[arg-type]
        assert (message.author, message.late) == (author, late)


def test_the_window_stands_on_the_accounts_own_memory(town: Town) -> None:
    town.says("xin chào", channel="facebook")
    with town.db.read() as session:
        talk = rules.find(session, town.actors["hoa"].agency_id, town.talk().id)
    assert talk is not None
    assert talk.account.id == account(town, "facebook").id
    assert talk.window(later(hours=1)).left == timedelta(hours=23)
