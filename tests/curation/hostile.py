"""A web server that answers with exactly the bytes a test wants, over real sockets, and keeps what it was asked."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.curation.fetching import Fetcher


@dataclass
class Hostile:
    """Answers by path; `drip` seconds between two bytes. `asked` are the whole requests."""

    port: int
    answers: dict[str, bytes] = field(default_factory=dict)
    drip: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def fetcher(self, **parts: float) -> Fetcher:
        """Return a fetcher that may ask this server, and nothing else that is inside."""
        return Fetcher(also=frozenset({f"127.0.0.1:{self.port}"}), **{"connect": 2.0, "whole": 2.0, **parts})  # type: ignore[arg-type]

    def page(self, path: str, body: bytes, *headers: str, status: str = "200 OK") -> str:
        """Answer `path` with a body; return its address."""
        told = [f"Content-Length: {len(body)}", *headers, "Connection: close"]
        self.answers[path] = "\r\n".join([f"HTTP/1.1 {status}", *told, "", ""]).encode() + body
        return self.url(path)

    def moved(self, path: str, to: str, status: str = "302 Found") -> str:
        """Answer `path` with a redirect; return its address."""
        return self.page(path, b"", f"Location: {to}", status=status)


def _serve(line: socket.socket, server: Hostile) -> None:
    with contextlib.suppress(OSError), line:
        line.settimeout(5)
        asked = b""
        while b"\r\n\r\n" not in asked and (piece := line.recv(4096)):
            asked += piece
        server.asked.append(asked.decode("latin-1"))
        path = asked.split(b" ")[1].decode("latin-1") if asked.count(b" ") > 1 else ""
        answer, pause = server.answers.get(path, b""), server.drip.get(path, 0.0)
        if not pause:
            line.sendall(answer)
            return
        for one in answer:
            line.sendall(bytes([one]))
            time.sleep(pause)


@contextlib.contextmanager
def serving() -> Iterator[Hostile]:
    """Run one on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server = Hostile(door.getsockname()[1])

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=_serve, args=(door.accept()[0], server), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        with contextlib.suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)
