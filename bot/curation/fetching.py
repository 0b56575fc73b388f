"""Fetch an address that somebody typed, without being led inside: only public hosts, checked and then connected to."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from bot.errors import MotcuaError
from content.phrases import say

PORTS = {"http": 80, "https": 443}
BODY_MAX = 2 * 1024 * 1024
REDIRECTS_MAX = 3
MOVED = frozenset({301, 302, 303, 307, 308})
AGENT = "motcua"
CHUNK = 64 * 1024
INNER = tuple(
    ipaddress.ip_network(one)
    for one in (
        "168.63.129.16/32",  # Azure's own service, a public address that only its guests reach
        "64:ff9b::/96", "64:ff9b:1::/48",  # NAT64: any IPv4 address inside
        "2002::/16", "2001::/32",  # 6to4 and Teredo: the same
        "192.0.0.0/24", "192.88.99.0/24", "fec0::/10",
    )
)  # fmt: skip
"""What looks public and is not, or hides another address."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[..., Sequence[tuple[Any, ...]]]
"""As `socket.getaddrinfo`."""
ADDRESSES_MAX = 4
"""Addresses of one host that are tried."""


class Unfetchable(MotcuaError):
    """The address gave nothing usable; the message tells staff why. `why` is the phrase's last word."""

    def __init__(self, why: str, **values: object) -> None:
        self.why = why
        super().__init__(say(f"queue.fetch.{why}", **values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came: `status` 200 or 304, the last address, the unpacked body, and what to ask with next time."""

    status: int
    url: str
    body: bytes = b""
    kind: str = ""
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """How fetching is done. `also` are further endpoints, `127.0.0.1:8081`, that may be asked: for tests alone."""

    also: frozenset[str] = frozenset()
    connect: float = 5.0
    """Seconds to connect, and between two pieces of an answer."""
    whole: float = 20.0
    """Seconds for one request, however slowly it drips."""
    body_max: int = BODY_MAX
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    look_up: LookUp = socket.getaddrinfo

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """Return what is at `url` (http or https), redirects followed and checked anew; raise `Unfetchable`."""
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        for _ in range(REDIRECTS_MAX + 1):
            parts = checked(url, self.also)
            reply = self._ask(parts, {name: value for name, value in asked.items() if value})
            if not isinstance(reply, str):
                return reply
            url = urljoin(url, reply)
        raise Unfetchable("redirects", most=REDIRECTS_MAX)

    def _ask(self, parts: SplitResult, asked: Mapping[str, str]) -> Fetched | str:
        """Return what came, or where it is said to be."""
        line = [self._connected(parts)]
        # One clock for all of it: a server that drips a byte at a time is cut off in the middle.
        guard = threading.Timer(self.whole, _cut, [line])
        guard.daemon = True
        guard.start()
        try:
            if parts.scheme == "https":
                line[0] = secured = self.tls.wrap_socket(
                    line[0], server_hostname=_ascii(str(parts.hostname)), do_handshake_on_connect=False
                )
                secured.do_handshake()
            return self._answer(line[0], parts, asked)
        except (http.client.HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise Unfetchable("broken", host=parts.hostname, reason=reason) from error
        finally:
            guard.cancel()
            line[0].close()

    def _connected(self, parts: SplitResult) -> socket.socket:
        """Connect to one of the checked addresses themselves: the name is not resolved again."""
        host, port = str(parts.hostname), _port(parts)
        for address in resolved(host, port, self.also, self.look_up)[:ADDRESSES_MAX]:
            with suppress(OSError):
                return socket.create_connection((str(address), port), timeout=self.connect)
        raise Unfetchable("unreachable", host=host)

    def _answer(self, line: socket.socket, parts: SplitResult, asked: Mapping[str, str]) -> Fetched | str:
        caller = http.client.HTTPConnection(_ascii(str(parts.hostname)), _port(parts))
        caller.sock = line
        headers = {
            "Host": _host(parts), "User-Agent": AGENT, "Accept-Encoding": "gzip, identity", "Connection": "close",
            "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8", **asked,
        }  # fmt: skip
        caller.request("GET", _path(parts), headers=headers)
        reply = caller.getresponse()
        if reply.status in MOVED:
            return _header(reply, "Location") or _refuse("status", status=reply.status)
        if reply.status not in {200, 304}:
            raise Unfetchable("status", status=reply.status)
        return Fetched(
            status=reply.status, url=parts.geturl(), kind=_header(reply, "Content-Type"),
            body=self._body(reply, str(parts.hostname)) if reply.status == 200 else b"", etag=_header(reply, "ETag"),
            modified=_header(reply, "Last-Modified"),
        )  # fmt: skip

    def _body(self, reply: http.client.HTTPResponse, host: str) -> bytes:
        coding = _header(reply, "Content-Encoding").lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unfetchable("coding", coding=coding)
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if coding not in {"", "identity"} else None
        body, until = bytearray(), time.monotonic() + self.whole
        while piece := reply.read1(CHUNK):
            if time.monotonic() > until:
                raise Unfetchable("slow", host=host, seconds=round(self.whole))
            try:
                # Never unpacked beyond the limit: that is all that a bomb gets.
                body += piece if unpack is None else unpack.decompress(piece, self.body_max + 1 - len(body))
            except zlib.error as error:
                raise Unfetchable("broken", host=host, reason=coding) from error
            if len(body) > self.body_max:
                raise Unfetchable("heavy", most=self.body_max >> 20)
        if reply.length or (unpack is not None and not unpack.eof):
            raise Unfetchable("broken", host=host, reason="EOF")
        return bytes(body)


def checked(url: str, also: frozenset[str] = frozenset()) -> SplitResult:
    """Return the parts of an address that may be asked: http or https, the usual port, no password in it."""
    try:
        parts = urlsplit(url.strip())
        sound = parts.scheme in PORTS and bool(parts.hostname) and not (parts.username or parts.password)
        port = _port(parts)
        _ascii(str(parts.hostname))
    except ValueError:
        raise Unfetchable("address", url=url[:200]) from None
    if not sound or any(one <= " " for one in parts.geturl()):
        raise Unfetchable("address", url=url[:200])
    if port != PORTS[parts.scheme] and f"{parts.hostname}:{port}" not in also:
        raise Unfetchable("port", port=port)
    return parts


def resolved(
    host: str, port: int, also: frozenset[str] = frozenset(), look_up: LookUp = socket.getaddrinfo
) -> list[Address]:  # fmt: skip
    """Return the addresses of a host; raise `Unfetchable` when there is none, or one of them is not public."""
    try:
        found = look_up(_ascii(host), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unfetchable("name", host=host) from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found))
    for address in addresses:
        if not is_public(address) and f"{address}:{port}" not in also:
            raise Unfetchable("inner", host=host)
    return addresses


def is_public(address: Address) -> bool:
    """Say whether an address is one of the open internet: not private, loopback, link-local, multicast, metadata."""
    plain = (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
    outside = plain.is_global and not (plain.is_multicast or plain.is_reserved or plain.is_unspecified)
    return outside and not any(plain in one for one in INNER if one.version == plain.version)


def _port(parts: SplitResult) -> int:
    return PORTS.get(parts.scheme, 0) if parts.port is None else parts.port


def _ascii(host: str) -> str:
    return host.encode("idna").decode() if not host.isascii() else host


def _host(parts: SplitResult) -> str:
    name = _ascii(str(parts.hostname))
    name = f"[{name}]" if ":" in name else name
    return name if _port(parts) == PORTS[parts.scheme] else f"{name}:{_port(parts)}"


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    return f"{path}?{quote(parts.query, safe='/%:@!$&()*+,;=-._~?[]')}" if parts.query else path


def _header(reply: http.client.HTTPResponse, name: str) -> str:
    # The standard library reads headers as Latin-1; addresses in them come as UTF-8.
    return (reply.getheader(name) or "").encode("latin-1", "replace").decode(errors="replace").strip()[:1000]


def _refuse(why: str, **values: object) -> str:
    raise Unfetchable(why, **values)


def _cut(line: list[socket.socket]) -> None:
    with suppress(OSError):
        socket.socket.shutdown(line[0], socket.SHUT_RDWR)  # under the encryption: another thread reads through it
