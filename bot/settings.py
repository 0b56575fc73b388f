"""Settings, read once: `NAME` or `NAME_FILE` from the environment, then from `.env`; all faults at once."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent

DEFAULTS = {
    "DATABASE_URL": f"sqlite:///{ROOT}/var/motcua.db",
    "NLU_URL": "http://127.0.0.1:5005",
    "PUBLIC_URL": "http://127.0.0.1:8080",
    "ZALO_API_URL": "https://openapi.zalo.me",
    "ZALO_OAUTH_URL": "https://oauth.zaloapp.com",
    "GRAPH_API_URL": "https://graph.facebook.com",
    "MOTCUA_ENV": "production",
    "METRICS_TOKEN": "",
    "WEB_PROCESSES": "1",
    "WEB_THREADS": "8",
    "WORKER_THREADS": "32",
    "SENDER_THREADS": "8",
    "NLU_DEADLINE": "1.5",
    "HTTP_TIMEOUT": "15",
    "LOG_FORMAT": "json",
    "HEARTBEAT_PATH": "",
}
SECRETS = ("SECRET_KEY", "TOKEN_KEYS")
NAMES = (*DEFAULTS, *SECRETS)

_SECRET_MIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One deployment. Times are in seconds; `urls` are the platforms' addresses by their short names."""

    database_url: str = field(repr=False)  # it may hold a password
    secret_key: str = field(repr=False)
    token_keys: tuple[str, ...] = field(repr=False)
    nlu_url: str
    public_url: str
    urls: Mapping[str, str]
    development: bool
    metrics_token: str = field(repr=False)
    web_processes: int
    web_threads: int
    worker_threads: int
    sender_threads: int
    nlu_deadline: float
    http_timeout: float
    log_format: str
    heartbeat_path: str


def load(environ: Mapping[str, str] | None = None, *, dotenv: Path | None = ROOT / ".env") -> Settings:
    """Return the settings of this deployment, or raise `SettingsError` with every fault."""
    faults: list[str] = []
    raw = _raw(os.environ if environ is None else environ, dotenv, faults)
    settings = Settings(
        database_url=_database(raw["DATABASE_URL"], faults),
        secret_key=_secret(raw["SECRET_KEY"], faults),
        token_keys=_token_keys(raw["TOKEN_KEYS"], faults),
        nlu_url=_url("NLU_URL", raw, faults),
        public_url=_url("PUBLIC_URL", raw, faults),
        urls={
            "zalo": _url("ZALO_API_URL", raw, faults),
            "zalo_oauth": _url("ZALO_OAUTH_URL", raw, faults),
            "graph": _url("GRAPH_API_URL", raw, faults),
        },
        development=_choice("MOTCUA_ENV", raw, ("production", "development"), faults) == "development",
        metrics_token=raw["METRICS_TOKEN"],
        web_processes=_count("WEB_PROCESSES", raw, faults),
        web_threads=_count("WEB_THREADS", raw, faults),
        worker_threads=_count("WORKER_THREADS", raw, faults),
        sender_threads=_count("SENDER_THREADS", raw, faults),
        nlu_deadline=_number("NLU_DEADLINE", raw, faults),
        http_timeout=_number("HTTP_TIMEOUT", raw, faults),
        log_format=_choice("LOG_FORMAT", raw, ("json", "console"), faults),
        heartbeat_path=raw["HEARTBEAT_PATH"],
    )
    if not settings.development and not settings.public_url.startswith("https://"):
        faults.append("PUBLIC_URL: must be https:// in production; the platforms refuse anything else")
    if faults:
        raise SettingsError(faults)
    return settings


def _raw(environ: Mapping[str, str], dotenv: Path | None, faults: list[str]) -> dict[str, str]:
    stored = {k: v or "" for k, v in dotenv_values(dotenv).items()} if dotenv and dotenv.exists() else {}
    raw = {}
    for name in NAMES:
        raw[name] = DEFAULTS.get(name, "")
        for source in (stored, environ):  # the environment wins over .env, a file over neither
            raw[name] = source.get(name) or raw[name]
            if path := source.get(f"{name}_FILE"):
                try:
                    raw[name] = Path(path).read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError) as error:
                    faults.append(f"{name}_FILE: cannot read {path}: {getattr(error, 'strerror', 'not text')}")
    return raw


def _database(url: str, faults: list[str]) -> str:
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL: must begin with sqlite:/// or postgresql://")
    return url


def _secret(key: str, faults: list[str]) -> str:
    if len(key) < _SECRET_MIN:
        faults.append(f"SECRET_KEY: set at least {_SECRET_MIN} random characters (`make setup` writes one to .env)")
    return key


def _token_keys(joined: str, faults: list[str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in joined.split(",") if key.strip())
    if not keys:
        faults.append("TOKEN_KEYS: set at least one Fernet key; it encrypts the platforms' tokens")
    for place, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            faults.append(f"TOKEN_KEYS: key {place} is not a Fernet key (32 bytes in url-safe base64)")
    return keys


def _url(name: str, raw: Mapping[str, str], faults: list[str]) -> str:
    url = raw[name].rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an unclosed bracket, a port that is no number
        sound = False
    if not sound:
        faults.append(f"{name}: '{url}' is not an http(s) address")
    return url


def _choice(name: str, raw: Mapping[str, str], allowed: tuple[str, ...], faults: list[str]) -> str:
    if raw[name] not in allowed:
        faults.append(f"{name}: '{raw[name]}' is not one of {', '.join(allowed)}")
    return raw[name]


def _count(name: str, raw: Mapping[str, str], faults: list[str]) -> int:
    if re.fullmatch(r"[1-9]\d{0,4}", raw[name], re.ASCII):
        return int(raw[name])
    faults.append(f"{name}: '{raw[name]}' is not a whole number above 0")
    return 0


def _number(name: str, raw: Mapping[str, str], faults: list[str]) -> float:
    try:
        number = float(raw[name])
    except ValueError:
        number = 0
    if number <= 0 or not isfinite(number):
        faults.append(f"{name}: '{raw[name]}' is not a number above 0")
    return number
