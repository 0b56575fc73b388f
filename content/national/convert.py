"""Turn a raw line into a record that may answer: what is certain is shown, what is doubtful is said to be missing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from content.model import (
    Document,
    DocumentCase,
    Fee,
    Law,
    Method,
    Online,
    OnlineLevel,
    Procedure,
    Source,
    TimeLimit,
)
from content.national import doubts, fees
from content.national.doubts import Doubt, Why
from content.national.raw import Paper, Raw
from content.national.shorten import both_ends, clean, item, lines, shorten
from content.national.terms import plain_name
from content.phrases import say

SHORT_MAX = 75
NAME_MAX = 300
LINE_MAX = 220
RESULT_MAX = 300
LINES_MAX = 8
"""Entries of a list that are told; a last line says that the portal has more."""
PAPERS_MAX, CASES_MAX = 20, 6
PAPER_MIN = 3
LAWS_MAX = 12
STEP_MIN, HEADING_WORDS = 8, 8
"""Shorter is a list's letter; so few words before a colon are a heading."""
PORTAL = "https://dichvucong.gov.vn"

_METHODS = {"trực tiếp": Method.DIRECT, "trực tuyến": Method.ONLINE, "dịch vụ bưu chính": Method.POST}
_LEVELS = (("toàn trình", OnlineLevel.FULL), ("một phần", OnlineLevel.PARTIAL), ("có ", OnlineLevel.AVAILABLE))
_STEP = re.compile(r"(?:^|(?<=[\s.;]))[-+*•\s]*bước\s*\d+\s*[:.\-–)]*\s*", re.I)
_FORM = re.compile(r"\bmẫu\s+(?:số\s+)?(?=[\w./-]*\d)[\w.-]+(?:/[\w.-]+)*", re.I)
_TIME = re.compile(r"^(\d+(?:[.,]\d+)?) (ngày làm việc|ngày|giờ|tháng|năm)$", re.I)
_DURATION = re.compile(r"\d+\s*(?:\([^)]{1,20}\)\s*)?(?:ngày|giờ|tháng|phút)\b", re.I)
_COUNT = re.compile(r"(?<!\d)(\d{1,2}) ?(bản chính|bản sao)|(bản chính|bản sao): ?(\d{1,2})(?!\d)", re.I)
_GLUED = re.compile(r"\d{3,} ?bản")
_LAW = re.compile(r"^\S*\d\S*/\S+$")
_LOST = {"ăn bản": "V", "ơ quan": "C", "iấy": "G", "uyết định": "Q", "hông báo": "T", "hứng": "C",
         "ông văn": "C", "iên bản": "B", "ợp đồng": "H", "ác nhận": "X", "ản sao": "B",
         "hẻ": "T", "hiếu": "P", "ề án": "Đ"}  # fmt: skip
"""Beginnings of results whose first letter the export lost, and the letter."""
_DISTRICT = re.compile(
    r"\((?:[^()]*\b)?(?:cấp )?(?:quận|huyện)\b[^()]*\)|,? (?:thuộc thẩm quyền (?:của )?)?[\w ]{0,40}cấp huyện\b.*", re.I
)
"""The level of a name that is no more."""
_SHOWN = re.compile(r"xuất trình|mang theo", re.I)
_ALL = re.compile(r"^[*:\s]*(?:lưu ý|giấy tờ phải nộp|thành phần hồ sơ|hồ sơ gồm|các giấy tờ phải nộp.*)?\s*:?$", re.I)


@dataclass(frozen=True, slots=True)
class Converted:
    """A record that may answer, and what was left out of it."""

    procedure: Procedure
    doubts: tuple[Doubt, ...]


class _Notes(list[Doubt]):
    """Doubts, collected while a record is made."""

    def add(self, field: str, text: str, why: Why) -> None:
        self.append(Doubt(field, doubts.cut(clean(text)), why))

    def certain(self, field: str, texts: Iterable[str], today: date) -> Iterator[str]:
        """Yield the sentences that may be shown; note the others."""
        for text in texts:
            if why := doubts.in_line(text, today):
                self.add(field, text, why)
            else:
                yield text


def convert(raw: Raw, today: date, *, gone_on: date | None = None) -> Converted:
    """Return what may be told of `raw` on `today`; `gone_on` is the day from which the portal has it no more."""
    notes = _Notes()
    raw = _without_markup(raw, notes)
    name = plain_name(raw.name)
    if _DISTRICT.search(name):
        notes.add("name", name, Why.DISTRICT)
        name = " ".join(_DISTRICT.sub(" ", name).split())
    if doubts.has_passed(name, today) or re.search(rf"\bnăm ({'|'.join(map(str, range(2015, today.year)))})$", name):
        notes.add("name", name, Why.EXPIRED)
    if len(raw.as_of) == 4:
        notes.add("as_of", raw.as_of, Why.YEAR_ONLY)
    address = _address(raw.url, notes)
    authority = _authority(raw, notes)
    procedure = Procedure(
        code=raw.code,
        name=shorten(name, NAME_MAX),
        short=both_ends(name, SHORT_MAX),
        aliases=(name,),
        field=raw.field,
        level=raw.level,
        audience=_audience(raw.audience),
        life_event="",
        summary=_summary(name),
        authority=authority,
        documents=_documents(raw, notes, today),
        steps=_steps(raw, notes, today),
        time=_times(raw, notes, today),
        fees=_fees(raw, notes, today),
        where=_where(raw, authority),
        online=Online(level=_online(raw.online_level), url=address),
        result=_result(raw, notes, today),
        conditions=_conditions(raw, notes, today),
        legal=_laws(raw, notes),
        source=Source(name=say("imported.portal"), url=address, as_of=raw.day, decision=raw.decision_no),
        valid_to=gone_on,
        imported=True,
    )
    return Converted(procedure, tuple(dict.fromkeys(notes)))


def _without_markup(raw: Raw, notes: _Notes) -> Raw:
    """Return the record with what holds marks of a web page left empty."""

    def checked(field: str, text: str) -> str:
        if not doubts.has_markup(text):
            return text
        notes.append(Doubt(field, doubts.cut(text), Why.MARKUP))
        return ""

    papers = [replace(paper, name=checked("documents", paper.name)) for paper in raw.documents]
    ways = [replace(way, time=checked("time_limit", way.time), fee=checked("fee", way.fee),
                    note=checked("methods", way.note)) for way in raw.methods]  # fmt: skip
    return replace(
        raw, documents=tuple(papers), methods=tuple(ways), agency=checked("agency", raw.agency),
        steps=checked("steps", raw.steps), conditions=checked("conditions", raw.conditions),
        result=checked("result", raw.result),
    )  # fmt: skip


def _address(url: str, notes: _Notes) -> str:
    host = urlsplit(url).hostname or ""
    if host == "dichvucong.gov.vn" or host.endswith(".gov.vn"):
        return url
    if url:
        notes.add("url", url, Why.ADDRESS)
    return PORTAL


def _audience(text: str) -> str:
    citizen = bool(re.search(r"công dân|cá nhân|người|cán bộ", text, re.I))
    business = bool(
        re.search(r"doanh nghiệp|hợp tác xã|tổ chức", text.replace("(không bao gồm doanh nghiệp, HTX)", ""))
    )
    return "citizen" if citizen and not business else "business" if business and not citizen else "both"


def _summary(name: str) -> str:
    return say("imported.full_name", name=shorten(name, NAME_MAX)) if len(name) > SHORT_MAX else say("imported.summary")


def _authority(raw: Raw, notes: _Notes) -> str:
    names = [clean(name).removesuffix("_old") for name in raw.agency.split(";") if clean(name)]
    kept = [name for name in dict.fromkeys(names) if not doubts.names_district(name)]
    if len(kept) < len(dict.fromkeys(names)):
        notes.add("agency", raw.agency, Why.DISTRICT)
    elif not names:
        notes.add("agency", "", Why.EMPTY)
    return shorten("; ".join(kept), LINE_MAX) if kept else say("imported.agency_unknown")


# --- papers and steps ----------------------------------------------------------------------------


def _documents(raw: Raw, notes: _Notes, today: date) -> tuple[DocumentCase, ...]:
    cases: dict[str, list[Document]] = {}
    left = 0
    for paper in raw.documents:
        case = _case(paper.case)
        text = next(iter(notes.certain("documents", [item(paper.name)], today)), "")
        if len(text) < PAPER_MIN or text.lower().startswith("số lượng hồ sơ"):
            continue
        full = sum(map(len, cases.values())) >= PAPERS_MAX or (case not in cases and len(cases) >= CASES_MAX)
        left += full
        if not full:
            cases.setdefault(case, []).append(_document(paper, text, notes))
    made = [
        DocumentCase(case=case, items=tuple(items), show=bool(_SHOWN.search(case))) for case, items in cases.items()
    ]
    if not made:
        if not raw.documents:
            notes.add("documents", "", Why.EMPTY)
        made = [DocumentCase(case="", items=(Document(name=say("imported.documents_unknown")),))]
    if left:
        made.append(
            DocumentCase(case=say("imported.more_case"), items=(Document(name=say("imported.documents_more")),))
        )
    return tuple(made)


def _case(text: str) -> str:
    case = item(text).rstrip(":").strip()
    return "" if _ALL.match(text.strip()) else shorten(case, 120)


def _document(paper: Paper, text: str, notes: _Notes) -> Document:
    form = _FORM.search(text)
    if _GLUED.search(paper.quantity):
        notes.add("documents", paper.quantity, Why.GLUED)
        copies = ""
    else:
        found = [(one[1] or one[4], one[2] or one[3]) for one in _COUNT.finditer(paper.quantity)]
        copies = ", ".join(f"{int(count)} {kind.lower()}" for count, kind in found if int(count))
    name = f"{shorten(text[:1].upper() + text[1:], LINE_MAX)}"
    return Document(name=name, copies=copies, form=f"{form[0][:1].upper()}{form[0][1:]}".rstrip(".-") if form else "")


def _steps(raw: Raw, notes: _Notes, today: date) -> tuple[str, ...]:
    text = raw.steps.strip()
    marked = [part for part in _STEP.split(text) if part.strip()]
    parts = [" ".join(lines(part)) for part in marked] if len(marked) > 1 else list(lines(_STEP.sub("", text)))
    told = [shorten(part, LINE_MAX) for part in _sentences(parts, notes, today)]
    if not told:
        return (say("imported.steps_unknown"),)
    return (*told[:LINES_MAX], say("imported.steps_more")) if len(told) > LINES_MAX else tuple(told)


def _sentences(parts: Iterable[str], notes: _Notes, today: date) -> Iterator[str]:
    """Yield each step with only its certain sentences; a step that loses all of them says so."""
    for part in parts:
        sentences = re.split(r"(?<=[.;]) (?=\D)", part)
        kept = list(notes.certain("steps", sentences, today))
        told = item(" ".join(kept))
        if not told:
            yield say("imported.step_outdated")
        elif len(told) >= STEP_MIN and not (told.endswith(":") and len(told.split()) <= HEADING_WORDS):
            yield told


# --- time and fee --------------------------------------------------------------------------------


def _method(text: str) -> Method | None:
    return _METHODS.get(text.strip().lower())


def _times(raw: Raw, notes: _Notes, today: date) -> tuple[TimeLimit, ...]:
    told = [(_method(way.method), _time(way.time, way.note, notes, today)) for way in raw.methods]
    known = {limit for _, limit in told if limit}
    if not known:
        if not told:
            notes.add("time_limit", raw.time_limit, Why.EMPTY)
        return (TimeLimit(limit=say("imported.time_unknown")),)
    if len(known) == 1:
        return (TimeLimit(limit=known.pop()),)
    limits = [TimeLimit(limit=limit, method=method) for method, limit in told if limit]
    return tuple(dict.fromkeys(limits))


def _time(text: str, note: str, notes: _Notes, today: date) -> str:
    """Return the time in words, "" when it is not certain."""
    text = clean(text)
    said = _TIME.match(text)
    if said and float(said[1].replace(",", ".")) > 0:
        return _half(said[1], said[2].lower())
    if not text or said or doubts.says_nothing(text) or not re.search(r"[^\W\d_]", text):
        notes.add("time_limit", text, Why.EMPTY if not text else Why.NOT_SAID if doubts.says_nothing(text) else
                  Why.BARE_NUMBER)  # fmt: skip
        first = next(iter(lines(note)), "")
        certain = first and len(first) <= LINE_MAX and _DURATION.search(first) and not doubts.in_line(first, today)
        return first[:1].lower() + first[1:].rstrip(".") if certain else ""
    return shorten(next(iter(notes.certain("time_limit", [text], today)), ""), LINE_MAX)


def _half(number: str, unit: str) -> str:
    number = number.replace(".", ",")
    whole = number.removesuffix(",0")
    return say("imported.half", unit=unit) if number in {"0,5", "0,50"} else f"{whole.lstrip('0') or '0'} {unit}"


def _fees(raw: Raw, notes: _Notes, today: date) -> tuple[Fee, ...]:
    told: list[Fee] = []
    for way in raw.methods:
        found, doubtful = fees.read(way.fee, method=_method(way.method), today=today)
        told += found
        notes.extend(doubtful)
    if not raw.methods:
        notes.add("fee", raw.fee, Why.EMPTY)
    return _same_for_all(told, ways=len(raw.methods))


def _same_for_all(told: list[Fee], *, ways: int) -> tuple[Fee, ...]:
    """Return the fees without their method where every way costs the same."""
    plain = [replace(fee, method=None) for fee in told]
    distinct = list(dict.fromkeys(plain))
    same = all(plain.count(fee) == ways for fee in distinct)
    certain = [fee for fee in told if fee.rule != "unknown"]
    return tuple(distinct) if same or not certain else tuple(dict.fromkeys(told))


# --- the rest ------------------------------------------------------------------------------------


def _where(raw: Raw, authority: str) -> tuple[str, ...]:
    known = {_method(way.method) for way in raw.methods}
    told = [say("imported.where_direct", agency=authority)]
    if Method.ONLINE in known:
        told.append(say("imported.where_online", code=raw.code))
    if Method.POST in known:
        told.append(say("imported.where_post"))
    return tuple(told)


def _online(text: str) -> OnlineLevel:
    return next((level for start, level in _LEVELS if text.startswith(start)), OnlineLevel.NONE)


def _result(raw: Raw, notes: _Notes, today: date) -> str:
    parts = [item(part) for part in re.split(r"[;\n]", raw.result)]
    kept = []
    for part in notes.certain("result", [part for part in parts if part], today):
        if lost := next((letter for start, letter in _LOST.items() if re.match(rf"{start}\b", part)), ""):
            notes.add("result", part, Why.LOST_LETTER)
        kept.append(lost + part if lost else part[:1].upper() + part[1:])
    if not kept:
        notes.add("result", raw.result, Why.EMPTY)
        return say("imported.result_unknown")
    return shorten("; ".join(dict.fromkeys(kept)), RESULT_MAX)


def _conditions(raw: Raw, notes: _Notes, today: date) -> tuple[str, ...]:
    if not raw.conditions.strip() or doubts.says_nothing(raw.conditions):
        return ()
    told = [shorten(line, LINE_MAX) for line in notes.certain("conditions", lines(raw.conditions), today)]
    return (*told[:LINES_MAX], say("imported.conditions_more")) if len(told) > LINES_MAX else tuple(told)


def _laws(raw: Raw, notes: _Notes) -> tuple[Law, ...]:
    numbers = [clean(number) for number in raw.legal_basis]
    known = list(dict.fromkeys(number for number in numbers if _LAW.match(number)))
    for number in numbers:
        if number not in known:
            notes.add("legal_basis", number, Why.GLUED)
    if not known:
        notes.add("legal_basis", "", Why.EMPTY)
        return (Law(number="", title=say("imported.legal_unknown")),)
    return tuple(Law(number=number) for number in known[:LAWS_MAX])
