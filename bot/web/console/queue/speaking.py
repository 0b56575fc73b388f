"""A post as a script for the loudspeaker: large, plain, printable."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.acting import own
from bot.web.console.queue.preview import MINUTES, SPOKEN
from content import speech

LENGTHS = (1.0, 2.0, 3.0, 5.0, 10.0)
"""Minutes that an announcer may have."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.get("/<slug>/queue/<int:post_id>/speech")
    @access.needs(Right.READ)
    def queue_speech(slug: str, post_id: int) -> ResponseReturnValue:
        """Show the script."""
        with desk.db.read() as reading:
            post = own(reading, post_id)
        asked = request.args.get("minutes", type=float)
        minutes = asked if asked in LENGTHS else MINUTES
        own_words = next((one.variant for one in post.targets if one.channel == SPOKEN), {})
        title, text = own_words.get("title") or post.title, own_words.get("text") or post.text
        script = speech.script(title, text, agency=access.agency().name, minutes=minutes)
        return render_template(
            "console/queue/speech.html", post=post, minutes=minutes, lengths=LENGTHS, script=script.split("\n\n"),
            seconds=speech.seconds(script),
        )  # fmt: skip
