"""Word the answer to one aspect of one procedure: pure, from the record and the agency's facts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from content.agency import AgencyFacts
from content.catalogue import Catalogue
from content.model import (
    Answer,
    Aspect,
    DocumentCase,
    Fee,
    FeeRule,
    Method,
    OnlineLevel,
    Procedure,
    TimeLimit,
)
from content.phrases import say

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
    text = _expired(procedure, catalogue) if expired else _WORDED[aspect](procedure, facts, today)
    nexts = tuple(one for one in _ASKED_MOST if one is not aspect)[:NEXT_MAX]
    links = ((say("button.portal"), procedure.online.url or procedure.source.url),)
    return Answer(procedure=procedure.code, aspect=aspect, text=text, source=_source(procedure), next=nexts,
                  links=links if aspect is Aspect.ONLINE else ())  # fmt: skip


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
    blocks = [
        _lines(_case_head(procedure, case), _bullets(_document_lines(case))) for case in _ordered(procedure.documents)
    ]
    return "\n\n".join(blocks)


def _ordered(cases: Sequence[DocumentCase]) -> list[DocumentCase]:
    # What everybody hands in, what everybody shows, then the special cases.
    return sorted(cases, key=lambda case: (bool(case.case) and not case.show, case.show))


def _case_head(procedure: Procedure, case: DocumentCase) -> str:
    if case.show:
        plain = not case.case or case.case.lower().startswith("xuất trình")
        return say("answer.documents_show", case="" if plain else f" ({lower_first(case.case)})")
    if case.case:
        return say("answer.documents_case", case=lower_first(case.case))
    return say("answer.documents", short=procedure.short)


def _document_lines(case: DocumentCase) -> list[str]:
    return [
        item.name + (f" ({item.copies})" if item.copies else "") + (f". {item.note}" if item.note else "")
        for item in case.items
    ]


def lower_first(text: str) -> str:
    """Return `text` with a small first letter, unless its first word is an abbreviation."""
    first = text.split(" ", 1)[0]
    return text if first[1:2].isupper() or first.isupper() else text[:1].lower() + text[1:]


# --- fees and time -------------------------------------------------------------------------------


def fees_of(procedure: Procedure, facts: AgencyFacts, today: date) -> list[Fee]:
    """Return the fees that hold today; the agency's own figures replace "decided by the province"."""
    own = facts.fees.get(procedure.code, ())
    fees = [fee for fee in procedure.fees if not (own and fee.rule is FeeRule.PROVINCE)]
    return [fee for fee in (*fees, *own) if fee.holds_on(today)]


def _fee(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    fees = fees_of(procedure, facts, today) or [Fee(rule=FeeRule.UNKNOWN)]
    return _lines(say("answer.fee", short=procedure.short), _bullets(_fee_line(fee) for fee in fees))


def _fee_line(fee: Fee) -> str:
    when = ", ".join(part for part in (fee.case, _method(fee.method)) if part)
    until = f", {say('fee.until', date=day(fee.valid_to))}" if fee.valid_to else ""
    amount = fee_words(fee)
    return (f"{when}: {lower_first(amount)}" if when else amount) + until + "."


def fee_words(fee: Fee) -> str:
    """Return the figure of one fee in words."""
    if fee.rule is FeeRule.FIXED:
        amount = money(fee.amount or 0)
        words = say("fee.fixed_unit", amount=amount, unit=fee.unit) if fee.unit else say("fee.fixed", amount=amount)
    elif fee.rule is FeeRule.FREE:
        words = say("fee.free_basis", basis=fee.basis)
    elif fee.rule is FeeRule.FORMULA:
        words = fee.text
    else:
        words = say(f"fee.{fee.rule}")
    extra = fee.text if fee.text and fee.rule in {FeeRule.FIXED, FeeRule.FREE} else ""
    return (f"{words}; {extra}" if extra else words).rstrip(".")


def _method(method: Method | None) -> str:
    return say(f"method.{method}") if method else ""


def _time(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    return _lines(say("answer.time", short=procedure.short), _bullets(_time_line(one) for one in procedure.time))


def _time_line(limit: TimeLimit) -> str:
    when = ", ".join(part for part in (limit.case, _method(limit.method)) if part)
    note = f". {limit.note.rstrip('.')}" if limit.note else ""
    return (f"{when}: {limit.limit}" if when else limit.limit[:1].upper() + limit.limit[1:]).rstrip(".") + note + "."


# --- the other aspects ---------------------------------------------------------------------------


def _where(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    lines = _bullets(procedure.where)
    if facts.offices and {"commune", "province"} & set(procedure.level):
        office = facts.offices[0]
        lines += ["", say("office.one", name=office.name, address=office.address, hours=office.hours)]
    return _lines(say("answer.where", short=procedure.short), lines)


def _online(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    key = {
        OnlineLevel.FULL: "online.full",
        OnlineLevel.PARTIAL: "online.partial",
        OnlineLevel.AVAILABLE: "online.available",
        OnlineLevel.NONE: "online.none",
    }[procedure.online.level]
    lines = [procedure.online.note] if procedure.online.note else []
    if procedure.online.level is not OnlineLevel.NONE:
        lines.append(say("online.how", code=procedure.code))
    return _lines(say(key, short=procedure.short), lines)


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
    laws = [f"{law.title} {law.number}".strip() for law in procedure.legal]
    return _lines(say("answer.legal", short=procedure.short), _bullets(laws))


def _forms(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    forms = list(dict.fromkeys(item.form for case in procedure.documents for item in case.items if item.form))
    if not forms:
        return say("answer.forms_none", short=procedure.short)
    return _lines(say("answer.forms", short=procedure.short), _bullets(forms))


def _overview(procedure: Procedure, facts: AgencyFacts, today: date) -> str:
    fees = fees_of(procedure, facts, today)
    fee = lower_first(fee_words(fees[0])) if fees else say("fee.unknown")
    facts_lines = say(
        "answer.overview_facts",
        authority=procedure.authority.rstrip("."),
        time=lower_first(_time_line(procedure.time[0])).rstrip("."),
        fee=f"{lower_first(fees[0].case)}: {fee}" if fees and fees[0].case else fee,
    )
    return _lines(say("answer.overview", short=procedure.short, summary=procedure.summary), ["", facts_lines])


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
