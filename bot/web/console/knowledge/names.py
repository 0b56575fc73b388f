"""What people here call a procedure besides: one name a line, as a proposal."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from bot.knowledge import names as rules
from bot.rights import Right
from bot.web.console import access
from bot.web.console.books import books
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.knowledge import proposing
from bot.web.console.probe import probe
from content.phrases import say


class NamesForm(FlaskForm):  # type: ignore[misc]
    """The agency's own names of one procedure."""

    was = HiddenField()
    names = TextAreaField("Cách gọi, mỗi dòng một cách")
    why = TextAreaField("Vì sao cần đổi")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the form."""

    @console.route("/<slug>/knowledge/procedures/<code>/names", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_names(slug: str, code: str) -> ResponseReturnValue:
        """Propose names."""
        row = probe().listing().rows.get(code) or abort(404)
        facts = proposing.base(desk)
        known = facts.get("names", {})
        form = NamesForm(data={"names": "\n".join(known.get(code, [])), "was": proposing.version()})
        if form.is_submitted():
            wanted = rules.tidy(said(form.names).splitlines())
            kept = {one: rows for one, rows in {**known, code: wanted}.items() if rows}
            if taken := rules.taken(books().catalogue, known, code, wanted):
                name, owner = taken
                form.names.errors = [say("names.taken", name=name, code=owner)]
            else:
                handed = proposing.hand_in(
                    desk, form, {**facts, "names": kept}, place=("names",), what=f"names:{code}", also={code: "names"}
                )  # fmt: skip
                if handed:
                    return handed
        record = probe().record(code)
        return render_template("console/knowledge/names.html", form=form, row=row, record=record)
