"""How long citizens' words are kept, and what proves our address to the platforms."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField, TextAreaField

from bot import retention, verification
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.phrases import say


class DataForm(FlaskForm):  # type: ignore[misc]
    """Retention and proofs."""

    months = IntegerField("Giữ nội dung tin nhắn trong bao nhiêu tháng")
    zalo_file = StringField("Tên tệp xác minh của Zalo")
    zalo_file_text = TextAreaField("Nội dung tệp đó")
    zalo_tag = StringField("Mã thẻ xác minh của Zalo")
    facebook_tag = StringField("Mã thẻ xác minh của Facebook")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.route("/<slug>/settings/data", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def data_settings(slug: str) -> ResponseReturnValue:
        """Set retention and proofs."""
        agency = access.agency()
        form = DataForm(data={**agency.verification, "months": agency.retention_months})
        if form.is_submitted() and not _faulty(form):
            months = int(form.months.data or 0)
            with desk.db.write() as writing:
                if months != agency.retention_months:
                    retention.keep_for(writing, access.actor(), agency, months, now=desk.now())
                if _proofs(form) != agency.verification:
                    verification.keep(writing, access.actor(), agency, _proofs(form), now=desk.now())
            flash(say("verification.saved"))
            return redirect(url_for("console.settings", slug=slug))
        return render_template("console/settings/data.html", form=form, home=desk.settings.public_url)


def _proofs(form: DataForm) -> dict[str, str]:
    return {name: one for name in verification.NAMES if (one := said(form[name]))}


def _faulty(form: DataForm) -> bool:
    """Say each fault at its field; True when there is one."""
    faults = verification.faults(_proofs(form))
    months = form.months.data
    if months is None or not retention.MONTHS_MIN <= months <= retention.MONTHS_MAX:
        faults["months"] = "verification.months"
    for name, key in faults.items():
        form[name].errors = [say(key)]
    return bool(faults)
