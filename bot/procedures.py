"""The imported national catalogue: kept in the database, one row per code, shared by all agencies."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.db import insert_of, table_of
from bot.tables import CatalogueImport, ImportedProcedure
from content.national.convert import convert
from content.national.doubts import Doubt, Why
from content.national.raw import Raw, stored

CURRENT, GONE = "current", "gone"
AT_ONCE = 200
"""Rows per statement."""
_TEXTS = {"result": 300, "agency": 120}
"""How much of a column is searched, in characters."""
_PAPERS, _PAPER = 15, 150

Row = dict[str, Any]
Searched = Mapping[str, Any]
Known = Mapping[str, tuple[str, str, str]]
"""Digest, state and date of a stored record, by code."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did, in records. `older` were left alone: the stored ones are newer."""

    new: int = 0
    changed: int = 0
    same: int = 0
    back: int = 0
    older: int = 0
    gone: int = 0

    @property
    def writes(self) -> int:
        """Rows that were written."""
        return self.new + self.changed + self.back + self.gone


@dataclass(slots=True)
class Plan:
    """What an import would write; made before the transaction, so that it is short."""

    rows: list[Row] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    counts: Counts = Counts()
    as_of: str = ""


def version(session: Session) -> int:
    """Return a number that grows with every import that changed something; 0 before the first."""
    return session.scalar(select(func.max(CatalogueImport.id))) or 0


def known(session: Session) -> Known:
    """Return digest, state and date of every stored record, by code."""
    columns = (ImportedProcedure.code, ImportedProcedure.digest, ImportedProcedure.state, ImportedProcedure.as_of)
    return {code: (digest, state, as_of) for code, digest, state, as_of in session.execute(select(*columns))}


def prepare(records: Iterable[Raw], known: Known, *, today: date, whole: bool = False) -> Plan:
    """Return what importing `records` would change. `whole`: what is not among them is in force no more."""
    plan, done, seen = Plan(), dict.fromkeys(asdict(Counts()), 0), set()
    for raw in records:
        seen.add(raw.code)
        plan.as_of = max(plan.as_of, raw.as_of)
        change = _change(raw, known.get(raw.code))
        done[change] += 1
        if change in {"new", "changed", "back"}:
            plan.rows.append(_row(raw, today))
    if whole:
        plan.gone = sorted(code for code, (_, state, _) in known.items() if code not in seen and state == CURRENT)
        done["gone"] = len(plan.gone)
    plan.counts = Counts(**done)
    return plan


def _change(raw: Raw, known: tuple[str, str, str] | None) -> str:
    if known is None:
        return "new"
    digest, state, as_of = known
    if raw.as_of < as_of:
        return "older"
    if digest != raw.digest:
        return "changed"
    return "same" if state == CURRENT else "back"


def _row(raw: Raw, today: date) -> Row:
    found = convert(raw, today).doubts
    return {
        "code": raw.code,
        "name": raw.name,
        "state": CURRENT,
        "as_of": raw.as_of,
        "gone_on": None,
        "digest": raw.digest,
        "search": searched(raw),
        "record": raw.as_json(),
        "doubts": [{"field": one.field, "value": one.value, "why": one.why.name} for one in found],
    }


def searched(raw: Raw) -> dict[str, Any]:
    """Return what of a record is searched besides its name."""
    papers = " ".join(paper.name[:_PAPER] for paper in raw.documents[:_PAPERS])
    texts = {name: str(getattr(raw, name))[:most] for name, most in _TEXTS.items()}
    return {"levels": list(raw.level), "texts": {"field": raw.field, "papers": papers, **texts}}


def keep(session: Session, plan: Plan, *, file: str, now: datetime, who: str = audit.SYSTEM) -> int:
    """Write what was prepared and return the new version; a plan without changes writes nothing."""
    if not plan.counts.writes:
        return version(session)
    done = CatalogueImport(at=now, file=file, as_of=plan.as_of, counts=asdict(plan.counts))
    session.add(done)
    session.flush()
    insert = insert_of(session.get_bind().dialect.name)
    table = table_of(ImportedProcedure)
    for start in range(0, len(plan.rows), AT_ONCE):
        rows = [{**row, "import_id": done.id} for row in plan.rows[start : start + AT_ONCE]]
        statement = insert(table)
        columns = {name: statement.excluded[name] for name in rows[0] if name != "code"}
        columns["before"] = table.c.record  # what stood here is what people compare with
        session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=columns), rows)
    for start in range(0, len(plan.gone), AT_ONCE):
        codes = plan.gone[start : start + AT_ONCE]
        session.execute(
            update(ImportedProcedure)
            .where(ImportedProcedure.code.in_(codes))
            .values(state=GONE, gone_on=plan.as_of, import_id=done.id)
        )
    audit.note(session, "catalogue.import", what=f"catalogue_import:{done.id}", now=now, who=who,
               facts={"file": file, "as_of": plan.as_of, **done.counts})  # fmt: skip
    return done.id


@dataclass(frozen=True, slots=True)
class Stored:
    """An imported record and the day from which the portal has it no more."""

    raw: Raw
    gone_on: date | None


def find(session: Session, codes: Iterable[str]) -> dict[str, Stored]:
    """Return the records of `codes` that were imported."""
    query = select(ImportedProcedure.code, ImportedProcedure.record, ImportedProcedure.gone_on)
    rows = session.execute(query.where(ImportedProcedure.code.in_(list(codes))))
    return {code: Stored(stored(record), _day(gone)) for code, record, gone in rows}


def everything(session: Session) -> dict[str, Stored]:
    """Return every imported record by code: some 80 MB, for comparing, not for answering."""
    rows = session.execute(select(ImportedProcedure.code, ImportedProcedure.record, ImportedProcedure.gone_on))
    return {code: Stored(stored(record), _day(gone)) for code, record, gone in rows}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text if len(text) > 4 else f"{text}-01-01") if text else None


def searchable(session: Session) -> list[tuple[str, str, Searched]]:
    """Return (code, name, what is searched) of every record that is in force."""
    query = select(ImportedProcedure.code, ImportedProcedure.name, ImportedProcedure.search)
    rows = session.execute(query.where(ImportedProcedure.state == CURRENT).order_by(ImportedProcedure.code))
    return [(code, name, search) for code, name, search in rows]


def flags(session: Session) -> list[tuple[str, Doubt]]:
    """Return what was doubtful in each record when it was imported, by code."""
    query = select(ImportedProcedure.code, ImportedProcedure.doubts).order_by(ImportedProcedure.code)
    rows = session.execute(query.where(ImportedProcedure.state == CURRENT))
    return [(code, Doubt(one["field"], one["value"], Why[one["why"]])) for code, found in rows for one in found]
