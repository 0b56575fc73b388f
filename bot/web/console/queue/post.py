"""One post: how it looks, where it is on its way, what became of it, and what may be done to it now."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.campaigns import comparing, moving, release, review, steps, views
from bot.campaigns.content import of_post
from bot.campaigns.results import COUNTS
from bot.campaigns.states import State, name_of
from bot.campaigns.steps import COMMENT_MAX
from bot.curation import evergreens
from bot.reconciling import Beside
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue import preview, wording
from bot.web.console.queue.acting import back, done, named, own
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page, submitting, cancelling, commenting."""

    @console.get("/<slug>/queue/<int:post_id>")
    @access.needs(Right.READ)
    def queue_post(slug: str, post_id: int) -> ResponseReturnValue:
        """Show a post."""
        return page(desk, post_id)

    @console.post("/<slug>/queue/<int:post_id>/submit")
    @access.needs(Right.WRITE)
    def queue_submit(slug: str, post_id: int) -> ResponseReturnValue:
        """Hand a draft to the reviewers."""
        actor, now = access.actor(), desk.now()
        if done(desk, post_id, lambda session: review.submit(session, actor, post_id, now=now)):
            flash(say("queue.told.submitted"))
        return back(post_id)

    @console.post("/<slug>/queue/<int:post_id>/cancel")
    @access.needs(Right.WRITE)
    def queue_cancel(slug: str, post_id: int) -> ResponseReturnValue:
        """Cancel a post; of one that is public, stop what is still being sent."""
        actor, now, comment = access.actor(), desk.now(), request.form.get("comment", "")
        if done(
            desk, post_id, lambda session: review.cancel_or_stop(session, actor, post_id, now=now, comment=comment)
        ):  # fmt: skip
            flash(say("queue.told.stopped"))
        return back(post_id)

    @console.post("/<slug>/queue/<int:post_id>/comment")
    @access.needs(Right.WRITE)
    def queue_comment(slug: str, post_id: int) -> ResponseReturnValue:
        """Say something about the post that moves nothing."""
        actor, now, comment = access.actor(), desk.now(), request.form.get("comment", "")
        if not done(desk, post_id, lambda session: review.comment(session, actor, post_id, comment=comment, now=now)):
            return page(desk, post_id, comment=comment, status=422)
        return redirect(url_for("console.queue_post", slug=slug, post_id=post_id) + "#talk")


def page(
    desk: Desk, post_id: int, *, beside: list[Beside] | None = None, status: int = 200, **typed: Any
) -> ResponseReturnValue:  # fmt: skip
    """Return the page of a post; `beside` is what the platforms show, `typed` what a refused form had."""
    now, actor = desk.now(), access.actor()
    with desk.db.read() as reading:
        post = own(reading, post_id)
        told = views.whole(reading, post)
        content = of_post(post)
        names = {f"{one.channel}:{one.key}": named(one) for one in post.targets}
        shown = preview.of(reading, access.agency(), content, names=names, now=now, but=post.id)
        if post.state not in WRITTEN:  # what is decided is not to be mended any more
            shown = replace(shown, faults=(), warnings=())
        history = comparing.history(reading, post.id)
        again = evergreens.standing(reading, post)
        may_judge = review.may_judge(reading, actor, post) if post.state == State.SUBMITTED else ""
    possible = steps.possible(post, actor)
    page = render_template(
        "console/queue/post.html", post=post, told=told, content=content, shown=shown, history=history,
        possible={str(one) for one in possible}, may_judge=may_judge, state=name_of(post.state), counts=COUNTS,
        sends=any("followers" in one.options for one in post.targets), names=names, w=wording,
        when_=datetime.fromisoformat,
        beside={one.target_id: one for one in beside or ()}, looked=beside is not None,
        stage=stage(State(post.state)), way=moving.way(post),
        again=again, again_bounds=(evergreens.EVERY_MIN, evergreens.EVERY_MAX),
        stays=post.state in evergreens.SEEN, changed=post.note == release.CHANGED,
        comment_max=COMMENT_MAX, parts=comparing.parts(content), checklist=review.CHECKLIST,
        **typed,
    )  # fmt: skip
    return page, status


WRITTEN = frozenset({State.DRAFT, State.SUBMITTED})
STAGES = (
    frozenset({State.DRAFT}),
    frozenset({State.SUBMITTED, State.REJECTED}),
    frozenset({State.APPROVED, State.SCHEDULED, State.MISSED}),
    frozenset({State.PUBLISHING, State.FAILED, State.UNKNOWN}),
    frozenset({State.PUBLISHED, State.PARTLY}),
)
"""The way of a post in five steps, as staff see it: written, reviewed, waiting, being published, published."""


def stage(state: State) -> int:
    """Return how far a post is on its way, from 0; -1 for one that was cancelled."""
    return next((number for number, states in enumerate(STAGES) if state in states), -1)
