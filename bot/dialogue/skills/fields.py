"""A list of what we know in a field: "có những thủ tục gì về đất đai" gets the procedures asked most as choices."""

import re

from bot.dialogue import payloads
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.fields import Field, event_in, field_in
from content.model import Procedure
from content.phrases import say

OFFERED = 4
"""Choices that become buttons."""
NAMED_BESIDE = 5
"""Names told after them; more would not be read."""
MORE_SAID = 3
"""Words after the field's name, beside those that only close the question, that tell of one thing, not of a list."""

_THINGS = r"(?:loai )?(?:thu tuc|viec|dich vu|cai)"
_LISTED = re.compile(r"\b(?:liet ke|danh sach|danh muc|ke (?:ra|giup|cho|het)|tong hop)\b")
_SEVERAL = re.compile(
    rf"\b(?:nhung|cac|may|moi|tat ca|bao nhieu) {_THINGS}\b|\b(?:co|con) {_THINGS} (?:hanh chinh )?(?:gi|nao|chi)\b"
    r"|\b(?:huong dan|giup|ho tro|tra loi|lam) (?:\w+ )?duoc (?:nhung )?(?:gi|chi|thu tuc nao|viec nao)\b"
)
_NEEDED = re.compile(rf"\b(?:can|phai|can co|phai co|can lam|phai lam|qua|nop) (?:nhung|cac|may) {_THINGS}\b")
"""Asks what one thing takes, not what there is."""
_SAID_IDLY = """
a anh bac ban bot can chi cho chu co con cua day do duoc dang em gi ha hien huong dan giup ho tro la lam minh nao nay
nhe nhi nhu nhung no o oi ra roi toi thi thu tuc vay viec voi xa phuong xem nua cac may cai hanh chinh thuong hay hoi
biet nhieu nhat the tai dia bat buoc phai ngoai khac muon tim hieu bao nhieu
"""
_CLOSING = frozenset(_SAID_IDLY.split())
"""Words that only close a question for a list."""


def listed(turn: Turn) -> Reply | None:
    """Answer who asks what there is in a field with the procedures asked most in it."""
    field = _asked_for(turn.text)
    records = [one for code in field.codes if (one := turn.library.catalogue.get(code))] if field else []
    return _told(turn, field, records) if field and records else None


def _asked_for(text: str) -> Field | None:
    said = expand(text)
    by_list = bool(_LISTED.search(said))
    if not by_list and (not _SEVERAL.search(said) or _NEEDED.search(said)):
        return None
    if found := field_in(said):
        field, rest = found
        more = [word for word in rest.split() if word not in _CLOSING]
        return field if len(more) < MORE_SAID else None
    return event_in(said) if by_list else None


def _told(turn: Turn, field: Field, records: list[Procedure]) -> Reply:
    first, beside = records[:OFFERED], records[OFFERED : OFFERED + NAMED_BESIDE]
    lines = [say("field.one", number=number, short=record.short) for number, record in enumerate(first, 1)]
    text = "\n".join([say("field.first", title=field.title), *lines])
    if beside:
        text += "\n" + say("field.beside", names="; ".join(record.short for record in beside))
    return Reply(
        texts=(text,),
        buttons=(*(payloads.procedure(record.short, record.code) for record in first), payloads.none_of_these()),
        skill="topic",
        candidates=tuple(record.code for record in (*first, *beside)),
        confidence=turn.understanding.confidence,
        memory={"wanted": "overview", "procedure": None},
    )
