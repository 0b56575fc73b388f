"""How the queue's things are called in its templates."""

from bot.campaigns import deciding, progress
from bot.reconciling import ABSENT, UNPROVEN
from content.phrases import say

OURS = {ABSENT: "absent", UNPROVEN: "unproven", deciding.ABSENT: "looked", progress.DIED: "died"}
"""What we note ourselves about a target, and the phrase that says it to staff."""


def reason(error: str) -> str:
    """Return in Vietnamese why a target failed or is unknown; "" for the platform's own words."""
    return say(f"queue.reason.{OURS[error]}") if error in OURS else ""


def place(channel: str) -> str:
    """Return what a channel is called."""
    return say(f"queue.place.{channel}")


def part(name: str) -> str:
    """Return what a part of a post is called."""
    return say(f"queue.part.{name}")


def language(code: str) -> str:
    """Return what a language is called."""
    return say(f"queue.language.{code}")


def every(period: str) -> str:
    """Return how often a post repeats."""
    return say(f"queue.every.{period}")


def target(state: str) -> str:
    """Return how a post fares on one channel."""
    return say(f"queue.target.{state}")


def step(name: str) -> str:
    """Return what an attempt tried."""
    return say(f"queue.step.{name}")


def verdict(name: str) -> str:
    """Return what a reviewer did."""
    return say(f"queue.verdict.{name}")


def check(name: str) -> str:
    """Return what a reviewer has to look at."""
    return say(f"queue.check.{name}")


def count(name: str) -> str:
    """Return what a platform counts."""
    return say(f"queue.count.{name}")


def odd(name: str) -> str:
    """Return what is odd about a time."""
    return say(f"queue.odd.{name}")
