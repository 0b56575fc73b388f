"""Mask what identifies a citizen before it reaches a log, a ticket or a statistic."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[email]"),
    # A dossier's code: H19.25-250101-0001, 000.00.19.H19-250101-0001
    (
        re.compile(r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3}-\d{6}-\d{3,6}\b", re.I),
        "[mã hồ sơ]",
    ),
    # A Vietnamese phone number, however spaced; before the ID so that +84… is not cut
    (re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){9}(?!\d)"), "[số điện thoại]"),
    (re.compile(r"(?<!\d)\d(?:[\s.-]?\d){11}(?!\d)"), "[số căn cước]"),
    (re.compile(r"(?<!\d)\d(?:[\s.-]?\d){8,}(?!\d)"), "[dãy số]"),
)
"""In order: what is surest first. Nine digits are an old ID card, ten a tax code, more a bank account."""


def mask(text: str) -> str:
    """Return `text` with e-mail addresses, phone, ID, dossier and other long numbers replaced.

    >>> mask("sđt 0912 345 678")
    'sđt [số điện thoại]'
    """
    for pattern, label in _MASKS:
        text = pattern.sub(label, text)
    return text


def mask_log(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Structlog processor: mask every text of a log line, so that a slip in the code leaks nothing."""
    return {
        key: mask(value) if isinstance(value, str) and key != "timestamp" else value for key, value in event.items()
    }
