"""All procedures as a list to look through: ours and the imported ones, what is doubtful, what ages, what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import procedures
from bot.tables import CatalogueImport, ImportedProcedure
from content.catalogue import Catalogue
from content.model import Procedure
from content.national.changes import FieldChange, compare
from content.national.doubts import Doubt, Why
from content.national.raw import stored
from content.national.terms import plain_name

AGES_AFTER = timedelta(days=183)
"""After half a year facts are to be looked at again: fees and offices change with the year and with resolutions."""
ENDS_WITHIN = timedelta(days=60)
SHOWS = ("all", "ours", "flagged", "ageing", "changed")


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure. `ours`: curated, it answers in place of the imported record, whose doubts then do not matter.

    `change` is what the last import did to the imported record: new, amended, gone, or "".
    """

    code: str
    name: str
    ours: bool
    as_of: date
    valid_to: date | None
    gone: bool = False
    doubts: tuple[Doubt, ...] = ()
    change: str = ""

    def ages(self, today: date) -> str:
        """Return why it is to be looked at again: ended, ends, gone, old; "" when it is fresh."""
        if self.valid_to and today > self.valid_to:
            return "ended"
        if self.gone:
            return "gone"
        if self.valid_to and today > self.valid_to - ENDS_WITHIN:
            return "ends"
        return "old" if today > self.as_of + AGES_AFTER else ""

    def suits(self, show: str, today: date) -> bool:
        """Say whether `show` (one of `SHOWS`) asks for it."""
        told = {"ours": self.ours, "flagged": bool(self.doubts), "ageing": bool(self.ages(today)),
                "changed": bool(self.change)}  # fmt: skip
        return told.get(show, True)


@dataclass(frozen=True, slots=True)
class Listing:
    """Every procedure by code, as of an import."""

    version: int
    rows: dict[str, Row]

    def shown(self, show: str, today: date) -> Iterator[Row]:
        """Yield the rows that `show` asks for, by code."""
        return (row for row in self.rows.values() if row.suits(show, today))


def load(session: Session, ours: Catalogue) -> Listing:
    """Return the list; a few thousand rows without their records, so it is kept until the next import."""
    version = procedures.version(session)
    first = session.scalar(select(func.min(CatalogueImport.id))) or 0
    told = (
        ImportedProcedure.code, ImportedProcedure.name, ImportedProcedure.as_of, ImportedProcedure.gone_on,
        ImportedProcedure.doubts, ImportedProcedure.import_id, ImportedProcedure.before.is_not(None),
    )  # fmt: skip
    rows = {record.code: _ours(record) for record in ours}
    for code, name, as_of, gone_on, doubts, import_id, amended in session.execute(select(*told)):
        recent = import_id == version and version > first
        change = ("gone" if gone_on else "amended" if amended else "new") if recent else ""
        rows[code] = _joined(rows.get(code), code, name, as_of, gone=bool(gone_on), doubts=doubts, change=change)
    return Listing(version, dict(sorted(rows.items())))


def _ours(record: Procedure) -> Row:
    return Row(record.code, record.short, ours=True, as_of=record.source.as_of, valid_to=record.valid_to)


def _joined(
    ours: Row | None, code: str, name: str, as_of: str, *, gone: bool, doubts: Sequence[dict[str, str]], change: str
) -> Row:  # fmt: skip
    if ours is not None:
        return Row(code, ours.name, ours=True, as_of=ours.as_of, valid_to=ours.valid_to, gone=gone, change=change)
    day = date.fromisoformat(as_of if len(as_of) > 4 else f"{as_of}-01-01")
    found = tuple(Doubt(one["field"], one["value"], Why[one["why"]]) for one in doubts)
    return Row(code, plain_name(name), ours=False, as_of=day, valid_to=None, gone=gone, doubts=found, change=change)


def amendments(session: Session, code: str) -> tuple[FieldChange, ...]:
    """Return what the last import that changed the record of `code` did to it, by column."""
    query = select(ImportedProcedure.before, ImportedProcedure.record).where(ImportedProcedure.code == code)
    row = session.execute(query).first()
    if row is None or row[0] is None:
        return ()
    changes = compare({code: stored(row[0])}, {}, [stored(row[1])], whole=False)
    return changes[0].fields if changes else ()
