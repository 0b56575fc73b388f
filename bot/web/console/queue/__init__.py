"""The queue: list, calendar, editor, review, what became of posts, the freeze switch."""

from flask import Blueprint

from bot.web.console.desk import Desk
from bot.web.console.queue import (
    deciding,
    editor,
    evergreen,
    ideas,
    listing,
    media,
    moving,
    planner,
    post,
    reviewing,
    speaking,
    versions,
)


def add(console: Blueprint, desk: Desk) -> None:
    """Add every page of the queue."""
    for page in (
        listing, planner, moving, editor, media, post, evergreen, reviewing, versions, deciding, speaking, ideas,
    ):  # fmt: skip
        page.add(console, desk)
