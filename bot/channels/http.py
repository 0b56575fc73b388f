"""Outgoing HTTP: one session an account, a time-out always, no redirect followed with a token.

JSON, and so every message, goes by `nlu.wire`: `requests` takes more time for one than composing the answer. What is
rare (looking, forms, files) goes by `requests`.
"""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from bot.errors import OutcomeUnknown, Refused, TryLater
from nlu.wire import Wire, WireError

CONNECT_TIMEOUT = 5.0
BODY_MAX = 1024 * 1024
"""Bytes of an answer to a message."""
CONNECTING = ThreadPoolExecutor(16, thread_name_prefix="connect")
"""Opens connections for all accounts: threads start when they are needed."""
HEADERS = {"User-Agent": "motcua", "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Reply:
    """A platform's answer: the status, headers (case-insensitive) and the JSON body, `{}` if none."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def retry_after(self) -> float | None:
        """Seconds the platform asks us to wait, if it said a number."""
        try:
            return float(self.headers.get("Retry-After", ""))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Http:
    """A session with the platforms' addresses: `urls` has `zalo`, `zalo_oauth` and `graph`.

    Not shared between threads; the worker keeps one per account and thread.
    """

    urls: Mapping[str, str]
    timeout: tuple[float, float] = (CONNECT_TIMEOUT, 15.0)
    """Seconds to connect, and to wait for an answer; after the second the outcome is unknown."""
    session: requests.Session = field(default_factory=requests.Session)
    wires: dict[str, Wire] = field(default_factory=dict)
    """One to each of `urls` that JSON was sent to."""

    def __post_init__(self) -> None:
        adapter = HTTPAdapter(pool_connections=4, pool_maxsize=4)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)
        self.session.trust_env = False

    def get(self, base: str, path: str, **kwargs: Any) -> Reply:
        """GET `urls[base] + path`; see `call`."""
        return self.call("GET", base, path, **kwargs)

    def post(self, base: str, path: str, **kwargs: Any) -> Reply:
        """POST to `urls[base] + path`; see `call`."""
        return self.call("POST", base, path, **kwargs)

    def call(self, method: str, base: str, path: str, **kwargs: Any) -> Reply:
        """Return the platform's reply, whatever its status below 500.

        Raises `TryLater` when the request surely did not arrive (no connection), `OutcomeUnknown`
        when it may have (read time-out, connection cut, 5xx, a body that is not JSON).
        Messages never carry the address's query: it may hold a token.
        """
        if method == "POST" and "json" in kwargs:
            return self._say(base, path, **kwargs)
        try:
            # Prepared by itself: what a session would add (cookies, proxies, defaults) we do not want to send.
            kwargs["headers"] = {**HEADERS, **(kwargs.get("headers") or {})}
            request = requests.Request(method, self.urls[base] + path, **kwargs).prepare()
            response = self.session.send(request, timeout=self.timeout, allow_redirects=False)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError) as error:
            raise TryLater(f"no connection to {base}") from error
        except requests.exceptions.ConnectionError as error:
            if _never_connected(error):
                raise TryLater(f"no connection to {base}") from error
            raise OutcomeUnknown(f"connection to {base} cut") from error
        except requests.exceptions.RequestException as error:
            raise OutcomeUnknown(f"no answer from {base}: {type(error).__name__}") from error
        return _reply(base, response.status_code, response.content, response.headers)

    def _say(
        self, base: str, path: str, *, json: Any, params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:  # fmt: skip
        wire = self.wires.get(base) or self.wires.setdefault(base, _wire(self.urls[base]))
        query = f"?{urlencode(params)}" if params else ""
        connecting, wait = self.timeout
        try:
            answer = wire.post(
                path + query, _body(json), until=time.monotonic() + connecting, wait=wait,
                headers={"User-Agent": HEADERS["User-Agent"], **(headers or {})},
            )  # fmt: skip
        except WireError as error:
            if not error.sent:
                raise TryLater(f"no connection to {base}") from error
            raise OutcomeUnknown(f"no answer from {base}: {error}") from error
        return _reply(base, answer.status, answer.body, CaseInsensitiveDict(answer.headers.items()))


def _body(said: Any) -> bytes:
    return json.dumps(said, allow_nan=False).encode()


def _wire(url: str) -> Wire:
    return Wire(url, connecting=CONNECTING, longest=BODY_MAX, tls=_tls() if url.startswith("https") else None)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


@contextmanager
def irreversible() -> Iterator[None]:
    """Hold a 503 for unknown while something becomes public: the platform behind the gateway may have done it."""
    try:
        yield
    except TryLater as error:
        if error.code != "503":
            raise
        raise OutcomeUnknown("busy, perhaps after publishing", code=error.code) from error


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file of ours to send it; one that cannot be read is a fault of ours, not of the network."""
    try:
        with Path(path).open("rb") as file:
            yield file
    except OSError as error:
        raise Refused(f"the file cannot be read: {error.strerror}; upload it again") from error


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


def _reply(base: str, status: int, raw: bytes, headers: Mapping[str, str]) -> Reply:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    reply = Reply(status, body if isinstance(body, dict) else {}, headers)
    if status in {429, 503}:
        raise TryLater(f"{base} is busy", code=str(status), retry_after=reply.retry_after)
    if status >= 500 and not reply.body.get("error"):
        raise OutcomeUnknown(f"{base} failed", code=str(status))
    if body is None:
        raise OutcomeUnknown(f"{base} did not answer with JSON", code=str(status))
    return reply
