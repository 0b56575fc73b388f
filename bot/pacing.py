"""How fast an account may send: the platform's limit, spread evenly, never a burst."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.channels import CHANNELS
from bot.tables import Account

AHEAD = timedelta(milliseconds=20)
"""How far ahead turns are given out: a thread waits for its turn that long at most."""


def rate(account: Account) -> float:
    """Return the messages a second that `account` may send."""
    limits = CHANNELS[account.channel].limits
    return account.per_second or float(account.memory.get("per_second", limits.per_second))


def turns(account: Account, *, now: datetime) -> Iterator[datetime]:
    """Yield the account's next turns, one for each message; none when it has to wait."""
    if account.pace_at > now:
        return
    gap, turn = timedelta(seconds=1 / rate(account)), now
    while turn <= now + AHEAD:
        yield turn
        turn += gap
