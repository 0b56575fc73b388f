"""The agency's channels: how they are, connecting, looking at, pausing. Secrets go in and never come out."""

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from bot import agencies, connections
from bot.channels import CHANNELS
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.errors import BadInput
from bot.rights import Right
from bot.tables import Account
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.settings import wording
from bot.web.console.settings.grants import COOKIE, back_address
from content.phrases import say

SECRET_MAX = 1000
PUBLIC = ("app_id",)
"""Of the secrets those that anybody may see while typing."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages."""
    _connecting(console, desk)
    _pausing(console, desk)

    @console.get("/<slug>/settings/accounts")
    @access.needs(Right.READ)
    def accounts(slug: str) -> ResponseReturnValue:
        """Show the channels and how they are."""
        return _page(desk, [])

    @console.post("/<slug>/settings/accounts/<int:account_id>/look")
    @access.needs(Right.MANAGE)
    def look_at_account(slug: str, account_id: int) -> ResponseReturnValue:
        """Ask the platform how a channel is, and show what it said."""
        row = _own(desk, account_id)
        http = Http(desk.settings.urls, (CONNECT_TIMEOUT, desk.settings.http_timeout))
        found = connections.look(row, desk.vault, http)
        with desk.db.write() as writing:
            connections.noted(writing, access.actor(), row, found, now=desk.now())
        return _page(desk, wording.findings(found), row.id)


def _page(desk: Desk, found: list[tuple[bool, str, str]], of: int = 0) -> str:
    """Return the page; under account `of` stands what a look `found`."""
    now, here = desk.now(), desk.settings.public_url
    with desk.db.read() as reading:
        rows = connections.of_agency(reading, access.agency().id)
    told = [(row, wording.named(row), wording.lines(connections.standing(row, now=now))) for row in rows]
    channels = [(name, say(f"channel.{name}")) for name in CHANNELS]
    return render_template(
        "console/settings/accounts.html", accounts=told, found=found, of=of, channels=channels,
        hook=lambda row: f"{here}/hooks/{row.channel}/{row.key}",
    )  # fmt: skip


def _pausing(console: Blueprint, desk: Desk) -> None:
    @console.post("/<slug>/settings/accounts/<int:account_id>/pause")
    @access.needs(Right.MANAGE)
    def pause_account(slug: str, account_id: int) -> ResponseReturnValue:
        """Let a channel send nothing for now."""
        row = _own(desk, account_id)
        with desk.db.write() as writing:
            connections.pause(writing, access.actor(), row, now=desk.now())
        flash(say("account.paused"))
        return redirect(url_for("console.accounts", slug=slug))

    @console.post("/<slug>/settings/accounts/<int:account_id>/resume")
    @access.needs(Right.MANAGE)
    def resume_account(slug: str, account_id: int) -> ResponseReturnValue:
        """Let a channel send again."""
        row = _own(desk, account_id)
        with desk.db.write() as writing:
            connections.resume(writing, access.actor(), row, now=desk.now())
        flash(say("account.resumed"))
        return redirect(url_for("console.accounts", slug=slug))


def _own(desk: Desk, account_id: int) -> Account:
    with desk.db.read() as reading:
        row = connections.find(reading, access.agency().id, account_id)
    return row if row is not None else abort(404)


def _connecting(console: Blueprint, desk: Desk) -> None:
    def connect(slug: str, channel: str, row: Account | None) -> ResponseReturnValue:
        form = secrets_form(channel, known=row is not None)(data={"key": row.key if row else ""})
        if form.validate_on_submit():
            given = {name: one for name in CHANNELS[channel].typed if (one := said(form[name]))}
            secrets = {**(agencies.opened(row, desk.vault).secrets if row else {}), **given}
            answer = _handed_in(desk, slug, channel, key=row.key if row else said(form.key), secrets=secrets)
            if answer is not None:
                return answer
            form.key.errors = [*form.key.errors, say("account.taken")]
        back = back_address(desk, channel) if _grants(channel) else ""
        return render_template(
            "console/settings/connect.html", form=form, channel=channel, name=say(f"channel.{channel}"), row=row,
            typed=CHANNELS[channel].typed, back=back,
        )  # fmt: skip

    @console.route("/<slug>/settings/accounts/new/<channel>", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def connect_account(slug: str, channel: str) -> ResponseReturnValue:
        """Connect another channel."""
        return connect(slug, channel, None) if channel in CHANNELS else abort(404)

    @console.route("/<slug>/settings/accounts/<int:account_id>/secrets", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def reconnect_account(slug: str, account_id: int) -> ResponseReturnValue:
        """Give a channel new secrets; a box left empty keeps the old one."""
        row = _own(desk, account_id)
        return connect(slug, row.channel, row)


def _grants(channel: str) -> bool:
    return set(CHANNELS[channel].typed) != set(CHANNELS[channel].secrets)


def _handed_in(
    desk: Desk, slug: str, channel: str, *, key: str, secrets: dict[str, str]
) -> ResponseReturnValue | None:  # fmt: skip
    """Connect, or show the way to the platform's permission page; None when another agency has the account."""
    with desk.db.read() as reading:
        known = agencies.find_account(reading, channel, key)
    if known is not None and known.agency_id != access.agency().id:
        return None
    if _grants(channel):
        grant = connections.begin(access.actor(), channel=channel, key=key, secrets=secrets, now=desk.now())
        session[COOKIE] = grant.closed(desk.vault)
        return redirect(url_for("console.grant", slug=slug))
    try:
        with desk.db.write() as writing:
            connections.connect(
                writing, access.actor(), channel=channel, key=key, secrets=secrets, vault=desk.vault, now=desk.now()
            )  # fmt: skip
    except BadInput:  # connected by another agency in this very moment
        return None
    flash(say("account.connected"))
    return redirect(url_for("console.accounts", slug=slug))


def secrets_form(channel: str, *, known: bool) -> type[FlaskForm]:
    """Return the form of a channel's secrets; for a `known` account they may be left as they are."""
    missing = Optional() if known else InputRequired(say("facts.required"))
    fields = {
        name: (StringField if name in PUBLIC else PasswordField)(
            say(f"secret.{name}"), [missing, Length(max=SECRET_MAX)]
        )
        for name in CHANNELS[channel].typed
    }
    key = [] if known else [InputRequired(say("facts.required")), Regexp(r"^[0-9]{5,25}$", message=say("account.key"))]
    return type("SecretsForm", (FlaskForm,), {"key": StringField("ID của kênh", key), **fields})
