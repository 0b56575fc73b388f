"""Sentences that staff taught: adding one by hand, taking one away."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from bot.errors import BadInput
from bot.learning import examples as rules
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number, said
from bot.web.console.learning.questions import items
from content.phrases import say

AT = {"example.length": "text", "example.measures": "text", "example.item": "item", "example.no_item": "item"}
"""Which field a fault is told at."""


class ExampleForm(FlaskForm):  # type: ignore[misc]
    """A sentence and what it means."""

    text = StringField("Câu người dân hay hỏi")
    intent = SelectField("Người ta muốn gì")
    item = StringField("Về việc nào")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and its form."""

    @console.route("/<slug>/learning/examples", methods=["GET", "POST"])
    @access.needs(Right.READ)
    def examples(slug: str) -> ResponseReturnValue:
        """Show the sentences; keep a new one."""
        form = ExampleForm()
        form.intent.choices = [(one, intent(one)) for one in (*rules.ASPECTS, *rules.SKILLS)]
        if form.is_submitted():
            if Right.KNOW not in access.actor().rights:
                abort(403)
            if _kept(desk, form):
                return redirect(url_for("console.examples", slug=slug))
        with desk.db.read() as reading:
            rows = rules.page(reading, access.agency().id, before=number(request.args.get("before", "")))
        more = rows[rules.PAGE - 1].id if len(rows) > rules.PAGE else 0
        told = [(one, intent(one.intent), items().get(one.item, one.item)) for one in rows[: rules.PAGE]]
        return render_template("console/learning/taught.html", form=form, rows=told, before=more, items=items())

    @console.post("/<slug>/learning/examples/<int:example_id>/drop")
    @access.needs(Right.KNOW)
    def drop_example(slug: str, example_id: int) -> ResponseReturnValue:
        """Take a sentence away."""
        with desk.db.write() as writing:
            if not rules.drop(writing, access.actor(), example_id, now=desk.now()):
                abort(404)
        return redirect(url_for("console.examples", slug=slug))


def intent(name: str) -> str:
    """Return what an intent is called."""
    if name in rules.ASPECTS:
        return say(f"button.{name}")
    return say("example.outside") if name == "out_of_scope" else say(f"skill.{name}")


def _kept(desk: Desk, form: ExampleForm) -> bool:
    try:
        with desk.db.write() as writing:
            rules.add(
                writing, access.actor(), said(form.text), intent=said(form.intent), item=said(form.item),
                items=items(), now=desk.now(),
            )  # fmt: skip
    except BadInput as error:
        field = form[AT.get(str(error), "intent")]
        field.errors = [*field.errors, say(str(error))]
        return False
    flash(say("example.kept", count=1))
    return True
