"""Days and deadlines ahead, each with its draft."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.curation import occasions
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk, local
from bot.web.console.queue.ideas.drafting import drafted
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list, and making a draft."""

    @console.get("/<slug>/queue/occasions")
    @access.needs(Right.READ)
    def queue_occasions(slug: str) -> ResponseReturnValue:
        """Show the next days."""
        now = desk.now()
        with desk.db.read() as reading:
            rows = occasions.coming(reading, access.agency().id, now=now, days=occasions.AHEAD)
        return render_template(
            "console/queue/ideas/occasions.html", rows=rows, days=occasions.AHEAD, today=local(now).date()
        )  # fmt: skip

    @console.post("/<slug>/queue/occasions")
    @access.needs(Right.WRITE)
    def queue_occasion_draft(slug: str) -> ResponseReturnValue:
        """Make a draft for a day, and open it."""
        actor, now, day = access.actor(), desk.now(), _day(request.form.get("day", ""))
        with desk.db.read() as reading:
            one = occasions.find(reading, access.agency().id, request.form.get("key", ""), day, now=now)
        if one is None:
            flash(say("queue.told.occasion_gone"), "danger")
            return redirect(url_for("console.queue_occasions", slug=slug))
        use = lambda session: occasions.use(session, actor, one, now=now)  # noqa: E731
        return drafted(desk, use, otherwise="console.queue_occasions")


def _day(text: str) -> date:
    """Return the day that a form names; the first of all days, on which nothing falls, for nonsense."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return date.min
