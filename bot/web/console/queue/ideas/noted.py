"""The idea list: note one, write it as a post, drop it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.campaigns import listing
from bot.curation import ideas
from bot.errors import BadInput
from bot.rights import Right
from bot.tables import Idea
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number
from bot.web.console.queue.acting import refused
from bot.web.console.queue.ideas.drafting import drafted
from content.phrases import say

PARTS = ("title", "text", "link", "topic")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and what is done with an idea."""

    @console.get("/<slug>/queue/ideas")
    @access.needs(Right.READ)
    def queue_ideas(slug: str) -> ResponseReturnValue:
        """Show the open ideas."""
        return _page(desk)

    @console.post("/<slug>/queue/ideas")
    @access.needs(Right.WRITE)
    def queue_idea_add(slug: str) -> ResponseReturnValue:
        """Note an idea."""
        typed = {part: request.form.get(part, "") for part in PARTS}
        try:
            with desk.db.write() as writing:
                ideas.add(writing, access.actor(), now=desk.now(), **typed)
        except BadInput as error:
            return _page(desk, typed=typed, faults=_by_part(error), status=422)
        flash(say("queue.told.idea_kept"))
        return redirect(url_for("console.queue_ideas", slug=slug))

    @console.post("/<slug>/queue/ideas/<int:idea_id>/use")
    @access.needs(Right.WRITE)
    def queue_idea_use(slug: str, idea_id: int) -> ResponseReturnValue:
        """Make an idea a draft, and open it."""
        _own(desk, idea_id)
        actor, now = access.actor(), desk.now()
        use = lambda session: ideas.use(session, actor, idea_id, now=now).id  # noqa: E731
        return drafted(desk, use, otherwise="console.queue_ideas")

    @console.post("/<slug>/queue/ideas/<int:idea_id>/drop")
    @access.needs(Right.WRITE)
    def queue_idea_drop(slug: str, idea_id: int) -> ResponseReturnValue:
        """Leave an idea."""
        known = _own(desk, idea_id)
        try:
            with desk.db.write() as writing:
                ideas.drop(writing, access.actor(), idea_id, now=desk.now())
            flash(say("queue.told.idea_dropped", title=known.title))
        except BadInput as error:
            flash(refused(error), "danger")
        return redirect(url_for("console.queue_ideas", slug=slug))


def _own(desk: Desk, idea_id: int) -> Idea:
    with desk.db.read() as reading:
        return ideas.find(reading, access.agency().id, idea_id) or abort(404)


def _by_part(error: BadInput) -> dict[str, str]:
    """Return what is wrong by field, as the rule's lines name it."""
    lines = [line.partition(": ") for line in str(error).splitlines()]
    return {part: told for part, _, told in lines if part in PARTS}


def _page(desk: Desk, *, status: int = 200, **told: Any) -> ResponseReturnValue:
    here, after = access.agency().id, number(request.args.get("after", ""))
    with desk.db.read() as reading:
        rows = ideas.page(reading, here, after=after)
        topics = listing.topics(reading, here)
    more = rows[ideas.PAGE - 1].id if len(rows) > ideas.PAGE else 0
    shown = render_template(
        "console/queue/ideas/noted.html", rows=rows[: ideas.PAGE], more=more, topics=topics, **{"faults": {}, **told}
    )
    return shown, status
