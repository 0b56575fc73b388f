"""Films on the fake Graph API: the three phases of an upload, and the post's id that comes late."""

import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from bot.web.sandbox.graph_shapes import Refusal, address, string

Json = dict[str, Any]


@dataclass(slots=True)
class Films:
    """Uploads in hand. `piece`: bytes asked for at once. `waits`: looks before a film's post id is told."""

    piece: int = 1024 * 1024
    waits: int = 1
    broken: bool = False
    """Whether conversion fails, of every film."""
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _uploads: dict[str, Json] = field(default_factory=dict)
    _looks: dict[str, int] = field(default_factory=dict)

    def take(self, form: Json, piece: bytes | None) -> tuple[Json, str]:
        """Return the answer, and the film's id when it is to be public now."""
        phase, url = string(form.get("upload_phase")), string(form.get("file_url"))
        with self._lock:
            if phase == "start":
                return self._start(string(form.get("file_size"))), ""
            if phase == "transfer":
                return self._transfer(self._upload(form), string(form.get("start_offset")), piece or b""), ""
            if phase == "finish":
                return self._finish(self._upload(form))
        if not address(url, "https://"):
            raise Refusal(100, why="(#100) file_url or upload_phase is needed")
        film = _number()
        return {"id": film}, film

    def _upload(self, form: Json) -> Json:
        upload = self._uploads.get(string(form.get("upload_session_id")))
        if upload is None:
            raise Refusal(100, why="(#100) Invalid upload_session_id")
        return upload

    def _start(self, size: str) -> Json:
        if not size.isdecimal() or int(size) < 1:
            raise Refusal(100, why="(#100) Param file_size must be positive")
        session, film = _number(), _number()
        self._uploads[session] = {"size": int(size), "got": 0, "film": film, "session": session}
        return {"upload_session_id": session, "video_id": film, **self._offsets(self._uploads[session])}

    def _transfer(self, upload: Json, start: str, piece: bytes) -> Json:
        if start != str(upload["got"]):
            raise Refusal(6000, 1363037)
        if not 0 < len(piece) <= min(self.piece, upload["size"] - upload["got"]):
            raise Refusal(100, why="(#100) video_file_chunk has the wrong size")
        upload["got"] += len(piece)
        return self._offsets(upload)

    def _offsets(self, upload: Json) -> Json:
        end = min(upload["got"] + self.piece, upload["size"])
        return {"start_offset": str(upload["got"]), "end_offset": str(end)}

    def _finish(self, upload: Json) -> tuple[Json, str]:
        if upload["got"] != upload["size"]:
            raise Refusal(6000, 1363037)
        del self._uploads[upload["session"]]
        return {"success": True}, upload["film"]

    def read(self, post: Json) -> Json:
        """Return what is known of a public film: its post only after `waits` looks."""
        film = post["film"]
        if self.broken:
            return {"id": film, "status": {"video_status": "error"}}
        with self._lock:
            self._looks[film] = self._looks.get(film, 0) + 1
            ready = self._looks[film] > self.waits
        status = {"status": {"video_status": "ready" if ready else "processing"}}
        late = {"post_id": post["id"].split("_")[1]} if ready else {}
        return {"id": film, "permalink_url": f"/{post['page_id']}/videos/{film}/", **status, **late}


def _number() -> str:
    return f"1223{uuid.uuid4().int % 10**14:014d}"
