"""Colleagues of the agency: who has which role, invitations by link."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from bot import invitations, staff
from bot.errors import BadInput
from bot.rights import ROLES, Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.phrases import say


class InviteForm(FlaskForm):  # type: ignore[misc]
    """Whom to invite, and as what."""

    name = StringField("Họ và tên", [InputRequired("Bạn chưa nhập họ tên."), Length(max=100)])
    role = SelectField("Vai trò", choices=[(role, "") for role in ROLES])


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages about colleagues."""

    @console.route("/<slug>/people", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def people(slug: str) -> ResponseReturnValue:
        """Show colleagues and open invitations; make a new one."""
        form, link, now = InviteForm(), "", desk.now()
        form.role.choices = [(role, say(f"role.{role}")) for role in ROLES]
        if form.validate_on_submit():
            with desk.db.write() as writing:
                token = invitations.invite(
                    writing, access.actor(), role=said(form.role), name=said(form.name), now=now
                )  # fmt: skip
            link = desk.settings.public_url + url_for("console.join", token=token)
        with desk.db.read() as reading:
            rows = staff.members(reading, access.agency().id)
            waiting = invitations.waiting(reading, access.agency().id, now=now)
        return render_template("console/people.html", form=form, link=link, members=rows, waiting=waiting)

    @console.post("/<slug>/people/invitations/<int:invitation_id>/withdraw")
    @access.needs(Right.MANAGE)
    def withdraw_invitation(slug: str, invitation_id: int) -> ResponseReturnValue:
        """Close an open invitation."""
        with desk.db.write() as writing:
            if not invitations.withdraw(writing, access.actor(), invitation_id, now=desk.now()):
                abort(404)
        return redirect(url_for("console.people", slug=slug))

    @console.post("/<slug>/people/<int:staff_id>/roles/<role>/take")
    @access.needs(Right.MANAGE)
    def take_role(slug: str, staff_id: int, role: str) -> ResponseReturnValue:
        """Take a role from a colleague."""
        try:
            with desk.db.write() as writing:
                if not staff.take(writing, access.actor(), staff_id, role=role, now=desk.now()):
                    abort(404)
        except BadInput:
            flash(say("people.last_admin"), "danger")
        return redirect(url_for("console.people", slug=slug))
