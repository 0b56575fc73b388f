"""Films on a Page: sent piece by piece and then published, or fetched by Meta from an address.

https://developers.facebook.com/docs/graph-api/reference/page/videos (upload_phase), checked 2026-11-22.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bot.channels.base import Account
from bot.channels.facebook_graph import call
from bot.channels.facebook_post_body import words
from bot.channels.facebook_publishing import commit, mapping, prepare, receipt, string
from bot.channels.http import Http, opened
from bot.channels.likeness import encoded
from bot.channels.publishing import Film, Publication, Step
from bot.errors import ChannelError, Refused

LOOK, LOOKS_MAX = 15.0, 8
"""Seconds between looks at a film that Meta converts, and how many: its post's id comes late, or never."""
PIECE_MAX = 32 * 1024 * 1024
"""Bytes read at once, whatever piece Meta asks for."""


def commits(publication: Publication, memory: Mapping[str, str]) -> bool:
    """Say whether the next step publishes: all pieces are there, or Meta fetches the film itself."""
    if "published" in memory:
        return False
    if publication.film and publication.film.path:
        return "session" in memory and memory["start"] == memory["end"]
    return True


def step(http: Http, account: Account, publication: Publication, memory: Mapping[str, str]) -> Step:
    """Start, send a piece, publish, or look for the post's id. Memory: `session video start end`, `published looks`."""
    film = publication.film
    if film is None:
        raise Refused("there is no film")
    if "published" in memory:
        return _look(http, account, memory)
    if not film.path:
        form = {"file_url": encoded(film.url), "description": words(publication)}
        made = commit(http, account, _path(account), data=form)
        return _published(made, receipt(made, "id"))
    if "session" not in memory:
        return _start(http, account, film, memory)
    if memory["start"] != memory["end"]:
        return _piece(http, account, film, memory)
    form = {"upload_phase": "finish", "upload_session_id": memory["session"], "description": words(publication)}
    return _published(commit(http, account, _path(account), data=form), memory["video"])


def _path(account: Account) -> str:
    return f"/{account.key}/videos"


def _start(http: Http, account: Account, film: Film, memory: Mapping[str, str]) -> Step:
    with opened(film.path) as file:
        size = file.seek(0, 2)
    made = prepare(http, account, _path(account), data={"upload_phase": "start", "file_size": str(size)})
    kept = {"session": receipt(made, "upload_session_id"), "video": receipt(made, "video_id")}
    return Step(done=False, memory={**memory, **kept, **_offsets(made)})


def _piece(http: Http, account: Account, film: Film, memory: Mapping[str, str]) -> Step:
    """Send the piece that Meta waits for. After a crash it may wait for another one: then all begins anew, once."""
    start, end = int(memory["start"]), int(memory["end"])
    with opened(film.path) as file:
        file.seek(start)
        piece = file.read(min(end - start, PIECE_MAX))
    form = {"upload_phase": "transfer", "upload_session_id": memory["session"], "start_offset": memory["start"]}
    try:
        made = prepare(http, account, _path(account), data=form, files={"video_file_chunk": ("piece", piece)})
    except Refused:
        if "anew" in memory:
            raise
        return Step(done=False, memory={"anew": "1"})
    return Step(done=False, memory={**memory, **_offsets(made)})


def _offsets(made: Mapping[str, Any]) -> dict[str, str]:
    return {"start": receipt(made, "start_offset"), "end": receipt(made, "end_offset")}


def _published(made: Mapping[str, Any], video: str) -> Step:
    """Note that the film is Meta's now. Whatever its answer lacks, the call succeeded."""
    memory = {"published": "1", "video": video}
    return Step(done=False, memory=memory, platform_id=string(made.get("post_id")) or video, wait=LOOK)


def _look(http: Http, account: Account, memory: Mapping[str, str]) -> Step:
    """Read the post's id and address. Not getting them is no error: the film is public or soon will be."""
    video, looks, wire = memory["video"], int(memory.get("looks", "0")) + 1, {}
    with suppress(ChannelError):
        wire = call(http, account, "GET", f"/{video}", params={"fields": "post_id,permalink_url,status"}).body
    if mapping(wire.get("status")).get("video_status") == "error":
        raise Refused("Facebook could not convert the film: use an MP4 (H.264, AAC)", code="video error")
    post = string(wire.get("post_id"))
    if not post and looks < LOOKS_MAX:
        return Step(done=False, memory={**memory, "looks": str(looks)}, platform_id=video, wait=LOOK)
    post_id = video if not post else post if "_" in post else f"{account.key}_{post}"
    link = string(wire.get("permalink_url"))
    link = f"https://www.facebook.com{link}" if link.startswith("/") else link
    return Step(done=True, memory={"post": post_id, "link": link}, platform_id=post_id, link=link)
