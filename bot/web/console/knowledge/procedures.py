"""Procedures: finding one, and reading each of its answers as a citizen sees it on each channel."""

from collections.abc import Sequence
from itertools import islice

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bot import agencies
from bot.answering import messages
from bot.channels import CHANNELS
from bot.dialogue import payloads
from bot.dialogue.turn import Reply
from bot.knowledge import changes, listing
from bot.knowledge.listing import Row
from bot.rights import Right
from bot.web.console import access
from bot.web.console.books import OFFERED
from bot.web.console.desk import Desk, local
from bot.web.console.knowledge import wording
from bot.web.console.probe import probe
from content.agency import office_for

PAGE = 40
ASKED_MAX = 200


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and the page of one."""

    @console.get("/<slug>/knowledge")
    @access.needs(Right.READ)
    def knowledge(slug: str) -> ResponseReturnValue:
        """List the procedures, or those that a search finds."""
        asked = request.args.get("q", "").strip()[:ASKED_MAX]
        show = request.args.get("show", "all")
        show = show if show in listing.SHOWS else "all"
        today, rows = local(desk.now()).date(), probe().listing().rows
        if asked:
            found = [row for code in probe().search(asked) if (row := rows.get(code)) and row.suits(show, today)]
        else:
            after = request.args.get("after", "")
            later = (row for row in probe().listing().shown(show, today) if row.code > after)
            found = list(islice(later, PAGE + 1))
        return render_template(
            "console/knowledge/procedures.html", rows=found if asked else found[:PAGE], asked=asked, show=show,
            shows=listing.SHOWS, today=today, next=found[PAGE - 1].code if not asked and len(found) > PAGE else "",
            imported=probe().listing().version > 0,
        )  # fmt: skip

    @console.get("/<slug>/knowledge/procedures/<code>")
    @access.needs(Right.READ)
    def procedure(slug: str, code: str) -> ResponseReturnValue:
        """Show one procedure: its answers, the agency's facts beside it, what is doubtful, what changed."""
        row: Row = probe().listing().rows.get(code) or abort(404)
        agency, today = access.agency(), local(desk.now()).date()
        facts = agencies.facts_for(agency)
        with desk.db.read() as reading:
            amended = listing.amendments(reading, code)
            past = [one for what in ("fee", "names") for one in changes.history(reading, agency.id, f"{what}:{code}")]
        answers = [(aspect, probe().ask(facts, payload=payloads.procedure("", code, aspect).value))
                   for aspect in OFFERED]  # fmt: skip
        record = probe().record(code)
        return render_template(
            "console/knowledge/procedure.html", row=row, record=record, facts=facts, today=today, amended=amended,
            answers=[(aspect.value, on_channels(reply)) for aspect, reply in answers], doubts=wording.doubts(row),
            office=office_for(facts, record) if record else None, past=[(one, wording.title(one)) for one in past],
            fees=wording.fees(agency.facts.get("fees", {}).get(code, [])), column=wording.column,
        )  # fmt: skip


def on_channels(reply: Reply) -> list[tuple[str, Sequence[object]]]:
    """Return the messages of a reply as each channel shows them."""
    return [(channel, messages(reply, channel)) for channel in CHANNELS]
