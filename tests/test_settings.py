"""Settings: every fault at once, files and .env in their order, and nothing secret by default."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import settings
from bot.errors import SettingsError
from bot.settings import DEFAULTS, NAMES, SECRETS

KEY = Fernet.generate_key().decode()
GOOD = {"SECRET_KEY": "s" * 32, "TOKEN_KEYS": KEY, "PUBLIC_URL": "https://motcua.test"}


def faults(given: dict[str, str], dotenv: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        settings.load(given, dotenv=dotenv)
    return caught.value.faults


def test_a_complete_production_environment_is_accepted() -> None:
    loaded = settings.load(GOOD, dotenv=None)
    assert not loaded.development
    assert loaded.log_format == "json"
    assert loaded.urls == {
        "zalo": "https://openapi.zalo.me",
        "zalo_oauth": "https://oauth.zaloapp.com",
        "graph": "https://graph.facebook.com",
    }
    assert (loaded.web_processes, loaded.worker_threads, loaded.nlu_deadline) == (1, 32, 1.5)


def test_no_secret_has_a_default() -> None:
    assert set(SECRETS) == {"SECRET_KEY", "TOKEN_KEYS"}
    assert not set(SECRETS) & set(DEFAULTS)
    assert DEFAULTS["METRICS_TOKEN"] == ""
    told = faults({})
    assert [fault.split(":")[0] for fault in told] == ["SECRET_KEY", "TOKEN_KEYS", "PUBLIC_URL"]


def test_development_needs_its_secrets_too() -> None:
    assert [fault.split(":")[0] for fault in faults({"MOTCUA_ENV": "development"})] == ["SECRET_KEY", "TOKEN_KEYS"]


def test_all_faults_are_told_together() -> None:
    wrong = {
        "DATABASE_URL": "mysql://x", "SECRET_KEY": "short", "TOKEN_KEYS": f"{KEY},nonsense,é", "NLU_URL": "nlu:5005",
        "PUBLIC_URL": "http://[::1", "ZALO_API_URL": "ftp://zalo", "ZALO_OAUTH_URL": "https://",
        "GRAPH_API_URL": "http://a:b",
        "MOTCUA_ENV": "prod", "WEB_PROCESSES": "0", "WEB_THREADS": "1.5", "WORKER_THREADS": "-1",
        "SENDER_THREADS": "many",
        "NLU_DEADLINE": "nan", "HTTP_TIMEOUT": "inf", "LOG_FORMAT": "xml", "METRICS_TOKEN_FILE": "/nowhere",
    }  # fmt: skip
    told = faults(wrong)
    assert {fault.split(":")[0] for fault in told} == set(wrong)
    assert [fault for fault in told if fault.startswith("TOKEN_KEYS")] == [
        "TOKEN_KEYS: key 2 is not a Fernet key (32 bytes in url-safe base64)",
        "TOKEN_KEYS: key 3 is not a Fernet key (32 bytes in url-safe base64)",
    ]


@pytest.mark.parametrize("name", ["WEB_PROCESSES", "WEB_THREADS", "WORKER_THREADS", "SENDER_THREADS"])
@pytest.mark.parametrize("value", ["0", "-1", "0.5", "2.0", "nan", "inf", "x", "٣"])
def test_a_count_is_a_whole_number(name: str, value: str) -> None:
    assert faults({**GOOD, name: value}) == (f"{name}: '{value}' is not a whole number above 0",)


@pytest.mark.parametrize("name", ["NLU_DEADLINE", "HTTP_TIMEOUT"])
@pytest.mark.parametrize("value", ["0", "-0.1", "nan", "inf", "soon"])
def test_a_duration_is_above_zero_and_ends(name: str, value: str) -> None:
    assert faults({**GOOD, name: value}) == (f"{name}: '{value}' is not a number above 0",)


def test_production_needs_https_and_development_does_not() -> None:
    (fault,) = faults({**GOOD, "PUBLIC_URL": "http://motcua.test"})
    assert "https://" in fault
    loaded = settings.load({**GOOD, "PUBLIC_URL": "http://127.0.0.1:8080/", "MOTCUA_ENV": "development"}, dotenv=None)
    assert loaded.public_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@db/m", "postgresql+psycopg://u:p@db/m"),
        ("postgres://u:p@db/m", "postgresql+psycopg://u:p@db/m"),
        ("postgresql+psycopg://u:p@db/m", "postgresql+psycopg://u:p@db/m"),
        ("sqlite:////srv/motcua.db", "sqlite:////srv/motcua.db"),
    ],
)
def test_databases(given: str, used: str) -> None:
    assert settings.load({**GOOD, "DATABASE_URL": given}, dotenv=None).database_url == used


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"MOTCUA_ENV", "LOG_FORMAT"}])
def test_every_setting_may_be_a_file(tmp_path: Path, name: str) -> None:
    values = {**DEFAULTS, **GOOD, "HEARTBEAT_PATH": "/tmp/beat", "METRICS_TOKEN": "metrics"}  # noqa: S108
    path = tmp_path / "value"
    path.write_text(f"{values[name]}\n")
    by_file = {key: value for key, value in GOOD.items() if key != name} | {f"{name}_FILE": str(path)}
    assert settings.load(by_file, dotenv=None) == settings.load({**GOOD, name: values[name]}, dotenv=None)


def test_a_file_wins_over_a_value(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40)
    loaded = settings.load({**GOOD, "SECRET_KEY_FILE": str(tmp_path / "key")}, dotenv=None)
    assert loaded.secret_key == "f" * 40


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_told_with_the_rest(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    told = faults({"SECRET_KEY_FILE": str(path)})
    assert told[0].startswith(f"SECRET_KEY_FILE: cannot read {path}: ")
    assert {fault.split(":")[0] for fault in told} == {"SECRET_KEY_FILE", "SECRET_KEY", "TOKEN_KEYS", "PUBLIC_URL"}


def test_dotenv_stands_under_the_environment(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    (tmp_path / "key").write_text("from the file named in .env........")
    dotenv.write_text(
        f"SECRET_KEY_FILE={tmp_path}/key\nTOKEN_KEYS={KEY}\nPUBLIC_URL=https://stored.test\nNLU_URL=http://stored\nEMPTY\n"
    )
    loaded = settings.load({"PUBLIC_URL": "https://given.test", "NLU_URL": ""}, dotenv=dotenv)
    assert loaded.public_url == "https://given.test"
    assert loaded.nlu_url == "http://stored"  # empty is not set
    assert loaded.secret_key.startswith("from the file")
    assert settings.load({"SECRET_KEY": "g" * 32}, dotenv=dotenv).secret_key == "g" * 32


def test_a_missing_dotenv_is_no_fault(tmp_path: Path) -> None:
    assert settings.load(GOOD, dotenv=tmp_path / ".env") == settings.load(GOOD, dotenv=None)


def test_settings_do_not_show_their_secrets() -> None:
    given = {**GOOD, "DATABASE_URL": "postgresql://u:passw0rd@db/m", "METRICS_TOKEN": "metrics-token"}
    shown = repr(settings.load(given, dotenv=None))
    assert not [secret for secret in ("s" * 32, KEY, "passw0rd", "metrics-token") if secret in shown]
    assert "https://motcua.test" in shown


def test_faults_do_not_repeat_a_secret() -> None:
    told = "\n".join(
        faults({"SECRET_KEY": "tooshortsecret", "TOKEN_KEYS": "notafernetkey", "DATABASE_URL": "my://u:pw@h"})
    )
    assert not [secret for secret in ("tooshortsecret", "notafernetkey", "pw@") if secret in told]
