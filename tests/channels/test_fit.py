"""`fit`: whatever comes in, what goes out is within the platform's limits and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import CHANNELS
from bot.channels.base import Button, Limits, Message, Press
from bot.channels.fit import PARTS_MAX, fit

ZALO, MESSENGER = CHANNELS["zalo"].limits, CHANNELS["facebook"].limits
both = pytest.mark.parametrize("limits", [ZALO, MESSENGER], ids=["zalo", "facebook"])

texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=6000)
buttons = st.builds(
    Button,
    title=st.text(min_size=1, max_size=150),
    press=st.sampled_from(list(Press)),
    value=st.text(min_size=1, max_size=40),
)


def check(messages: list[Message], limits: Limits) -> None:
    assert 1 <= len(messages) <= PARTS_MAX
    for message in messages:
        assert message.text.strip()
        assert len(message.text) <= limits.text
        assert all(0 < len(button.title) <= limits.title for button in message.buttons)
        assert all(len(button.value) <= limits.payload for button in message.buttons)
        if any(button.press is not Press.SAY for button in message.buttons):
            assert len(message.text) <= limits.text_with_buttons
            assert len(message.buttons) <= limits.buttons
        else:
            assert len(message.buttons) <= limits.choices
    assert all(not message.buttons for message in messages[:-1])


@given(text=texts, pressed=st.lists(buttons, max_size=20))
def test_every_message_is_within_zalos_limits(text: str, pressed: list[Button]) -> None:
    check(fit(Message(text=text, buttons=tuple(pressed)), ZALO), ZALO)


@given(text=texts, pressed=st.lists(buttons, max_size=20))
def test_every_message_is_within_messengers_limits(text: str, pressed: list[Button]) -> None:
    check(fit(Message(text=text, buttons=tuple(pressed)), MESSENGER), MESSENGER)


@given(words=st.lists(st.sampled_from(["giấy", "khai sinh", "hộ khẩu.", "phí,", "một"]), min_size=1, max_size=1200))
def test_no_word_is_lost_or_changed(words: list[str]) -> None:
    text = " ".join(words)
    said = " ".join(message.text for message in fit(Message(text=text), ZALO))
    assert said.split() == text.split()


@both
def test_a_short_answer_stays_one_message(limits: Limits) -> None:
    message = Message(text="Không mất tiền.", buttons=(Button(title="Nộp ở đâu", value="#tthc:1.001193:where"),))
    (only,) = fit(message, limits)
    assert only.buttons == message.buttons


def test_zalo_prints_the_choices_because_some_devices_show_no_buttons() -> None:
    choices = (
        Button(title="Làm giấy khai sinh", value="#tthc:1.001193"),
        Button(title="Việc khác", value="#say:other"),
    )
    (only,) = fit(Message(text="Bạn muốn hỏi việc nào?", buttons=choices), ZALO)
    assert only.text == "Bạn muốn hỏi việc nào?\n\n1. Làm giấy khai sinh\n2. Việc khác"


def test_a_title_that_must_be_cut_is_said_in_full() -> None:
    long = "Khai sinh cho người lớn đã có giấy tờ cá nhân"
    (only,) = fit(
        Message(text="Bạn muốn hỏi việc nào?", buttons=(Button(title=long, value="#tthc:1.004772"),)), MESSENGER
    )
    assert only.buttons[0].title == "Khai sinh cho người…"
    assert f"1. {long}" in only.text


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraph = "Một đoạn văn dài. " * 60
    parts = fit(Message(text=f"{paragraph}\n\n{paragraph}\n\n{paragraph}"), ZALO)
    assert [part.text.endswith("dài.") for part in parts] == [True] * len(parts)


def test_a_link_becomes_words_rather_than_cutting_the_answer() -> None:
    link = Button(title="Mở Cổng DVC", press=Press.URL, value="https://dichvucong.gov.vn")
    say = Button(title="Phí bao nhiêu", value="#tthc:1.001193:fee")
    (only,) = fit(Message(text="a b " * 300, buttons=(say, link)), MESSENGER)
    assert only.buttons == (say,)
    assert only.text.endswith("Mở Cổng DVC: https://dichvucong.gov.vn")


def test_counts_are_characters_after_nfc_not_bytes() -> None:
    decomposed = "é" * 2000  # two code points each before NFC
    (only,) = fit(Message(text=decomposed), ZALO)
    assert len(only.text) == 2000
