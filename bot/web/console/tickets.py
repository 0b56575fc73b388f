"""Tickets: complaints, calls for a person and failures, by their deadline."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot import tickets as rules
from bot.errors import BadInput
from bot.rights import Right
from bot.talks import rules as talking
from bot.web.console import access, books, paging
from bot.web.console.desk import Desk
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list of tickets, closing and routing."""
    _changes(console, desk)

    @console.get("/<slug>/tickets")
    @access.needs(Right.READ)
    def tickets(slug: str) -> ResponseReturnValue:
        """Show the open tickets by deadline, or the closed ones."""
        state = "closed" if request.args.get("state") == "closed" else "open"
        mine = access.person().login if request.args.get("mine") else ""
        with desk.db.read() as reading:
            rows = rules.listed(
                reading, access.agency().id, state=state, mine=mine, after=_place(request.args.get("after", ""))
            )  # fmt: skip
            colleagues = talking.talkers(reading, access.agency().id)
        last = rows[rules.PAGE - 1] if len(rows) > rules.PAGE else None
        more = paging.write(last.due_at, last.id) if last else ""
        return render_template(
            "console/tickets.html", rows=rows[: rules.PAGE], state=state, mine=mine, more=more, now=desk.now(),
            colleagues=colleagues, called=books.called,
        )  # fmt: skip


def _changes(console: Blueprint, desk: Desk) -> None:
    @console.post("/<slug>/tickets/<int:ticket_id>/close")
    @access.needs(Right.TALK)
    def close_ticket(slug: str, ticket_id: int) -> ResponseReturnValue:
        """Close a ticket with a note."""
        try:
            with desk.db.write() as writing:
                ticket = rules.find(writing, access.agency().id, ticket_id) or abort(404)
                rules.close(writing, access.actor(), ticket, note=request.form.get("note", ""), now=desk.now())
        except BadInput as error:
            flash(say(str(error)), "danger")
        return redirect(url_for("console.tickets", slug=slug))

    @console.post("/<slug>/tickets/<int:ticket_id>/route")
    @access.needs(Right.TALK)
    def route_ticket(slug: str, ticket_id: int) -> ResponseReturnValue:
        """Give a ticket to a colleague."""
        login = request.form.get("login", "")
        try:
            with desk.db.write() as writing:
                ticket = rules.find(writing, access.agency().id, ticket_id) or abort(404)
                if login and login not in {one.login for one in talking.talkers(writing, access.agency().id)}:
                    raise BadInput("talk.nobody")
                rules.route(writing, access.actor(), ticket, login=login, now=desk.now())
        except BadInput as error:
            flash(say(str(error)), "danger")
        return redirect(url_for("console.tickets", slug=slug))


def _place(text: str) -> rules.Place | None:
    found = paging.read(text, numbers=1)
    return rules.Place(found[0], found[1][0]) if found else None
