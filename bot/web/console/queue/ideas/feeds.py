"""Portals whose news become drafts: which the agency follows, and how each answers."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.curation import feeds, reading
from bot.curation.fetching import Fetcher, Unfetchable
from bot.errors import BadInput
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number
from bot.web.console.queue.acting import refused
from content.phrases import say

EVERY = (30, 60, 360, 1440)
"""Minutes between two fetches that a person may choose."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list, following and leaving a feed."""

    @console.get("/<slug>/queue/feeds")
    @access.needs(Right.READ)
    def queue_feeds(slug: str) -> ResponseReturnValue:
        """Show the feeds."""
        return _page(desk)

    @console.post("/<slug>/queue/feeds")
    @access.needs(Right.WRITE)
    def queue_feed_add(slug: str) -> ResponseReturnValue:
        """Follow a feed, which is fetched at once and refused if it is none."""
        url, every = request.form.get("url", "").strip(), number(request.form.get("every", "")) or feeds.EVERY
        fetcher: Fetcher = current_app.extensions["fetcher"]
        try:
            found = reading.read(fetcher.get(url))
            with desk.db.write() as writing:
                feeds.follow(writing, access.actor(), url, title=found.title, every=every, now=desk.now())
        except Unfetchable as error:
            return _page(desk, url=url, every=every, fault=str(error), status=422)
        except BadInput as error:
            return _page(desk, url=url, every=every, fault=refused(error), status=422)
        flash(say("queue.told.feed_added", title=found.title or url))
        return redirect(url_for("console.queue_feeds", slug=slug))

    @console.post("/<slug>/queue/feeds/<int:feed_id>/remove")
    @access.needs(Right.WRITE)
    def queue_feed_remove(slug: str, feed_id: int) -> ResponseReturnValue:
        """Follow a feed no more."""
        with desk.db.write() as writing:
            if feeds.find(writing, access.agency().id, feed_id) is None:
                abort(404)
            feed = feeds.remove(writing, access.actor(), feed_id, now=desk.now())
            title = feed.title or feed.url
        flash(say("queue.told.feed_removed", title=title))
        return redirect(url_for("console.queue_feeds", slug=slug))


def _page(desk: Desk, *, status: int = 200, **told: Any) -> ResponseReturnValue:
    with desk.db.read() as session:
        rows = feeds.of_agency(session, access.agency().id)
    return render_template("console/queue/ideas/feeds.html", rows=rows, choices=EVERY, **told), status
