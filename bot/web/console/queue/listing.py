"""The list of posts with its filters."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.campaigns import listing
from bot.campaigns.publication import BY_HAND
from bot.campaigns.states import State, name_of
from bot.channels import PUBLISHERS
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue import wording
from bot.web.console.queue.acting import named

ASKED_MAX = 100
CHANNELS = (*PUBLISHERS, *BY_HAND)
NUMBER_MAX = 18
"""Digits of an id that a database can hold."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list."""

    @console.get("/<slug>/queue")
    @access.needs(Right.READ)
    def queue(slug: str) -> ResponseReturnValue:
        """Show posts, the newest first."""
        wanted, actor, here = _wanted(), access.actor(), access.agency().id
        with desk.db.read() as reading:
            after = number(request.args.get("after", ""))
            rows = listing.page(reading, actor, wanted=wanted, now=desk.now(), after=after)
            authors = listing.authors(reading, here)
            topics = listing.topics(reading, here)
        more = rows[listing.PAGE - 1].id if len(rows) > listing.PAGE else 0
        return render_template(
            "console/queue/list.html", rows=rows[: listing.PAGE], wanted=wanted, authors=authors, topics=topics,
            states=[(state.value, name_of(state)) for state in State], channels=CHANNELS, named=named,
            w=wording, name_of=name_of, filtered=wanted != listing.Wanted(mine=wanted.mine),
            more=_address(more) if more else "",
        )  # fmt: skip


def _wanted() -> listing.Wanted:
    given = request.args
    state, channel = given.get("state", ""), given.get("channel", "")
    return listing.Wanted(
        mine=bool(given.get("mine")),
        state=state if state in set(State) else "",
        channel=channel if channel in CHANNELS else "",
        topic=given.get("topic", "")[:ASKED_MAX],
        asked=given.get("q", "").strip()[:ASKED_MAX],
        author_id=number(given.get("author", "")),
    )


def number(text: str) -> int:
    """Return an id from an address; 0 for nonsense."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_MAX else 0


def _address(after: int) -> str:
    kept: dict[str, Any] = {name: text for name, text in request.args.items() if text and name != "after"}
    return url_for("console.queue", slug=access.agency().slug, **{**kept, "after": after})
