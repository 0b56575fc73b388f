"""What only a person decides: a post of unknown outcome, sending again, a post made by hand."""

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.campaigns import byhand, deciding, resending
from bot.reconciling import Reconciling
from bot.rights import Right
from bot.tables import Post
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue.acting import back, done, own
from bot.web.console.queue.listing import number
from bot.web.console.queue.post import page
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the decisions."""

    @console.post("/<slug>/queue/<int:post_id>/look")
    @access.needs(Right.SCHEDULE)
    def queue_look(slug: str, post_id: int) -> ResponseReturnValue:
        """Look at the platforms; what is surely there is settled, the rest is shown beside what we sent."""
        with desk.db.read() as reading:
            own(reading, post_id)
        looking = Reconciling(desk.db, desk.vault, desk.settings)
        looking.all(now=desk.now(), post_id=post_id, hurry=True)
        return page(desk, post_id, beside=looking.beside(post_id=post_id, now=desk.now()))

    @console.post("/<slug>/queue/<int:post_id>/decide")
    @access.needs(Right.SCHEDULE)
    def queue_decide(slug: str, post_id: int) -> ResponseReturnValue:
        """Note that an unknown post is there, or is not."""
        if done(desk, post_id, lambda session: _decided(session, post_id, desk)):
            flash(say("queue.told.decided"))
        return back(post_id)

    @console.post("/<slug>/queue/<int:post_id>/resend")
    @access.needs(Right.SCHEDULE)
    def queue_resend(slug: str, post_id: int) -> ResponseReturnValue:
        """Publish again where it failed or is unknown; the platforms are looked at first."""
        with desk.db.read() as reading:
            own(reading, post_id)
        Reconciling(desk.db, desk.vault, desk.settings).all(now=desk.now(), post_id=post_id, hurry=True)
        actor, now = access.actor(), desk.now()
        if done(desk, post_id, lambda session: resending.resend(session, desk.db, actor, post_id, now=now)):
            flash(say("queue.told.resent"))
        return back(post_id)

    @console.post("/<slug>/queue/<int:post_id>/posted")
    @access.needs(Right.WRITE)
    def queue_posted(slug: str, post_id: int) -> ResponseReturnValue:
        """Note that a person posted it by hand."""
        actor, now = access.actor(), desk.now()
        link, channel = request.form.get("link", "").strip(), request.form.get("channel", "")
        if done(
            desk, post_id,
            lambda session: byhand.posted(session, actor, post_id, link=link, channel=channel, now=now),
        ):  # fmt: skip
            flash(say("queue.told.by_hand"))
        return back(post_id)


def _decided(session: Session, post_id: int, desk: Desk) -> Post:
    actor, now, given = access.actor(), desk.now(), request.form
    target_id = number(given.get("target", ""))
    if given.get("there") == "no":
        return deciding.is_not_there(session, actor, post_id, target_id, now=now)
    # A post of the platform's list was picked ("id link"), or a link was pasted.
    picked, _, link = given.get("picked", "").partition(" ")
    return deciding.is_there(
        session, actor, post_id, target_id, link=given.get("link", "").strip() or link, platform_id=picked[:200],
        now=now,
    )  # fmt: skip
