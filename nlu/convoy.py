"""Questions asked at one time travel together: who comes while others are away waits, and goes with all that wait.

Nobody waits for company, and no thread of its own is needed: the first of those who wait carries for all. One journey
at a time: our server has one processor, and what would run beside another could as well go with the next.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

MOST = 16
"""Questions in one journey."""

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
        self._away = False
        """Whether somebody is under way; nobody waits otherwise."""

    def ask(self, question: Q, *, until: float) -> A:
        """Return the answer to `question`; raise what `carry` raised on its journey."""
        mine: _Waiting[Q, A] = _Waiting(question, until)
        with self._lock:
            if self._away:
                self._queue.append(mine)
            else:
                self._away = mine.carries = True
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
            self._away = bool(self._queue)
            if self._queue:
                first = self._queue.pop(0)
                first.carries = True
                first.bell.set()
