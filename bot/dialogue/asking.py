"""Which aspects a text asks for, in the order in which it asks them."""

import re
from functools import lru_cache

from bot.dialogue.cues import heard_at_the_end
from bot.dialogue.turn import Turn
from bot.dialogue.words import expand
from content.model import Aspect
from nlu import keywords

_STEPS = Aspect.STEPS.value
ASPECTS = {aspect.value for aspect in Aspect}
SPECIFIC = 0.10
"""Probability from which an aspect beats the overview, which the training knows most of…"""
AGAINST_WORDS = 0.25
"""…and where the words themselves seem to ask for another one."""
ASKED = 0.05
"""Probability that is enough for an aspect when the words are a question for it ("bao lâu có giấy")…"""
HINT = 0.25
"""…and when they only speak of it ("thời hạn")."""
CERTAIN = 0.95
"""Probability from which the steps of something named are asked for without a word that says so."""
FEW_WORDS = 7
"""A question of so few words that names nothing is taken at its word."""
MOST = 3
"""Aspects answered in one message; more would not be read."""

# Words that ask, not words that tell: "mất hết giấy tờ" tells, "cần giấy tờ gì" asks.
_ASKS: tuple[tuple[Aspect, str], ...] = (
    (Aspect.DOCUMENTS,
     r"can (mang |chuan bi |nop |co |phai co )?(nhung )?(giay to |giay |ho so |thu )?(gi|chi|nao)\b"
     r"|(giay to|ho so|giay) (can |gom |bao gom )?(nhung )?(gi|nao|chi)\b|mang (theo )?(nhung )?(gi|giay)"
     r"|chuan bi (nhung )?(gi|giay|ho so)|kem giay (gi|nao)"),
    (Aspect.FEE,
     r"bao nhieu tien|\bphi\b( la| het| mat)* (bao nhieu|nhieu|the nao|sao|may)|(mat|ton) (le )?phi\b"
     r"|(ton|het|mat) (bao nhieu|may)(?! (ngay|thang|lau|buoi|thoi|gio))( tien)?|may tien|ton kem"
     r"|(duoc|lanh|linh|huong|dong|nop) (khoang |tam )?bao nhieu(?! (ngay|thang|tuoi|lau|nam|gio|lan|to|ban))"),
    (Aspect.TIME, r"bao lau|(truoc|trong|sau) (may|bao nhieu) (gio|tieng)"
                  r"|(may|bao nhieu) (ngay|thang|tuan|bua)|(bao gio|khi nao|chung nao) (moi )?(xong|co|duoc|lay"
                  r"|nhan|tra)|bao nhieu thoi gian|thoi gian (bao|the nao)|lay (ngay|lien) (duoc )?khong"),
    (Aspect.WHERE, r"(lam|nop|den|ra|lay|di|xin|dang ky|tai|gap) (\w+ ){0,3}(o dau|cho nao|noi nao)|\bo dau\b"
                   r"|(den|di|ra|toi) dau\b|(nop|gui|gap)( don| ho so)? (cho |o )?(ai|cho nao|dau)\b|(co quan|so) nao\b"
                   r"|ai (la nguoi )?(giai quyet|tiep nhan|cap|ky)\b"),
    (Aspect.ONLINE, r"(online|qua mang|tren mang|truc tuyen|tai nha)( \w+){0,3} (khong|sao|chu|the nao|chua)\b"),
    (Aspect.FORMS, r"(mau|to khai|don)( don| to khai| so)? (nao|gi)\b|xin mau|tai mau|mau don o dau"),
    (Aspect.CONDITIONS,
     r"(di|lam|lay|nop|nhan|xin|ky) (\w+ ){0,2}(thay|giup|gium|dum|ho)\b( \w+){0,2} duoc (khong|chua|chu)|"
     r"dieu kien (gi|nao|the nao|sao|ra sao|nhu the nao)|can dieu kien|ai (moi )?duoc|doi tuong nao"
     r"|(bao nhieu|may) tuoi|tuoi bao nhieu|dien tich (toi thieu |la )?(bao nhieu|may)"
     r"|(can|phai) xin phep( \w+)? khong"),
    (Aspect.STEPS, r"cac buoc|may buoc|buoc nao|quy trinh|trinh tu"),
    (Aspect.LEGAL, r"(luat|nghi dinh|thong tu|van ban|can cu) nao|can cu phap ly"),
    (Aspect.RESULT, r"((?<!xac )nhan|duoc cap) (duoc )?(giay )?gi\b|ket qua la gi"),
)  # fmt: skip
_COMPILED = tuple((aspect, re.compile(pattern)) for aspect, pattern in _ASKS)
_STEP_BY_STEP = re.compile(
    r"buoc|trinh tu|quy trinh|tuan tu|giai doan|huong dan"
    r"|(?<!ho )(?<!nhan )(?<!xuat )(?<!nhap )(?<!cua )\bkhau\b|(di|bat dau) tu dau|tu dau den cuoi"
    r"|(dau tien|truoc tien|truoc het) (thi )?(can |phai )?lam (gi|chi)|roi (toi|den|sao|lam) (gi|chi|nua)"
)
"""What asks for the steps themselves; "làm thế nào" about something named asks for all of it."""
_WHAT_OF = re.compile(
    r"^(?:(?:a|o|da|ua|the|vay|ma|nhung|roi)\s+)*(?:con|neu|the|vay)\b.*"
    r"(?:thi|khac)\s+(?:sao|the nao|lam sao|gi|ra sao|nhu the nao)(?:\s+(?:a|vay|ha|nhi|em|anh))*$|\bkhac (gi|nhau)\b"
)
"""Turns to something named and asks no more than what of it: "còn chứng thực chữ ký thì sao"."""
_HOW = re.compile(r"\b(the nao|lam sao|lam rang|lam gi|thi sao|ra sao|kieu gi|cach nao|cach lam|ra rang|man sao)\b")
_ASKED_AT_THE_END = 22
"""Words: people tell their story first and ask last."""
_AT_THE_FRONT = re.compile(r"đầu", re.I)
"""Folds to the same as "đâu", which asks for a place."""


def aspect_of(turn: Turn, *, named: bool = False) -> Aspect:
    """Return the aspect that the text asks, or the overview; `named` when it also names what about."""
    likely = {name: p for name, p in turn.understanding.intents if name in ASPECTS and name != Aspect.OVERVIEW}
    unsaid = named and not asks_for_steps(turn.text) and (asks_how(turn.text) or likely.get(_STEPS, 0.0) < CERTAIN)
    if unsaid:
        likely.pop(Aspect.STEPS, None)
    asked = spoken_in(turn.text)
    spoken = asked[0].value if asked else keywords.aspect(turn.text)
    least = ASKED if asked else HINT
    brief = not named and len(turn.text.split()) <= FEW_WORDS
    heard = (bool(asked) and brief) or turn.understanding.source == "keywords" or likely.get(spoken or "", 0.0) >= least
    if spoken and heard and not (unsaid and spoken == Aspect.STEPS):
        return Aspect(spoken)
    best = max(likely, key=lambda name: likely[name], default=Aspect.OVERVIEW)
    if named and not spoken and _WHAT_OF.search(expand(turn.text)):
        return Aspect.OVERVIEW
    return Aspect(best) if likely.get(best, 0.0) >= (AGAINST_WORDS if spoken else SPECIFIC) else Aspect.OVERVIEW


def asks_for_steps(text: str) -> bool:
    """Say whether the words ask for one step after the other."""
    return bool(_STEP_BY_STEP.search(expand(text)))


def asks_how(text: str) -> bool:
    """Say whether the words only ask how ("làm thế nào"): about something named that asks for all of it."""
    return bool(_HOW.search(expand(text))) and not asks_for_steps(text)


@lru_cache(256)  # several skills ask
def spoken_in(text: str) -> tuple[Aspect, ...]:
    """Return the aspects that the words ask for themselves, first asked first; a story's beginning is left out."""
    said = " ".join(expand(_AT_THE_FRONT.sub("", text)).split()[-_ASKED_AT_THE_END:])
    places = {aspect: match.start() for aspect, pattern in _COMPILED if (match := pattern.search(said))}
    return tuple(sorted(places, key=lambda aspect: places[aspect]))


def leftover(text: str) -> str:
    """Return the words of `text` that ask for no aspect and are no filler: what it may be about."""
    said = without_questions(expand(_AT_THE_FRONT.sub("", text)))
    return " ".join(word for word in said.split() if word not in _FILLERS)


def without_questions(said: str) -> str:
    """Return `said` (folded) without what asks for an aspect."""
    for _, pattern in _COMPILED:
        said = pattern.sub(" ", said)
    return _HOW.sub(" ", said)


_SAID_IDLY = """
a anh ban bac chi em oi vay the con thi la va voi roi nhi ha nua luon het mat ton tien le phi can co duoc dieu kien lay
khong nop lam xong giay to ho so nhan tra ve de tong cong cung phai o thoi gian ngay gi nao nhu bao nhieu tinh
"""
_FILLERS = frozenset(_SAID_IDLY.split())


def aspects_of(turn: Turn, *, named: bool = False) -> tuple[Aspect, ...]:
    """Return every aspect that is asked, first asked first; one alone as `aspect_of` sees it."""
    spoken = spoken_in(turn.text)
    return spoken[:MOST] if len(spoken) > 1 else (heard_at_the_end(turn, aspect_of(turn, named=named)),)
