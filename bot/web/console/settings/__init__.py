"""Settings: what the agency tells of itself, its channels, how long words are kept, who did what."""

from flask import Blueprint

from bot.web.console.desk import Desk
from bot.web.console.settings import accounts, data, grants, log, overview, own_facts, own_fees, publishing


def add(console: Blueprint, desk: Desk) -> None:
    """Add every page of the settings."""
    for page in (overview, own_facts, own_fees, accounts, grants, publishing, data, log):
        page.add(console, desk)
