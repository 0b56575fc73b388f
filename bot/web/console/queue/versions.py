"""Older versions of a post, readable, with what changed since."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from bot.campaigns import comparing, drafts
from bot.campaigns.content import of_post
from bot.errors import BadInput
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue import wording
from bot.web.console.queue.acting import own


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.get("/<slug>/queue/<int:post_id>/versions/<int:number>")
    @access.needs(Right.READ)
    def queue_version(slug: str, post_id: int, number: int) -> ResponseReturnValue:
        """Show one version, and the way from it to the newest."""
        with desk.db.read() as reading:
            post = own(reading, post_id)
            newest = of_post(post)
            try:
                content = drafts.version(reading, access.actor(), post_id, number)
            except BadInput:
                abort(404)
            written = next((one for one in comparing.history(reading, post_id) if one[0] == number), None)
        return render_template(
            "console/queue/version.html", post=post, number=number, parts=comparing.parts(content),
            changed=comparing.compared(content, newest), written=written, w=wording,
        )  # fmt: skip
