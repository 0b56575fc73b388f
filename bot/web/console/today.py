"""The start page: what waits for me today."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot import today as facts
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk, local


def add(console: Blueprint, desk: Desk) -> None:
    """Add the start page."""

    @console.get("/")
    @access.for_oneself
    def start() -> ResponseReturnValue:
        """Go to the only agency, or let the person choose."""
        if len(g.agencies) == 1:
            return redirect(url_for("console.today", slug=g.agencies[0].slug))
        return render_template("console/start.html", agencies=g.agencies)

    @console.get("/<slug>/")
    @access.needs(Right.READ)
    def today(slug: str) -> ResponseReturnValue:
        """Show what waits, what goes out today, and how the bot did yesterday."""
        now = desk.now()
        with desk.db.read() as reading:
            waiting = facts.waiting(reading, access.agency().id, now=now)
            yesterday = facts.yesterday(reading, access.agency().id, now=now)
            alerts = facts.alerts(reading, access.agency().id)
        return render_template(
            "console/today.html", waiting=waiting, yesterday=yesterday, alerts=alerts, day=local(now)
        )  # fmt: skip
