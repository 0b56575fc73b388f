"""The deployment on this machine: secrets made as .env.example says, a real PostgreSQL, a fake Zalo."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from bot.settings import ROOT
from bot.web.sandbox.zalo import FakeOA, FakeZalo, blueprint
from tests import postgres
from tests.channels.conftest import Serve, serve
from tests.deploy.stage import Stage
from tests.people import OA, ZALO

__all__ = ["serve"]


def recipe() -> str:
    """Return the shell lines of .env.example that make the secrets."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^#      (.+)$", text, re.M))


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Folder with the secrets, made by the recipe."""
    subprocess.run(["sh", "-eu", "-c", recipe()], cwd=tmp_path, check=True)
    return tmp_path / "var" / "secrets"


@pytest.fixture
def zalo() -> FakeZalo:
    """The platform, with one OA that our account will answer for."""
    fake = FakeZalo()
    known: dict[str, Any] = dict(ZALO)
    fake.add(FakeOA(oa_id=OA, **known))
    return fake


@pytest.fixture
def stage(tmp_path: Path, secrets: Path, zalo: FakeZalo, serve: Serve, postgres_server: str) -> Iterator[Stage]:
    """Everything that stands around our own services; `db` is the real one, `nlu` is down."""
    app = Flask("zalo")
    app.register_blueprint(blueprint(zalo))
    platform = serve(app)
    moved = {"/run/secrets": str(secrets), "nlu:5005": "127.0.0.1:9", "8080": str(postgres._free_port())}
    moved["0.0.0.0"] = "127.0.0.1"  # noqa: S104 - a container's whole world, not this machine's
    with postgres.database(postgres_server) as url:
        at = url.rsplit("@", 1)[1]
        stored = secrets / "database_url"
        stored.write_text(stored.read_text().replace("@db:5432/motcua", f"@{at}"))
        stage = Stage(
            folder=tmp_path,
            given={"PUBLIC_URL": "https://motcua.test", "ZALO_API_URL": platform, "ZALO_OAUTH_URL": platform},
            moved=moved,
        )
        yield stage
        stage.kill()
