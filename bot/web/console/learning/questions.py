"""Questions that were not understood or doubted, grouped and masked; one click makes them examples, or a name."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot import own_facts, review
from bot.errors import BadInput
from bot.knowledge import changes
from bot.knowledge import names as names_rules
from bot.learning import examples
from bot.review import Group
from bot.rights import Right
from bot.web.console import access
from bot.web.console.books import OFFERED, books
from bot.web.console.desk import Desk
from bot.web.console.probe import probe
from content.phrases import say

SINCE = timedelta(days=28)
LOOKED_AT = 1000
"""Newest questions of each channel among which the doubtful are looked for."""
GROUPS, OF_A_GROUP = 20, 6
BIGGEST = 5 * GROUPS
"""Groups of which it is looked at whether they are taught already."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A group of like questions, and what the bot thought of: (item, its name)."""

    group: Group
    texts: tuple[str, ...]
    guesses: tuple[tuple[str, str], ...]
    aspect: str


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page and what its buttons do."""

    @console.get("/<slug>/learning")
    @access.needs(Right.READ)
    def learning(slug: str) -> ResponseReturnValue:
        """Show the groups, the biggest first."""
        with desk.db.read() as reading:
            asked = review.newest(reading, access.agency().id, since=desk.now() - SINCE, most=LOOKED_AT)
            groups = _untaught(reading, review.grouped(asked)[:BIGGEST])
        return render_template(
            "console/learning/questions.html", groups=[_shown(group) for group in groups[:GROUPS]], more=len(groups),
            aspects=[(one.value, say(f"button.{one}")) for one in OFFERED], items=items(), most=GROUPS,
            looked_at=LOOKED_AT,
        )  # fmt: skip

    @console.post("/<slug>/learning/teach")
    @access.needs(Right.KNOW)
    def teach(slug: str) -> ResponseReturnValue:
        """Keep questions as examples, or propose the first as a name of a procedure."""
        try:
            told = _named(desk) if request.form.get("as") == "name" else _taught(desk)
            flash(told)
        except own_facts.FactsRefused as refused:
            for key in dict.fromkeys(refused.faults.values()):
                flash(say(key), "danger")
        except BadInput as error:
            flash(say(str(error)), "danger")
        return redirect(url_for("console.learning", slug=slug))


def items() -> dict[str, str]:
    """Return the names of what the model can tell, by item."""
    return {
        **{record.code: record.short for record in books().catalogue},
        **{item: topic.title for item, topic in books().topics.items()},
    }


def _untaught(session: Session, groups: list[Group]) -> list[Group]:
    """Return the groups of which something is still to be taught."""
    said = {examples.plain(one.text) for group in groups for one in group.questions}
    known = examples.known(session, access.agency().id, sorted(said))
    return [group for group in groups if not all(examples.plain(one.text) in known for one in group.questions)]


def _shown(group: Group) -> Shown:
    names, rows = items(), probe().listing().rows
    first = group.questions[0]
    told = [names.get(code) or (rows[code].name if code in rows else code) for code in first.candidates]
    texts = dict.fromkeys(text for one in group.questions if (text := examples.cleaned(one.text)))
    aspect = first.aspect if first.aspect in examples.ASPECTS else "overview"
    return Shown(group, tuple(texts)[:OF_A_GROUP], tuple(zip(first.candidates, told, strict=True)), aspect)


def _meaning() -> dict[str, str]:
    """Return the intent and item that the form names."""
    item = request.form.get("other", "").strip() or request.form.get("item", "")
    if item == "out_of_scope":
        return {"intent": item, "item": ""}
    kind = "" if item[:1].isdigit() else item.partition("/")[0]
    return {"intent": kind if kind in examples.SKILLS[:2] else request.form.get("intent", ""), "item": item}


def _taught(desk: Desk) -> str:
    texts = request.form.getlist("text")[:OF_A_GROUP]
    if not texts:
        raise BadInput("example.none")
    meaning: dict[str, Any] = _meaning()
    with desk.db.write() as writing:
        for text in texts:
            examples.add(writing, access.actor(), text, **meaning, items=items(), now=desk.now())
    return say("example.kept", count=len(texts))


def _named(desk: Desk) -> str:
    """Propose the first question as what people here call the procedure."""
    code = _meaning()["item"]
    if code not in probe().listing().rows:
        raise BadInput("example.item")
    agency, texts = access.agency(), request.form.getlist("text")[:1]
    facts = changes.stored(agency)
    known = facts.get("names", {})
    wanted = names_rules.tidy([*known.get(code, []), *map(examples.cleaned, texts)])
    if taken := names_rules.taken(books().catalogue, known, code, wanted):
        return say("names.taken", name=taken[0], code=taken[1])
    facts = {**facts, "names": {**known, code: wanted}}
    with desk.db.write() as writing:
        changes.propose(
            writing, access.actor(), facts, what=f"names:{code}", was=own_facts.version(agency), now=desk.now(),
            why=say("names.why"),
        )  # fmt: skip
    return say("change.handed_in")
