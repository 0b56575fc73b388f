"""Topics: reading them as citizens see them, and proposing a text of the agency's own."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from bot import agencies
from bot.dialogue import payloads
from bot.knowledge import changes
from bot.rights import Right
from bot.web.console import access
from bot.web.console.books import books
from bot.web.console.desk import Desk, local
from bot.web.console.forms import said
from bot.web.console.knowledge import proposing, wording
from bot.web.console.knowledge.procedures import on_channels
from bot.web.console.probe import probe
from content.topics import Topic
from nlu.text import fold


class TextForm(FlaskForm):  # type: ignore[misc]
    """A text of the agency's own."""

    was = HiddenField()
    answer = TextAreaField("Bài của cơ quan")
    source = StringField("Nguồn")
    why = TextAreaField("Vì sao cần đổi")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and the page of one."""
    _editing(console, desk)

    @console.get("/<slug>/knowledge/topics")
    @access.needs(Right.READ)
    def topics(slug: str) -> ResponseReturnValue:
        """List the topics, or those whose words fit."""
        asked = request.args.get("q", "").strip()[:200]
        words = fold(asked).split()
        rows = [one for one in books().topics.values() if all(word in _searched(one) for word in words)]
        own = agencies.facts_for(access.agency()).texts
        return render_template("console/knowledge/topics.html", rows=rows, asked=asked, own=own)

    @console.get("/<slug>/knowledge/topics/<kind>/<name>")
    @access.needs(Right.READ)
    def topic(slug: str, kind: str, name: str) -> ResponseReturnValue:
        """Show a topic as it is told, the text of all, and what was changed."""
        one, facts = _found(kind, name), agencies.facts_for(access.agency())
        with desk.db.read() as reading:
            past = changes.history(reading, access.agency().id, f"text:{one.item}")
        reply = probe().ask(facts, payload=payloads.item("", one.item).value)
        return render_template(
            "console/knowledge/topic.html", topic=one, own=facts.texts.get(one.item), shown=on_channels(reply),
            past=[(change, wording.title(change)) for change in past], was=proposing.version(),
        )  # fmt: skip


def _editing(console: Blueprint, desk: Desk) -> None:
    @console.route("/<slug>/knowledge/topics/<kind>/<name>/text", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_topic(slug: str, kind: str, name: str) -> ResponseReturnValue:
        """Propose a text of one's own."""
        one, facts = _found(kind, name), proposing.base(desk)
        texts = facts.get("texts", {})
        start = texts.get(one.item, {"answer": one.answer.strip(), "source": one.source})
        form = TextForm(data={**start, "was": proposing.version()})
        if form.is_submitted():
            written = {"answer": wording.tidy(said(form.answer)), "source": said(form.source)}
            text = {**written, "as_of": local(desk.now()).date().isoformat()}
            if same := texts.get(one.item):  # the day alone is no change
                text = same if {**text, "as_of": same["as_of"]} == same else text
            changed = {**facts, "texts": {**texts, one.item: text}}
            handed = proposing.hand_in(desk, form, changed, place=("texts", one.item), what=f"text:{one.item}")
            if handed:
                return handed
        return render_template("console/knowledge/text.html", form=form, topic=one)

    @console.post("/<slug>/knowledge/topics/<kind>/<name>/drop")
    @access.needs(Right.KNOW)
    def drop_text(slug: str, kind: str, name: str) -> ResponseReturnValue:
        """Propose to tell the text of all again."""
        one, facts = _found(kind, name), proposing.base(desk)
        texts = {item: text for item, text in facts.get("texts", {}).items() if item != one.item}
        back = url_for("console.topic", slug=slug, kind=kind, name=name)
        return proposing.hand_in_or_tell(desk, {**facts, "texts": texts}, what=f"text:{one.item}", back=back)


def _found(kind: str, name: str) -> Topic:
    found: Topic = books().topics.get(f"{kind}/{name}") or abort(404)
    return found


def _searched(topic: Topic) -> str:
    return fold(" ".join((topic.title, *topic.aliases, topic.answer)))
