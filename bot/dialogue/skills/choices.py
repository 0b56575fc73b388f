"""An answer to what we offered: by button, by number, by its words, or by what only one of them is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.channels.base import Button
from bot.dialogue import payloads
from bot.dialogue.asking import spoken_in
from bot.dialogue.skills import people, places, procedures, smalltalk, topics
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.model import Aspect, Procedure
from content.phrases import say

SAID_OF_TITLE = 0.5
"""Share of the said words that a title must hold to be meant by a part of it."""
MEANT = 0.3
"""Probability from which one of what we offered is believed to be meant…"""
AHEAD = 2.0
"""…if it is this many times as likely as the next of them."""
BOTH_MAX = 2
WORDS_OF_A_CHOICE = 8
"""A choice is made in so few words; more tell something else."""

_ORDINALS = {"mot": 1, "dau": 1, "nhat": 1, "hai": 2, "nhi": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_NUMBER = re.compile(
    r"^(?:(?:toi|minh|em|cho|lay|so|cau|cai|muc|y|chon|thu|viec|lua chon|phuong an|dap an|la|a|da|vang|hoi|xem|"
    r"truong hop|muon|cai so|loai)\s+)*"
    r"(\d|mot|hai|ba|bon|tu|nam|dau|nhat|nhi|cuoi|cuoi cung)"
    r"(?:\s+(?:a|anh|chi|chau|con|bac|chu|nghe|nghen|vay|"
    r"nhe|nha|di|tien|ban|do|em|oi|ah|di em|cung|ay|kia|ha|nhen|dung roi|co))*$"
)
"""Over written-out words: "2 ạ" comes as "2 anh"."""
_BOTH = re.compile(
    r"^(?:(?:a|da|cho|toi|em|minh|hoi|can|xem|muon|lam|ca)\s+)*(?:ca hai|ca 2|hai cai|2 cai|ca doi|tat ca|"
    r"het|ca may)\b(?: (?:cai|viec|thu tuc|luon|a|nhe|nha|di|deu|deu can|em|anh))*$"
)
_WHICH = re.compile(
    r"khac (nhau )?(gi|cho nao|the nao|sao)|khac nhau|khong (biet|ro) (chon |la )?(cai|loai|viec|muc|cau)|"
    r"nen chon|chon "
    r"(cai|loai) nao|phan biet|(cai|viec) nao (dung|hop)|khong biet chon|^(toi |em |minh )?khong biet( nua)?( a)?$"
)
_NONE_OF_THEM = re.compile(
    r"^(?:(?:a|da|khong|thoi)\s+)*(?:viec khac|cai khac|khong (?:co|cai nao|phai cai nao|cai nao dung|viec nao)|"
    r"deu khong|khong"
    r" phai|cai nao cung khong)\b(?: (?:het|ca|dau|dung|phai|cai|nao|o day|a|may|do|dau a))*$"
)


def pressed(turn: Turn) -> Reply | None:
    """Answer a pressed button."""
    meant = payloads.read(turn.payload)
    return opened(turn, meant) if meant else None


def picked(turn: Turn) -> Reply | None:
    """Answer a choice made by its number or its words, while the choices are fresh."""
    offered: list[list[str]] = turn.memory.get("choices", [])
    if not offered:
        return None
    said = expand(turn.text)
    value = _by_number(said, offered) or next((v for title, v in offered if expand(title) == said), None)
    if value is None and "wanted" in turn.memory:
        return _of_the_question(turn, said, offered)
    meant = payloads.read(value) if value else None
    return opened(turn, meant) if meant else None


def _of_the_question(turn: Turn, said: str, offered: Sequence[Sequence[str]]) -> Reply | None:
    """Answer what only a clarifying question allows: a part of a title, both, none, "which is which?"."""
    records = [record for _, value in offered if (record := _record(turn, value))]
    if not records:
        return None
    if _NONE_OF_THEM.match(said):
        return opened(turn, payloads.Pressed(skill="other"))
    if _WHICH.search(said):
        return _told_apart(turn, records)
    if _BOTH.match(said):
        return _both(turn, records[:BOTH_MAX])
    record = _by_whole(said, records) or _chosen(turn, said, records)
    return opened(turn, payloads.Pressed(code=record.code)) if record else None


def _chosen(turn: Turn, said: str, records: Sequence[Procedure]) -> Procedure | None:
    best = turn.ranking.best
    if turn.ranking.sure and best and best.item not in {record.code for record in records}:
        return None  # another matter, whatever words its name shares with what we offered
    return _by_part(said, records) or _by_meaning(turn, records) or _by_a_word_of_its_own(turn, said, records)


def _record(turn: Turn, value: str) -> Procedure | None:
    meant = payloads.read(value)
    return turn.library.catalogue.get(meant.code) if meant and meant.code else None


def _by_number(said: str, offered: Sequence[Sequence[str]]) -> str | None:
    match = _NUMBER.match(said)
    if not match:
        return None
    if match[1].startswith("cuoi"):
        # The last thing that can be meant: "Việc khác" is no choice of its own.
        return [value for _, value in offered if value.startswith("#tthc")][-1:][0] if _about(offered) else None
    number = int(match[1]) if match[1].isdigit() else _ORDINALS[match[1]]
    return offered[number - 1][1] if 1 <= number <= len(offered) else None


def numbered(turn: Turn) -> bool:
    """Say whether the text is no more than a number: "chọn cái đầu tiên"."""
    return bool(_NUMBER.match(expand(turn.text)))


def _about(offered: Sequence[Sequence[str]]) -> bool:
    return any(value.startswith("#tthc") for _, value in offered)


def _by_part(said: str, records: Sequence[Procedure]) -> Procedure | None:
    """Return the record whose name alone holds what was said: "cái cấp lại", "loại cho trẻ em"."""
    shared = set.intersection(*(set(expand(record.short).split()) for record in records))
    words = [word for word in said.split() if word not in shared and word not in _EMPTY]
    if not words or len(said.split()) > WORDS_OF_A_CHOICE:
        return None
    shares = sorted(((_share(words, record), number) for number, record in enumerate(records)), reverse=True)
    best, number = shares[0]
    alone = len(shares) == 1 or shares[1][0] < best
    return records[number] if best >= SAID_OF_TITLE and alone else None


def _by_whole(said: str, records: Sequence[Procedure]) -> Procedure | None:
    """Return the record whose title alone has every word that was said: no other matter is as near as that."""
    words = {word for word in said.split() if word not in _EMPTY}
    holding = [record for record in records if words <= set(expand(record.short).split())]
    return holding[0] if words and len(holding) == 1 and len(said.split()) <= WORDS_OF_A_CHOICE else None


_SAID_IDLY = "cai loai viec thu tuc do ay kia nay toi em minh muon can lam la co a nhe nha cho hoi chon y xin thoi"
_EMPTY = frozenset(_SAID_IDLY.split())


def _share(words: Sequence[str], record: Procedure) -> float:
    names = [set(expand(name).split()) for name in (record.short, *record.aliases)]
    return max(sum(word in name for word in words) for name in names) / len(words)


def _by_a_word_of_its_own(turn: Turn, said: str, records: Sequence[Procedure]) -> Procedure | None:
    """Return the record that alone has one of the words: "em làm rơi mất rồi" among renewing and replacing."""
    if spoken_in(turn.text) or len(said.split()) > WORDS_OF_A_CHOICE:
        return None
    titles = [set(expand(record.short).split()) for record in records]
    owners = [[n for n, title in enumerate(titles) if word in title] for word in said.split() if word not in _EMPTY]
    alone = {owner[0] for owner in owners if len(owner) == 1}
    return records[alone.pop()] if len(alone) == 1 else None


def _by_meaning(turn: Turn, records: Sequence[Procedure]) -> Procedure | None:
    """Return the one of what we offered that the model takes the text for."""
    codes = {record.code: record for record in records}
    likely = {c.item: c.confidence for c in turn.understanding.candidates}
    best = max(likely, key=lambda item: likely[item], default="")
    others = [p for item, p in likely.items() if item in codes and item != best]
    clear = best in codes and likely[best] >= max(MEANT, AHEAD * max(others, default=0.0))
    return codes[best] if clear else None


def _both(turn: Turn, records: Sequence[Procedure]) -> Reply:
    """Answer two of the choices, a message each; the first is what follow-ups are about."""
    aspect = Aspect(turn.memory.get("wanted") or Aspect.OVERVIEW)
    first, *rest = (procedures.about(turn, record, aspect=aspect, confidence=1.0) for record in records)
    texts = [text for reply in (first, *rest) for text in reply.texts]
    switch = [payloads.procedure(record.short, record.code) for record in records[1:]]
    candidates = tuple(record.code for record in records)
    return replace(first, texts=tuple(texts), buttons=(*first.buttons[:3], *switch, payloads.person()),
                   candidates=candidates)  # fmt: skip


def _told_apart(turn: Turn, records: Sequence[Procedure]) -> Reply:
    lines = [say("choose.one", short=record.short, summary=record.summary) for record in records]
    text = "\n".join([say("choose.apart"), *lines])
    return _question(turn, text, records)


def asked_again(turn: Turn) -> Reply:
    """Ask the open question once more: a "yes" does not say which."""
    records = [record for _, value in turn.memory.get("choices", []) if (record := _record(turn, value))]
    return _question(turn, say("choose.which_number"), records)


def _question(turn: Turn, text: str, records: Sequence[Procedure]) -> Reply:
    buttons: list[Button] = [payloads.procedure(record.short, record.code) for record in records]
    wanted = turn.memory.get("wanted")
    return Reply(
        texts=(text,),
        buttons=(*buttons, payloads.none_of_these()),
        skill="procedure",
        candidates=tuple(record.code for record in records),
        aspect=wanted,
        memory={"wanted": wanted, "procedure": records[0].code if records else None},
    )


def opened(turn: Turn, meant: payloads.Pressed) -> Reply | None:
    """Return the answer to what a button of ours means."""
    if meant.code:
        record = turn.library.catalogue.get(meant.code)
        # A clarifying question keeps the aspect that was asked; its choices carry none.
        aspect = meant.aspect or Aspect(turn.memory.get("wanted") or Aspect.OVERVIEW)
        reply = procedures.about(turn, record, aspect=aspect, confidence=1.0) if record else None
        return replace(reply, memory={"named": True}) if reply and not meant.aspect else reply
    if meant.item:
        topic = turn.library.topics.get(meant.item)
        return topics.told(turn, topic, confidence=1.0) if topic else None
    if meant.skill == "other":
        memory = {"procedure": None, "wanted": turn.memory.get("wanted")}
        return Reply(texts=(say("choose.other"),), skill="none", memory=memory)
    opened = _SKILLS.get(meant.skill)
    return opened(turn) if opened else None


_SKILLS: dict[str, Callable[[Turn], Reply | None]] = {
    "handoff": people.call_person,
    "feedback": people.ask_feedback,
    "erase": people.erase,
    "status": places.tell_status,
    "office": places.tell_office,
    "portal": topics.tell_portal,
    "help": smalltalk.tell_help,
}
