"""Understanding without a model or a network: what stands in when Rasa is away.

Patterns over folded, written-out words. Items stay empty: `content.search` ranks them by names and aliases.
"""

import re

from nlu.text import canonical, expand
from nlu.understanding import Understanding

# First match wins, so the order is the order of care: danger, then a person's own wishes, then aspects.
_SKILLS: tuple[tuple[str, str], ...] = (
    ("emergency",
     r"chay (nha|rung|lon|roi)\b|dam chay|dang chay|cuu (voi|toi|em|hoa)|^cuu$|^sos$|cap cuu|duoi nuoc|tai nan"
     r"|bat tinh|ngat xiu|dot quy|danh (toi|vo|nhau)|bao hanh|xam hai|bat coc|tu tu\b|muon chet|khong muon song"
     r"|dien giat|ran can|ngo doc|sat lo|sap nha\b|mac ket|cuop|co trom|trom vao|mat tich|khan cap|cam dao"
     r"|no (bom|binh)"),
    ("unsubscribe",
     r"(huy|bo|ngung|tat|dung|thoi|khoi)( \w+){0,3} (nhan|gui|goi|thong bao|theo doi)( \w+){0,2}"
     r" ?(tin|thong bao|ban tin|nua)|tat thong bao|khong (muon )?(nhan|gui)( \w+){0,2} tin|^(stop|unsubscribe)$"),
    ("subscribe", r"nhan (ban )?tin( tuc| moi)?\b|nhan thong bao|gui tin moi|bat thong bao|theo doi tin"),
    ("handoff",
     r"nguoi that|gap (can bo|nhan vien|nguoi|lanh dao|chu tich|tu van)|noi chuyen voi|noi may|goi lai cho"
     r"|khong (muon )?(chat|noi chuyen) voi (bot|may)|chuyen cho nguoi|tu van vien|tong dai vien"),
    ("feedback",
     r"phan anh|kien nghi|khieu nai thai do|to cao|gop y|buc xuc|hach sach|nhung nhieu|thai do|vo cam|quan lieu"
     r"|do rac|den duong hong|o ga|ngap nuoc|lan chiem"),
    ("status",
     r"(tra cuu|kiem tra|theo doi|xem|tinh trang|tien do)( \w+){0,4} ho so|ho so( \w+){0,4} (den dau|toi dau|xong chua"
     r"|duyet chua|giai quyet chua|co chua|bi tre|qua han|ra sao roi)|ma ho so|bien nhan|giay hen"),
    ("survey", r"khao sat|danh gia|cham diem|muc do hai long"),
    ("quiz", r"trac nghiem|cuoc thi|do vui|minigame|quiz|thi tim hieu"),
    ("office",
     r"(so dien thoai|duong day nong|hotline|dia chi|gio lam viec|may gio (mo|dong|lam|nghi)|thu bay|chu nhat"
     r"|ngay nghi|nghi (tet|le)|lam viec)( \w+){0,6}|(tru so|uy ban|mot cua|trung tam hanh chinh)( \w+){0,4} o dau"
     r"|sap nhap( \w+){0,4} (xa|phuong)|(xa|phuong) (moi|nao)( \w+){0,3} (sap nhap|thuoc)"),
    ("portal",
     r"cong dich vu cong|ma otp|\botp\b|chu ky so|ky so|dang nhap|quen mat khau|thanh toan truc tuyen|vneid|buu chinh"),
    ("abuse", r"\b(do ngu|ngu (vl|qua|nhu|the)|oc cho|dcm|vcl|vai lon|cho chet|mat day|khon nan|cam mom)\b|^(dm"
              r"|ngu|cut|vl)$"),
    ("correct", r"^((a |anh |da )?khong )?(y (toi|minh|em|la|bac)|nham|lon roi|viet nham)\b|khong phai .+ ma la"),
)  # fmt: skip

_ASPECTS: tuple[tuple[str, str], ...] = (
    ("fee", r"le phi|\bphi\b|bao nhieu tien|may tien|mat tien|ton (bao|kem|tien|nhieu)|het bao nhieu|mien phi"
            r"|gia bao nhieu"),
    ("time", r"bao lau|may ngay|bao nhieu ngay|bao gio (co|xong|duoc|lay|nhan)|khi nao (co|xong|duoc|lay|nhan)"
             r"|thoi (gian|han)|lay (ngay|lien)|chung nao"),
    ("forms", r"mau don|to khai|bieu mau|mau so|xin (cai )?mau|tai mau|don mau|file mau"),
    ("legal", r"can cu phap ly|luat nao|nghi dinh|thong tu|quy dinh (o dau|nao)|van ban nao|co so phap ly"),
    ("online", r"online|qua mang|tren mang|truc tuyen|toan trinh|tai nha|tren dien thoai|\bonl\b|buu dien"),
    ("documents", r"giay to|ho so (gom|can|gi)|can (nhung )?(gi|chi)\b|chuan bi|mang (theo )?(nhung )?gi"
                  r"|dem theo|can nhung"),
    ("where", r"o dau|cho nao|noi nao|den dau|di dau|ra dau|co quan nao|nop cho ai|o mo\b"),
    ("conditions", r"dieu kien|doi tuong|co duoc (khong|lam)|ai duoc|bao nhieu tuoi|may tuoi|uy quyen|lam (ho"
                   r"|thay)|bi phat"),
    ("result", r"ket qua|duoc cap gi|nhan duoc (gi|cai)|co gia tri"),
    ("steps", r"lam (the nao|sao)|the nao|cac buoc|quy trinh|trinh tu|huong dan|cach (lam|dang ky|nop)"
              r"|phai lam gi|lam rang"),
)  # fmt: skip

_SHORT: tuple[tuple[str, str], ...] = (
    ("thanks", r"cam on|\b(thanks?|tks|thank you)\b|camon"),
    ("bye", r"tam biet|^(bye|bai)( \w+)?|hen gap lai|^chao nhe|^thoi nhe"),
    ("help", r"lam duoc gi|giup (toi|duoc gi|voi)|ban la ai|hoi (duoc )?gi|^help$|tro giup|huong dan su dung"),
    ("greet", r"^(da )?(em |minh |toi |con |chau |xin |kinh )?(chao|alo|hello|hi|hey)\b"),
    ("affirm",
     r"^(da )?(da|vang|u|um|uh|uk|ok|oke|okay|dung|phai|co|duoc|dong y|yes)"
     r"( (a|roi|vay|chu|nhe|nha|em|ban|anh|chi|admin))*$"),
    ("deny",
     r"^(da )?(a )?(khong|chua|sai|thoi|no|huy)( (a|dau|nhe|nha|roi|can|phai|dung|vay|em|ban|anh|chi|admin))*$"),
)  # fmt: skip

_COMPILED = {
    name: tuple((intent, re.compile(pattern)) for intent, pattern in table)
    for name, table in (("skills", _SKILLS), ("aspects", _ASPECTS), ("short", _SHORT))
}
_CERTAIN, _LIKELY, _GUESS = 0.9, 0.7, 0.3
_FEW_WORDS = 6
_ASKED_AT_THE_END = 22  # words: people tell their story first and ask last
_SLOWLY = ("từ từ", " ")  # folds to the same as "tự tử", which is danger
_LONGEST = 2000  # characters looked at: patterns must stay quick on a pasted book


def parse(text: str) -> Understanding:
    """Return what the words of `text` say about its intent; `none` for a text without words."""
    said = expand(canonical(text[:_LONGEST]).lower().replace(*_SLOWLY))
    intent, confidence = _intent(said)
    return Understanding(
        text=text, intent=intent, confidence=confidence, intents=((intent, confidence),), source="keywords"
    )


def hints(said: str) -> list[str]:
    """Return every intent whose pattern occurs in `said` (expanded text): what the model takes as a hint."""
    return [intent for table in _COMPILED.values() for intent, pattern in table if pattern.search(said)]


def _intent(said: str) -> tuple[str, float]:
    if not said:
        return "none", _GUESS
    few = len(said.split()) <= _FEW_WORDS
    tables = [("skills", _CERTAIN), ("aspects", _LIKELY), ("short", _CERTAIN if few else _LIKELY)]
    if few:  # "cảm ơn bạn" is thanks; in a longer text it is manners, and what is asked stands elsewhere
        tables.insert(1, tables.pop())
    for table, confidence in tables:
        for intent, pattern in _COMPILED[table]:
            if pattern.search(said):
                return intent, confidence
    return "overview", _GUESS


def aspect(text: str) -> str | None:
    """Return the aspect that the words of `text` ask for, or None; the end of a long text counts, not its story."""
    said = " ".join(expand(canonical(text[-_LONGEST:])).split()[-_ASKED_AT_THE_END:])
    return next((name for name, pattern in _COMPILED["aspects"] if pattern.search(said)), None)
