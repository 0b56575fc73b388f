"""How long after a person's last act they may be written to: the platforms' rules as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.channels.base import Limits

HUMAN_AGENT = "human_agent"
"""Name in an account's memory; `on` where Meta approved the feature Human Agent for it."""
SOON = timedelta(hours=2)
"""How long before its end a window is called closing."""


def granted(memory: Mapping[str, Any]) -> bool:
    """Say whether the account may send a colleague's words after the bot's window."""
    return memory.get(HUMAN_AGENT) == "on"


def longest(limits: Limits, memory: Mapping[str, Any], *, human: bool) -> timedelta:
    """Return how long after the last act the bot's words, or a colleague's (`human`), may be sent."""
    if human and limits.human_window and granted(memory):
        return max(limits.window, limits.human_window)
    return limits.window


class Phase(StrEnum):
    """Where in the window we are."""

    NEVER = "never"  # the person has not done anything yet
    OPEN = "open"
    CLOSING = "closing"
    PAID = "paid"  # open, and each message costs
    TAGGED = "tagged"  # open for a colleague's own words only
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The window of one conversation for a colleague, at one moment. `closes_at` is the last of it, in UTC."""

    phase: Phase
    closes_at: datetime | None = None
    left: timedelta = timedelta(0)

    @property
    def open(self) -> bool:
        """Say whether a colleague may write now."""
        return self.phase not in {Phase.NEVER, Phase.CLOSED}


def window(limits: Limits, memory: Mapping[str, Any], *, acted: datetime | None, now: datetime) -> Window:
    """Return the window for a colleague's words to somebody who last `acted` then."""
    if acted is None:
        return Window(phase=Phase.NEVER)
    closes_at = acted + longest(limits, memory, human=True)
    left, since = closes_at - now, now - acted
    if left < timedelta(0):
        phase = Phase.CLOSED
    elif left <= SOON:
        phase = Phase.CLOSING
    elif since > limits.window:
        phase = Phase.TAGGED
    elif limits.free_window and since > limits.free_window:
        phase = Phase.PAID
    else:
        phase = Phase.OPEN
    return Window(phase=phase, closes_at=closes_at, left=max(left, timedelta(0)))
