"""Plain words for what officials shorten: abbreviations, numbers of laws."""

import re

from content.model import Law

ABBREVIATIONS: dict[str, str] = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BHTN": "bảo hiểm thất nghiệp",
    "TNCN": "thu nhập cá nhân",
    "CMND": "chứng minh nhân dân",
    "CSDL": "cơ sở dữ liệu",
    "PCCC": "phòng cháy, chữa cháy",
    "ATTP": "an toàn thực phẩm",
    "LLTP": "lý lịch tư pháp",
    "HTX": "hợp tác xã",
    "MST": "mã số thuế",
}
"""Said in full where it stands first in an answer, with the short form behind; then the short form alone."""

_KINDS = (
    ("TTLT", "Thông tư liên tịch"), ("TT-", "Thông tư"), ("NĐ-", "Nghị định"), ("NQ-", "Nghị quyết"),
    ("QĐ-", "Quyết định"), ("UBTVQH", "Văn bản"), ("QH", "Luật"),
)  # fmt: skip


def spelled_out(text: str) -> str:
    """Return `text` with each abbreviation said in full once.

    >>> spelled_out("Nộp ở UBND xã. UBND hẹn ngày trả")
    'Nộp ở Ủy ban nhân dân (UBND) xã. UBND hẹn ngày trả'
    """
    for short, words in ABBREVIATIONS.items():
        match = short in text and re.search(rf"(?<![\w/-]){short}(?![\w/-])", text)
        if match and words.lower() not in text[: match.start()].lower():
            said = _begun(words, text[: match.start()])
            # In brackets already, or the words follow anyway: a second pair of brackets would not be read aloud.
            bracketed = text.count("(", 0, match.start()) > text.count(")", 0, match.start())
            twice = text[match.end() : match.end() + 2] == " ("
            said = said if bracketed or twice else f"{said} ({short})"
            text = text[: match.start()] + said + text[match.end() :]
    return text


def _begun(words: str, before: str) -> str:
    starts = (
        not before.strip(" •\n") or before.rstrip(" ")[-1:] in {"\n", "•"} or before.rstrip()[-1:] in {".", "?", "!"}
    )
    return words[:1].upper() + words[1:] if starts else words


def law_words(law: Law) -> str:
    """Return a legal document as people name it: `Luật Hộ tịch (60/2014/QH13)`, `Thông tư 04/2020/TT-BTP`."""
    if law.title:
        told = law.number in law.title
        numbered = f"{law.title}, số {law.number}" if law.title.endswith(")") else f"{law.title} ({law.number})"
        return law.title if told else numbered
    suffix = law.number.rpartition("/")[2]
    kind = next((words for part, words in _KINDS if suffix.startswith(part)), "")
    return f"{kind} {law.number}".strip()


def rule_words(basis: str) -> str:
    """Return the rule a figure rests on without its article and amendments, which nobody hears.

    >>> rule_words("Thông tư 75/2022/TT-BTC, Điều 4 (sửa bởi Thông tư 71/2025/TT-BTC)")
    'Thông tư 75/2022/TT-BTC'
    """
    return re.split(r" \(|, [ĐĐđ]iều |, khoản ", basis, maxsplit=1)[0].strip()
