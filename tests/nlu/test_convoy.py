"""Questions that travel together: everybody gets their own answer, nobody waits for company, a fault stays aboard."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from nlu.convoy import MOST, Convoy
from tests.nlu.fake import within

SOON = 10.0


class Carrier:
    """Answers a number with its double, once `open`; a journey with `poison` aboard fails."""

    def __init__(self, *, poison: int = -1) -> None:
        self.open = threading.Event()
        self.poison = poison
        self.journeys: list[Sequence[int]] = []
        self.until: list[float] = []
        self.most = 0
        self._away = 0
        self._lock = threading.Lock()

    def __call__(self, numbers: Sequence[int], until: float) -> Sequence[int]:
        with self._lock:
            self.journeys.append(numbers)
            self.until.append(until)
            self._away += 1
            self.most = max(self.most, self._away)
        self.open.wait(SOON)
        with self._lock:
            self._away -= 1
        if self.poison in numbers:
            raise ValueError("poison")
        return [2 * number for number in numbers]


def test_alone_nobody_waits() -> None:
    carrier = Carrier()
    carrier.open.set()
    convoy = Convoy(carrier)
    assert [convoy.ask(number, until=SOON) for number in range(3)] == [0, 2, 4]
    assert carrier.journeys == [[0], [1], [2]]


def test_who_comes_meanwhile_goes_together() -> None:
    carrier, moments = Carrier(), count(1)
    convoy = Convoy(carrier)
    with ThreadPoolExecutor(MOST + 4) as people:
        asked = []
        for number in range(MOST + 4):
            asked.append(people.submit(convoy.ask, number, until=float(next(moments))))
            assert within(SOON, lambda n=number: len(carrier.journeys) + len(convoy._queue) == n + 1)
        carrier.open.set()
        assert [one.result(SOON) for one in asked] == [2 * number for number in range(MOST + 4)]
    everybody = list(range(MOST + 4))
    assert carrier.journeys == [[0], everybody[1 : MOST + 1], everybody[MOST + 1 :]]
    assert carrier.until == [1.0, 2.0, MOST + 2.0]  # who waited longest sets the time
    assert carrier.most == 1


def test_a_fault_stays_aboard() -> None:
    carrier = Carrier(poison=7)
    convoy = Convoy(carrier)

    def asked(number: int) -> int | str:
        try:
            return convoy.ask(number, until=SOON)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(8) as people:
        answers = people.map(asked, range(200))
        carrier.open.set()
        said = list(answers)
    (lost,) = [journey for journey in carrier.journeys if 7 in journey]
    assert said == ["poison" if number in lost else 2 * number for number in range(200)]


@pytest.mark.parametrize("threads", [2, 5, 16, 40])
def test_whatever_happens_everybody_is_answered(threads: int) -> None:
    carrier = Carrier()
    carrier.open.set()

    def slow(numbers: Sequence[int], until: float) -> Sequence[int]:
        time.sleep(0.0005 * (sum(numbers) % 3))
        return carrier(numbers, until)

    convoy = Convoy(slow)
    with ThreadPoolExecutor(threads) as people:
        said = list(people.map(lambda number: convoy.ask(number, until=SOON), range(500)))
    assert said == [2 * number for number in range(500)]
    assert carrier.most == 1
    assert not convoy._away
