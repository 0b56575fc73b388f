"""Where posts come from: drafts that the system proposed, ideas, templates, days ahead, what citizens ask, feeds."""

from flask import Blueprint

from bot.web.console.desk import Desk
from bot.web.console.queue.ideas import asked, feeds, noted, occasions, proposals, templates


def add(console: Blueprint, desk: Desk) -> None:
    """Add every page of the tab."""
    for page in (proposals, noted, templates, occasions, asked, feeds):
        page.add(console, desk)
