"""What the pages share: a rule that makes a draft, which is then opened to be written on."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.errors import BadInput
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.acting import refused
from content.phrases import say


def drafted(desk: Desk, rule: Callable[[Session], int], *, otherwise: str) -> ResponseReturnValue:
    """Let a rule make a draft and open it; when it refuses, say why on the page `otherwise`."""
    try:
        with desk.db.write() as writing:
            post_id = rule(writing)
    except BadInput as error:
        flash(refused(error), "danger")
        return redirect(url_for(otherwise, slug=access.agency().slug))
    return opened(post_id)


def opened(post_id: int) -> ResponseReturnValue:
    """Open a fresh draft in the editor."""
    flash(say("queue.told.drafted"))
    return redirect(url_for("console.queue_edit", slug=access.agency().slug, post_id=post_id))
