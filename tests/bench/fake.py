"""A platform that only takes messages and notes when: light, so that the bench measures us and not it."""

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_arrived: dict[str, float] = {}


class Platform(asyncio.Protocol):
    """POST is a message to `recipient.user_id`; GET tells the first arrival per person, or (`/count`) of how many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._come = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._come += data
        while (end := self._come.find(b"\r\n\r\n")) >= 0:
            head = self._come[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._come) < whole:
                return
            body, self._come = self._come[end + 4 : whole], self._come[whole:]
            self._answer(_told(head) if head.startswith(b"GET") else _taken(body))

    def _answer(self, raw: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        self._transport.write(head.encode() + raw)


def _told(head: bytes) -> bytes:
    return json.dumps(len(_arrived) if head.startswith(b"GET /count ") else _arrived).encode()


def _taken(body: bytes) -> bytes:
    user = str(json.loads(body).get("recipient", {}).get("user_id", ""))
    _arrived.setdefault(user, time.time())
    receipt = {"error": 0, "message": "Success", "data": {"message_id": user, "user_id": user}}
    return json.dumps(receipt).encode()


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Platform, "127.0.0.1", port, backlog=128)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
