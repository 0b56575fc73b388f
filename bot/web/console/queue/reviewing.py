"""Reviewing a post: what changed word by word, the checklist, the verdict; and when a post without a time appears."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.campaigns import comparing, drafts, review
from bot.campaigns.content import of_post
from bot.campaigns.states import State, Verb, name_of
from bot.campaigns.steps import COMMENT_MAX
from bot.errors import BadInput, NotAllowed
from bot.rights import Right
from bot.tables import Post
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue import preview, wording
from bot.web.console.queue.acting import back, done, moment, named, own, refused
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the review's page, and scheduling."""

    @console.route("/<slug>/queue/<int:post_id>/review", methods=["GET", "POST"])
    @access.needs(Right.REVIEW)
    def queue_review(slug: str, post_id: int) -> ResponseReturnValue:
        """Show what is to be reviewed; take the verdict."""
        with desk.db.read() as reading:
            own(reading, post_id)
        if request.method == "GET":
            return _page(desk, post_id)
        try:
            with desk.db.write() as writing:
                post = _judged(writing, post_id, desk)
        except (BadInput, NotAllowed) as error:
            return _page(desk, post_id, refusal=refused(error), status=422)
        flash(say("queue.told.judged", state=name_of(post.state).lower()))
        return redirect(url_for("console.queue_post", slug=slug, post_id=post_id))

    @console.post("/<slug>/queue/<int:post_id>/schedule")
    @access.needs(Right.SCHEDULE)
    def queue_schedule(slug: str, post_id: int) -> ResponseReturnValue:
        """Say when an approved or a missed post appears: at a time, or at the next free slot."""
        with desk.db.read() as reading:
            own(reading, post_id)
        given = {} if request.form.get("act") == "slot" else request.form
        try:
            at = moment(given.get("day", ""), given.get("clock", ""))
        except BadInput as error:
            flash(refused(error), "danger")
            return back(post_id)
        if given and at is None:
            flash(say("queue.refused.clock", typed=""), "danger")
            return back(post_id)
        actor, now = access.actor(), desk.now()
        if done(desk, post_id, lambda session: review.schedule(session, actor, post_id, at=at, now=now)):
            flash(say("queue.told.scheduled"))
        return back(post_id)


def _judged(session: Session, post_id: int, desk: Desk) -> Post:
    actor, now, comment = access.actor(), desk.now(), request.form.get("comment", "")
    verdict = request.form.get("verdict", "")
    if verdict == Verb.APPROVE:
        version = request.form.get("version", "")
        return review.approve(
            session, actor, post_id, now=now, comment=comment, checklist=_ticked(),
            version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        )  # fmt: skip
    rule = {str(Verb.RETURN): review.send_back, str(Verb.REJECT): review.reject}.get(verdict)
    if rule is None:
        raise BadInput("no verdict", told=say("queue.refused.verdict"))
    return rule(session, actor, post_id, comment=comment, now=now)


def _ticked() -> Mapping[str, bool]:
    return {one: bool(request.form.get(f"check-{one}")) for one in review.CHECKLIST}


def _page(desk: Desk, post_id: int, *, status: int = 200, **told: object) -> ResponseReturnValue:
    now, actor = desk.now(), access.actor()
    with desk.db.read() as reading:
        post = own(reading, post_id)
        content = of_post(post)
        since = comparing.base(reading, post)
        before = drafts.version(reading, actor, post_id, since) if since else None
        names = {f"{one.channel}:{one.key}": named(one) for one in post.targets}
        shown = preview.of(reading, access.agency(), content, names=names, now=now, but=post.id)
        why_not = review.may_judge(reading, actor, post)
    page = render_template(
        "console/queue/review.html", post=post, since=since,
        changed=comparing.compared(before, content) if before else {},
        shown=shown, why_not=why_not, checklist=review.CHECKLIST, ticked=_ticked(),
        comment=request.form.get("comment", ""), w=wording, comment_max=COMMENT_MAX, state=name_of(post.state),
        open=post.state == State.SUBMITTED, parts=comparing.parts(content), **told,
    )  # fmt: skip
    return page, status
