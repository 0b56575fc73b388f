"""What the assistant says: reading all of it, and proposing own words for some of it."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from bot import agencies
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.knowledge import proposing, wording
from content.agency import OWN_PHRASES
from content.phrases import names_in, say, spoken
from content.phrases import phrases as general


class PhraseForm(FlaskForm):  # type: ignore[misc]
    """Own words; none: those of all."""

    was = HiddenField()
    text = TextAreaField("Câu của cơ quan")
    why = TextAreaField("Vì sao cần đổi")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and the form."""

    @console.get("/<slug>/knowledge/phrases")
    @access.needs(Right.READ)
    def phrases(slug: str) -> ResponseReturnValue:
        """Show what the assistant says."""
        own = agencies.facts_for(access.agency()).phrases
        rows = [(key, say(f"phrase.{key}"), own.get(key), general()[key]) for key in OWN_PHRASES]
        others = [(key, text) for key, text in spoken().items() if key not in OWN_PHRASES]
        return render_template("console/knowledge/phrases.html", rows=rows, others=others)

    @console.route("/<slug>/knowledge/phrases/<key>", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_phrase(slug: str, key: str) -> ResponseReturnValue:
        """Propose own words, or with an empty box those of all."""
        if key not in OWN_PHRASES:
            abort(404)
        facts = proposing.base(desk)
        known = facts.get("phrases", {})
        form = PhraseForm(data={"text": known.get(key, general()[key].strip()), "was": proposing.version()})
        if form.is_submitted():
            text = wording.tidy(said(form.text))
            kept = {**{one: words for one, words in known.items() if one != key}, **({key: text} if text else {})}
            handed = proposing.hand_in(
                desk, form, {**facts, "phrases": kept}, place=("phrases",), what=f"phrase:{key}", also={key: "text"}
            )  # fmt: skip
            if handed:
                return handed
        return render_template(
            "console/knowledge/phrase.html", form=form, title=say(f"phrase.{key}"), general=general()[key],
            marks=[(name, say(f"mark.{name}")) for name in sorted(names_in(key))],
        )  # fmt: skip
