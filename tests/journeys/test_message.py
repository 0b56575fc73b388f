"""A citizen asks on either channel and gets the answer; once, in order, whatever fails on the way."""

import pytest
from sqlalchemy import select

from bot.tables import Account, Audit, Delivery, Event
from tests.postgres import wait_for
from tests.town import Town

both = pytest.mark.parametrize("channel", ["zalo", "facebook"])
QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"


@both
def test_a_question_is_answered_with_source_and_date(town: Town, channel: str) -> None:
    assert town.says(channel, "7001", QUESTION) == 200
    (answer,) = town.hears(channel, "7001")
    assert "Giấy chứng sinh" in answer["text"]
    assert "Nguồn: Cổng Dịch vụ công quốc gia, mã 1.001193, cập nhật 10/06/2026." in answer["text"]
    assert {button["title"] for button in answer["buttons"]} >= {"Phí bao nhiêu", "Nộp ở đâu", "Gặp cán bộ"}


@both
def test_a_pressed_button_is_answered(town: Town, channel: str) -> None:
    town.says(channel, "7001", QUESTION)
    (first,) = town.hears(channel, "7001")
    fee = next(button for button in first["buttons"] if button["title"] == "Phí bao nhiêu")
    town.says(channel, "7001", fee["title"], kind=fee["kind"], payload=fee["value"])
    answers = town.hears(channel, "7001", 2)
    assert "phí" in answers[1]["text"]
    assert "1.001193" in answers[1]["text"]


@both
def test_a_redelivered_webhook_is_answered_once(town: Town, channel: str) -> None:
    key = {"zalo": "388613280878808645", "facebook": "100000000000001"}[channel]
    body, headers = town.platforms.act(channel, key, kind="text", user="7001", text=QUESTION)
    assert [town.posts(channel, body, headers) for _ in range(5)] == [200] * 5
    town.hears(channel, "7001")
    town.stop()
    assert len(town.platforms.sent(channel, "7001")) == 1


@both
def test_a_wrong_signature_stores_nothing(town: Town, channel: str) -> None:
    key = {"zalo": "388613280878808645", "facebook": "100000000000001"}[channel]
    body, headers = town.platforms.act(channel, key, kind="text", user="7001", text=QUESTION)
    assert town.posts(channel, body.replace(b"khai", b"KHAI"), headers) == 403
    assert town.posts(channel, body, {}) == 403
    with town.db.read() as session:
        assert session.scalars(select(Event)).all() == []


@both
@pytest.mark.parametrize("kind", ["sticker", "image", "audio"])
def test_what_cannot_be_read_gets_one_kind_sentence(town: Town, channel: str, kind: str) -> None:
    town.says(channel, "7001", kind=kind)
    town.hears(channel, "7001")
    town.says(channel, "7001", kind=kind)
    town.says(channel, "7001", QUESTION)
    answers = town.hears(channel, "7001", 2)
    assert "gõ câu hỏi bằng chữ" in answers[0]["text"]
    assert "Giấy chứng sinh" in answers[1]["text"]
    assert len(answers) == 2


@both
def test_a_conversation_keeps_its_order(town: Town, channel: str) -> None:
    for number in range(6):
        town.says(channel, "7001", f"{QUESTION} {number}")
    town.hears(channel, "7001", 6)
    town.stop()
    with town.db.read() as session:
        events = list(session.scalars(select(Event).order_by(Event.id)))
        sent = list(session.scalars(select(Delivery).order_by(Delivery.finished_at)))
    assert [delivery.event_id for delivery in sent] == [event.id for event in events]


@both
def test_follow_and_greeting(town: Town, channel: str) -> None:
    town.says(channel, "7001", kind="follow" if channel == "zalo" else "get_started")
    (welcome,) = town.hears(channel, "7001")
    assert "UBND xã Suối Mơ" in welcome["text"]
    assert "OTP" in welcome["text"]


@both
@pytest.mark.parametrize(
    ("fault", "copies"),
    [("5xx", 1), ("timeout", 2)],  # a cut-off reply may have arrived: it is repeated once, never more
)
def test_a_failing_platform_loses_nothing(town: Town, channel: str, fault: str, copies: int) -> None:
    town.says(channel, "7002", QUESTION)  # lets a Zalo account find its endpoint first
    town.hears(channel, "7002")
    town.platforms.faults.arm(channel, fault)
    town.says(channel, "7001", QUESTION)
    town.hears(channel, "7001", copies, seconds=25)
    town.stop()
    answers = town.platforms.sent(channel, "7001")
    assert len(answers) == copies
    assert all("Giấy chứng sinh" in answer["text"] for answer in answers)


def test_a_dead_zalo_token_is_renewed_and_the_answer_sent(town: Town) -> None:
    town.platforms.faults.arm("zalo", "-216")
    town.says("zalo", "7001", QUESTION)
    assert len(town.hears("zalo", "7001")) == 1
    with town.db.read() as session:
        account = session.scalars(select(Account).where(Account.channel == "zalo")).one()
    assert account.token_renewed_at is not None
    assert account.paused_at is None


def test_a_dead_page_token_stops_the_account_with_one_alert(town: Town) -> None:
    town.platforms.faults.arm("facebook", "190/463", times=50)
    for user in ("7001", "7002", "7003"):
        town.says("facebook", user, QUESTION)

    def page() -> Account:
        with town.db.read() as session:
            return session.scalars(select(Account).where(Account.channel == "facebook")).one()

    assert wait_for(lambda: page().paused_at is not None)
    assert "connect" in page().alert
    town.stop()
    with town.db.read() as session:
        states = set(session.scalars(select(Delivery.state)))
        alerts = session.scalars(select(Audit).where(Audit.verb == "account.stop")).all()
    assert len(alerts) == 1
    assert states == {"waiting"}  # nothing is lost: a person connects the Page, and they go


def test_a_state_agency_oa_switches_once_and_remembers(town: Town) -> None:
    for _ in range(2):
        town.says("zalo", "7001", QUESTION)
        town.hears("zalo", "7001", 1)
    town.hears("zalo", "7001", 2)
    calls = [path for path in town.platforms.zalo.calls() if "message" in path]
    assert calls == [
        "/sandbox/zalo/v3.0/oa/message/cs",
        "/sandbox/zalo/v2.0/oa/message",
        "/sandbox/zalo/v2.0/oa/message",
    ]


def test_a_comment_that_asks_gets_one_private_reply(town: Town) -> None:
    town.says("facebook", "7001", QUESTION, kind="comment")
    answers = town.hears("facebook", "7001")
    assert len(answers) == 1
    assert "Giấy chứng sinh" in answers[0]["text"]


def test_a_comment_that_asks_nothing_is_left_alone(town: Town) -> None:
    town.says("facebook", "7001", "đẹp quá", kind="comment")
    town.says("facebook", "7002", QUESTION)
    town.hears("facebook", "7002")
    town.stop()
    assert town.platforms.sent("facebook", "7001") == []


@both
def test_the_bot_is_silent_after_a_colleague_wrote(town: Town, channel: str) -> None:
    town.says(channel, "7001", QUESTION)
    town.hears(channel, "7001")
    town.says(channel, "7001", "Chào bác, để em xem", kind="staff")
    town.says(channel, "7001", QUESTION)
    town.says(channel, "7002", QUESTION)
    town.hears(channel, "7002")
    town.stop()
    assert len(town.platforms.sent(channel, "7001")) == 1
