"""The command line in this process: the real program with its settings from the environment, both databases."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.__main__ import main
from bot.commands.context import Context
from bot.curation.fetching import Fetcher
from tests.campaigns.conftest import Desk, desk, platforms
from tests.channels.conftest import serve
from tests.curation.conftest import web
from tests.people import OA, PAGE

__all__ = ["desk", "platforms", "serve", "web"]

Motcua = Callable[..., Any]
URLS = {"zalo": "ZALO_API_URL", "zalo_oauth": "ZALO_OAUTH_URL", "graph": "GRAPH_API_URL"}
LATER = (datetime.now(UTC) + timedelta(days=30)).replace(hour=3, minute=0, second=0, microsecond=0)
"""In a month, at ten in the morning in Vietnam."""


@pytest.fixture
def motcua(
    desk: Desk, env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Motcua]:
    """Run `motcua`, which must end with `code`; return its JSON, or what it said on both streams."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    opened: list[Context] = []

    def run(*argv: object, code: int = 0, fetcher: Fetcher | None = None) -> Any:
        for name, variable in URLS.items():
            monkeypatch.setenv(variable, desk.settings.urls[name])
        context = Context()
        opened.append(context)
        if fetcher:
            context.fetcher = fetcher
        ended = 0
        capsys.readouterr()  # what the desk said meanwhile
        try:
            main([str(one) for one in argv], context=context)
        except SystemExit as error:
            ended = int(error.code or 0)
        out, err = capsys.readouterr()
        assert ended == code, out + err
        if code:
            assert (out, bool(err)) == ("", True)  # what is wrong goes to standard error, and says something
            return err
        return json.loads(out) if "--json" in argv else out + err

    yield run
    for context in opened:
        if "db" in vars(context):
            context.db.close()
    structlog.reset_defaults()


@pytest.fixture
def live(desk: Desk) -> Desk:
    """The desk at this moment: the command line has no other clock."""
    desk.now = datetime.now(UTC)
    return desk


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of posts; return its path."""

    def write(text: str, name: str = "bai.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def post(title: str = "Nộp hồ sơ qua mạng", *, at: datetime | None = None, targets: str = "", more: str = "") -> str:
    """Return one post as it stands in a file."""
    moment = f"  at: {at.isoformat()}\n" if at else ""
    targets = targets or f'["zalo:{OA}", "facebook:{PAGE}"]'
    return f"- title: {title}\n  text: Từ 01/12, nộp hồ sơ qua mạng.\n  targets: {targets}\n{moment}{more}"


def moved(desk: Desk, **parts: Any) -> Desk:
    """Return the desk with other settings."""
    desk.settings = replace(desk.settings, **parts)
    return desk
