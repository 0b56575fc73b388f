"""What the end of a question asks for in so many words, where the model heard something else in a long story.

People tell first and ask last: "… tôi phải có giấy gì". The model weighs every word alike and takes a long telling
for a wish to know all. Rows are read in order, the first that stands in the last clause decides.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from bot.dialogue.turn import Turn
from bot.dialogue.words import expand
from content.model import Aspect

CLEAR = 0.8
"""Probability from which the model's aspect stands against a weak row."""
LONGEST = 26
"""Words of a clause that are looked at; a question is no longer."""

_NOT = r"(?:khong|hong|hem|chua|chu)"
_MANY = r"(?:may|bao nhieu|nhieu|nhiu)"
_WHAT = r"(?:gi|chi|nao|nhung gi)"
_HOW = r"(?:sao|the nao|rang|kieu gi|cach nao)"
_PAPER = r"(?:giay to|giay|ho so|chung tu)"
_NET = r"(?:qua mang|tren mang|online|onl|onlien|truc tuyen|qua (?:ung dung|app))"
_OFFICE = r"(?:cong an|uy ban|co quan|xa|phuong|tinh|so|cap|ben|phong)"
_STRONG: Final = True
_WEAK: Final = False

_ROWS: tuple[tuple[Aspect, bool, str], ...] = (
    (Aspect.STEPS, _STRONG,
     r"\btuan tu\b|\blan luot\b|\b(?:tung|cac|may|nhung) (?:buoc|bc|chang|khau)\b"
     r"|\bthu tu (?:gi|nao|the nao|ra sao|sao)|\btrinh tu\b|\bquy trinh\b"
     r"|\bthao tac (?:nhung )?(?:gi|the nao|ra sao|sao)"
     r"|\b(?:dau|gi|nao|ai|sao) truoc (?:\w+ ){0,6}sau\b|\btruoc hay (?:\w+ ){1,6}truoc$|\blam gi truoc$"
     r"|\broi moi (?:toi|den)\b.*\bhay\b"),
    (Aspect.ONLINE, _STRONG,
     rf"\b{_NET}\b(?: \w+){{0,3}} (?:{_HOW}|o dau|cho nao|duoc {_NOT})$|\b{_NET} (?:thi )?co (?:phai|can)\b.*{_NOT}$"),
    (Aspect.CONDITIONS, _STRONG,
     rf"\b(?:dong|nghi viec|tham gia|cu tru) (?:(?!roi|xong|tien|phi|thue)\w+ ){{0,3}}bao lau"
     r" (?:thi |moi )+(?:duoc|co)\b"
     rf"|\btoi da (?:duoc )?bao lau\b|\b{_MANY} tuoi\b|\bdu tuoi {_NOT}"
     rf"|\b(?:it nhat|it nhut|toi thieu) (?:phai |can )?(?:co )?{_MANY} (?!tien|dong|phan)\w+"
     rf"|\bdieu kien (?:gi|nao|ra sao|sao|the nao)\b|\bco bat buoc\b.*{_NOT}$|\bco duoc mien\b.*{_NOT}$"
     r"|\bduoc (?!duyet|giai quyet|nhan|tra)(?:\w+ ){0,8}chua$"),
    (Aspect.CONDITIONS, _STRONG, r"\b(?:the nao|can gi|co gi|ra sao) (?:thi )?moi (?:duoc|du)\b"),
    (Aspect.RESULT, _STRONG,
     rf"\b(?:ho|xa|phuong|cong an|co quan|duoc|se|thi) (?:cap|tra|phat|ho dua|dua)"
     rf" (?:(?!can|nop|mang|co|thi|phai|dem|gom)\w+ ){{0,3}}(?:giay to|giay|to|so|thu) {_WHAT}\b"
     r"|\b(?:gia tri|hieu luc|dung duoc|xai duoc)( \w+)? (?:bao lau|may (?:thang|nam|ngay)|toi|den)"),
    (Aspect.TIME, _STRONG,
     rf"\btruoc {_MANY} gio\b|\btruoc (?:ngay|thang) (?:mo|nao|dau|{_MANY})\b|\bhan (?:chot|cuoi)\b|\bcham nhat\b"
     rf"|(?<!giay )(?<!the )(?<!bang )\bco (?:thoi )?han {_NOT}\b"
     rf"|\bkip\b.*{_NOT}$|\bmat {_MANY} (?:gio|ngay|bua|tuan|thang)\b|\bco lau {_NOT}$"
     r"|\b(?:chung nao|bao gio|khi nao) (?:thi |moi )?(?:co|xong|lay|nhan|ra)\b"),
    (Aspect.FEE, _STRONG,
     rf"\bco (?:phai )?(?:bi )?(?:lay|mat|ton|dong|thu|tra|tinh) (?:them )?(?:tien|phi|le phi)(?: gi)? {_NOT}\b"
     rf"|\b(?:dong|het|ton|mat) {_MANY}$|\b{_MANY} (?:tien|phan tram)\b|\bbao tien\b|\bco (?:ton|mat) {_NOT}$"
     rf"|\b(?:duoc|tra|huong|lanh|linh|nhan) (?:\w+ ){{0,4}}(?:hang|moi) thang {_MANY}$|\bthang duoc {_MANY}$"),
    (Aspect.FORMS, _STRONG, r"\b(?:xin|tai|lay|in) (?:mau|to khai)\b(?: \w+){0,3} o dau$"),
    (Aspect.LEGAL, _STRONG, r"\b(?:luat|nghi dinh|thong tu|van ban) (?:nao|so may)\b"),
    (Aspect.OVERVIEW, _STRONG,
     rf"\b(?:dau|cho nao|{_NOT})(?: va)?(?: \w+)? (?:lam|bao) (?:gi|sao|the nao)$|\bkhong va \w+ {_HOW}$"),
    (Aspect.DOCUMENTS, _STRONG,
     rf"\b(?:(?:phai|can) co|can|nop|mang|dem|gui|ke|kem|trinh|chuan bi|dua|cam|doi|keu|bat)"
     rf" (?:\w+ ){{0,3}}{_PAPER} {_WHAT}\b|\bchung tu {_WHAT}\b"
     r"|\b(?:nop|mang|dem|phai co|can co) (?:theo )?(?:nhung )?(?:gi|chi)$|\bvoi (?:nhung )?gi nua$"
     r"|\bchuan bi (?:san |truoc )?(?:nhung )?(?:gi|chi)\b"),
    (Aspect.DOCUMENTS, _STRONG,
     r"^(?:bo |thanh phan )?(?:ho so|giay to) (?:de )?"
     r"(?:xin|lam|dang ky|thanh lap|mo|doi|cap|sang|tach|nhap|khai|mua|rut)\b"
     rf"(?!.*\b(?:{_WHAT}|{_NOT}|sao|dau|may|bao|the nao|roi|bi)\b)"),
    (Aspect.WHERE, _STRONG,
     rf"\bbao (?:cho )?ai\b|\b(?:gui|nop|gap|hoi|lien he) (?:cho |voi )?ai$"
     rf"|\b(?:ra|den|toi|ve|len|bao) (?:o )?dau\b|\b(?:ra|den|toi|ve|len) mo$|\b{_OFFICE} (?:cap )?(?:nao|dau)$"
     rf"|\b(?:xa|phuong) hay (?:\w+ ){{0,3}}(?:tinh|huyen|so)\b"),
    (Aspect.CONDITIONS, _WEAK,
     rf"\bduoc (?:\w+ ){{0,3}}(?:chi tra|tra tien|huong|ho tro|mien|giam)\b(?: \w+){{0,4}} {_NOT}$"),
    (Aspect.WHERE, _WEAK,
     rf"\b(?:o|ra|len|tai) {_OFFICE}(?: \w+){{0,3}} duoc {_NOT}$"
     rf"|\b(?:den|toi|xuong) (?:tan )?nha\b.*{_NOT}$"),
    (Aspect.OVERVIEW, _WEAK,
     rf"\b(?:{_HOW}|lam (?:nhung )?gi|phai sao)$|\b(?:thi|di|phai) xin (?:cai|to|giay|loai giay) (?:gi|nao)$"),
)  # fmt: skip
_COMPILED = tuple((aspect, strong, re.compile(pattern)) for aspect, strong, pattern in _ROWS)

_OF_AN_ASPECT = re.compile(
    r"\b(?:phi|tien|thoi gian|(?<!het )(?<!qua )(?<!gia )han|dieu kien|ho so|giay to|(?<!hoa )don"
    r"|mau|to khai|luat|mang|online|vneid|mien|thue(?= tinh)|buoc)\b"
)
"""A word of an aspect: "lệ phí thế nào" asks for the fee, not for all."""
_ASKING = re.compile(
    rf"\b(?:{_WHAT}|{_NOT}|sao|dau|mo|may|bao|ai|the nao|rang|lau|nhieu|nhiu|ha|giay|nop|buoc"
    r"|cho xem|ket qua|dia chi)\b"
)
_DENIED = re.compile(r"\b(?:khong|hong|chu khong) phai\b|^(?:khong|da khong)\b")
_SENTENCE = re.compile(r"[.;!?\n]+\s*")
_CENTRAL = re.compile(r"\bmô\b", re.I)
"""Says "đâu" in the centre; without its mark it may be "mở" or "mổ"."""
_PARTICLES = re.compile(
    r"(?: (?:a|o|anh|em|admin|ad|vay|z|v|the|ha|nhi|da|chu|bac|con|voi|ta|ban|cung|oi|day|hen|rua|he|nhe|hi|moi nguoi"
    r"|can bo)|(?<= ha) co|(?<= a) co|(?<!giay to)(?<! giay)(?<! nop)(?<! mang)(?<! lam)(?<! cai)"
    r"(?<! co)(?<! to) chi)+$"
)


def heard_at_the_end(turn: Turn, found: Aspect) -> Aspect:
    """Return the aspect that the end of the text asks for, or `found` where it says nothing plainer."""
    likely: Mapping[str, float] = dict(turn.understanding.intents)
    cue = cue_of(turn.text)
    if cue is None:
        only_told = turn.understanding.source == "rasa" and likely.get(found, 0.0) < CLEAR and tells(turn.text)
        return Aspect.OVERVIEW if only_told else found
    aspect, strong = cue
    return aspect if strong or likely.get(found, 0.0) < CLEAR else found


@lru_cache(256)
def cue_of(text: str) -> tuple[Aspect, bool] | None:
    """Return the aspect that the last clause asks for and whether its words leave no doubt, or None."""
    clause = last_clause(text)
    for aspect, strong, pattern in _COMPILED:
        if pattern.search(clause) and not (aspect is Aspect.OVERVIEW and _OF_AN_ASPECT.search(clause)):
            return aspect, strong
    return None


def tells(text: str) -> bool:
    """Say whether the text asks nothing and names no aspect: "ý em là hai người góp vốn"."""
    said = _DENIED.sub(" ", expand(text))
    return "?" not in text and not _ASKING.search(said) and not _OF_AN_ASPECT.search(said)


def last_clause(text: str) -> str:
    """Return the folded words of the last sentence without the particles that close it."""
    parts = [part for part in _SENTENCE.split(_CENTRAL.sub("đâu", text).replace("%", " phần trăm ")) if part.strip()]
    words = expand(parts[-1]).split() if parts else []
    return _PARTICLES.sub("", " ".join(words[-LONGEST:]))
