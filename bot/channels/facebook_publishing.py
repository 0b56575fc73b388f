"""What all of Facebook's publishing calls share: codes as decisions, receipts, shapes of answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.base import Account
from bot.channels.facebook_graph import Decisions, call
from bot.channels.http import Http, irreversible
from bot.errors import OutcomeUnknown, PublishingStopped, TryLater

PREPARING: Decisions = {
    # The right to post may be missing while messages go through.
    **dict.fromkeys((3, 10, 200), PublishingStopped),
    1: TryLater,
    2: TryLater,
}
COMMITTING: Decisions = {
    **PREPARING,
    # "Unknown" and "temporary": posts have appeared after both.
    1: OutcomeUnknown,
    2: OutcomeUnknown,
}
"""Codes that mean something else here than for a message; see `facebook_graph.ERRORS` for the others."""


def prepare(http: Http, account: Account, path: str, **kwargs: Any) -> dict[str, Any]:
    """Make a call that nobody sees the result of; it may be repeated."""
    return call(http, account, "POST", path, decisions=PREPARING, **kwargs).body


def commit(http: Http, account: Account, path: str, **kwargs: Any) -> dict[str, Any]:
    """Make the call that publishes."""
    with irreversible():
        return call(http, account, "POST", path, decisions=COMMITTING, **kwargs).body


def receipt(made: Mapping[str, Any], *names: str) -> str:
    """Return the first of these ids that an answer has; without any we do not know what happened."""
    for name in names:
        if made.get(name) and isinstance(made[name], str | int):
            return str(made[name])
    raise OutcomeUnknown(f"Graph took it and gave no {names[0]}")


def mapping(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[Any]:
    """Return `value` if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else []


def string(value: object) -> str:
    """Return a value that Graph prints sometimes as a number, sometimes as text."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
