"""Everything about the agency that is not secret, on one page; who may change it finds the ways there."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot import connections
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.knowledge.facts import told
from bot.web.console.settings.wording import lines, named


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.get("/<slug>/settings")
    @access.needs(Right.READ)
    def settings(slug: str) -> ResponseReturnValue:
        """Show the agency's facts, channels and times."""
        agency, now = access.agency(), desk.now()
        with desk.db.read() as reading:
            rows = connections.of_agency(reading, agency.id)
        accounts = [(row, named(row), lines(connections.standing(row, now=now))) for row in rows]
        return render_template("console/settings/overview.html", accounts=accounts, **told(agency))
