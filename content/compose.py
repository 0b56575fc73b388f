"""Word the answer to one aspect of one procedure: pure, from the record and the agency's facts."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from content.agency import AgencyFacts, office_for, other_level
from content.catalogue import Catalogue
from content.model import (
    Answer,
    Aspect,
    Document,
    DocumentCase,
    Fee,
    FeeRule,
    Method,
    Online,
    OnlineLevel,
    Procedure,
    TimeLimit,
)
from content.phrases import say
from content.plain import law_words, rule_words, spelled_out

One = TypeVar("One", Fee, TimeLimit)

NEXT_MAX = 4
"""Aspects offered as buttons; with "Gặp cán bộ" they make Zalo's five."""

_ASKED_MOST = (Aspect.DOCUMENTS, Aspect.FEE, Aspect.TIME, Aspect.WHERE, Aspect.ONLINE, Aspect.STEPS)
_BULLET = "• "


def answer(
    procedure: Procedure, aspect: Aspect, *, facts: AgencyFacts, today: date, catalogue: Catalogue | None = None
) -> Answer:  # fmt: skip
    """Return the answer to `aspect`, with its source line and what to ask next.

    An expired record does not answer: it says so and points to its successor.
    """
    expired = procedure.expired_on(today)
    text = spelled_out(_expired(procedure, catalogue) if expired else _WORDED[aspect](procedure, facts, today))
    nexts = () if expired else tuple(one for one in _ASKED_MOST if one is not aspect)[:NEXT_MAX]
    links = ((say("button.portal"), procedure.online.url or procedure.source.url),)
    return Answer(procedure=procedure.code, aspect=aspect, text=text, source=_source(procedure), next=nexts,
                  links=links if aspect is Aspect.ONLINE and not expired else ())  # fmt: skip


def answers(
    procedure: Procedure, aspects: Sequence[Aspect], *, facts: AgencyFacts, today: date,
    catalogue: Catalogue | None = None,
) -> Answer:  # fmt: skip
    """Return one answer to several aspects, in the order asked; the procedure is named once, at the head."""
    parts = [answer(procedure, one, facts=facts, today=today, catalogue=catalogue) for one in dict.fromkeys(aspects)]
    if len(parts) == 1 or procedure.expired_on(today):
        return parts[0]
    worded = [_WORDED[part.aspect](procedure, facts, today) for part in parts]
    texts = [worded[0], *(_without_name(text, procedure.short) for text in worded[1:])]
    nexts = tuple(one for one in _ASKED_MOST if one not in aspects)[: NEXT_MAX - 1]
    return replace(parts[0], text=spelled_out("\n\n".join(texts)), next=nexts, links=())


def _without_name(text: str, name: str) -> str:
    return upper_first(text.removeprefix(name).removeprefix(":").removeprefix(" –").lstrip())


def _source(procedure: Procedure) -> str:
    key = "answer.imported" if procedure.imported else "answer.sources"
    return say(key, name=procedure.source.name, code=procedure.code, date=day(procedure.source.as_of))


def day(value: date) -> str:
    """Return a date as people write it: 22/11/2026."""
    return f"{value:%d/%m/%Y}"


def money(amount: int) -> str:
    """Return an amount with dots between thousands: 1.200.000."""
    return f"{amount:,}".replace(",", ".")


def _lines(head: str, lines: Iterable[str]) -> str:
    return "\n".join([head, *lines])


def _bullets(items: Iterable[str]) -> list[str]:
    return [_BULLET + item for item in items]


# --- documents -----------------------------------------------------------------------------------


def _documents(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    cases = _ordered(procedure.documents)
    common = _common(cases[0])
    head = say("answer.documents", short=procedure.short)
    blocks = []
    for case in cases:
        lines = _bullets(map(_document_line, case.items))
        blocks.append(_lines(head, lines) if _common(case) else _lines(_case_head(case, common=common), lines))
    # Without papers that everybody hands in, the heading stands alone above the cases.
    return "\n\n".join(blocks if common else [head, *blocks])


def _ordered(cases: Sequence[DocumentCase]) -> list[DocumentCase]:
    # What everybody hands in, what everybody shows, then the special cases.
    return sorted(cases, key=lambda case: (bool(case.case) and not case.show, case.show))


def _common(case: DocumentCase) -> bool:
    return not case.case and not case.show


def _case_head(case: DocumentCase, *, common: bool) -> str:
    if case.show:
        return _show_head(case.case)
    if case.case.startswith(_SAYS_ITSELF):
        return f"{case.case}:"
    worded = case.case if case.case.startswith(_NO_CASE) else say("answer.case", case=lower_first(case.case))
    return say("answer.documents_more" if common else "answer.documents_case", case=worded)


_SAYS_ITSELF = "Nộp thêm"
_NO_CASE = ("Khi ", "Phần ", "Bước ", "Những ")
"""Beginnings that "Trường hợp" does not go before."""


def _show_head(case: str) -> str:
    if case in {"", "Xuất trình khi nộp"}:
        return say("answer.documents_show")
    if "xuất trình" in case.lower() or "mang theo" in case.lower():
        return f"{case}:"
    return say("answer.documents_show_case", case=lower_first(case))


def _document_line(item: Document) -> str:
    # "Bản sao … (1 bản sao)" says it twice; two pairs of brackets in a row are hard to read aloud.
    twice = item.name.startswith("Bản sao") and item.copies == "1 bản sao"
    name = item.name
    if item.copies and not twice:
        name += f", {item.copies}" if name.endswith(")") else f" ({item.copies})"
    return f"{name}. {item.note.rstrip('.')}." if item.note else name


def lower_first(text: str) -> str:
    """Return `text` with a small first letter, unless its first word is an abbreviation."""
    first = text.split(" ", 1)[0]
    abbreviated = len(first) > 1 and (first[1].isupper() or first.isupper())
    return text if abbreviated else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


# --- fees and time -------------------------------------------------------------------------------


def fees_of(procedure: Procedure, facts: AgencyFacts, today: date) -> list[Fee]:
    """Return the fees that hold today; the agency's own figures stand where it says "decided by the province".

    An own figure names its rule, for the answer's source is another one; without a case it takes the one that it
    stands for, where there is only one.
    """
    own = [_with_rule(fee) for fee in facts.fees.get(procedure.code, ()) if fee.holds_on(today)]
    national = [fee for fee in procedure.fees if fee.holds_on(today)]
    open_cases = {fee.case for fee in national if fee.rule is FeeRule.PROVINCE}
    if not own or not open_cases:
        return national + own
    case = open_cases.pop() if len(open_cases) == 1 else ""
    named = [replace(fee, case=fee.case or case) for fee in own]
    first = next(place for place, fee in enumerate(national) if fee.rule is FeeRule.PROVINCE)
    return [*national[:first], *named, *(fee for fee in national[first:] if fee.rule is not FeeRule.PROVINCE)]


def _with_rule(fee: Fee) -> Fee:
    named = fee.rule is not FeeRule.FIXED or not fee.basis or fee.basis in fee.text
    if named:
        return fee
    told = (say("fee.own_basis", basis=fee.basis), fee.text)
    return replace(fee, text="; ".join(part for part in told if part))


def _fee(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    fees = fees_of(procedure, facts, today) or [Fee(rule=FeeRule.UNKNOWN)]
    lines = [_fee_line(fee, methods, procedure.fees) for fee, methods in _joined(fees)]
    return _lines(say("answer.fee", short=procedure.short), _bullets(lines))


def _fee_line(fee: Fee, methods: Sequence[Method] = (), every: Sequence[Fee] = ()) -> str:
    when, amount = _when(fee, methods), _fee_until(fee, every)
    return upper_first(f"{when}: {lower_first(amount)}" if when else amount) + "."


def _joined(ones: Sequence[One]) -> list[tuple[One, list[Method]]]:
    """Return what differs by nothing but the way of filing once, with all its ways."""
    groups: dict[One, list[Method]] = {}
    for one in ones:
        groups.setdefault(replace(one, method=None), []).extend([one.method] if one.method else [])
    return list(groups.items())


def _fee_until(fee: Fee, every: Sequence[Fee] = ()) -> str:
    words = fee_words(fee)
    if fee.valid_to is None:
        return words
    words = say("fee.until", words=words, date=day(fee.valid_to))
    after = next((one for one in every if _follows(one, fee)), None)
    return say("fee.after", words=words, after=fee_words(after)) if after else words


def _follows(one: Fee, fee: Fee) -> bool:
    same = (one.case, one.unit) == (fee.case, fee.unit) and one.rule is FeeRule.FIXED
    return same and one.valid_from is not None and fee.valid_to is not None and one.valid_from > fee.valid_to


def _when(one: Fee | TimeLimit, methods: Sequence[Method] = ()) -> str:
    method = " hoặc ".join(_method(one) for one in methods) or _method(one.method)
    return ", ".join(part for part in (one.case, "" if method in one.case.lower() else method) if part)


def fee_words(fee: Fee) -> str:
    """Return the figure of one fee in words."""
    if fee.rule is FeeRule.FIXED:
        amount = money(fee.amount or 0)
        words = say("fee.fixed_unit", amount=amount, unit=fee.unit) if fee.unit else say("fee.fixed", amount=amount)
    elif fee.rule is FeeRule.FREE:
        words = say("fee.free_basis", basis=rule_words(fee.basis))
    elif fee.rule is FeeRule.FORMULA:
        words = fee.text
    elif fee.rule is FeeRule.UNKNOWN:
        words = say("fee.unknown") if not fee.text or fee.text.startswith(_FREE_WITHOUT_RULE) else fee.text
    else:
        words = say("fee.province")
    extra = fee.text if fee.text and fee.rule in {FeeRule.FIXED, FeeRule.FREE} else ""
    return (f"{words}; {extra}" if extra else words).rstrip(".")


_FREE_WITHOUT_RULE = "nguồn ghi"
"""Begins our remark that the source enters "free" or 0 without a rule: who hears it, hears "free"."""


def _method(method: Method | None) -> str:
    return say(f"method.{method}") if method else ""


def _time(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    lines = [_time_line(limit, methods) for limit, methods in _joined(procedure.time)]
    return _lines(say("answer.time", short=procedure.short), _bullets(lines))


def _time_line(limit: TimeLimit, methods: Sequence[Method] = ()) -> str:
    when = _when(limit, methods)
    note = f". {limit.note.rstrip('.')}" if limit.note else ""
    return upper_first(f"{when}: {limit.limit}" if when else limit.limit).rstrip(".") + note + "."


# --- the other aspects ---------------------------------------------------------------------------


def _where(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    lines = _bullets(procedure.where)
    if office := office_for(facts, procedure):
        one = say("office.one", name=office.name, address=office.address, hours=office.hours)
        lines += ["", say("answer.here", agency=facts.name or say("agency")), one]
    elif facts.offices and (level := other_level(facts, procedure)):
        lines += ["", say(f"elsewhere.{level}", agency=facts.name or say("agency"))]
    return _lines(say("answer.where", short=procedure.short), lines)


def _online(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    key = {
        OnlineLevel.FULL: "online.full",
        OnlineLevel.PARTIAL: "online.partial",
        OnlineLevel.AVAILABLE: "online.available",
        OnlineLevel.NONE: "online.none",
    }[procedure.online.level]
    lines = [note] if (note := _online_note(procedure.online)) else []
    if procedure.online.level is not OnlineLevel.NONE:
        lines.append(say("online.how", code=procedure.code))
    return _lines(say(key, short=procedure.short), lines)


def _online_note(online: Online) -> str:
    """Return the note without what the heading says already: that the source does not tell how far it goes."""
    parts = [part.strip() for part in re.split(r"(?<=[.;])\s+", online.note) if part.strip()]
    told = [part for part in parts if not (online.level is OnlineLevel.AVAILABLE and _HOW_FAR.match(part))]
    return upper_first(" ".join(told)).rstrip(".;") + "." if told else ""


_HOW_FAR = re.compile(r"nguồn (chưa ghi|chỉ ghi cách nộp trực tuyến).*(mức độ|một phần)", re.I)


def _steps(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    numbered = [f"Bước {number}: {step}" for number, step in enumerate(procedure.steps, 1)]
    return _lines(say("answer.steps", short=procedure.short), numbered)


def _conditions(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    if not procedure.conditions:
        return say("answer.conditions_none", short=procedure.short)
    return _lines(say("answer.conditions", short=procedure.short), _bullets(procedure.conditions))


def _result(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    return say("answer.result", short=procedure.short, result=procedure.result)


def _legal(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    return _lines(say("answer.legal", short=procedure.short), _bullets(map(law_words, procedure.legal)))


def _forms(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    items = [item for case in procedure.documents for item in case.items if item.form]
    forms = list({item.form: _form_line(item) for item in reversed(items)}.values())[::-1]
    if not forms:
        return say("answer.forms_none", short=procedure.short)
    return _lines(say("answer.forms", short=procedure.short), _bullets(forms))


def _form_line(item: Document) -> str:
    told = item.form.lower() in item.name.lower() or item.name.lower() in item.form.lower()
    return item.form if told else say("answer.form", name=item.name, form=item.form)


def _overview(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    fees = fees_of(procedure, facts, today)
    fee = _first_fee(fees) if fees else say("fee.unknown")
    facts_lines = say(
        "answer.overview_facts",
        authority=procedure.authority.rstrip("."),
        time=_first(_brief(procedure.time[0].limit.rstrip("."), _when(procedure.time[0])), procedure.time),
        fee=lower_first(fee),
    )
    return _lines(say("answer.overview", short=procedure.short, summary=procedure.summary), ["", facts_lines])


def _first_fee(fees: Sequence[Fee]) -> str:
    fee = fees[0]
    if fee.rule is FeeRule.PROVINCE:
        return _first(say("fee.province"), fees)
    figure = fee.rule in {FeeRule.FIXED, FeeRule.FREE}  # the others are sentences: their case goes before them
    return _first(_brief(_fee_until(fee), _when(fee)) if figure else _fee_line(fee).rstrip("."), fees)


def _brief(figure: str, when: str) -> str:
    return f"{figure} – {lower_first(when)}" if when else figure


def _first(words: str, every: Sequence[Fee] | Sequence[TimeLimit]) -> str:
    # One figure alone, where there are several, would mislead.
    return say("answer.first", words=words) if len(every) > 1 else words


def _expired(procedure: Procedure, catalogue: Catalogue | None) -> str:
    assert procedure.valid_to is not None  # noqa: S101 - only expired records come here
    head = say("answer.expired", short=procedure.short, date=day(procedure.valid_to))
    successors = [catalogue.get(code) for code in procedure.replaced_by] if catalogue else []
    lines = [say("answer.successor", short=one.short, code=one.code) for one in successors if one]
    return _lines(head, lines or [say("answer.successor_unknown")])


_WORDED: dict[Aspect, Callable[[Procedure, AgencyFacts, date], str]] = {
    Aspect.DOCUMENTS: _documents,
    Aspect.FEE: _fee,
    Aspect.TIME: _time,
    Aspect.WHERE: _where,
    Aspect.ONLINE: _online,
    Aspect.STEPS: _steps,
    Aspect.CONDITIONS: _conditions,
    Aspect.RESULT: _result,
    Aspect.LEGAL: _legal,
    Aspect.FORMS: _forms,
    Aspect.OVERVIEW: _overview,
}
