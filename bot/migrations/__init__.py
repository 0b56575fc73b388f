"""Schema changes, both ways, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.db import Database

HERE = Path(__file__).parent


def _config(db: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = db.engine
    return config


def upgrade(db: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`."""
    command.upgrade(_config(db), revision)


def downgrade(db: Database, revision: str) -> None:
    """Take the schema back to `revision` (`base` empties it)."""
    command.downgrade(_config(db), revision)


def go(db: Database, revision: str) -> None:
    """Bring the schema to `revision`, up or down; `head` and `base` are its ends."""
    script = ScriptDirectory.from_config(_config(db))
    now, _ = current(db)
    before = {step.revision for step in script.iterate_revisions(now, "base")} if now else set()
    if revision == "base" or (revision in before and revision != now):
        downgrade(db, revision)
    else:
        upgrade(db, revision)


def current(db: Database) -> tuple[str | None, str | None]:
    """Return the database's revision and the newest one."""
    with db.engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    return now, ScriptDirectory.from_config(_config(db)).get_current_head()
