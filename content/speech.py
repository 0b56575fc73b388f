"""Vietnamese as it is read aloud: numbers, dates, money, units and abbreviations spelt out; for loudspeaker scripts."""

import re
from collections.abc import Callable

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu", "tỷ")
WORDS_A_MINUTE = 150
"""Syllables a minute of a calm village announcer; a script is cut to it."""

ABBREVIATIONS: dict[str, str] = {
    "UBND": "Ủy ban nhân dân", "HĐND": "Hội đồng nhân dân", "TTHC": "thủ tục hành chính",
    "CCHC": "cải cách hành chính", "CĐS": "chuyển đổi số", "DVC": "dịch vụ công", "DVCTT": "dịch vụ công trực tuyến",
    "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân", "BHYT": "bảo hiểm y tế", "BHXH": "bảo hiểm xã hội",
    "BHTN": "bảo hiểm thất nghiệp", "GPLX": "giấy phép lái xe", "GCN": "giấy chứng nhận", "QSDĐ": "quyền sử dụng đất",
    "CNTT": "công nghệ thông tin", "TT&TT": "thông tin và truyền thông", "VHXH": "văn hóa xã hội",
    "MTTQ": "Mặt trận Tổ quốc", "THCS": "trung học cơ sở", "THPT": "trung học phổ thông",
    "TP.HCM": "Thành phố Hồ Chí Minh", "TP HCM": "Thành phố Hồ Chí Minh", "TP": "thành phố", "KCN": "khu công nghiệp",
    "ATTP": "an toàn thực phẩm", "PCCC": "phòng cháy chữa cháy", "ANTT": "an ninh trật tự", "NTM": "nông thôn mới",
    "BCĐ": "Ban chỉ đạo", "BCH": "Ban chấp hành", "TW": "trung ương", "NQ": "nghị quyết", "QĐ": "quyết định",
    "KH": "kế hoạch", "CT": "chỉ thị", "NĐ": "nghị định", "TTg": "Thủ tướng Chính phủ", "CP": "Chính phủ",
    "SĐT": "số điện thoại", "ĐT": "điện thoại", "KM": "ki lô mét", "OTP": "ô tê pê", "VNeID": "vi en i đê",
    "QR": "quy e rờ", "PAR INDEX": "chỉ số cải cách hành chính", "SIPAS": "chỉ số hài lòng về sự phục vụ hành chính",
    "PAPI": "chỉ số hiệu quả quản trị và hành chính công", "PCI": "chỉ số năng lực cạnh tranh cấp tỉnh",
    "DTI": "chỉ số chuyển đổi số", "v.v.": "vân vân", "v.v": "vân vân", "vd": "ví dụ", "VD": "ví dụ",
    "ThS": "thạc sĩ", "TS": "tiến sĩ", "BS": "bác sĩ", "NXB": "nhà xuất bản", "WEB": "oép", "Email": "thư điện tử",
    "email": "thư điện tử", "Zalo OA": "trang Za lô chính thức", "Zalo": "Za lô", "Facebook": "phây búc",
}  # fmt: skip
"""How an abbreviation is read; longer ones are tried first, and only whole words."""

UNITS: dict[str, str] = {
    "%": "phần trăm", "km2": "ki lô mét vuông", "km²": "ki lô mét vuông", "m2": "mét vuông", "m²": "mét vuông",
    "m3": "mét khối", "m³": "mét khối", "km": "ki lô mét", "cm": "xăng ti mét", "mm": "mi li mét", "m": "mét",
    "kg": "ki lô gam", "g": "gam", "ha": "héc ta", "lít": "lít", "kWh": "ki lô oát giờ", "°C": "độ xê",
    "MB": "mê ga bai",    "đ": "đồng", "đồng": "đồng", "VNĐ": "đồng", "VND": "đồng", "vnđ": "đồng",
}  # fmt: skip

_LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "F": "ép", "G": "giê", "H": "hát", "I": "i",
    "J": "gi", "K": "ca", "L": "lờ", "M": "mờ", "N": "nờ", "O": "o", "P": "pê", "Q": "quy", "R": "rờ", "S": "sờ",
    "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích", "Y": "y", "Z": "dét",
}  # fmt: skip
_ROMAN = {"I": 1, "V": 5, "X": 10}


def number(value: int) -> str:
    """Return a whole number in words.

    >>> number(2105)
    'hai nghìn một trăm linh năm'
    """
    if value < 0:
        return f"âm {number(-value)}"
    if value < 10:
        return DIGITS[value]
    groups: list[int] = []
    while value:
        value, rest = divmod(value, 1000)
        groups.append(rest)
    words: list[str] = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place] or (place and place % 3 == 0 and any(groups[place:])):
            said = _hundreds(groups[place], full=bool(words)) if groups[place] else ""
            words += [word for word in (said, _scale(place)) if word]
    return " ".join(words)


def _scale(place: int) -> str:
    # A thousand billions are "nghìn tỷ": the scales begin anew above a billion.
    return SCALES[place] if place <= 3 else f"{SCALES[place % 3]}" if place % 3 else "tỷ"


def _hundreds(value: int, *, full: bool) -> str:
    """Return 1 to 999 in words; `full`: a larger group went before, so that the hundreds are said even if none."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds or full else []
    if tens == 0 and ones:
        words += [f"linh {DIGITS[ones]}"] if words else [DIGITS[ones]]
    elif tens == 1:
        words += ["mười" + (f" {'lăm' if ones == 5 else DIGITS[ones]}" if ones else "")]
    elif tens > 1:
        last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
        words += [f"{DIGITS[tens]} mươi{last}"]
    return " ".join(words)


def digits(text: str) -> str:
    """Return digits one by one, as a telephone number or a long code is read."""
    return " ".join(DIGITS[int(one)] for one in text if one.isdigit())


def spoken(text: str) -> str:
    """Return `text` with everything spelt out that an announcer would stumble over.

    >>> spoken("Lệ phí 8.000 đ, từ ngày 01/12/2026.")
    'Lệ phí tám nghìn đồng, từ ngày mồng một tháng mười hai năm hai nghìn không trăm hai mươi sáu.'
    """
    for pattern, said in _RULES:
        text = pattern.sub(said, text)
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r" +([,.;:!?])", r"\1", text).strip()


Match = re.Match[str]


def _date(found: Match) -> str:
    before, day, month, year = found[1] or "", int(found[2]), int(found[3]), found[4]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    named = before or "ngày "
    said = f"{named}{'mồng ' if day <= 10 else ''}{number(day)} tháng {_month(month)}"
    return said + (f" năm {number(int(year))}" if year else "")


def _month(month: int) -> str:
    return "tư" if month == 4 else number(month)


def _month_year(found: Match) -> str:
    return f"tháng {_month(int(found[1]))} năm {number(int(found[2]))}"


def _clock(found: Match) -> str:
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{number(hour)} giờ" + (f" {number(minute)} phút" if minute else "")


def _range(found: Match) -> str:
    return f"{found[1]} đến {found[2]}"


def _money(found: Match) -> str:
    return f"{_amount(found[1])} đồng"


def _measure(found: Match) -> str:
    return f"{_amount(found[1])} {UNITS[found[2]]}"


def _amount(text: str) -> str:
    """Return a number as Vietnamese writes it: dots between thousands, a comma before the fraction."""
    whole, _, fraction = text.partition(",")
    plain = whole.replace(".", "")
    if len(plain) > 1 and plain[0] == "0":
        return digits(plain)
    said = number(int(plain))
    return (
        f"{said} phẩy {digits(fraction) if fraction.startswith('0') else number(int(fraction))}" if fraction else said
    )


def _phone(found: Match) -> str:
    return ", ".join(digits(part) for part in re.split(r"[ .\-]", found[0]) if part)


def _document(found: Match) -> str:
    """Return a document's number, "107/QĐ-UBND", as it is read: the number, then its kind and issuer."""
    parts = [part for part in re.split(r"[/-]", found[2]) if part]
    said = [_amount(part) if part.isdigit() else _abbreviation(part) for part in parts]
    return f"{_amount(found[1])} " + " ".join(said)


def _abbreviation(text: str) -> str:
    return ABBREVIATIONS.get(text) or " ".join(_LETTERS.get(one, one) for one in text)


def _roman(found: Match) -> str:
    values = [_ROMAN[one] for one in found[2]]
    total = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return f"{found[1]} {number(total)}"


def _web(found: Match) -> str:
    address = re.sub(r"^https?://(www\.)?", "", found[0]).rstrip("/.,")
    said = address.replace(".", " chấm ").replace("/", " gạch chéo ").replace("-", " gạch ngang ")
    return said + ("." if found[0].endswith(".") else "," if found[0].endswith(",") else "")


def _letters(found: Match) -> str:
    return " ".join(_LETTERS[one] for one in found[0])


_N = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_EDGE, _END = r"(?<![\w.,/])", r"(?![\w])"
_WORDS = "|".join(map(re.escape, sorted(ABBREVIATIONS, key=len, reverse=True)))
_MEASURES = "|".join(map(re.escape, sorted(UNITS, key=len, reverse=True)))
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[Match], str]], ...] = (
    (re.compile(r"https?://\S+|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:gov\.vn|com\.vn|edu\.vn|vn|com)\b\S*"), _web),
    (re.compile(rf"{_EDGE}(\d{{1,5}})((?:/\d{{4}})?/[A-ZĐ][A-Za-zĐđ0-9-]*(?:-[A-ZĐ][A-Za-zĐđ]*)*)"), _document),
    (re.compile(r"\b([Nn]gày |[Ss]áng |[Cc]hiều |[Tt]ối )?(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])"), _date),
    (re.compile(r"\b(?:tháng )?(\d{1,2})/(\d{4})\b"), _month_year),
    (re.compile(r"\b(\d{1,2})(?: giờ |h|:|g)(\d{2})(?: phút)?\b"), _clock),
    (re.compile(r"\b(\d{1,2})(?:h|g)()(?![\w])"), _clock),
    (
        re.compile(r"(?<!\d)(?:\+84|0)\d{1,3}(?:[ .\-]?\d{3,4}){2}(?!\d)|(?<!\d)1[89]00[ .]?\d{4}(?:\d\d)?(?!\d)"),
        _phone,
    ),
    (re.compile(rf"{_EDGE}({_N}) ?(?:đ|đồng|VNĐ|VND|vnđ){_END}"), _money),
    (re.compile(rf"{_EDGE}({_N}) ?({_MEASURES})(?![\w²³])"), _measure),
    (re.compile(r"(\d+(?:[.,]\d+)*) ?[-–] ?(?=\d)()"), lambda found: f"{found[1]} đến "),
    (re.compile(r"\b(quý|khóa|kỳ|chương|cấp|hạng|lần thứ|Đại hội) ([IVX]{1,5})\b"), _roman),
    (re.compile(rf"(?<![\w])(?:{_WORDS})(?![\w])"), lambda found: ABBREVIATIONS[found[0]]),
    (re.compile(rf"{_EDGE}(?:{_N}){_END}"), lambda found: _amount(found[0])),
    (re.compile(r"\b[A-ZĐ]{2,6}\b(?![a-zà-ỹ])"), _letters),
    (re.compile(r"[&]"), " và "),
    (re.compile(r"(?<=\w)/(?=\w)"), " trên "),
    (re.compile(r"[*_#•►▶✔✅→]|[\U0001f300-\U0001faff\u2600-\u27bf]"), " "),
)


def script(title: str, text: str, *, agency: str, minutes: float) -> str:
    """Return a script for the loudspeaker: a greeting, the text cut at a sentence to `minutes`, said once more by whom.

    The length is counted in syllables; Vietnamese writes each as a word.
    """
    opening = f"Kính thưa bà con. Sau đây là thông báo của {spoken(agency)}: {spoken(title)}."
    closing = f"Xin nhắc lại, đó là thông báo của {spoken(agency)}. Kính mời bà con cùng thực hiện."
    room = round(minutes * WORDS_A_MINUTE) - len(opening.split()) - len(closing.split())
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?…])\s+|\n+", spoken(text)):
        length = len(sentence.split())
        if kept and length > room:
            break
        if sentence.strip():
            kept.append(sentence.strip())
            room -= length
    return "\n\n".join([opening, "\n".join(kept), closing])


def seconds(text: str) -> int:
    """Return how long an announcer takes to read `text`."""
    return round(len(text.split()) * 60 / WORDS_A_MINUTE)
