"""The imported catalogue in the database: idempotent, whole or not at all, and seen without a restart."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from bot import procedures
from bot.db import Database
from bot.procedures import Counts
from bot.shelf import Shelf
from bot.tables import Audit, CatalogueImport, ImportedProcedure
from content.catalogue import Catalogue
from content.national.raw import Raw
from tests.content.national.lines import TODAY, made, raw, way

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FISH = raw(code="1.000002", name="Cấp giấy phép đánh bắt cá ngừ")


def imported(db: Database, *records: Raw, whole: bool = False, file: str = "a.jsonl") -> Counts:
    with db.read() as session:
        known = procedures.known(session)
    plan = procedures.prepare(records, known, today=TODAY, whole=whole)
    with db.write() as session:
        procedures.keep(session, plan, file=file, now=NOW)
    return plan.counts


def version(db: Database) -> int:
    with db.read() as session:
        return procedures.version(session)


def states(db: Database) -> Mapping[str, str]:
    with db.read() as session:
        return {row.code: row.state for row in session.scalars(select(ImportedProcedure))}


def test_an_import_is_kept_with_its_date_and_an_audit_line(db: Database) -> None:
    assert imported(db, raw(), FISH) == Counts(new=2)
    with db.read() as session:
        [done] = session.scalars(select(CatalogueImport))
        [line] = session.scalars(select(Audit).where(Audit.verb == "catalogue.import"))
        stored = procedures.find(session, ["1.000001"])["1.000001"]
    assert (done.file, done.as_of, done.at) == ("a.jsonl", "2026-06-10", NOW)
    assert (line.what, line.facts["new"]) == (f"catalogue_import:{done.id}", 2)
    assert stored.raw == raw()


def test_the_same_again_changes_nothing(db: Database) -> None:
    imported(db, raw(), FISH)
    before = version(db)
    assert imported(db, raw(), FISH) == Counts(same=2)
    assert version(db) == before
    with db.read() as session:
        assert len(list(session.scalars(select(Audit).where(Audit.verb == "catalogue.import")))) == 1


def test_what_changed_is_written_and_what_is_older_is_not(db: Database) -> None:
    imported(db, raw(as_of="2026-09-01"), FISH)
    assert imported(db, raw(as_of="2026-06-10", agency="Sở Cũ"), FISH) == Counts(same=1, older=1)
    assert imported(db, raw(as_of="2026-10-01", agency="Sở Mới")) == Counts(changed=1)
    with db.read() as session:
        assert procedures.find(session, ["1.000001"])["1.000001"].raw.agency == "Sở Mới"


def test_only_a_whole_catalogue_abolishes_and_what_returns_is_back(db: Database) -> None:
    imported(db, raw(), FISH)
    assert imported(db, raw()) == Counts(same=1)
    assert states(db)["1.000002"] == "current"
    assert imported(db, raw(), whole=True) == Counts(same=1, gone=1)
    assert states(db)["1.000002"] == "gone"
    with db.read() as session:
        assert procedures.find(session, ["1.000002"])["1.000002"].gone_on == date(2026, 6, 10)
        assert [code for code, _, _ in procedures.searchable(session)] == ["1.000001"]
    assert imported(db, raw(), FISH) == Counts(same=1, back=1)
    assert states(db)["1.000002"] == "current"


def test_what_is_doubtful_is_kept_for_the_staff(db: Database) -> None:
    imported(db, raw(methods=way(time="1", fee="Miễn phí")))
    with db.read() as session:
        found = procedures.flags(session)
    assert {(code, one.field, one.value, one.why.name) for code, one in found} == {
        ("1.000001", "time_limit", "1", "BARE_NUMBER"),
        ("1.000001", "fee", "Miễn phí", "FREE_WITHOUT_RULE"),
    }


def shelf(db: Database, **curated: Any) -> Shelf:
    return Shelf(db, Catalogue(curated))


def test_a_shelf_sees_an_import_without_a_restart(db: Database) -> None:
    own = shelf(db)
    assert not own.refresh()
    assert own.look_up("giấy phép đánh bắt cá ngừ") == ()
    imported(db, raw(), FISH)
    assert own.refresh()
    assert not own.refresh()
    assert own.look_up("muốn đánh bắt cá ngừ")[0].code == "1.000002"
    imported(db, raw(), whole=True)
    assert own.refresh()
    assert "1.000002" not in [found.code for found in own.look_up("muốn đánh bắt cá ngừ")]


def test_a_shelf_keeps_itself_fresh_in_its_thread(db: Database) -> None:
    own = shelf(db)
    imported(db, FISH)
    own.start()
    for _ in range(200):
        if len(own):
            break
        own.pause(0.02)
    own.close()
    assert len(own) == 1


def test_records_come_from_the_database_and_curated_ones_win(db: Database) -> None:
    imported(db, raw(), FISH)
    own = Shelf(db, Catalogue({"1.000001": made().procedure}))
    own.refresh()
    taken = own.take(["1.000001", "1.000002", "9.999999", ""], TODAY)
    assert list(taken) == ["1.000002"]
    assert taken["1.000002"].imported


def test_the_curated_record_stays_in_front_of_the_imported_one() -> None:
    ours = made(agency="Sở của ta").procedure
    both = Catalogue({"1.000001": ours}).with_imported({"1.000001": made().procedure, "1.000002": made().procedure})
    assert both.get("1.000001") is ours
    assert both.get("1.000002") is not None
