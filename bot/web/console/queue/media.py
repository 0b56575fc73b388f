"""Pictures and videos of posts that are not public yet, for staff: named by a signed token, so that none is guessed."""

from dataclasses import asdict, replace

from flask import Blueprint, Response, abort, current_app, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from bot.campaigns import covers, library
from bot.campaigns.content import Asset, Content
from bot.campaigns.publication import NOWHERE, address
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk

PRIVATE = "private, max-age=3600"


def add(console: Blueprint, desk: Desk) -> None:
    """Add the address of the files."""

    @console.get("/<slug>/queue/media/<token>")
    @access.needs(Right.READ)
    def queue_media(slug: str, token: str) -> ResponseReturnValue:
        """Give one file."""
        asset = opened(token)
        if asset is None or not asset.sha256:
            abort(404)
        with desk.db.read() as reading:
            row = library.kept(reading, asset.sha256)
        plain = library.asset(covers.drawn(), alt="")
        if row is None and asset.sha256 != plain.sha256:
            abort(404)
        data, kind = (row.data, row.kind) if row else (covers.drawn().data, plain.kind)
        response = Response(data, content_type=kind)
        response.headers["Cache-Control"] = PRIVATE
        return response


def closed(asset: Asset) -> str:
    """Return the asset as a token that only this agency's pages can use; words are not in it."""
    return _signer().dumps(asdict(replace(asset, alt="", only_cover=False)))


def opened(token: str) -> Asset | None:
    """Return the asset of a token; None for a forged or foreign one."""
    try:
        return Asset(**_signer().loads(token))
    except (BadSignature, TypeError):
        return None


def shown(content: Content) -> dict[str, str]:
    """Return where the console shows the content's files, by the address that publishers name them by."""
    return {
        address(one, NOWHERE): url_for("console.queue_media", slug=access.agency().slug, token=closed(one))
        for one in content.media if one.sha256
    }  # fmt: skip


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"queue-media:{access.agency().id}")
