"""Vietnamese text: one canonical form, one folded form, and common shorthand written out.

Standard library only, so that the same code runs under Rasa's own Python 3.10.
"""

import re
import unicodedata
from functools import lru_cache

# Marks that carry no meaning for us but change how text compares or displays: soft hyphen,
# zero-width and joiner characters, right-to-left overrides, byte-order mark; and lone surrogates, which
# no UTF-8 can carry to a database or a server.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_MARKS = "\u0300-\u036f"  # where Vietnamese keeps its tones and hats, when decomposed
_MARKED_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*", re.UNICODE)

# Shorthand people type on a phone, by its folded form. Only what is unambiguous in a question to an
# authority: "dc" is "được" here, never "địa chỉ" (people write "đ/c" or "dia chi" for that). No "hong" (sổ hồng)
# and no "ca" (cá nhân) here. A word with a tone or hat is no shorthand: "ạ" is a particle, "a" is "anh".
SHORTHAND: dict[str, str] = {
    "k": "khong", "ko": "khong", "kh": "khong", "hk": "khong", "hok": "khong", "khg": "khong",
    "hem": "khong", "kg": "khong", "kp": "khong phai", "kbt": "khong biet", "kbiet": "khong biet",
    "dc": "duoc", "dk": "dang ky", "dki": "dang ky", "dky": "dang ky", "dkkd": "dang ky kinh doanh",
    "dkkh": "dang ky ket hon", "dkks": "dang ky khai sinh", "dktt": "dang ky thuong tru",
    "j": "gi", "z": "vay", "v": "vay", "r": "roi", "ntn": "nhu the nao", "tn": "the nao",
    "bn": "bao nhieu", "bnhieu": "bao nhieu", "bnh": "bao nhieu", "bh": "bao gio", "baoh": "bao gio",
    "m": "minh", "mk": "minh", "mn": "moi nguoi", "ng": "nguoi", "ngta": "nguoi ta", "a": "anh", "e": "em",
    "c": "chi", "ac": "anh chi", "ad": "admin", "b": "ban",
    "gt": "giay to", "gtt": "giay to", "hs": "ho so", "tt": "thu tuc", "tthc": "thu tuc hanh chinh",
    "lm": "lam", "lsao": "lam sao", "ls": "lam sao", "s": "sao", "cx": "cung", "vs": "voi", "trc": "truoc",
    "bt": "biet", "bik": "biet", "bit": "biet", "pk": "phai khong", "thg": "thang",
    "cccd": "can cuoc cong dan", "cc": "can cuoc", "cmnd": "chung minh nhan dan", "cmt": "chung minh thu",
    "cmtnd": "chung minh thu nhan dan", "gks": "giay khai sinh", "ks": "khai sinh", "kt": "khai tu",
    "gkt": "giay khai tu", "gcn": "giay chung nhan", "gcnqsdd": "giay chung nhan quyen su dung dat",
    "qsdd": "quyen su dung dat", "shk": "so ho khau", "hkd": "ho kinh doanh",
    "sdt": "so dien thoai", "bhyt": "bao hiem y te", "bhxh": "bao hiem xa hoi", "bhtn": "bao hiem that nghiep",
    "gplx": "giay phep lai xe", "gpxd": "giay phep xay dung", "gpkd": "giay phep kinh doanh",
    "mst": "ma so thue", "tncn": "thu nhap ca nhan", "gtgt": "gia tri gia tang", "hddt": "hoa don dien tu",
    "dn": "doanh nghiep", "cty": "cong ty", "tnhh": "trach nhiem huu han",
    "ubnd": "uy ban nhan dan", "ub": "uy ban", "nvqs": "nghia vu quan su",
    "ttxh": "trat tu xa hoi", "dvc": "dich vu cong", "dvctt": "dich vu cong truc tuyen", "lltp": "ly lich tu phap",
    "tthn": "tinh trang hon nhan", "pccc": "phong chay chua chay",
    "antt": "an ninh trat tu", "htx": "hop tac xa", "nox": "nha o xa hoi", "noxh": "nha o xa hoi",
    "vp": "van phong", "tp": "thanh pho", "tx": "thi xa",
}  # fmt: skip
_SPOKEN = {"hông": "khong", "hổng": "khong", "bít": "biet"}
"""Southern and playful spellings that mean this only with exactly these marks."""
_POLICE_OF = {"xa", "phuong", "quan", "huyen", "tinh", "khu"}  # "ca xã" is the police, "ca" alone is anything
_NAMED_BY_LETTER = {"hang", "bang", "khu", "lo", "nhom", "loai", "mau"}  # "hạng b", "khu a": the letter is a name


_LINES = 8192
"""Words, lines and labels that are kept as they were turned: the same ones come in every answer."""


@lru_cache(_LINES)
def canonical(text: str) -> str:
    """Return `text` in NFC, without control or invisible characters, white space made single.

    Line breaks count as white space: a question typed over several lines is one question.
    """
    # Composed last: what stood between a letter and its tone is gone only then.
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", _INVISIBLE.sub("", text)))
    return _SPACES.sub(" ", text).strip()


@lru_cache(_LINES)
def fold(text: str) -> str:
    """Return `text` in lower case without diacritics; `đ` becomes `d`.

    >>> fold("Đăng ký khai sinh")
    'dang ky khai sinh'
    """
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(ch for ch in decomposed if unicodedata.category(ch) != "Mn")


def words(text: str) -> list[str]:
    """Return the folded words of `text`, punctuation dropped."""
    return _WORD.findall(fold(text))


def expand(text: str) -> str:
    """Return the folded words of `text` with shorthand written out, joined by single spaces.

    >>> expand("Làm CCCD cần j?")
    'lam can cuoc cong dan can gi'
    """
    typed = _MARKED_WORD.findall(unicodedata.normalize("NFC", text.lower()))
    plain = [fold(word) for word in typed]
    return " ".join(_written(typed, plain, place) for place in range(len(plain)))


def _written(typed: list[str], plain: list[str], place: int) -> str:
    word = plain[place]
    before = plain[place - 1] if place else ""
    after = plain[place + 1] if place + 1 < len(plain) else ""
    if typed[place].replace("đ", "d") != word:
        return _SPOKEN.get(typed[place], word)
    if word == "ca" and after in _POLICE_OF:
        return "cong an"
    if len(word) == 1 and before in _NAMED_BY_LETTER:
        return word
    return SHORTHAND.get(word, word)
