"""Proposals: what waits, reading one word by word, approving, returning, letting go, taking back."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.dialogue import payloads
from bot.errors import BadInput
from bot.knowledge import changes as rules
from bot.knowledge import slots
from bot.knowledge.changes import State
from bot.rights import Right
from bot.tables import Change
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number
from bot.web.console.knowledge import wording
from bot.web.console.knowledge.procedures import on_channels
from bot.web.console.probe import probe
from content.agency import facts_of
from content.model import Aspect
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list, the page of one, and what is done with it."""
    _doing(console, desk)

    @console.get("/<slug>/knowledge/changes")
    @access.needs(Right.READ)
    def changes(slug: str) -> ResponseReturnValue:
        """List the changes, newest first."""
        state = request.args.get("state", "")
        state = state if state in set(State) else ""
        with desk.db.read() as reading:
            before = number(request.args.get("before", ""))
            rows = rules.page(reading, access.agency().id, state=state, before=before)
        more = rows[rules.PAGE - 1].id if len(rows) > rules.PAGE else 0
        listed = [(one, wording.title(one)) for one in rows[: rules.PAGE]]
        return render_template("console/knowledge/changes.html", rows=listed, state=state, states=State, before=more)

    @console.get("/<slug>/knowledge/changes/<int:change_id>")
    @access.needs(Right.READ)
    def change(slug: str, change_id: int) -> ResponseReturnValue:
        """Show one change: what it changes, how it will be answered, what was done with it."""
        with desk.db.read() as reading:
            one = rules.find(reading, access.agency().id, change_id) or abort(404)
            past = [row for row in rules.history(reading, one.agency_id, one.what) if row.id != one.id]
        here, stored = access.person().id == one.staff_id, rules.stored(access.agency())
        waits = one.state == State.SUBMITTED
        return render_template(
            "console/knowledge/change.html", one=one, title=wording.title(one), lines=wording.lines(one),
            seen=rules.digest(one), mine=here, waits=waits, open=one.state in rules.OPEN, shown=_preview(one, stored),
            stale=one.state in rules.OPEN and not slots.holds(stored, one.before),
            undoable=one.state == State.APPROVED and slots.holds(stored, one.after), edit=_form_of(one, stored),
            past=[(row, wording.title(row), wording.lines(row)) for row in past],
            steps=[(step, wording.lines(one, step["after"])) for step in one.steps],
        )  # fmt: skip


def _doing(console: Blueprint, desk: Desk) -> None:
    @console.post("/<slug>/knowledge/changes/<int:change_id>/approve")
    @access.needs(Right.REVIEW)
    def approve_change(slug: str, change_id: int) -> ResponseReturnValue:
        """Let it be told from now on."""
        seen, comment = request.form.get("seen", ""), request.form.get("comment", "")
        return _done(desk, change_id, rules.approve, told="change.approved", seen=seen, comment=comment)

    @console.post("/<slug>/knowledge/changes/<int:change_id>/return")
    @access.needs(Right.REVIEW)
    def return_change(slug: str, change_id: int) -> ResponseReturnValue:
        """Ask the author for something better."""
        comment = request.form.get("comment", "")
        return _done(desk, change_id, rules.send_back, told="change.returned", comment=comment)

    @console.post("/<slug>/knowledge/changes/<int:change_id>/withdraw")
    @access.needs(Right.KNOW)
    def withdraw_change(slug: str, change_id: int) -> ResponseReturnValue:
        """Let one's own proposal go."""
        return _done(desk, change_id, rules.withdraw, told="change.withdrawn")

    @console.post("/<slug>/knowledge/changes/<int:change_id>/take-back")
    @access.needs(Right.REVIEW)
    def take_back_change(slug: str, change_id: int) -> ResponseReturnValue:
        """Undo what was approved."""
        return _done(desk, change_id, rules.take_back, told="change.undone")


def _done(desk: Desk, change_id: int, rule: Callable[..., Change], *, told: str, **given: str) -> ResponseReturnValue:
    with desk.db.read() as reading:
        if rules.find(reading, access.agency().id, change_id) is None:
            abort(404)
    try:
        with desk.db.write() as writing:
            rule(writing, access.actor(), change_id, now=desk.now(), **given)
        flash(say(told))
    except BadInput as error:
        flash(say(str(error)), "danger")
    return redirect(url_for("console.change", slug=access.agency().slug, change_id=change_id))


def _preview(one: Change, stored: dict[str, Any]) -> list[Any]:
    """Return how the assistant answers with the change, on each channel; [] where no single answer shows it."""
    kind, _, name = one.what.partition(":")
    asked: dict[str, Any] = {
        "fee": {"payload": payloads.procedure("", name, Aspect.FEE).value},
        "text": {"payload": payloads.item("", name).value},
        "office": {"payload": "#say:office"},
        "names": {"text": next(iter(one.after.get(f"names/{name}") or ()), "")},
        "phrase": _GREETED.get(name, {}),
    }.get(kind, {})
    if not any(asked.values()) or one.state not in {*rules.OPEN, State.APPROVED}:
        return []
    facts = stored if one.state == State.APPROVED else slots.applied(stored, one.after)
    return on_channels(probe().ask(facts_of(facts), **asked))


_GREETED = {"greet": {"text": "xin chào"}, "follow": {"kind": "follow"}, "thanks": {"text": "cảm ơn"},
            "bye": {"text": "tạm biệt"}, "help": {"payload": "#say:help"}}  # fmt: skip


def _form_of(one: Change, stored: dict[str, Any]) -> str:
    """Return the address of the form that amends a change; "" for a removal, which can only be let go."""
    slug, (kind, _, name) = access.agency().slug, one.what.partition(":")
    given: dict[str, Any] = {"slug": slug, "change": one.id}
    if kind == "agency":
        return url_for("console.edit_agency", **given)
    if kind == "phrase":
        return url_for("console.edit_phrase", key=name, **given)
    if kind == "names":
        return url_for("console.edit_names", code=name, **given)
    if kind == "text":
        return url_for("console.edit_topic", kind=name.partition("/")[0], name=name.partition("/")[2], **given)
    facts = slots.applied(stored, one.after)
    if kind == "fee":
        old, new = (values.get(f"fees/{name}") or [] for values in (one.before, one.after))
        place = next((place for place, fee in enumerate(new) if fee not in old), None)
        return "" if place is None else url_for("console.edit_fee", code=name, number=place + 1, **given)
    told = {slot.partition("/")[2] for slot, office in one.after.items() if office is not None}
    place = next((place for place, row in enumerate(facts.get("offices", ())) if row["name"] in told), None)
    return "" if place is None else url_for("console.edit_office", number=place + 1, **given)
