"""The wire over TLS and against what would break it: another's certificate, a header within a header."""

import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nlu.wire import Wire, WireError


class Handler(BaseHTTPRequestHandler):
    """Says what came, in chunks, and by which connection."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = b"|".join([self.path.encode(), self.headers.get("access_token", "").encode(), body])
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("X-From", str(self.client_address[1]))
        self.end_headers()
        for part in (said[:5], said[5:]):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """Write a key and a certificate of its own for 127.0.0.1; return the file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def url(pem: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}/v2"
    server.shutdown()
    server.server_close()


@pytest.fixture
def connecting() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def soon() -> float:
    return time.monotonic() + 5


def test_one_connection_carries_many(url: str, pem: Path, connecting: ThreadPoolExecutor) -> None:
    wire = Wire(url, connecting=connecting, longest=1000, tls=ssl.create_default_context(cafile=pem))
    said = [wire.post(f"/{n}?a=b", b"{}", until=soon(), wait=5.0, headers={"access_token": "t"}) for n in range(5)]
    wire.close()
    assert [answer.body for answer in said] == [f"/v2/{n}?a=b|t|{{}}".encode() for n in range(5)]
    assert len({answer.headers["x-from"] for answer in said}) == 1


def test_anothers_certificate_gets_nothing(url: str, connecting: ThreadPoolExecutor) -> None:
    wire = Wire(url, connecting=connecting, longest=1000)
    with pytest.raises(WireError) as caught:
        wire.post("/", b"{}", until=soon())
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/a b", {}),
        ("/a\r\nX: 1", {}),
        ("/", {"access_token": "t\r\nX: 1"}),
        ("/", {"access_token": "t\nX: 1"}),
        ("/", {"access_token": "tệp"}),
    ],
)
def test_what_would_be_read_as_more_is_not_sent(
    url: str, pem: Path, connecting: ThreadPoolExecutor, path: str, headers: dict[str, str]
) -> None:
    wire = Wire(url, connecting=connecting, longest=1000, tls=ssl.create_default_context(cafile=pem))
    with pytest.raises(WireError) as caught:
        wire.post(path, b"{}", until=soon(), headers=headers)
    assert not caught.value.sent


@pytest.mark.parametrize("longest", [3, 8])
def test_an_answer_too_long_may_have_been_sent(
    url: str, pem: Path, connecting: ThreadPoolExecutor, longest: int
) -> None:
    wire = Wire(url, connecting=connecting, longest=longest, tls=ssl.create_default_context(cafile=pem))
    with pytest.raises(WireError) as caught:
        wire.post("/", b'{"text": "chao"}', until=soon())
    assert caught.value.sent
