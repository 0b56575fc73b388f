"""Drafts that the system proposed and nobody has taken over."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot import machine
from bot.campaigns import listing
from bot.campaigns.states import State
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list."""

    @console.get("/<slug>/queue/proposals")
    @access.needs(Right.READ)
    def queue_proposals(slug: str) -> ResponseReturnValue:
        """Show what waits for somebody to take it over, the newest first."""
        now, after = desk.now(), number(request.args.get("after", ""))
        with desk.db.read() as reading:
            author = machine.staff_id(reading)
            wanted = listing.Wanted(state=State.DRAFT, author_id=author)
            rows = listing.page(reading, access.actor(), wanted=wanted, now=now, after=after) if author else []
        more = rows[listing.PAGE - 1].id if len(rows) > listing.PAGE else 0
        return render_template("console/queue/ideas/proposals.html", rows=rows[: listing.PAGE], more=more)
