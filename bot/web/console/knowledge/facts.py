"""Offices, numbers and own fees, to read; the forms behind their buttons are those of the settings."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot import agencies, own_facts
from bot.rights import Right
from bot.tables import Agency
from bot.web.console import access
from bot.web.console.desk import Desk
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.get("/<slug>/knowledge/facts")
    @access.needs(Right.READ)
    def facts(slug: str) -> ResponseReturnValue:
        """Show what the agency tells of itself."""
        return render_template("console/knowledge/facts.html", **told(access.agency()))


def told(agency: Agency) -> dict[str, Any]:
    """Return what the cards of an agency's facts need."""
    return {
        "facts": agencies.facts_for(agency), "agency": agency, "was": own_facts.version(agency),
        "days": {number: say(f"dayname.{number}") for number in range(1, 8)},
        "rules": {rule: say(f"rule.{rule}") for rule in ("fixed", "free", "formula")},
    }  # fmt: skip
