"""An admin grants us an account on the platform's own page, and comes back with a code."""

from typing import NoReturn

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from bot import connections, staff
from bot.channels import CHANNELS
from bot.channels import base as wire
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.connections import Grant
from bot.errors import BadInput, ChannelError, MotcuaError, NotAllowed
from bot.rights import Right
from bot.tables import Agency
from bot.web.console import access
from bot.web.console.desk import Desk
from content.phrases import say

COOKIE = "grant"


def back_address(desk: Desk, channel: str) -> str:
    """Return where the platform sends the admin back to: told in its settings, and without a query."""
    return desk.settings.public_url + url_for("console.granted", channel=channel)


def add(console: Blueprint, desk: Desk) -> None:
    """Add the way there and the way back."""

    @console.get("/<slug>/settings/grant")
    @access.needs(Right.MANAGE)
    def grant(slug: str) -> ResponseReturnValue:
        """Show the link to the platform's page: a form may not lead to another host (`form-action`)."""
        open_grant = _open(desk)
        if open_grant is None or open_grant.agency_id != access.agency().id:
            return redirect(url_for("console.accounts", slug=slug))
        return render_template(
            "console/settings/grant.html", address=_address(desk, open_grant), grant=open_grant,
            name=say(f"channel.{open_grant.channel}"), back=back_address(desk, open_grant.channel),
        )  # fmt: skip

    @console.get("/granted/<channel>")
    @access.for_oneself
    def granted(channel: str) -> ResponseReturnValue:
        """Take the platform's code and connect the account."""
        open_grant = _open(desk)
        session.pop(COOKIE, None)  # whatever comes of it, a grant is used once
        if open_grant is None or open_grant.channel != channel:
            flash(say("grant.stale"), "danger")
            return redirect(url_for("console.start"))
        agency = _finish(desk, open_grant)
        return redirect(url_for("console.accounts", slug=agency.slug))


def _open(desk: Desk) -> Grant | None:
    try:
        return connections.opened(session[COOKIE], desk.vault) if COOKIE in session else None
    except (MotcuaError, KeyError, ValueError):
        return None


def _address(desk: Desk, grant: Grant) -> str:
    account = wire.Account(key=grant.key, secrets=grant.secrets)
    there = CHANNELS[grant.channel].grant_path(
        account, back=back_address(desk, grant.channel), state=grant.state, challenge=grant.challenge
    )  # fmt: skip
    if there is None:
        abort(404)
    return desk.settings.urls[there[0]] + there[1]


def _finish(desk: Desk, grant: Grant) -> Agency:
    """Exchange the code (no transaction is open meanwhile) and keep the tokens; say what came of it."""
    with desk.db.read() as reading:
        agency = reading.get(Agency, grant.agency_id) or _missing()
        try:
            actor = staff.actor(reading, access.person(), agency.id)
            actor.need(Right.MANAGE)
        except NotAllowed:
            _missing()
    http = Http(desk.settings.urls, (CONNECT_TIMEOUT, desk.settings.http_timeout))
    query = request.args
    try:
        tokens = connections.exchange(
            grant, http, state=query.get("state", ""), code=query.get("code", ""), owner=query.get("oa_id", ""),
            now=desk.now(),
        )  # fmt: skip
        with desk.db.write() as writing:
            connections.finish(writing, actor, grant, tokens, vault=desk.vault, now=desk.now())
    except BadInput as fault:
        key = str(fault)
        flash(say(key) if key.startswith("grant.") else say("account.taken"), "danger")
    except ChannelError:
        flash(say("grant.platform"), "danger")
    else:
        flash(say("grant.done"))
    return agency


def _missing() -> NoReturn:
    abort(404)
