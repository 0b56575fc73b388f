"""Canned answers: the agency's own list."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from bot.errors import BadInput
from bot.rights import Right
from bot.tables import CannedAnswer
from bot.talks import canned as rules
from bot.talks.rules import tidy
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.phrases import say


class CannedForm(FlaskForm):  # type: ignore[misc]
    """One answer to keep."""

    title = StringField(
        "Tên gọi", [InputRequired("Bạn chưa đặt tên."), Length(max=rules.TITLE_MAX, message="Tên dài quá 80 ký tự.")]
    )
    text = TextAreaField(
        "Nội dung",
        [InputRequired("Bạn chưa viết nội dung."), Length(max=rules.TEXT_MAX, message="Nội dung dài quá 1.500 ký tự.")],
    )


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and its forms."""

    @console.route("/<slug>/canned", methods=["GET", "POST"])
    @access.needs(Right.TALK)
    def canned(slug: str) -> ResponseReturnValue:
        """Show the answers; keep a new one."""
        form = CannedForm()
        if form.validate_on_submit() and _kept(desk, form, None):
            return redirect(url_for("console.canned", slug=slug))
        with desk.db.read() as reading:
            rows = rules.listed(reading, access.agency().id)
        return render_template("console/canned.html", form=form, rows=rows)

    @console.route("/<slug>/canned/<int:answer_id>", methods=["GET", "POST"])
    @access.needs(Right.TALK)
    def canned_answer(slug: str, answer_id: int) -> ResponseReturnValue:
        """Change one answer."""
        with desk.db.read() as reading:
            known = rules.find(reading, access.agency().id, answer_id) or abort(404)
        form = CannedForm(obj=known)
        if form.validate_on_submit() and _kept(desk, form, answer_id):
            return redirect(url_for("console.canned", slug=slug))
        return render_template("console/canned_answer.html", form=form, one=known)

    @console.post("/<slug>/canned/<int:answer_id>/drop")
    @access.needs(Right.TALK)
    def drop_canned(slug: str, answer_id: int) -> ResponseReturnValue:
        """Remove one answer."""
        with desk.db.write() as writing:
            known = rules.find(writing, access.agency().id, answer_id) or abort(404)
            rules.drop(writing, access.actor(), known, now=desk.now())
        return redirect(url_for("console.canned", slug=slug))


def _kept(desk: Desk, form: CannedForm, answer_id: int | None) -> bool:
    try:
        with desk.db.write() as writing:
            known: CannedAnswer | None = None
            if answer_id is not None:
                known = rules.find(writing, access.agency().id, answer_id) or abort(404)
            rules.keep(
                writing, access.actor(), known, title=said(form.title), text=tidy(said(form.text)), now=desk.now()
            )  # fmt: skip
    except BadInput as error:
        flash(say(str(error)), "danger")
        return False
    return True
