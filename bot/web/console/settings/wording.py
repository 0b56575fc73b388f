"""Words of the settings: how an account is and what a look at it found, as staff read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.channels.base import Finding
from bot.connections import Standing
from bot.tables import Account
from bot.web.console.desk import local
from content.phrases import phrases, say


def named(account: Account) -> str:
    """Return what staff call an account."""
    return f"{say(f'channel.{account.channel}')} {account.name or account.key}"


def lines(standing: Sequence[Standing]) -> list[tuple[bool, str]]:
    """Return each line of an account's standing: whether it is well, and the sentence."""
    return [(one.ok, say(one.key, **{name: _worded(value) for name, value in one.values.items()})) for one in standing]


def _worded(value: Any) -> Any:
    return local(value).strftime("%H:%M ngày %d/%m/%Y") if isinstance(value, datetime) else value


def findings(found: Sequence[Finding]) -> list[tuple[bool, str, str]]:
    """Return each finding: whether it is well, the sentence, and the platform's words for engineers."""
    return [(one.ok, say(f"finding.{one.about or 'failed'}.{'ok' if one.ok else 'bad'}"), one.text) for one in found]


def verb(name: str) -> str:
    """Return the words for a verb of the audit; one that has none stands as it is."""
    return phrases().get(f"audit.{name}", name)
