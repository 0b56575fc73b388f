"""How fast an account may send: the platform's limit, spread evenly, never a burst, never more in any second.

Two things together. The database gives out turns, so that several processes share the rate. The gate of an account, in
each process, lets a call begin only when the second before has room for it, however late a busy machine wakes the
threads: what they missed is lost, not caught up with.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.channels import CHANNELS
from bot.tables import Account

AHEAD = timedelta(milliseconds=20)
"""How far ahead turns are given out: a thread waits for its turn that long at most."""
JITTER = 0.03
"""Seconds by which another process may send late: so many more may fall into the second after."""

FOR_ANSWERS = 0.02
"""Share of the window that news leaves free: a second after threads were held up, no place becomes free for as long."""


def rate(account: Account) -> float:
    """Return the messages a second that `account` may send."""
    limits = CHANNELS[account.channel].limits
    return account.per_second or float(account.memory.get("per_second", limits.per_second))


def gap(account: Account) -> timedelta:
    """Return the time between two messages of an account, so long that a second with its jitter has no more."""
    return timedelta(seconds=(1 + JITTER) / rate(account))


def turns(account: Account, *, now: datetime, ahead: timedelta = AHEAD) -> Iterator[datetime]:
    """Yield the account's next turns, one for each message; none when it has to wait longer than `ahead`."""
    turn = max(account.pace_at, now)
    while turn <= now + ahead:
        yield turn
        turn += gap(account)


class Window:
    """Calls that the platform may have counted in the second before. Times are seconds of any steady clock.

    A call counts from its beginning until a second after its end. It reached the platform between the two; so whatever
    second one looks at there, the last call that began for it saw all the others.
    """

    def __init__(self) -> None:
        self._going = 0
        self._ended: deque[float] = deque()

    def wait(self, rate: float, *, now: float, spare: int = 0) -> float | None:
        """Return the seconds until a call may begin, 0 for now; None while that depends on a call that goes on.

        As many places as are to `spare` stay free for others.
        """
        span = max(1.0, 1 / rate)
        while self._ended and self._ended[0] + span < now:
            self._ended.popleft()
        too_many = self._going + len(self._ended) - max(1, int(rate) - spare) + 1
        if too_many <= 0:
            return 0.0
        # Never 0 here: at the very end of the second the call that ended still counts.
        return self._ended[too_many - 1] + span - now + 1e-6 if too_many <= len(self._ended) else None

    def begin(self) -> None:
        """Count a call that begins."""
        self._going += 1

    def end(self, *, now: float) -> None:
        """Keep when a call ended."""
        self._going -= 1
        self._ended.append(now)


class Gate:
    """One account's window in this process, before which threads wait; answers go first."""

    def __init__(self) -> None:
        self._window = Window()
        self._changed = threading.Condition()
        self._lines = {True: threading.Lock(), False: threading.Lock()}
        """One thread of each kind looks at the window, the others stand behind it: waking all would only cost."""
        self._answers = 0
        """How many wait, at the window or in the line."""

    @contextmanager
    def call(self, rate: float, *, first: bool) -> Iterator[None]:
        """Hold a call's place in the window; it begins when there is room, an answer (`first`) before news."""
        with self._changed:
            self._answers += first
        with self._lines[first], self._changed:
            while (rest := self._rest(rate, first=first)) != 0:
                self._changed.wait(rest)
            self._window.begin()
            if first:
                self._answers -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._window.end(now=time.monotonic())
                self._changed.notify_all()

    def _rest(self, rate: float, *, first: bool) -> float | None:
        """Return the seconds to wait, 0 for none, None until something changes."""
        if self._answers and not first:
            return None
        return self._window.wait(rate, now=time.monotonic(), spare=0 if first else int(rate * FOR_ANSWERS))


class Gates:
    """The gates of all accounts that this process sends for."""

    def __init__(self) -> None:
        self._gates: defaultdict[int, Gate] = defaultdict(Gate)
        self._lock = threading.Lock()

    def of(self, account_id: int) -> Gate:
        """Return the account's gate."""
        with self._lock:
            return self._gates[account_id]
