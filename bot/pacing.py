"""How fast an account may send: the platform's limit, spread evenly, never a burst."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.channels import CHANNELS
from bot.tables import Account

AHEAD = timedelta(milliseconds=20)
"""How far ahead turns are given out: a thread waits for its turn that long at most."""
JITTER = 0.03
"""Seconds by which a busy machine may send late: so many more may fall into the second after."""


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
