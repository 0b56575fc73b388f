"""Pictures and videos in the database, by their own hash; files of them where a platform takes uploads."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer

from bot.campaigns.content import Asset
from bot.campaigns.pictures import Encoded
from bot.campaigns.publication import EXTENSIONS
from bot.campaigns.states import PUBLIC
from bot.db import insert_of, table_of
from bot.tables import Media, MediaUse, Post


def keep(session: Session, encoded: Encoded, *, alt: str, now: datetime) -> Asset:
    """Store a file once, whoever brings it again; return how a post shows it."""
    sha256 = hashlib.sha256(encoded.data).hexdigest()
    row = {
        "sha256": sha256, "kind": encoded.kind, "width": encoded.width, "height": encoded.height,
        "size": len(encoded.data), "data": encoded.data, "created_at": now,
    }  # fmt: skip
    insert = insert_of(session.get_bind().dialect.name)(table_of(Media))
    session.execute(insert.values(row).on_conflict_do_nothing(index_elements=["sha256"]))
    return asset(encoded, alt=alt)


def asset(encoded: Encoded, *, alt: str) -> Asset:
    """Return how a post shows the file, without storing anything."""
    return Asset(
        kind=encoded.kind, alt=alt, sha256=hashlib.sha256(encoded.data).hexdigest(), width=encoded.width,
        height=encoded.height, size=len(encoded.data),
    )  # fmt: skip


def public(session: Session, sha256: str) -> Media | None:
    """Return a file that anybody may see, because a post that shows it was approved; None for any other."""
    shown = exists().where(MediaUse.sha256 == Media.sha256, MediaUse.post_id == Post.id, Post.state.in_(PUBLIC))
    query = select(Media).where(Media.sha256 == sha256, shown).options(undefer(Media.data))
    return session.scalar(query)


def kept(session: Session, sha256: str) -> Media | None:
    """Return a stored file with its bytes, for staff who may see it anyway."""
    return session.get(Media, sha256, options=[undefer(Media.data)])


def unpacked(session: Session, hashes: Iterable[str]) -> dict[str, str]:
    """Return where stored files lie on this host's disk, written there if need be: uploads are read from files."""
    folder = Path(tempfile.gettempdir()) / f"motcua-media-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    paths: dict[str, str] = {}
    for sha256 in hashes:
        row = session.get_one(Media, sha256, options=[undefer(Media.data)])
        path = folder / f"{sha256}.{EXTENSIONS[row.kind]}"
        if not path.exists() or path.stat().st_size != row.size:
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(row.data)
            Path(file.name).replace(path)  # whole or not at all, should we be killed
        paths[sha256] = str(path)
    return paths
