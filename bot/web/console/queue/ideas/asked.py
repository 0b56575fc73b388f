"""What most citizens asked this week, with reviewed words for a post."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.curation import asked
from bot.curation.asked import Suggestion
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.ideas.drafting import drafted
from content.phrases import say

WEEK = timedelta(days=7)
MOST = 10


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list, and making a draft."""

    @console.get("/<slug>/queue/asked")
    @access.needs(Right.READ)
    def queue_asked(slug: str) -> ResponseReturnValue:
        """Show what most people asked."""
        return render_template("console/queue/ideas/asked.html", rows=_found(desk), least=asked.PEOPLE_MIN)

    @console.post("/<slug>/queue/asked")
    @access.needs(Right.WRITE)
    def queue_asked_draft(slug: str) -> ResponseReturnValue:
        """Make a draft of one, and open it."""
        actor, now, item = access.actor(), desk.now(), request.form.get("item", "")
        one = next((one for one in _found(desk) if one.count.item == item), None)
        if one is None:
            flash(say("queue.told.asked_less"), "danger")
            return redirect(url_for("console.queue_asked", slug=slug))
        return drafted(desk, lambda session: asked.use(session, actor, one, now=now), otherwise="console.queue_asked")


def _found(desk: Desk) -> list[Suggestion]:
    now = desk.now()
    with desk.db.read() as reading:
        return asked.suggestions(reading, access.agency().id, since=now - WEEK, until=now, most=MOST)
