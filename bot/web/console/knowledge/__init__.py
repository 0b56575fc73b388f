"""Knowledge: procedures as citizens see them, topics, offices, phrases, and the proposals that change them."""

from typing import Any

from flask import Blueprint

from bot.web.console.desk import Desk
from bot.web.console.knowledge import changes, facts, names, phrases, procedures, topics, wording


def add(console: Blueprint, desk: Desk) -> None:
    """Add every page of the knowledge."""

    @console.context_processor
    def words() -> dict[str, Any]:
        return {"worded": wording}

    for page in (procedures, names, topics, facts, phrases, changes):
        page.add(console, desk)
