"""What all tests share: settings, both databases, a served app, named people."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from cryptography.fernet import Fernet

from bot import migrations, settings
from bot.db import Database
from bot.settings import ROOT, Settings
from bot.vault import Vault
from tests import postgres

pytest_plugins = ["tests.town"]
SHARED = ROOT.parent / "shared"
# A busy machine is slow, which says nothing about the code; what has to be quick has a test of its own.
hypothesis.settings.register_profile("motcua", deadline=None)
hypothesis.settings.load_profile("motcua")
TOKEN_KEY = Fernet.generate_key().decode()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with a clear reason, what this machine cannot run (CI counts these as failures)."""
    reasons = {
        "postgres": None if postgres.programs() else "no PostgreSQL server programs (initdb, pg_ctl) on this machine",
        "shared": None if SHARED.exists() else f"no {SHARED}: the national catalogue's export is not here",
        "browser": None if shutil.which("chromium") else "no Chromium on this machine",
        "nlu": None if (ROOT / "nlu/rasa/.venv/bin/python").exists() else "no Rasa environment: run make setup",
    }
    for item in items:
        for name, reason in reasons.items():
            if reason and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail in CI when a test that must run there was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and exitstatus == 0:
        reporter.write_line(f"CI: {len(skipped)} tests were skipped, and all must run here", red=True)
        session.exitstatus = 1


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of the tests' own PostgreSQL server."""
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/motcua.db"
    else:
        with postgres.database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    """Environment of a complete development deployment."""
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "k" * 40,
        "TOKEN_KEYS": TOKEN_KEY,
        "MOTCUA_ENV": "development",
        "LOG_FORMAT": "console",
        "NLU_URL": "http://127.0.0.1:9",  # nobody listens there: keywords answer
    }


@pytest.fixture
def settings_(env: dict[str, str]) -> Settings:
    """Settings made of `env` alone."""
    return settings.load(env, dotenv=None)


@pytest.fixture
def db(settings_: Settings) -> Iterator[Database]:
    """A migrated database."""
    database = Database(settings_.database_url)
    migrations.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def vault(settings_: Settings) -> Vault:
    """The encryption that `settings_` names."""
    return Vault(settings_.token_keys)
