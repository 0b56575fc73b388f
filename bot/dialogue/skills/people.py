"""A person is wanted: to talk, to complain, to be kept informed."""

import re

from bot.dialogue import payloads
from bot.dialogue.asking import ASPECTS
from bot.dialogue.turn import Effect, Reply, Turn
from bot.dialogue.words import expand
from content.phrases import say

LIKELY = 0.5
"""Probability of an intent from which these skills answer: to call a person too often does little harm."""


def _meant(turn: Turn, *intents: str) -> bool:
    return turn.understanding.intent in intents and turn.understanding.confidence >= LIKELY


def handoff(turn: Turn) -> Reply | None:
    """Call a person when one is asked for."""
    by_hand = not turn.ranking.sure and _BY_HAND.search(expand(turn.text))
    return call_person(turn) if by_hand or _meant(turn, "handoff") else None


_ANYBODY = r"\bco (?:ai|nguoi nao|can bo nao) (?:\w+ ){0,2}"
_DO = r"(?:viet|khai|dien(?! thoai)|bam|doc|ghi)"
_BY_HAND = re.compile(
    rf"{_ANYBODY}(?:giup|gium|ho|dum) (?:\w+ ){{0,3}}{_DO}\b.*(?:khong|hong|chu)$"
    rf"|{_ANYBODY}{_DO} (?:\w+ ){{0,3}}(?:giup|gium|ho|dum)\b.*(?:khong|hong|chu)$"
)
"""Somebody cannot do it alone: "có ai điền giùm bà không"."""


def call_person(turn: Turn) -> Reply:
    """Hand the conversation over."""
    phone = turn.facts.hotline
    return _ticket(turn, "handoff", text=say("handoff", hotline=say("handoff_hotline", phone=phone) if phone else ""))


def _ticket(turn: Turn, kind: str, *, text: str) -> Reply:
    effect = Effect(verb="ticket", kind=kind, text=turn.text)
    return Reply(texts=(text,), skill=kind, confidence=turn.understanding.confidence, effects=(effect,))


def feedback(turn: Turn) -> Reply | None:
    """Take a complaint: at once when it tells something, else ask for it."""
    if not _meant(turn, "feedback"):
        return None
    return _take(turn) if len(turn.text.split()) >= TELLING else ask_feedback(turn)


TELLING = 9
"""Words from which a complaint says what happened; "tôi muốn phản ánh" alone does not."""


def ask_feedback(turn: Turn) -> Reply:
    """Ask what the complaint is about and wait for the answer."""
    return Reply(texts=(say("feedback.ask"),), skill="feedback", memory={"asked": "feedback"})


def awaited_feedback(turn: Turn) -> Reply | None:
    """Take the words that follow our question as the complaint; whoever turns to something else is let go."""
    if turn.memory.get("asked") != "feedback" or not turn.text.strip() or turn.payload:
        return None
    said = expand(turn.text)
    if _GIVES_UP.fullmatch(said):
        return Reply(texts=(say("feedback.left"),), skill="smalltalk")
    if _WAITS.fullmatch(said):
        return ask_feedback(turn)
    return None if _GIVES_UP.match(said) or _turns_away(turn) else _take(turn)


_GIVES_UP = re.compile(
    r"(?:(?:a|da|o|ok|vay|nhung) )*(?:thoi|khoi|huy|bo qua|de sau|thoat|dung lai|khong (?:can|muon|phan anh|"
    r"gop y|kien nghi|co gi|"
    r"phai|noi)|quay lai)(?: (?:thoi|khoi|nua|can|phan anh|gop y|kien nghi|a|nhe|nha|di|dau|roi|khong|huy|em|"
    r"anh|ban|de sau|muon|"
    r"bo qua|gi|hoi|luc khac))*"
)
"""Whole: wants to leave. At the beginning: leaves for what follows ("thôi khỏi, cho hỏi …")."""
_WAITS = re.compile(
    r"(?:(?:da|vang|u|uh|um|ok|oke|duoc|cho|doi|khoan|tu tu|toi|em|ti|chut|mot|xiu|da|co|de|a|nhe|roi|viet|da)\b ?)+"
)
_LEAVES_FOR = frozenset({"deny", "greet", "thanks", "bye", "handoff"})
_ASKS_FOR = frozenset({"office", "status", "portal", "help", "subscribe", "unsubscribe"})
SURE = 0.9
"""Probability from which a question of another kind is no complaint."""


def _turns_away(turn: Turn) -> bool:
    understanding = turn.understanding
    if understanding.intent in _LEAVES_FOR:
        return True
    asks = turn.ranking.sure and understanding.intent in ASPECTS
    other = understanding.intent in _ASKS_FOR and understanding.confidence >= SURE and len(turn.text.split()) < TELLING
    return asks or other


def _take(turn: Turn) -> Reply:
    phone = turn.facts.feedback_phone or turn.facts.hotline
    line = say("feedback.phone", phone=phone) if phone else ""
    return _ticket(turn, "feedback", text=say("feedback.taken", phone=line))


_ERASE = re.compile(
    r"(?:(?:da|a|xin|hay|vui long|lam on|cho|giup|muon|yeu cau|de nghi|can|toi|minh|em|chau|bac|con|admin|ad|oi)\b ?)*"
    r"xoa (?:(?:het|toan bo|tat ca|giup|ho|cac|cho|toi|minh|em)\b ?)*"
    r"(?:du lieu|tin nhan|lich su (?:tro chuyen|chat|nhan tin)|thong tin ca nhan|thong tin(?= (?:cua|ve)))"
    r"(?: ca nhan)?(?: (?:cua|ve) (?:toi|minh|em|chau|bac|con|co|chu|anh|chi))?"
    r"(?: (?:di|nhe|nha|a|voi|khoi|he thong|o|day|tren|zalo|facebook|messenger|trang|nay|duoc|khong|giup|ngay|het))*"
)
"""Over folded words: "xóa dữ liệu của tôi" and its kin, and nothing that names a paper ("xóa đăng ký thường trú")."""


def erasure(turn: Turn) -> Reply | None:
    """Ask once more before everything of a person is deleted, when that is wanted."""
    if not _ERASE.fullmatch(expand(turn.text)):
        return None
    sure = payloads.button("erase", say("erase.button"))
    texts = (say("erase.sure", agency=turn.facts.name or say("agency")),)
    return Reply(texts=texts, buttons=(sure,), skill="smalltalk", memory={"offered": sure.value})


def erase(turn: Turn) -> Reply:
    """Delete what we keep of this person; the code to look it up follows, when it is known."""
    return Reply(texts=(say("erase.done"),), skill="smalltalk", effects=(Effect(verb="forget"),))


def subscription(turn: Turn) -> Reply | None:
    """Start or stop sending news to this person."""
    if not _meant(turn, "subscribe", "unsubscribe"):
        return None
    wanted = turn.understanding.intent == "subscribe"
    text = say("subscribe.started", agency=turn.facts.name or say("agency")) if wanted else say("subscribe.stopped")
    verb = "subscribe" if wanted else "unsubscribe"
    return Reply(
        texts=(text,),
        skill="subscribe",
        confidence=turn.understanding.confidence,
        effects=(Effect(verb=verb),),
    )


def contests(turn: Turn) -> Reply | None:
    """Tell about surveys and quizzes."""
    if not _meant(turn, "survey", "quiz"):
        return None
    skill = turn.understanding.intent
    text = say(skill, agency=turn.facts.name or say("agency")) if skill == "quiz" else say(skill)
    return Reply(texts=(text,), skill=skill, confidence=turn.understanding.confidence)
