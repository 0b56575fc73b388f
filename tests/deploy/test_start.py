"""The same commands, environment and order as in docker-compose.yml, on a real PostgreSQL, without containers."""

import json
from pathlib import Path

import pytest
import requests

from bot.web.sandbox.zalo import FakeZalo
from tests.deploy import compose
from tests.deploy.stage import Stage
from tests.people import OA, ZALO
from tests.postgres import wait_for

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

CITIZEN = "2468013579"
QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
LASTING = ("web", "worker", "scheduler")


def test_a_fresh_deployment_answers_and_ends_cleanly(stage: Stage, zalo: FakeZalo, secrets: Path) -> None:
    started_in_order(stage)
    web = f"http://127.0.0.1:{stage.moved['8080']}"
    assert requests.get(f"{web}/readyz", timeout=5).json()["status"] == "ready"
    assert requests.get(f"{web}/sandbox", timeout=5).status_code == 404

    connect_account(stage)
    body, headers = zalo.act(OA, "text", user=CITIZEN, text=QUESTION)
    assert requests.post(f"{web}/hooks/zalo/{OA}", data=body, headers=headers, timeout=5).status_code == 200
    assert wait_for(lambda: zalo.sent(CITIZEN), seconds=20), stage.log("worker").read_text()
    assert "Giấy chứng sinh" in zalo.sent(CITIZEN)[0]["text"]

    for name in LASTING:
        assert stage.healthy(name), stage.log(name).read_text()
        assert stage.memory(name) < compose.memory_limit(compose.services()[name]), name
        assert not told(stage, name, secrets), f"{name} shows a secret"
    assert {name: stage.end(name) for name in reversed(LASTING)} == dict.fromkeys(LASTING, 0)
    assert all("Traceback" not in stage.log(name).read_text() for name in LASTING)


def test_a_second_migration_changes_nothing(stage: Stage) -> None:
    for _ in range(2):
        stage.start("migrate")
        assert stage.completes("migrate") == 0
    assert "up to date" in stage.log("migrate").read_text()


def test_a_wrong_deployment_says_why_and_does_not_start(stage: Stage, secrets: Path) -> None:
    (secrets / "token_keys").write_text("not a key\n")
    (secrets / "secret_key").unlink()
    stage.start("migrate")
    assert stage.completes("migrate") == 1
    log = stage.log("migrate").read_text()
    assert "TOKEN_KEYS" in log
    assert "SECRET_KEY_FILE: cannot read" in log


def started_in_order(stage: Stage) -> None:
    for name in compose.order(compose.OURS):
        stage.start(name)
        if name == "migrate":
            assert stage.completes(name) == 0, stage.log(name).read_text()
    for name in LASTING:
        assert stage.healthy(name), stage.log(name).read_text()


def connect_account(stage: Stage) -> None:
    stage.run("web", "motcua", "agency", "add", "--slug", "suoi-mo", "--name", "UBND xã Suối Mơ", "--level", "commune")
    account = ["--agency", "suoi-mo", "--channel", "zalo", "--key", OA, "--secrets", "-"]
    said = stage.run("web", "motcua", "account", "add", *account, given=json.dumps(ZALO))
    assert f"https://motcua.test/hooks/zalo/{OA}" in said


def told(stage: Stage, name: str, secrets: Path) -> list[str]:
    """Return the secrets that stand in a service's environment, arguments or log."""
    seen = [stage.log(name).read_bytes()]
    seen += [(path / part).read_bytes() for path in stage.processes(name) for part in ("environ", "cmdline")]
    hidden = [path.read_text().strip() for path in secrets.iterdir()] + [ZALO["access_token"], ZALO["oa_secret"]]
    return [secret for secret in hidden if any(secret.encode() in text for text in seen)]
