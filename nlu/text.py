"""Vietnamese text: one canonical form, one folded form, and common shorthand written out.

Standard library only, so that the same code runs under Rasa's own Python 3.10.
"""

import re
import unicodedata

# Marks that carry no meaning for us but change how text compares or displays: soft hyphen,
# zero-width and joiner characters, right-to-left overrides, byte-order mark.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)

# Shorthand people type on a phone, by its folded form. Only what is unambiguous in a question to an
# authority: "dc" is "được" here, never "địa chỉ" (people write "đ/c" or "dia chi" for that).
SHORTHAND: dict[str, str] = {
    "k": "khong", "ko": "khong", "kh": "khong", "hk": "khong", "hok": "khong", "khg": "khong",
    "hong": "khong", "hem": "khong", "kg": "khong", "kp": "khong phai", "kbt": "khong biet", "kbiet": "khong biet",
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
    "ubnd": "uy ban nhan dan", "ub": "uy ban", "ca": "cong an", "nvqs": "nghia vu quan su",
    "ttxh": "trat tu xa hoi", "dvc": "dich vu cong", "dvctt": "dich vu cong truc tuyen", "lltp": "ly lich tu phap",
    "tthn": "tinh trang hon nhan", "pccc": "phong chay chua chay",
    "antt": "an ninh trat tu", "htx": "hop tac xa", "nox": "nha o xa hoi", "noxh": "nha o xa hoi",
    "vp": "van phong", "tp": "thanh pho", "tx": "thi xa", 
}  # fmt: skip


def canonical(text: str) -> str:
    """Return `text` in NFC, without control or invisible characters, white space made single.

    Line breaks count as white space: a question typed over several lines is one question.
    """
    text = unicodedata.normalize("NFC", text)
    text = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text).strip()


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
    return " ".join(SHORTHAND.get(word, word) for word in words(text))
