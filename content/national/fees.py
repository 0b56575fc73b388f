"""What a raw fee really says: an amount, a rule that frees, the province's decision, or nothing certain."""

import re
from collections.abc import Iterator
from datetime import date

from content.catalogue import FEE_MIN
from content.model import Fee, FeeRule, Method
from content.national import doubts
from content.national.doubts import Doubt, Why
from content.national.shorten import clean, item, shorten

TEXT_MAX = 220
FEE_MAX = 2_000_000_000
CASES_MAX = 6

_FREE = re.compile(r"^miễn phí\b", re.I)
_FREED = re.compile(
    r"^không thu (?:phí|lệ phí)[^.;]*?((?:khoản|điều|điểm|luật|nghị định|thông tư|nghị quyết)\b.+)", re.I
)
_NUMBERED = re.compile(r"\d+/\d{4}/|\bluật [^\W\d_]", re.I)
_PROVINCE = re.compile(r"(?:hội đồng nhân dân|hđnd|ủy ban nhân dân (?:cấp )?tỉnh|ubnd (?:cấp )?tỉnh)", re.I)
_AMOUNT = r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]0+)?\s*(?:việt nam đồng|vnđ|vnd|đồng)"
_PLAIN = re.compile(rf"^{_AMOUNT}\s*(?:\((.*)\))?$", re.I | re.S)
_LISTED = re.compile(rf"(?:lệ phí|phí)\s*:\s*(?:{_AMOUNT}|(không|0)?\s*đồng)\s*(?:\(((?:[^()]|\([^()]*\))*)\))?", re.I)
_UNIT = re.compile(r"^(?:đồng)?\s*/\s*([^\W\d_][^.;:()\d]{1,40}?)\.?(?:\s*\(.*)?$", re.I | re.S)
_FIGURES = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)\s*(triệu|nghìn|ngàn|đồng|đ\b|vnđ|%|usd)", re.I)
_UNITS = {"triệu": 1_000_000, "nghìn": 1_000, "ngàn": 1_000, "đồng": 1, "đ": 1, "vnđ": 1}
_REDUCED = re.compile(r"áp dụng|từ ngày|bằng \d+ ?%|giảm", re.I)
_DOLLARS = re.compile(r"^(?:(?:lệ )?phí\s*:\s*)?0*([1-9]\d*) USD\s*(?:\((.*)\))?$", re.I | re.S)
_FIGURE = re.compile(r"\d[\d.,]*\s*(?:triệu|nghìn|ngàn|đồng|đ\b|vnđ|%|usd)", re.I)

Doubtful = tuple[list[Fee], list[Doubt]]


def read(text: str, *, method: Method | None, today: date) -> Doubtful:
    """Return the fees that `text` tells for certain, and what is doubtful in it."""
    text = clean(text)
    if not text or doubts.says_nothing(text):
        return [_unknown(method)], [Doubt("fee", text, Why.NOT_SAID if text else Why.EMPTY)]
    if why := doubts.in_line(text, today):
        return [_unknown(method)], [Doubt("fee", doubts.cut(text), why)]
    return _amount_in(text, method)


def _amount_in(text: str, method: Method | None) -> Doubtful:
    if _FREE.match(text):
        return _free(text, method)
    if match := _PLAIN.match(text):
        return _plain(text, match, method)
    if match := _DOLLARS.match(text):
        case = shorten(item(match[2] or ""), 90)
        return [Fee(rule=FeeRule.FORMULA, text=f"{match[1]} USD" + (f" ({case})" if case else ""), method=method)], []
    if listed := list(_LISTED.finditer(text)):
        return _listed(listed, method)
    return [_unknown(method)], [Doubt("fee", doubts.cut(text), Why.UNREADABLE)]


def _unknown(method: Method | None) -> Fee:
    return Fee(rule=FeeRule.UNKNOWN, method=method)


def _free(text: str, method: Method | None) -> Doubtful:
    said = text[len("miễn phí") :].strip().removeprefix("(").removesuffix(")").strip()
    freed = _FREED.match(said)
    if freed and _NUMBERED.search(freed[1]):
        return [Fee(rule=FeeRule.FREE, basis=shorten(freed[1].rstrip(". "), 120), method=method)], []
    if _PROVINCE.search(said) and not _FIGURE.search(said):
        return [Fee(rule=FeeRule.PROVINCE, method=method)], []
    return [_unknown(method)], [Doubt("fee", doubts.cut(text), Why.FREE_WITHOUT_RULE)]


def _plain(text: str, match: re.Match[str], method: Method | None) -> Doubtful:
    amount, said = _number(match[1]), (match[2] or "").strip()
    if why := _implausible(amount):
        return [_unknown(method)], [Doubt("fee", doubts.cut(text), why)]
    unit = _UNIT.match(said)
    if unit:
        return [Fee(rule=FeeRule.FIXED, amount=amount, unit=unit[1].strip(), method=method)], []
    said = shorten(item(said.removeprefix("(").removesuffix("))")), TEXT_MAX)
    told = set(_amounts(said))
    if told <= {amount}:
        return [Fee(rule=FeeRule.FIXED, amount=amount, method=method, valid_to=doubts.ends_on(said))], []
    if amount in told:  # several cases: the one before the bracket is only the first of them
        return [Fee(rule=FeeRule.FORMULA, text=said, method=method)], []
    if _REDUCED.search(said):
        return [Fee(rule=FeeRule.FIXED, amount=amount, text=said, method=method)], []
    return [_unknown(method)], [Doubt("fee", doubts.cut(text), Why.CONFLICT)]


def _listed(listed: list[re.Match[str]], method: Method | None) -> Doubtful:
    fees, found = [], []
    for match in listed[:CASES_MAX]:
        amount, case = _number(match[1] or "0"), item(match[3] or "")
        if why := _implausible(amount):
            found.append(Doubt("fee", doubts.cut(match[0]), why))
            fees.append(Fee(rule=FeeRule.UNKNOWN, method=method, case=shorten(case, 90)))
        else:
            fees.append(Fee(rule=FeeRule.FIXED, amount=amount, method=method, case=shorten(case, 90)))
    if all(fee.rule is FeeRule.UNKNOWN for fee in fees):
        fees = [_unknown(method)]
    return fees, found


def _implausible(amount: int) -> Why | None:
    if amount == 0:
        return Why.FREE_WITHOUT_RULE
    return Why.FEW_DONG if amount < FEE_MIN else Why.UNREADABLE if amount > FEE_MAX else None


def _number(text: str) -> int:
    return int(re.sub(r"[.,]", "", text))


def _amounts(text: str) -> Iterator[int]:
    """Yield the amounts in đồng that a text tells; a share ("50%") or dollars count as -1."""
    for figure in _FIGURES.finditer(text):
        unit = figure[2].lower()
        yield _number(figure[1]) * _UNITS[unit] if unit in _UNITS else -1
