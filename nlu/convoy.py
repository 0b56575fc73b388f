"""Questions asked at one time travel together: who comes while others are away goes with all that wait by then.

Nobody waits for company, and no thread of its own is needed: the first of those who wait carries for all.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

MOST = 16
"""Questions in one journey."""
AWAY = 2
"""Journeys at one time: while the answers of one are handed out the next is already being answered."""

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(slots=True)
class _Waiting(Generic[Q, A]):
    """One question that waits for its answer, or for its turn to carry for all."""

    question: Q
    until: float
    bell: threading.Event = field(default_factory=threading.Event)
    carries: bool = False
    answers: list[A] = field(default_factory=list)
    error: Exception | None = None


class Convoy(Generic[Q, A]):
    """Gathers the questions of many threads. `carry` gets them with the moment by which the oldest wants its answer."""

    def __init__(self, carry: Callable[[Sequence[Q], float], Sequence[A]]) -> None:
        self._carry = carry
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Q, A]] = []
        self._away = 0
        """Journeys under way; nobody waits unless these are `AWAY`."""

    def ask(self, question: Q, *, until: float) -> A:
        """Return the answer to `question`; raise what `carry` raised on its journey."""
        mine: _Waiting[Q, A] = _Waiting(question, until)
        with self._lock:
            if self._away < AWAY:
                self._away += 1
                mine.carries = True
            else:
                self._queue.append(mine)
        if not mine.carries:
            mine.bell.wait()
        if mine.carries:
            self._go(mine)
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _go(self, mine: _Waiting[Q, A]) -> None:
        """Carry this thread's own question and what waits, then let the first of the rest go."""
        with self._lock:
            batch, self._queue = [mine, *self._queue[: MOST - 1]], self._queue[MOST - 1 :]
        try:
            answers = self._carry([one.question for one in batch], mine.until)
            for one, answer in zip(batch, answers, strict=True):
                one.answers.append(answer)
        except Exception as error:
            for one in batch:
                one.error = error
        finally:
            for one in batch:
                one.bell.set()
            self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            if not self._queue:
                self._away -= 1
                return
            first = self._queue.pop(0)
            first.carries = True
            first.bell.set()
