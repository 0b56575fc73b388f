"""What an official name says besides its words: the kind of work, the level, and what it excludes."""

import re
from collections.abc import Sequence

from content.everyday import Everyday, spoken

LEAD = 6
"""Words at a name's beginning in which the kind of work stands: "Gia hạn giấy phép …"."""

_EXCLUDED = re.compile(r"\((?:trừ|không phải|không bao gồm)[^)]*\)|,? trừ (?:trường hợp|vùng|cơ sở|các)[^)]*", re.I)
_CODE = re.compile(r"\(?\s*\b\d\.\d{6}\b\s*\)?")
_BEGINNING = re.compile(r"^[\s.\-+*]*(?:trình tự,\s*)?(?:thủ tục\s+)?", re.I)
_ANYWHERE = (("cấp mới", "new"), ("lần đầu", "new"), ("bị mất", "again"))
_LEVELS = {
    "commune": re.compile(r"\bcấp xã\b|ủy ban nhân dân xã", re.I),
    "province": re.compile(r"\bcấp tỉnh\b", re.I),
    "ministry": re.compile(r"\bcấp (?:trung ương|bộ|tw)\b", re.I),
}


def plain_name(name: str) -> str:
    """Return `name` without "Thủ tục", a code that was typed into it, and line breaks."""
    plain = _BEGINNING.sub("", " ".join(_CODE.sub(" ", name).split())).rstrip(" .;,")
    return plain[:1].upper() + plain[1:]


def searched_name(name: str) -> str:
    """Return what may be searched for in `name`: what it excludes is not what it is about."""
    return " ".join(_EXCLUDED.sub(" ", plain_name(name)).split())


def work_of(name: str, everyday: Everyday) -> frozenset[str]:
    """Return the kinds of work that `name` is about, e.g. {"again"} for "Cấp lại …"."""
    said = spoken(searched_name(name))
    if said[-2:] == ["điều", "chỉnh"]:
        return frozenset({"change"})  # "… (điều chỉnh)" at the end says what the beginning does not
    whole, lead = f" {' '.join(said)} ", f" {' '.join(said[:LEAD])} "
    kinds = {kind for phrase, kind in _ANYWHERE if f" {phrase} " in whole}
    for phrase, kind in everyday.named:
        if f" {phrase} " in lead:
            kinds.add(kind)
            lead = lead.replace(f" {phrase} ", " | ")
    return frozenset(kinds)


def levels_of(name: str, levels: Sequence[str]) -> frozenset[str]:
    """Return the level that `name` tells, or else the record's own."""
    named = {level for level, pattern in _LEVELS.items() if pattern.search(name)}
    return frozenset(named or levels)
