"""Migrations: numbered, single-headed, reversible, and equal to the models."""

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from bot import migrations
from bot.db import Database
from bot.tables import Base

SEARCH = {"ix_search_lines_words", "search_words", *(f"search_words_{p}" for p in ("config", "data", "docsize", "idx"))}
"""Behind the search: an index that only PostgreSQL has, and SQLite's own tables, which no model can name."""


def test_upgrade_gives_what_the_models_say(db: Database) -> None:
    with db.engine.connect() as connection:
        unnamed = set() if db.postgres else SEARCH
        opts = {"compare_type": False, "include_object": lambda _one, name, *_: name not in unnamed}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []


def test_downgrade_leaves_nothing_behind(db: Database) -> None:
    migrations.downgrade(db, "base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(db)
    assert "events" in inspect(db.engine).get_table_names()


def test_files_are_numbered_in_one_line() -> None:
    files = sorted(path.name for path in (Path(migrations.__file__).parent / "versions").glob("*.py"))
    assert [int(re.match(r"(\d{4})_", name)[1]) for name in files] == list(range(1, len(files) + 1))  # type: ignore[index]
