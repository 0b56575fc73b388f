"""The desk's hours and deadlines: when people are there, how long the bot keeps quiet, what is due when."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from bot import agencies
from bot.channels import CHANNELS, windows
from bot.errors import BadInput
from bot.rights import Right
from bot.tables import Account
from bot.talks import desk as rules
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.phrases import say

DAYS = [(str(day), "") for day in range(1, 8)]


def _number(title: str, least: int, most: int) -> IntegerField:
    wrong = f"Cần một số từ {least} đến {most}."
    return IntegerField(title, [InputRequired(wrong), NumberRange(least, most, wrong)])


class HoursForm(FlaskForm):  # type: ignore[misc]
    """What an agency sets for its desk."""

    hours = StringField("Giờ có người trực", [Length(max=100)])
    days = SelectMultipleField("Ngày làm việc", choices=DAYS)
    silence = _number("Trợ lý im lặng sau khi cán bộ trả lời (phút)", 5, 1440)
    handoff = _number("Người xin gặp cán bộ được trả lời trong (phút)", 5, 10080)
    feedback = _number("Phản ánh, kiến nghị được xử lý trong (ngày làm việc)", 1, 60)
    human_agent = BooleanField("Trang Facebook đã được Meta duyệt tính năng Human Agent")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.route("/<slug>/hours", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def hours(slug: str) -> ResponseReturnValue:
        """Show and change the desk."""
        with desk.db.read() as reading:
            accounts = agencies.accounts_of(reading, access.agency().id)
        tagged = [one for one in accounts if CHANNELS[one.channel].limits.human_window]
        form = _form(tagged)
        form.days.choices = [(day, say(f"dayname.{day}")) for day, _ in DAYS]
        if form.validate_on_submit() and _kept(desk, form, tagged):
            flash(say("hours.kept"))
            return redirect(url_for("console.hours", slug=slug))
        return render_template("console/hours.html", form=form, tagged=tagged)


def _form(tagged: list[Account]) -> HoursForm:
    known = rules.desk_of(access.agency())
    return HoursForm(
        hours=", ".join(known.hours), days=[str(day) for day in known.days], silence=known.silence,
        handoff=known.handoff, feedback=known.feedback, human_agent=any(windows.granted(one.memory) for one in tagged),
    )  # fmt: skip


def _kept(desk: Desk, form: HoursForm, tagged: list[Account]) -> bool:
    wanted = rules.settings_from(
        [int(day) for day in form.days.data or ()], said(form.hours), silence=form.silence.data,
        handoff=form.handoff.data, feedback=form.feedback.data,
    )  # fmt: skip
    try:
        with desk.db.write() as writing:
            agency = agencies.find_agency(writing, access.agency().slug)
            assert agency is not None  # noqa: S101 - the agency of the address
            rules.change(writing, access.actor(), agency, desk=wanted, now=desk.now())
            for one in tagged:
                setting = {windows.HUMAN_AGENT: "on" if form.human_agent.data else "off"}
                agencies.remember(writing, one.id, setting)
    except BadInput:
        flash(say("hours.wrong"), "danger")
        return False
    return True
