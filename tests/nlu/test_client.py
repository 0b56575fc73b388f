"""The client against a server over real HTTP: what it makes of good answers, and that bad ones harm nobody."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from nlu.client import MAX_BODY, MAX_CHARACTERS, Client, NoAnswerError, understood
from nlu.understanding import Candidate
from tests.nlu.fake import Fake, answer, served, within

DEADLINE = 0.4
SLACK = 1.0  # seconds that a busy machine may add
FEE = "lệ phí bao nhiêu tiền"


@pytest.fixture
def fake() -> Iterator[Fake]:
    with served() as server:
        yield server


@pytest.fixture
def client(fake: Fake) -> Iterator[Client]:
    client = Client(fake.url + "/", deadline=DEADLINE, probe_every=0.05)
    yield client
    client.close()


def test_a_good_answer_becomes_a_value(fake: Fake, client: Client) -> None:
    said = client.parse("làm khai sinh cần gì")
    assert (said.text, said.intent, said.confidence, said.source) == ("làm khai sinh cần gì", "documents", 0.8, "rasa")
    assert said.candidates == (Candidate(item="1.001193", confidence=0.7), Candidate(item="2.000986", confidence=0.2))
    assert (said.other, said.bare) == (0.06, 0.04)
    assert said.intents == (("documents", 0.8), ("none", 0.1))
    assert fake.asked == ["làm khai sinh cần gì"]
    assert fake.paths == {"/model/parse"}


def test_out_of_scope_is_called_none(fake: Fake, client: Client) -> None:
    fake.says(answer("out_of_scope"))
    assert client.parse("giá vàng hôm nay").intent == "none"


def test_no_more_than_five_candidates(fake: Fake, client: Client) -> None:
    fake.says(answer(items=[{"item": f"1.00000{n}", "confidence": 0.1} for n in range(9)]))
    assert [c.item for c in client.parse("x").candidates] == [f"1.00000{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("/lệ phí", "lệ phí"),
        ("/ /restart", "restart"),
        (' \u200b//greet{"a": 1}', 'greet{"a": 1}'),
        ("khai\nsinh\u202e", "khai sinh"),
        ("khai sinh \ud83d", "khai sinh"),
        ("a " * 5000, ("a " * 5000)[:MAX_CHARACTERS]),
    ],
)
def test_what_the_server_is_asked(fake: Fake, client: Client, typed: str, asked: str) -> None:
    said = client.parse(typed)
    assert fake.asked == [asked]
    assert (said.source, said.text) == ("rasa", typed)


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "/", " / / ", "\ud83d"])
def test_nothing_is_not_asked(fake: Fake, client: Client, text: str) -> None:
    assert client.parse(text).intent == "none"
    assert fake.asked == []
    assert client.is_up


def _without(name: str) -> dict[str, Any]:
    return {key: value for key, value in answer().items() if key != name}


BAD: list[Any] = [
    *(_without(name) for name in ("intent", "intent_ranking", "items", "other", "bare")),
    answer(intent_ranking=None),
    answer(items=[{"item": "1.001193"}]),
    answer(items="1.001193"),
    answer(other="viel"),
    answer(other=None),
    {**answer(), "intent": {"name": None}},
    {**answer(), "intent": {"name": "fee", "confidence": float("nan")}},
    answer(items=[{"item": "1.001193", "confidence": float("inf")}]),
    answer(other=-0.5),
    answer(bare=1.5),
    {**answer(), "intent": {"name": None, "confidence": 0.5}},
    answer(items=[{"item": 7, "confidence": 0.5}]),
    {},
    [],
    None,
    "ok",
    7,
]


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_an_answer_of_another_shape_is_none(value: Any) -> None:
    with pytest.raises(NoAnswerError):
        understood("x", value)


def _bodies() -> Iterator[tuple[int, bytes]]:
    yield 500, b"Internal Server Error"
    yield 404, json.dumps(answer()).encode()
    yield 204, b""
    yield 302, b""
    yield 200, b""
    yield 200, b"<html>gateway</html>"
    yield 200, json.dumps(answer()).encode()[:-9]
    yield 200, b"\xff\xfe\x00garbage"
    yield 200, b"[" * 100_000
    yield 200, json.dumps(answer(note="x" * (MAX_BODY + 1))).encode()
    yield 200, b'{"version": "3.6.21"}'


@pytest.mark.parametrize(("status", "body"), list(_bodies()))
def test_words_answer_when_the_server_talks_nonsense(fake: Fake, client: Client, status: int, body: bytes) -> None:
    fake.status, fake.body = status, body
    said = client.parse(FEE)
    assert (said.intent, said.source, said.text) == ("fee", "keywords", FEE)
    assert not client.is_up
    assert "/elsewhere" not in fake.paths


def test_a_slow_server_costs_one_deadline_and_then_nothing(fake: Fake, client: Client) -> None:
    fake.delay = 30
    began = time.monotonic()
    assert client.parse(FEE).source == "keywords"
    assert DEADLINE * 0.9 <= time.monotonic() - began < DEADLINE + SLACK
    began = time.monotonic()
    assert [client.parse(FEE).intent for _ in range(50)] == ["fee"] * 50
    assert time.monotonic() - began < DEADLINE


def test_bytes_that_trickle_do_not_stretch_the_deadline(fake: Fake, client: Client) -> None:
    fake.trickle = True
    began = time.monotonic()
    assert client.parse(FEE).source == "keywords"
    assert time.monotonic() - began < DEADLINE + SLACK


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{taken.getsockname()[1]}", deadline=DEADLINE)
        try:
            assert client.parse(FEE).intent == "fee"
            assert not client.is_up
            assert not client.probe()
        finally:
            client.close()


@pytest.mark.parametrize("body", [b"no", b"{}"])
def test_it_recovers_without_a_restart(fake: Fake, client: Client, body: bytes) -> None:
    good, fake.body = fake.body, body
    assert client.parse(FEE).source == "keywords"
    asked = len(fake.asked)
    assert within(5, lambda: len(fake.asked) > asked), "nobody looked whether the server is back"
    assert not client.is_up
    fake.body = good
    assert within(5, lambda: client.is_up)
    assert client.parse(FEE).source == "rasa"


def test_it_recovers_when_the_server_is_started_late() -> None:
    with served() as first:
        port = first.server_address[1]
    client = Client(f"http://127.0.0.1:{port}", deadline=DEADLINE, probe_every=0.05)
    try:
        assert client.parse(FEE).source == "keywords"
        with served(port):
            assert within(5, lambda: client.is_up)
            assert client.parse(FEE).source == "rasa"
    finally:
        client.close()


def test_a_restarted_server_finds_a_client_with_old_connections() -> None:
    with served() as first:
        port = first.server_address[1]
        client = Client(first.url, deadline=DEADLINE, probe_every=0.05)
        assert client.parse("x").source == "rasa"
    with served(port):
        assert within(5, lambda: client.parse("x").source == "rasa")
    client.close()


def test_many_threads_share_one_client(fake: Fake) -> None:
    client = Client(fake.url, deadline=10.0)
    texts = [f"câu {n}" for n in range(200)]
    with ThreadPoolExecutor(16) as people:
        said = list(people.map(client.parse, texts))
    client.close()
    assert [one.text for one in said] == texts
    assert {one.source for one in said} == {"rasa"}
    assert sorted(fake.asked) == sorted(texts)


@pytest.mark.parametrize("together", [True, False])
def test_texts_of_one_moment_go_together_where_the_server_can(fake: Fake, together: bool) -> None:
    fake.together, fake.delay = together, 0.05
    client = Client(fake.url, deadline=10.0)
    texts = [f"câu {n}" for n in range(60)]
    with ThreadPoolExecutor(12) as people:
        said = list(people.map(client.parse, texts))
    client.close()
    assert [(one.text, one.source) for one in said] == [(text, "rasa") for text in texts]
    assert sorted(fake.asked) == sorted(texts)  # nobody is asked for twice
    assert (max(fake.loads) > 1) == together


@pytest.mark.parametrize("body", [b"{}", b"null"])
def test_whoever_went_together_falls_back_together(fake: Fake, body: bytes) -> None:
    fake.body, fake.delay = body, 0.05
    client = Client(fake.url, deadline=10.0, probe_every=30.0)
    with ThreadPoolExecutor(12) as people:
        assert {one.source for one in people.map(client.parse, [FEE] * 24)} == {"keywords"}
    client.close()


def test_one_thread_watches_however_many_saw_the_failure(fake: Fake, client: Client) -> None:
    fake.delay = 30
    with ThreadPoolExecutor(8) as people:
        assert {one.source for one in people.map(client.parse, [FEE] * 8)} == {"keywords"}
    assert sum(thread.name == "nlu-watch" for thread in threading.enumerate()) == 1


def test_a_closed_client_still_answers_by_words(fake: Fake, client: Client) -> None:
    client.close()
    assert client.parse(FEE).intent == "fee"
    assert fake.asked == []


def test_closing_while_somebody_waits_harms_nobody(fake: Fake) -> None:
    fake.delay = 1.0
    client = Client(fake.url, deadline=5.0, threads=1)
    with ThreadPoolExecutor(4) as people:
        waiting = [people.submit(client.parse, FEE) for _ in range(4)]
        assert within(5, lambda: fake.asked)
        client.close()
        assert {one.result(10).intent for one in waiting} <= {"fee", "documents"}


def test_closing_ends_the_watch(fake: Fake) -> None:
    client = Client(fake.url, deadline=DEADLINE, probe_every=0.05)
    fake.status = 500
    client.parse(FEE)
    client.close()
    asked = len(fake.asked)
    time.sleep(0.3)
    assert len(fake.asked) <= asked + 1  # one may be on its way


@pytest.mark.parametrize(("told", "elsewhere"), [({"elsewhere": 0.05}, 0.05), ({}, 0.0)])
def test_what_is_elsewhere_may_be_told(fake: Fake, client: Client, told: dict[str, float], elsewhere: float) -> None:
    fake.says(answer("out_of_scope", **told))
    assert client.parse("đăng kiểm tàu cá").elsewhere == elsewhere
