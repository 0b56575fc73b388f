"""What staff do in a conversation: take, answer, hand back, close, note, assign."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot import agencies
from bot.errors import BadInput
from bot.rights import Right
from bot.talks import canned, rules
from bot.talks.rules import Talk
from bot.web.console import access, books
from bot.web.console.desk import Desk, local
from bot.web.console.talks import Draft, found, shown
from content.phrases import say

TEXT_MAX = 20_000
"""Characters of a draft that we read; what a channel takes is much less."""
ACTS: dict[str, Callable[..., None]] = {"take": rules.take, "hand-back": rules.hand_back, "close": rules.close}


def add(console: Blueprint, desk: Desk) -> None:
    """Add what changes a conversation."""
    _notes(console, desk)

    @console.post("/<slug>/talks/<int:talk_id>/answer")
    @access.needs(Right.TALK)
    def answer_talk(slug: str, talk_id: int) -> ResponseReturnValue:
        """Send an answer; or put something into its box first, to be edited."""
        draft = _draft()
        if request.form.get("act") != "send":
            with desk.db.read() as reading:
                found(reading, talk_id)
                text = _inserted(reading, draft.text, desk)
            return shown(desk, talk_id, Draft(text=text, asked=draft.asked))
        try:
            with desk.db.write() as writing:
                talk = found(writing, talk_id, lock=True)
                once = request.form.get("once", "")[:64]
                sent = rules.answer(
                    writing, desk.db, access.actor(), talk, text=draft.text, once=once, now=desk.now()
                )  # fmt: skip
        except BadInput as error:
            return shown(desk, talk_id, Draft(text=draft.text, refused=say(str(error))), 422)
        if not sent:
            flash(say("talk.sent_already"), "warning")
        return _back(slug, talk_id)

    @console.post("/<slug>/talks/<int:talk_id>/do/<act>")
    @access.needs(Right.TALK)
    def do_talk(slug: str, talk_id: int, act: str) -> ResponseReturnValue:
        """Take over, hand back or close."""
        rule = ACTS.get(act) or abort(404)
        with desk.db.write() as writing:
            rule(writing, access.actor(), found(writing, talk_id, lock=True), now=desk.now())
        return redirect(url_for("console.talks", slug=slug)) if act == "close" else _back(slug, talk_id)


def _notes(console: Blueprint, desk: Desk) -> None:
    @console.post("/<slug>/talks/<int:talk_id>/note")
    @access.needs(Right.TALK)
    def note_talk(slug: str, talk_id: int) -> ResponseReturnValue:
        """Write an internal note."""
        text = request.form.get("note", "")[:TEXT_MAX]
        return _changed(desk, slug, talk_id, rules.note, text=rules.tidy(text))

    @console.post("/<slug>/talks/<int:talk_id>/assign")
    @access.needs(Right.TALK)
    def assign_talk(slug: str, talk_id: int) -> ResponseReturnValue:
        """Give the conversation to a colleague."""
        return _changed(desk, slug, talk_id, rules.assign, login=request.form.get("login", ""))


def _changed(desk: Desk, slug: str, talk_id: int, rule: Callable[..., None], **given: str) -> ResponseReturnValue:
    try:
        with desk.db.write() as writing:
            talk: Talk = found(writing, talk_id, lock=True)
            rule(writing, access.actor(), talk, now=desk.now(), **given)
    except BadInput as error:
        flash(say(str(error)), "danger")
    return _back(slug, talk_id)


def _draft() -> Draft:
    text, asked = request.form.get("text", ""), request.form.get("find", "")
    return Draft(text=rules.tidy(text[:TEXT_MAX]), asked=asked.strip()[:200])


def _inserted(session: Session, text: str, desk: Desk) -> str:
    """Return the draft with what a button asked to insert: a procedure's answer or a canned one."""
    more = ""
    if choice := request.form.get("insert"):
        facts = agencies.facts_for(access.agency())
        more = books.answer(choice, facts=facts, today=local(desk.now()).date())
    elif request.form.get("act") == "canned" and (number := request.form.get("canned", "")).isdigit():
        kept = canned.find(session, access.agency().id, int(number[:18]))
        more = kept.text if kept else ""
    return "\n\n".join(part for part in (text, more) if part)


def _back(slug: str, talk_id: int) -> ResponseReturnValue:
    return redirect(url_for("console.talk", slug=slug, talk_id=talk_id) + "#answer")
