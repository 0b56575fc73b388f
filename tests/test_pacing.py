"""The window before each call: never more at the platform in any second than the rate, however threads are woken."""

import threading
import time
from collections.abc import Sequence
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Gate, Window
from tests.bench.load import busiest


def played(rate: float, calls: Sequence[tuple[float, float, float]]) -> list[float]:
    """Let threads woken at some time make calls of some length; return when each came to the platform.

    A call is (when its thread is woken, seconds it takes, at which part of them it comes to the platform).
    """
    window, arrivals, waiting = Window(), [], 0
    moments: list[tuple[float, int, str, tuple[float, float, float]]] = []
    for number, call in enumerate(calls):
        heappush(moments, (call[0], number, "woken", call))
    while moments:
        now, number, what, call = heappop(moments)
        if what == "end":
            window.end(now=now)
        elif (rest := window.wait(rate, now=now)) == 0:
            window.begin()
            arrivals.append(now + call[1] * call[2])
            heappush(moments, (now + call[1], number, "end", call))
        else:
            waiting += 1
            heappush(moments, (now + (rest or 0.01), number, "woken", call))
    assert waiting < 10_000
    return arrivals


@pytest.mark.parametrize(
    ("rate", "began", "now", "rest"),
    [
        (2, [(0.0, 0.1)], 0.2, 0.0),  # room for a second one
        (2, [(0.0, 0.1), (0.2, 0.3)], 0.5, 0.6),  # until a second after the first one's end
        (2, [(0.0, 0.1), (0.2, 0.3)], 1.2, 0.0),
        (2, [(0.0, 0.1), (0.2, None)], 0.5, 0.6),  # what goes on counts
        (1, [(0.0, None)], 5.0, None),  # nobody knows when it came: perhaps only now
        (0.5, [(0.0, 0.0)], 1.5, 0.5),  # one in two seconds
        (33.3, [(0.0, 0.0)] * 33, 0.9, 0.1),
        (1, [(0.0, 0.0), (0.0, 0.0), (0.0, 0.5)], 0.6, 0.9),  # the rate was set lower meanwhile
    ],
)
def test_when_a_call_may_begin(
    rate: float, began: Sequence[tuple[float, float | None]], now: float, rest: float | None
) -> None:  # fmt: skip
    window = Window()
    for _ in began:
        window.begin()
    for end in sorted(end for _, end in began if end is not None):
        window.end(now=end)
    assert window.wait(rate, now=now) == pytest.approx(rest, abs=1e-5)


@pytest.mark.parametrize(("spare", "rest"), [(0, 0.0), (1, 0.6), (2, 0.9), (9, 0.9)])
def test_news_leaves_places_free_for_answers(spare: int, rest: float) -> None:
    window = Window()
    for end in (0.1, 0.4):
        window.begin()
        window.end(now=end)
    assert window.wait(3, now=0.5, spare=spare) == pytest.approx(rest, abs=1e-5)


CALL = st.tuples(st.floats(0, 4), st.floats(0, 1.5), st.floats(0, 1))


@given(rate=st.sampled_from([1.0, 2.0, 5.0, 7.5]), calls=st.lists(CALL, min_size=1, max_size=40))
def test_no_second_at_the_platform_has_more_than_the_rate(
    rate: float, calls: Sequence[tuple[float, float, float]]
) -> None:  # fmt: skip
    arrivals = played(rate, calls)
    assert len(arrivals) == len(calls)
    assert busiest(arrivals, seconds=1 - 1e-6) <= rate


@pytest.mark.parametrize("stall", [0.05, 0.4, 2.5])
def test_threads_held_up_together_do_not_bunch(stall: float) -> None:
    """A turn every 5 ms; then the machine stands still, and wakes everybody at once."""
    turns = [number / 200 for number in range(600)]
    woken = [at if not 1.0 <= at < 1.0 + stall else 1.0 + stall for at in turns]
    arrivals = played(200, [(at, 0.004, 0.5) for at in woken])
    assert len(arrivals) == 600
    assert busiest(arrivals) <= 200


def test_real_threads_keep_the_rate_and_answers_go_first() -> None:
    gate, lock = Gate(), threading.Lock()
    came: list[tuple[float, bool]] = []

    def call(*, first: bool) -> None:
        with gate.call(20, first=first):
            with lock:
                came.append((time.monotonic(), first))
            time.sleep(0.002)

    news = [threading.Thread(target=call, kwargs={"first": False}) for _ in range(45)]
    for thread in news:
        thread.start()
    time.sleep(0.2)  # the first second is full
    answers = [threading.Thread(target=call, kwargs={"first": True}) for _ in range(5)]
    for thread in answers:
        thread.start()
    for thread in news + answers:
        thread.join()
    assert len(came) == 50
    assert busiest([at for at, _ in came]) <= 20
    places = [place for place, (_, first) in enumerate(sorted(came)) if first]
    assert all(20 <= place <= 30 for place in places)
