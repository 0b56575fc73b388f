"""The freeze switch: of the whole agency, or of one account; every turn is in the audit."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot import agencies, wake
from bot.campaigns import rules
from bot.rights import Right
from bot.tables import PostRules
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.acting import called
from content.phrases import say

ACTS = {"freeze": rules.freeze, "unfreeze": rules.unfreeze}


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page and the switches."""

    @console.get("/<slug>/queue/holds")
    @access.needs(Right.SCHEDULE)
    def queue_holds(slug: str) -> ResponseReturnValue:
        """Show what is held."""
        agency = access.agency()
        with desk.db.read() as reading:
            accounts = agencies.accounts_of(reading, agency.id)
            scopes = [rules.ALL, rules.agency_scope(agency.id), *(rules.account_scope(one.id) for one in accounts)]
            held = {one.scope: one for scope in scopes if (one := reading.get(PostRules, scope)) and one.frozen_at}
        places = [(one.id, called(one.channel, one.key, one), rules.account_scope(one.id)) for one in accounts]
        return render_template(
            "console/queue/holds.html", held=held, places=places, whole=rules.agency_scope(agency.id), all=rules.ALL
        )  # fmt: skip

    @console.post("/<slug>/queue/holds")
    @access.needs(Right.SCHEDULE)
    def queue_hold(slug: str) -> ResponseReturnValue:
        """Hold everything of the agency, or let it go on."""
        return turned(rules.agency_scope(access.agency().id))

    @console.post("/<slug>/queue/holds/<int:account_id>")
    @access.needs(Right.SCHEDULE)
    def queue_hold_account(slug: str, account_id: int) -> ResponseReturnValue:
        """Hold the posts of one account, or let them go on."""
        with desk.db.read() as reading:
            known = {one.id for one in agencies.accounts_of(reading, access.agency().id)}
        return turned(rules.account_scope(account_id)) if account_id in known else abort(404)

    def turned(scope: str) -> ResponseReturnValue:
        act = request.form.get("act", "")
        turn = ACTS.get(act) or abort(404)
        with desk.db.write() as writing:
            turn(writing, scope, who=access.person().login, now=desk.now())
            for topic in (wake.POSTS, wake.NEWS):
                desk.db.wake.ring(writing, topic)
        flash(say(f"queue.told.{act}"))
        return redirect(url_for("console.queue_holds", slug=access.agency().slug))
