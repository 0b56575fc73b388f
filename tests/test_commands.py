"""The command line as a person or a script meets it: real processes, exit codes, what goes to which stream."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify
from sqlalchemy import inspect, select

from bot import migrations
from bot.db import Database
from bot.settings import ROOT, Settings
from bot.tables import Account, Agency
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from tests.channels.conftest import Serve, serve
from tests.people import FACEBOOK, OA, PAGE, SUOI_MO, ZALO, add_suoi_mo

__all__ = ["serve"]

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

QUESTION = "thủ tục đăng ký khai sinh cần giấy tờ gì"
FIELDS = ["id", "skill", "procedure", "candidates", "aspect", "text", "buttons", "confidence", "ms"]
COMMUNE = ("agency", "add", "--slug", "suoi-mo", "--name", "UBND xã Suối Mơ", "--level", "commune")


def copied(place: Path) -> Path:
    """Copy what we run, compiled files too, without .env and Rasa: a checkout in which no Rasa can be started."""
    for name in ("bot", "content", "nlu"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("rasa"))
    return place


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def run(checkout: Path, env: dict[str, str]) -> Run:
    """Return a function that runs `motcua` in an environment of its own."""

    def motcua(*argv: str, given: str = "", at: Path = checkout, more: dict[str, str] | None = None) -> Done:
        own = {"PATH": os.environ["PATH"], "HOME": str(checkout), "LANG": "C.UTF-8"}
        argv = (sys.executable, "-m", "bot", *argv)
        return subprocess.run(
            argv, cwd=at, env={**own, **env, **(more or {})}, input=given, text=True, capture_output=True, timeout=60,
            check=False,
        )  # fmt: skip

    return motcua


def lines(*questions: dict[str, Any]) -> str:
    return "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What does not depend on the database: one kind is enough."""


# --- ask ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("revision", "told"), [("base", "empty"), ("0001", "0001")])
def test_an_older_schema_is_told_with_what_to_do(run: Run, db: Database, revision: str, told: str) -> None:
    migrations.go(db, revision)
    done = run("ask", "--agency", "suoi-mo", given=QUESTION)
    assert done.returncode == 1
    head = migrations.current(db)[1]
    assert done.stderr == f"motcua: the database's schema is {told}, this version needs {head}: run `motcua migrate`\n"


def test_a_database_that_is_away_is_told(run: Run) -> None:
    done = run("ask", given=QUESTION, more={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert done.returncode == 1
    assert done.stderr.startswith("motcua: the database does not answer: connection failed")
    assert "see DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


@only_sqlite
def test_ask_keeps_its_contract_without_model_and_server(run: Run, db: Database) -> None:
    done = run(
        "ask", "--json",
        given=lines({"id": 1, "text": QUESTION}, {"id": "b", "text": "xin chào"}, {"text": "asdf qwer zxcv"}) + "\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(answer) for answer in answers] == [FIELDS] * 3
    assert [answer["id"] for answer in answers] == [1, "b", None]
    birth, hello, strange = answers
    assert (birth["skill"], birth["procedure"], birth["aspect"]) == ("procedure", "1.001193", "documents")
    assert "Giấy chứng sinh" in birth["text"]
    assert isinstance(birth["candidates"], list)
    assert birth["buttons"]
    assert {"title", "value"} <= set(birth["buttons"][0])
    assert 0 <= birth["confidence"] <= 1
    assert birth["ms"] >= 0
    assert (hello["skill"], hello["procedure"]) == ("smalltalk", None)
    assert (strange["skill"], strange["procedure"]) == ("none", None)
    assert "keywords answer" in done.stderr
    assert "khai sinh" in done.stdout  # Vietnamese as it is, not as \\u escapes


@only_sqlite
def test_the_same_conversation_is_the_same_dialogue(run: Run, db: Database) -> None:
    follow = "mất bao nhiêu tiền"
    done = run(
        "ask", "--json",
        given=lines(
            {"id": 1, "text": QUESTION, "conversation": "a"}, {"id": 2, "text": follow, "conversation": "a"},
            {"id": 3, "text": follow, "conversation": "b"}, {"id": 4, "text": follow},
        ),
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (answers[1]["procedure"], answers[1]["aspect"]) == ("1.001193", "fee")
    assert [answer["procedure"] for answer in answers[2:]] == [None, None]


@only_sqlite
@pytest.mark.parametrize(
    "bad", ["not json", "[1]", '"text"', "null", '{"id": 1}', '{"id": 1, "text": "x"'], ids=range(6)
)
def test_a_bad_line_ends_with_its_number(run: Run, db: Database, bad: str) -> None:
    before, after = lines({"id": 1, "text": "xin chào"}), lines({"id": 4, "text": "x"})
    done = run("ask", "--json", given=f"{before}\n{bad}\n{after}")
    assert done.returncode == 1
    assert "line 3: " in done.stderr
    assert "Traceback" not in done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1]


@only_sqlite
def test_ask_uses_the_agencys_facts(run: Run, db: Database, vault: Vault) -> None:
    with db.write() as session:
        add_suoi_mo(session, vault)
    given = lines({"id": 1, "text": "địa chỉ bộ phận một cửa ở đâu"})
    for argv in (["ask", "--json"], ["ask", "--json", "--agency", "suoi-mo"]):
        done = run(*argv, given=given)
        answer = json.loads(done.stdout)
        assert answer["skill"] == "office"
        assert "Số 1, đường Trung tâm" in answer["text"]
    unknown = run("ask", "--json", "--agency", "nobody", given=given)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no agency 'nobody'" in unknown.stderr


@only_sqlite
def test_ask_talks_with_a_person(run: Run, db: Database) -> None:
    done = run("ask", given=f"{QUESTION}\n\nmất bao nhiêu tiền\n")
    assert done.returncode == 0
    assert "Giấy chứng sinh" in done.stdout
    assert "  [1] " in done.stdout


# --- agency, account ---------------------------------------------------------------------------------


def test_an_agency_and_its_accounts_are_added(
    run: Run, db: Database, vault: Vault, settings_: Settings, tmp_path: Path
) -> None:
    assert run(*COMMUNE).stdout == "agency suoi-mo added\n"
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps(ZALO))
    by_file = run(*connect("zalo", OA, str(file)))
    assert by_file.returncode == 0, by_file.stderr
    assert f"{settings_.public_url}/hooks/zalo/{OA}" in by_file.stdout
    by_stdin = run(*connect("facebook", PAGE, "-"), given=json.dumps({**FACEBOOK, "app_id": 200000000000002}))
    assert by_stdin.returncode == 0, by_stdin.stderr
    with db.read() as session:
        rows = session.scalars(select(Account).order_by(Account.id)).all()
        stored = [vault.open(row.secrets) for row in rows]
        (agency,) = session.scalars(select(Agency)).all()
    assert (agency.slug, agency.name, agency.level) == ("suoi-mo", SUOI_MO["name"], "commune")
    assert stored == [ZALO, FACEBOOK]
    shown = by_file.stdout + by_file.stderr + by_stdin.stdout + by_stdin.stderr
    assert not [secret for secret in (ZALO["app_secret"], FACEBOOK["page_token"]) if secret in shown]


def connect(channel: str, key: str, secrets: str, agency: str = "suoi-mo") -> list[str]:
    return ["account", "add", "--agency", agency, "--channel", channel, "--key", key, "--secrets", secrets]


@only_sqlite
@pytest.mark.parametrize(
    ("argv", "given", "code", "told"),
    [
        (connect("zalo", OA, "-"), "{not json", 1, "the secrets are not JSON"),
        (connect("zalo", OA, "-"), "[1, 2]", 1, "one JSON object of texts"),
        (connect("zalo", OA, "-"), '{"app_id": {"x": 1}}', 1, "one JSON object of texts"),
        (connect("zalo", OA, "-"), '{"app_id": "1"}', 1, "the secrets lack app_secret, oa_secret, access_token"),
        (connect("zalo", "oa", "-"), json.dumps(ZALO), 1, "key 'oa'"),
        (connect("viber", OA, "-"), json.dumps(ZALO), 1, "channel 'viber' is not one of"),
        (connect("zalo", OA, "-", "nobody"), json.dumps(ZALO), 1, "no agency 'nobody'; add it first"),
        (connect("zalo", OA, "/nowhere.json"), "", 2, "/nowhere.json"),
        (connect("zalo", OA, "-")[:-2], "", 2, "--secrets"),
        ([*COMMUNE], "", 1, "agency 'suoi-mo' already exists"),
        ([*COMMUNE[:-1], "district"], "", 2, "district"),
        (["agency", "add"], "", 2, "--slug"),
        (["nonsense"], "", 2, "nonsense"),
        (["migrate", "--to", "9999"], "", 1, "9999"),
    ],
)
def test_what_is_wrong_is_told_on_stderr(
    run: Run, db: Database, vault: Vault, argv: list[str], given: str, code: int, told: str
) -> None:
    with db.write() as session:
        add_suoi_mo(session, vault)
    done = run(*argv, given=given)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert ZALO["app_secret"] not in done.stderr


@only_sqlite
def test_wrong_settings_are_told_all_at_once(run: Run) -> None:
    wrong = {"SECRET_KEY": "", "TOKEN_KEYS": "x", "WEB_THREADS": "0", "MOTCUA_ENV": "production"}
    done = run("migrate", more=wrong)
    assert (done.returncode, done.stdout) == (1, "")
    names = [line.split(": ")[1] for line in done.stderr.splitlines()]
    assert names == ["SECRET_KEY", "TOKEN_KEYS", "WEB_THREADS", "PUBLIC_URL"]
    assert run("migrate", "--help", more=wrong).returncode == 0


# --- migrate, init, catalogue -----------------------------------------------------------------------


def test_migrate_goes_both_ways(run: Run, settings_: Settings) -> None:
    said = [run("migrate", *argv).stdout for argv in ([], [], ["--to", "base"], [], ["--to", "head"])]
    assert said[0].startswith("schema empty -> ")
    assert said[1].startswith("schema is up to date (")
    assert said[2].endswith("-> empty\n")
    assert said[3] == said[0]
    assert said[4] == said[1]
    database = Database(settings_.database_url)
    assert {"events", "deliveries", "accounts"} <= set(inspect(database.engine).get_table_names())
    database.close()


@only_sqlite
def test_init_writes_secrets_once_for_the_owner_only(run: Run, tmp_path: Path) -> None:
    place = copied(tmp_path / "fresh")
    assert run("init", at=place).returncode == 0
    first = (place / ".env").read_text()
    assert stat.S_IMODE((place / ".env").stat().st_mode) == 0o600
    assert "already" in run("init", at=place).stdout
    assert (place / ".env").read_text() == first
    done = run("migrate", at=place, more={"SECRET_KEY": "", "TOKEN_KEYS": "", "MOTCUA_ENV": ""})
    assert done.returncode == 0, done.stderr  # what it wrote is accepted


@only_sqlite
def test_the_catalogue_is_checked(run: Run, tmp_path: Path) -> None:
    good = run("catalogue", "check")
    assert good.returncode == 0, good.stderr
    assert good.stdout.endswith(" 0 faults\n")
    place = copied(tmp_path / "broken")
    records = sorted((place / "content" / "procedures").rglob("*.yaml"))[:2]
    for record in records:
        record.write_text(record.read_text().replace("\nname:", "\nnmae:", 1))
    bad = run("catalogue", "check", at=place)
    assert bad.returncode == 1
    assert all(record.name in bad.stderr for record in records)
    assert "Traceback" not in bad.stderr


# --- check ---------------------------------------------------------------------------------------------


@pytest.fixture
def outside(db: Database, vault: Vault, serve: Serve) -> tuple[Platforms, dict[str, str]]:
    """Both fake platforms and something that looks like a model's server; the settings that lead there."""
    with db.write() as session:
        add_suoi_mo(session, vault)
    platforms = Platforms()
    platforms.open_all(db, vault)
    app = Flask("outside")
    app.add_url_rule("/nlu/status", "status", lambda: jsonify(model_file="nlu.tar.gz", model_id="1"))
    platforms.mount(app)
    here = serve(app)
    zalo, graph = here + PREFIXES["zalo"], here + PREFIXES["facebook"]
    urls = {"ZALO_API_URL": zalo, "ZALO_OAUTH_URL": zalo, "GRAPH_API_URL": graph, "NLU_URL": f"{here}/nlu"}
    return platforms, urls


def test_check_finds_all_well_and_applies(run: Run, outside: tuple[Platforms, dict[str, str]], db: Database) -> None:
    _, urls = outside
    done = run("check", "--apply", more=urls)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert all(line.startswith("ok  ") for line in told)
    assert [line for line in told if f"zalo {OA}: token accepted" in line]
    assert [line for line in told if f"facebook {PAGE}: " in line]
    assert "OA Manager" in done.stdout
    with db.read() as session:
        zalo = session.scalars(select(Account).where(Account.channel == "zalo")).one()
    assert zalo.memory["oa_type"] == "4"
    again = run("check", "--apply", more=urls)
    assert (again.returncode, again.stdout) == (0, done.stdout)


@only_sqlite
def test_check_tells_all_faults_at_once(run: Run, outside: tuple[Platforms, dict[str, str]], db: Database) -> None:
    platforms, urls = outside
    platforms.faults.arm("zalo", "-216")
    platforms.faults.arm("facebook", "190/463", times=9)
    done = run("check", more={**urls, "NLU_URL": "http://127.0.0.1:9"})
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert all(line.startswith("FAIL  ") for line in told)
    assert [part for part in ("nlu server", f"zalo {OA}", f"facebook {PAGE}") if part not in done.stderr] == []
    assert "settings are complete" in done.stdout


@only_sqlite
def test_check_tells_a_missing_schema_and_a_lost_key(run: Run, env: dict[str, str], db: Database, vault: Vault) -> None:
    with db.write() as session:
        add_suoi_mo(session, vault)
    other = {"TOKEN_KEYS": "bm9uZSBvZiB5b3VyIGtleXMgd2lsbCBvcGVuIHRoaXM="}
    lost = run("check", more=other)
    assert lost.returncode == 1
    assert lost.stderr.count("none of TOKEN_KEYS opens the stored secrets") == 2
    run("migrate", "--to", "base")
    empty = run("check")
    assert empty.returncode == 1
    assert "`motcua migrate` brings it up" in empty.stderr
    assert "Traceback" not in empty.stderr


def test_staff_are_added_with_the_password_from_standard_input(run: Run, db: Database) -> None:
    assert run(*COMMUNE).returncode == 0
    lan = ("staff", "add", "--agency", "suoi-mo", "--login", "lan")
    done = run(*lan, "--role", "author", given="mưa rào tháng bảy\n")
    assert (done.returncode, done.stdout) == (0, "lan is author of suoi-mo\n")
    assert run(*lan, "--role", "tham-dinh", given="\n").stdout == "lan is author, reviewer of suoi-mo\n"
    assert run(*lan, "--role", "boss", given="x\n").returncode == 2
    short = run("staff", "add", "--agency", "suoi-mo", "--login", "minh", "--role", "author", given="x\n")
    assert (short.returncode, short.stdout) == (1, "")
    assert "needs at least" in short.stderr
    nobody = run("staff", "add", "--agency", "nobody", "--login", "minh", "--role", "author", given="x\n")
    assert "no agency 'nobody'" in nobody.stderr
