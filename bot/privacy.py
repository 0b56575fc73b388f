"""Mask what identifies a citizen before it reaches a log, a ticket or a statistic."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

_GAP = r"[ \t\xa0.\-]?"
"""What people write between the digits of one number."""
_UNIT = r"(?!\s*(?:đ|vnd|vnđ|triệu|tỷ))"
_FOURS = r"(?:19|20)\d{2}"

_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
# H19.25-250101-0001, 000.00.19.H19-250101-0001
_DOSSIER = r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3}){0,3} ?- ?\d{6} ?- ?\d{3,6}\b"
_NAMED = (
    r"(?P<name>\b(?:cccd|cmnd|cmt|căn cước|chứng minh|định danh|tài khoản|stk|mst|mã số thuế)\b\D{0,20}?)"
    rf"(?P<number>\d(?:{_GAP}\d){{8,}}){_UNIT}(?!{_GAP}\d)"
)
"""Said what it is: then `123.456.789` is a number of somebody, else it is an amount."""
_DATE = rf"(?<!\d)(?:\d{{1,2}}(?P<mark>[-/.])\d{{1,2}}(?P=mark){_FOURS}|{_FOURS}-\d{{2}}-\d{{2}})(?!\d)"
_PHONE = (
    rf"(?<!\d)(?:\(?(?:\+|00)?84\)?{_GAP}(?:\(0\)|0)?|\(?0)(?:2(?:\)?{_GAP}\d){{9}}|[35789](?:\)?{_GAP}\d){{8}})(?!\d)"
)
_ID = rf"(?<!\d)(?:\d{{12}}(?!\d)|0(?:{_GAP}\d){{11}}(?!{_GAP}\d))"
_AMOUNT = r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3})+(?!\.?\d)|(?<![\d.])\d\.\d{6}(?!\d)"
"""1.200.000, and a procedure's code 1.001193."""
_YEARS = rf"(?<!\d){_FOURS}(?:\s?[-–,]?\s?{_FOURS})*(?![ .-]?\d{{4}}|\d)"
_LONG = rf"(?<!\d)\d(?:{_GAP}\d){{8,}}(?!\d)"
"""Nine digits are an old ID card, ten a tax code, more a bank account."""

_SUREST_FIRST = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in (
            ("email", _EMAIL), ("dossier", _DOSSIER), ("named", _NAMED), ("date", _DATE), ("phone", _PHONE),
            ("id", _ID), ("amount", _AMOUNT), ("years", _YEARS), ("long", _LONG),
        )
    ),
    re.I,
)  # fmt: skip
_TELLING = re.compile(r"[\d@]")
"""Without a digit or an @ there is nothing to look for: most strings of a log."""
_LABELS = {
    "email": "[email]",
    "dossier": "[mã hồ sơ]",
    "phone": "[số điện thoại]",
    "id": "[số căn cước]",
    "long": "[dãy số]",
}
"""The kinds that are masked; a date, an amount and years stay as they are."""


def mask(text: str) -> str:
    """Return `text` with e-mail addresses, phone, ID, dossier and other long numbers replaced.

    >>> mask("sđt 0912 345 678, lệ phí 1.200.000 đồng")
    'sđt [số điện thoại], lệ phí 1.200.000 đồng'
    """
    return _SUREST_FIRST.sub(_label, text) if _TELLING.search(text) else text


def _label(match: re.Match[str]) -> str:
    if match["named"]:
        twelve = len(re.sub(r"\D", "", match["number"])) == 12
        return match["name"] + _LABELS["id" if twelve else "long"]
    return next((label for kind, label in _LABELS.items() if match[kind]), match[0])


def mask_log(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Structlog processor: mask every text of a log line, so that a slip in the code leaks nothing."""
    return {key: value if key == "timestamp" else _masked(value) for key, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return mask(str(value)) if isinstance(value, BaseException) else value
