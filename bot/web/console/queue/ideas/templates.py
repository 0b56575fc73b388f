"""Templates: choose one, fill its blanks in, and go on writing."""

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot.curation import templates
from bot.curation.templates import Template, Unfilled
from bot.errors import BadInput
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.acting import refused
from bot.web.console.queue.ideas.drafting import opened
from content.blanks import blanks
from content.phrases import say

FIELD = "blank "
"""Before a blank's name, so that no blank is taken for another field of the form."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list, and the form of a template."""

    @console.get("/<slug>/queue/templates")
    @access.needs(Right.READ)
    def queue_templates(slug: str) -> ResponseReturnValue:
        """Show the templates."""
        with desk.db.read() as reading:
            rows = templates.of_agency(reading, access.agency().id)
        return render_template("console/queue/ideas/templates.html", rows=rows.values())

    @console.route("/<slug>/queue/templates/<key>", methods=["GET", "POST"])
    @access.needs(Right.WRITE)
    def queue_template(slug: str, key: str) -> ResponseReturnValue:
        """Ask for what fills the blanks; make a draft of it, and open it."""
        with desk.db.read() as reading:
            template = templates.of_agency(reading, access.agency().id).get(key) or abort(404)
        if request.method == "GET":
            return _page(template, {})
        values = {name: request.form.get(FIELD + name, "") for name in template.fields}
        try:
            with desk.db.write() as writing:
                post_id = templates.use(writing, access.actor(), key, values=values, now=desk.now()).id
        except Unfilled as error:
            strange = [told for name, told in error.faults.items() if name not in template.fields]
            return _page(template, values, faults=error.faults, refusal="; ".join(strange), status=422)
        except BadInput as error:
            return _page(template, values, refusal=refused(error), status=422)
        return opened(post_id)


def _page(template: Template, values: dict[str, str], *, status: int = 200, **told: Any) -> ResponseReturnValue:
    short = blanks(str(template.parts.get("title", "")), str(template.parts.get("link", "")))
    return (
        render_template(
            "console/queue/ideas/template.html", one=template, values=values, short=short, FIELD=FIELD,
            empty=say("queue.fault.empty"), **{"faults": {}, **told},
        ),
        status,
    )  # fmt: skip
