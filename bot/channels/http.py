"""Outgoing HTTP: one session an account, a time-out always, no redirect followed with a token."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter

from bot.errors import OutcomeUnknown, Refused, TryLater

CONNECT_TIMEOUT = 5.0
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
        return _reply(response, base)


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


def _reply(response: requests.Response, base: str) -> Reply:
    try:
        body = response.json()
    except ValueError:
        body = None
    reply = Reply(response.status_code, body if isinstance(body, dict) else {}, response.headers)
    if response.status_code in {429, 503}:
        raise TryLater(f"{base} is busy", code=str(response.status_code), retry_after=reply.retry_after)
    if response.status_code >= 500 and not reply.body.get("error"):
        raise OutcomeUnknown(f"{base} failed", code=str(response.status_code))
    if body is None:
        raise OutcomeUnknown(f"{base} did not answer with JSON", code=str(response.status_code))
    return reply
