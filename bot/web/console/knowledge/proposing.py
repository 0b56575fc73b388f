"""What the forms of facts share: what they start from, handing in a proposal, faults at their fields."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from bot import own_facts as rules
from bot.errors import BadInput
from bot.knowledge import changes, slots
from bot.tables import Change
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import number, said
from content.phrases import say

Facts = dict[str, Any]


def base(desk: Desk) -> Facts:
    """Return the facts that a form starts from: as they stand, or with an open change of one's own (`?change=`)."""
    facts = deepcopy(changes.stored(access.agency()))
    change = _amended(desk)
    return slots.applied(facts, change.after) if change else facts


def _amended(desk: Desk) -> Change | None:
    if "change" not in request.args:
        return None
    with desk.db.read() as reading:
        found = changes.find(reading, access.agency().id, number(request.args["change"]))
    if found is None or found.staff_id != access.person().id or found.state not in changes.OPEN:
        abort(404)
    return found


def version() -> str:
    """Return the mark of the facts as they stand."""
    return rules.version(access.agency())


def hand_in(
    desk: Desk, form: FlaskForm, facts: Facts, *, place: rules.Place, what: str, also: Mapping[str, str] | None = None
) -> ResponseReturnValue | None:  # fmt: skip
    """Propose `facts` and go to the proposal; None with each fault at its field of `form`.

    The form's facts stand at `place`, each under its field's name; `also` names the fields of others.
    """
    try:
        return _handed_in(desk, facts, what=what, was=said(form.was))
    except rules.FactsRefused as refused:
        for where, key in refused.faults.items():
            inside = where[len(place) :] if where[: len(place)] == place else ()
            name = str(inside[0]) if inside else ""
            _tell(form, (also or {}).get(name, name), key)
        if () in refused.faults:
            form.was.data = version()
    except BadInput as error:
        flash(say(str(error)), "danger")
    return None


def hand_in_or_tell(desk: Desk, facts: Facts, *, what: str, back: str = "") -> ResponseReturnValue:
    """Propose `facts`, e.g. without something; faults are told on the page `back` (that of the facts)."""
    try:
        return _handed_in(desk, facts, what=what, was=request.form.get("was", ""))
    except rules.FactsRefused as refused:
        for words in dict.fromkeys(say(key) for key in refused.faults.values()):
            flash(words, "danger")
    return redirect(back or url_for("console.facts", slug=access.agency().slug))


def _handed_in(desk: Desk, facts: Facts, *, what: str, was: str) -> ResponseReturnValue:
    amended, why, actor, now = _amended(desk), request.form.get("why", ""), access.actor(), desk.now()
    with desk.db.write() as writing:
        if amended:
            change = changes.amend(writing, actor, amended.id, facts, was=was, why=why, now=now)
        else:
            change = changes.propose(writing, actor, facts, what=what, was=was, why=why, now=now)
    flash(say("change.handed_in"))
    return redirect(url_for("console.change", slug=access.agency().slug, change_id=change.id))


def _tell(form: FlaskForm, name: str, key: str) -> None:
    dated = name in {"valid_from", "valid_to"} and key == "facts.wrong"
    words = say("facts.date") if dated else say(key)
    if name in form:
        form[name].errors = [*form[name].errors, words]
    else:
        flash(words, "danger")


def told(facts: Mapping[str, Any]) -> Facts:
    """Return what was told: an empty box tells nothing."""
    return {name: one for name, one in facts.items() if one not in ("", None, [], ())}


def listed(facts: Mapping[str, Any]) -> Facts:
    """Return facts as boxes show them: lists of words with commas, days as Vietnamese write them."""
    joined = {name: ", ".join(facts[name]) for name in ("serves", "fields", "procedures") if name in facts}
    days = {
        name: date.fromisoformat(str(facts[name])).strftime("%d/%m/%Y")
        for name in ("valid_from", "valid_to")
        if facts.get(name)
    }
    return {**facts, **joined, **days}


def split(text: str) -> list[str]:
    """Return the words of a box, parted by commas, semicolons or lines."""
    return [one.strip() for one in re.split(r"[,;\n]", text) if one.strip()]


def day(text: str) -> str:
    """Return a day typed as 31/12/2026 in ISO; what is none stays as it is, to be refused."""
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text
