"""A post from the shell to both platforms: the command line, worker and scheduler as processes, over real HTTP."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from bot.db import Database
from bot.settings import ROOT
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from tests.channels.conftest import Serve, serve
from tests.people import FACEBOOK, OA, PAGE, ZALO
from tests.postgres import wait_for

__all__ = ["serve"]
pytestmark = pytest.mark.slow

Motcua = Callable[..., Any]


@pytest.fixture
def town_env(env: dict[str, str], db: Database, serve: Serve) -> Iterator[tuple[dict[str, str], Platforms]]:
    platforms = Platforms()
    app = Flask("platforms")
    platforms.mount(app)
    here = serve(app)
    zalo = here + PREFIXES["zalo"]
    own = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    urls = {"ZALO_API_URL": zalo, "ZALO_OAUTH_URL": zalo, "GRAPH_API_URL": here + PREFIXES["facebook"]}
    yield {**own, **env, **urls, "LANG": "C.UTF-8", "PUBLIC_URL": "https://motcua.suoi-mo.example"}, platforms


@pytest.fixture
def motcua(town_env: tuple[dict[str, str], Platforms]) -> Motcua:
    def run(*argv: str, given: str = "", code: int = 0) -> Any:
        done = subprocess.run([sys.executable, "-m", "bot", *argv], cwd=ROOT, env=town_env[0], input=given, text=True,
                              capture_output=True, timeout=60, check=False)  # fmt: skip
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return json.loads(done.stdout) if "--json" in argv and code == 0 else done.stdout + done.stderr

    return run


@pytest.fixture
def processes(town_env: tuple[dict[str, str], Platforms], tmp_path: Path) -> Iterator[Path]:
    log = tmp_path / "processes.log"
    with log.open("ab") as out:
        running = [
            subprocess.Popen([sys.executable, "-m", "bot", verb], cwd=ROOT, env=town_env[0], stdout=out, stderr=out)
            for verb in ("work", "schedule")
        ]
        yield log
        for process in running:
            process.terminate()
        assert [process.wait(20) for process in running] == [0, 0]


def test_the_whole_way(
    town_env: tuple[dict[str, str], Platforms],
    motcua: Motcua,
    processes: Path,
    db: Database,
    vault: Vault,
    tmp_path: Path,
) -> None:
    platforms = town_env[1]
    began = time.monotonic()
    motcua("agency", "add", "--slug", "suoi-mo", "--name", "UBND xã Suối Mơ", "--level", "commune")
    patience = 5 * (time.monotonic() - began) + 10  # seconds; a loaded machine takes its time for four more verbs
    for channel, key, secrets in (("zalo", OA, ZALO), ("facebook", PAGE, FACEBOOK)):
        argv = ("account", "add", "--agency", "suoi-mo", "--channel", channel, "--key", key, "--secrets", "-")
        motcua(*argv, given=json.dumps(secrets))
    for login, role in (("lan", "author"), ("minh", "reviewer")):
        motcua("staff", "add", "--agency", "suoi-mo", "--login", login, "--role", role, given="mưa rào tháng bảy\n")
    platforms.open_all(db, vault)
    Image.new("RGB", (1000, 640), "green").save(tmp_path / "bia.jpg")
    at = (datetime.now(UTC) + timedelta(seconds=patience)).isoformat()
    (tmp_path / "bai.yaml").write_text(f"""
- title: Nộp hồ sơ qua mạng
  text: |
    Từ 01/12, nộp hồ sơ qua mạng được trả kết quả tại nhà.

    Hỏi thêm tại bộ phận Một cửa.
  media: [bia.jpg]
  alt: [Cán bộ một cửa hướng dẫn người dân]
  topic: CCHC
  targets: ["zalo:{OA}", "facebook:{PAGE}"]
  at: {at}
""", encoding="utf-8")  # fmt: skip
    (post_id,) = motcua("queue", "add", str(tmp_path / "bai.yaml"), "--by", "lan", "--json")["ids"]
    number = str(post_id)
    motcua("queue", "submit", number, "--by", "lan")
    assert "is missing" in motcua("queue", "approve", number, "--by", "lan", code=1)  # an author may not review
    assert motcua("queue", "approve", number, "--by", "minh", "--json")["state"] == "scheduled"
    due = datetime.fromisoformat(at)
    assert datetime.now(UTC) < due, "this machine was too slow to see the post before its time"
    assert platforms.graph.posts.published(PAGE) == []
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    is_out = lambda: platforms.graph.posts.published(PAGE) and platforms.zalo.articles.published(OA)  # noqa: E731
    assert wait_for(is_out, seconds=patience), processes.read_text()
    until = lambda: motcua("queue", "show", number, "--json")["state"] == "published"  # noqa: E731
    assert wait_for(until, seconds=patience), processes.read_text()
    shown = motcua("queue", "show", number, "--json")
    assert len(shown["links"]) == 2
    assert all(one["attempts"] for one in shown["targets"])
    published = [datetime.fromisoformat(one["published_at"]) for one in shown["targets"]]
    assert all(one >= due for one in published)
