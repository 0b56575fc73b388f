"""Another time for a post, by dragging in the calendar or by a form; what is odd about it is asked about first."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.campaigns import drafts, moving, planner, warning
from bot.campaigns.content import of_post
from bot.campaigns.states import name_of
from bot.errors import BadInput, NotAllowed
from bot.rights import Right
from bot.tables import Post
from bot.web.console import access
from bot.web.console.desk import Desk, local
from bot.web.console.queue.acting import moment, own, refused
from content.phrases import say

MORNING = "08:00"
"""The time of day of a post that had none and was dropped on a day."""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the form."""

    @console.route("/<slug>/queue/<int:post_id>/move", methods=["GET", "POST"])
    @access.needs(Right.WRITE)
    def queue_move(slug: str, post_id: int) -> ResponseReturnValue:
        """Ask for the new time; move when nothing is odd about it, or when it was asked about."""
        with desk.db.read() as reading:
            post = own(reading, post_id)
        day, clock = _given(post)
        if request.method == "GET":
            return _page(desk, post, day, clock, read=drafts.mark(post))
        read, sure = request.form.get("read", ""), request.form.get("sure") == f"{day} {clock}"
        try:
            at = moment(day, clock)
            if at is None:
                raise BadInput("no time", told=say("queue.refused.clock", typed=""))
            if not sure and (odd := _odd(desk, post, at)):
                return _page(desk, post, day, clock, read=read, odd=odd)
            with desk.db.write() as writing:
                moved = moving.move(writing, access.actor(), post_id, at=at, read=read, now=desk.now())
                due = planner.moment(moved) or at
        except (BadInput, NotAllowed) as error:
            return _page(desk, post, day, clock, read=read, refusal=refused(error), status=422)
        flash(say("queue.told.moved", title=moved.title, at=f"{local(due):%H:%M %d/%m/%Y}", state=name_of(moved.state)))
        return redirect(url_for("console.queue_calendar", slug=slug, day=f"{local(due):%Y-%m-%d}"))


def _given(post: Post) -> tuple[str, str]:
    """Return day and time as asked for; what is missing as the post has it."""
    had = planner.moment(post)
    at = local(had) if had else None
    given = request.form if request.method == "POST" else request.args
    day = given.get("day") or (f"{at:%Y-%m-%d}" if at else "")
    return day[:20], (given.get("clock") or (f"{at:%H:%M}" if at else MORNING))[:20]


def _odd(desk: Desk, post: Post, at: datetime) -> list[str]:
    now = desk.now()
    if at < now - timedelta(minutes=1):
        return []  # refused anyway, by its own words
    with desk.db.read() as reading:
        told = warning.of(reading, post.agency_id, replace(of_post(post), at=at), now=now, but=post.id)
    return [*([say("queue.told.judged_anew")] if moving.is_judged_anew(post) else []), *told]


def _page(
    desk: Desk, post: Post, day: str, clock: str, *, read: str, status: int = 200, **told: object
) -> ResponseReturnValue:  # fmt: skip
    anew = moving.is_judged_anew(post)
    return (
        render_template(
            "console/queue/move.html", post=post, day=day, clock=clock, read=read, anew=anew, way=moving.way(post),
            state=name_of(post.state), today=local(desk.now()).date(), **told,
        ),
        status,
    )  # fmt: skip
