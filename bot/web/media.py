"""Pictures and videos of approved posts, for the platforms that fetch them; anything else is not there."""

import re

from flask import Blueprint, Response, abort, request

from bot.campaigns import library
from bot.campaigns.publication import EXTENSIONS
from bot.db import Database

FOREVER = "public, max-age=31536000, immutable"
"""The address is the hash of the bytes: what is behind it never changes."""
_NAME = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{3,4})")


def create(db: Database) -> Blueprint:
    """Return the blueprint of `/media/<sha256>.<ext>`."""
    media = Blueprint("media", __name__)

    @media.get("/media/<name>")
    def show(name: str) -> Response:
        """Give one file, if a post that shows it was approved."""
        found = _NAME.fullmatch(name)
        if found is None:
            abort(404)
        with db.read() as session:
            row = library.public(session, found[1])
        if row is None or EXTENSIONS[row.kind] != found[2]:
            abort(404)
        response = Response(row.data, content_type=row.kind)
        response.headers["Cache-Control"] = FOREVER
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        response.set_etag(row.sha256)
        response.make_conditional(request, accept_ranges=True, complete_length=row.size)
        return response

    return media
