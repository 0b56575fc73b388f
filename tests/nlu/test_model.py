"""The trained model in the real server: the shape it answers in, and a few questions it must never miss."""

import statistics
import time
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from bot.assistant import Assistant
from bot.dialogue.ranking import SURE
from content import library
from content.agency import AgencyFacts
from nlu.client import Client, understood

pytestmark = pytest.mark.nlu

BIRTH = "lam giay khai sinh cho con can nhung gi"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
P50_MAX = 30.0  # milliseconds


@pytest.fixture(scope="module")
def client(rasa: str) -> Iterator[Client]:
    client = Client(rasa, deadline=5.0)
    yield client
    client.close()


def ask(url: str, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = requests.post(f"{url}/model/parse", json={"text": text}, timeout=10).json()
    return answer


@pytest.mark.parametrize("text", [BIRTH, "xin chào", "lệ phí", "giá vàng hôm nay", "?", "a" * 1500, "👍 こんにちは"])
def test_the_shape_of_an_answer(rasa: str, text: str) -> None:
    answer = ask(rasa, text)
    said = understood(text, answer)
    assert said.intent
    assert answer["intent_ranking"][0] == answer["intent"]
    for ranked in ([p for _, p in said.intents], [c.confidence for c in said.candidates]):
        assert ranked == sorted(ranked, reverse=True)
        assert sum(ranked) <= 1.001
    assert 0 < len(said.candidates) <= 5
    assert len({c.item for c in said.candidates}) == len(said.candidates)
    assert sum(c.confidence for c in said.candidates) + said.other + said.bare <= 1.001


def test_together_a_text_means_what_it_means_alone(rasa: str) -> None:
    texts = [BIRTH, "xin chào", "lệ phí", "?", "👍 こんにちは", "đổi bằng lái xe ở đâu", BIRTH]
    together = requests.post(f"{rasa}/webhooks/together/parse", json={"texts": texts}, timeout=10).json()
    for text, answer in zip(texts, together, strict=True):
        one, other = understood(text, answer), understood(text, ask(rasa, text))
        assert one.intent == other.intent
        assert [c.item for c in one.candidates] == [c.item for c in other.candidates]
        assert [c.confidence for c in one.candidates] == pytest.approx(
            [c.confidence for c in other.candidates], abs=1e-3
        )


@pytest.mark.parametrize("sent", [{}, [], {"texts": []}, {"texts": "a"}, {"texts": [1]}, {"texts": ["a"] * 33}])
def test_what_cannot_be_read_together_is_refused(rasa: str, sent: Any) -> None:
    assert requests.post(f"{rasa}/webhooks/together/parse", json=sent, timeout=10).status_code == 400


@pytest.mark.parametrize(
    "text", ["Đăng ký khai sinh cho cháu cần giấy tờ gì ạ", "xin xác nhận độc thân", "sổ đỏ bị mất"]
)
def test_both_ways_of_coding_a_letter_are_one(client: Client, text: str) -> None:
    composed = client.parse(unicodedata.normalize("NFC", text))
    decomposed = client.parse(unicodedata.normalize("NFD", text))
    assert composed.source == decomposed.source == "rasa"
    assert composed.candidates == decomposed.candidates
    assert composed.intents == decomposed.intents


def test_the_question_of_the_issue(client: Client) -> None:
    said = client.parse(BIRTH)
    assert said.source == "rasa"
    assert "1.001193" in [c.item for c in said.candidates[:2]]
    assert said.intent == "documents"
    reply = Assistant(library.load(), client).reply(BIRTH, memory={}, facts=AgencyFacts(), now=NOW)
    assert reply.skill == "procedure"
    assert "1.001193" in [reply.procedure, *reply.candidates][:2]
    assert reply.aspect == "documents"


@pytest.mark.parametrize(
    "text", ["giá vàng hôm nay bao nhiêu", "tối nay đội nào đá với đội nào", "viết giúp em bài văn tả con mèo"]
)
def test_what_is_out_of_scope_has_no_confident_item(client: Client, text: str) -> None:
    said = client.parse(text)
    assert said.source == "rasa"
    assert all(c.confidence < SURE for c in said.candidates)
    assert said.intent == "none"


def test_the_same_text_gets_the_same_answer(client: Client) -> None:
    assert client.parse(BIRTH) == client.parse(BIRTH)


def test_a_text_that_looks_like_a_command_is_only_a_text(client: Client) -> None:
    said = client.parse("/greet")
    assert said.source == "rasa"
    assert said.confidence < 1.0


def test_latency(client: Client) -> None:
    texts = [f"{BIRTH} {n}" for n in range(10)]
    taken = []
    for text in [*texts, *texts * 5]:  # the first ten warm up
        began = time.perf_counter()
        assert client.parse(text).source == "rasa"
        taken.append((time.perf_counter() - began) * 1000)
    assert statistics.median(taken[len(texts):]) <= P50_MAX  # fmt: skip
