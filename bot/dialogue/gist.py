"""The part of a message that the model has to understand: without manners, and with one question of several.

The model learnt single questions. "Chào bạn, làm khai sinh cần gì và mất bao lâu ạ, cảm ơn" is a greeting, thanks
and two questions to it; the dialogue answers all of them from the whole text.
"""

import re

from bot.dialogue.asking import leftover, spoken_in

LEAST = 2
"""Words that must remain; less is no question, and the manners were all that was said."""

_TO = (
    r"(?:\s*(?:ạ|à|a|ơi|oi|nhé|nhe|nha|nhiều|nhiu|nhìu|nhieu|lắm|rất|đã|bạn|ban|ad|admin|anh|chị|chi|em|cô|chú|"
    r"bác|cháu|"
    r"shop|bot|cán bộ|can bo|mọi người|cả nhà|ủy ban|uy ban|quý cơ quan|buổi (?:sáng|trưa|chiều|tối)|trợ lý|và|"
    r"các|giúp|"
    r"trả lời|tư vấn|hỗ trợ)(?!\w))*"
)
_HELLO = r"(?:(?:dạ|da|em|con|cháu|tôi|kính|xin|kinh)\s+)*(?:chào|chao|alo+|a lô|hello|hi|hey)(?!\w)" + _TO
_THANKS = (
    r"(?:(?:dạ|da|ok|oke|vâng|vang|rồi|à|em|tôi|xin|rất)[\s,]+)*(?:c[ảá]m ơn|cam on|camon|thanks?|thank you|"
    r"tks)(?!\w)" + _TO
)
_ASK = r"(?:cho|thế|the|vậy|vay|còn|con|nhưng|nhung|mà|giờ|gio|bây giờ|em|tôi|toi|mình|minh|hỏi|hoi|xin|ad)(?!\w)"
_FRONT = re.compile(rf"^\W*(?:{_HELLO}|{_THANKS})(?:[\s,.!;:]*[,.!;:\n]+\s*|\s+(?={_ASK}))", re.I)
_BACK = re.compile(rf"[\s,.!;?]+(?:{_THANKS})[\s.!]*$", re.I)

_WHO = r"(?:em|tôi|toi|tui|mình|minh|mk|con|cháu|chau|bác|bac|cô|co|chú|chu|anh|chị|chi|bà|ba|ông|ong)"
_LEAD = re.compile(
    rf"^\W*(?:(?:dạ|da|à|ơi|oi|ad|admin|cán bộ|can bo|bạn|ban|{_WHO})[\s,]+)*"
    rf"(?:cho|xin|muốn|muon|cần|can|định|dinh|đang|dang)\s+(?:phép\s+|phep\s+)?(?:{_WHO}\s+)?"
    r"(?:hỏi|hoi|biết|biet|tư vấn|tu van|tìm hiểu|tim hieu)"
    rf"(?:\s+(?:về|ve|chút|xíu|xiu|tí|ti|thăm|tham|thêm|them|việc|viec|chuyện|chuyen|vụ|vu|rằng|rang|với|voi|giúp|giup|"
    rf"giùm|gium|là|la|thông tin|thong tin|{_WHO}\s+(?:với|voi|về|ve))(?!\w))*[\s,.:;]*",
    re.I,
)
"""What leads to the question: "cho em hỏi về …". The model takes it for a greeting where little follows."""


def gist(text: str) -> str:
    """Return the words of `text` that hold its first question.

    >>> gist("Chào bạn, làm khai sinh cần gì và mất bao lâu ạ, cảm ơn")
    'làm khai sinh cần gì'
    """
    for pattern in (_FRONT, _FRONT, _BACK):
        rest = pattern.sub("", text, count=1).strip()
        text = rest if len(rest.split()) >= LEAST else text
    rest = _LEAD.sub("", text, count=1).strip()
    text = rest if leftover(rest) or spoken_in(rest) else text
    return _first_question(_what_is_meant(text))


_NOT = r"(?:không|khong|ko|k|hông|hổng|hong|đâu)"
_NOT_BUT = re.compile(rf"^.*\b{_NOT} phải\b.*?\bmà(?: là)?\s+|^.*\b{_NOT} phai\b.*?\bma(?: la)?\s+", re.I)
_BUT_NOT = re.compile(rf"[\s,]+(?:chứ|chu)\s+(?:{_NOT})\s+(?:phải|phai)\b[^,.;?!\n]*", re.I)


def _what_is_meant(text: str) -> str:
    """Return what is left of "không phải A mà là B" and "B chứ không phải A": B alone."""
    for pattern in (_NOT_BUT, _BUT_NOT):
        rest = pattern.sub("", text, count=1).strip()
        text = rest if rest else text
    return text


def _first_question(text: str) -> str:
    if len(spoken_in(text)) < 2:
        return text
    words = text.split()
    for place in range(2, len(words)):
        kept, rest = " ".join(words[:place]), " ".join(words[place:])
        if spoken_in(kept) and spoken_in(rest) and not leftover(rest):
            return kept
    return text
