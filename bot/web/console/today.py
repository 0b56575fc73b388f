"""The start page: what waits for me today, what goes out, how the month and yesterday look."""

from flask import Blueprint, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot import today as facts
from bot.campaigns import agenda, quotas, states
from bot.knowledge import changes
from bot.rights import Right
from bot.tables import Post
from bot.talks import lists
from bot.web.console import access, books
from bot.web.console.desk import Desk, local
from content.phrases import say


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
        """Show what waits, what goes out today, the month's posts, and how the bot did yesterday."""
        now, agency_id = desk.now(), access.agency().id
        with desk.db.read() as reading:
            told = {
                "waiting": facts.waiting(reading, agency_id, now=now),
                "due": facts.due(reading, agency_id, now=now),
                "talks": lists.counts(reading, agency_id),
                "alerts": facts.alerts(reading, agency_id),
                "agenda": agenda.of_person(reading, access.actor(), now=now),
                "going_out": agenda.of_day(reading, agency_id, now=now),
                "changes": changes.waiting(reading, access.actor()),
                "quotas": quotas.of_month(reading, agency_id, now=now),
                "yesterday": facts.yesterday(reading, agency_id, now=now),
            }
        return render_template(
            "console/today.html", **told, now=now, day=local(now), called=books.called, state_of=states.name_of,
            outlets=_outlets,
        )  # fmt: skip


def _outlets(post: Post) -> str:
    return ", ".join(say(f"outlet.{one}") for one in dict.fromkeys(target.channel for target in post.targets))
