"""A published post that stays true: said on its page, and proposed again after some time."""

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue

from bot.curation import evergreens
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number
from bot.web.console.queue.acting import back, done
from bot.web.console.queue.post import page
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add saying so, and taking it back."""

    @console.post("/<slug>/queue/<int:post_id>/evergreen")
    @access.needs(Right.WRITE)
    def queue_evergreen(slug: str, post_id: int) -> ResponseReturnValue:
        """Let the post be proposed again every so many days."""
        actor, now, typed = access.actor(), desk.now(), request.form.get("every", "").strip()
        every = number(typed)
        if not done(desk, post_id, lambda session: evergreens.keep(session, actor, post_id, every=every, now=now)):
            return page(desk, post_id, every=typed[:20], status=422)
        flash(say("queue.told.evergreen", every=every))
        return back(post_id)

    @console.post("/<slug>/queue/<int:post_id>/evergreen/drop")
    @access.needs(Right.WRITE)
    def queue_evergreen_drop(slug: str, post_id: int) -> ResponseReturnValue:
        """Propose the post no more."""
        actor, now = access.actor(), desk.now()
        if done(desk, post_id, lambda session: evergreens.drop(session, actor, post_id, now=now)):
            flash(say("queue.told.evergreen_dropped"))
        return back(post_id)
