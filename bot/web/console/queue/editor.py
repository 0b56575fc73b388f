"""Writing a post: one form that loses nothing, with a preview, files, and a word when somebody else wrote meanwhile."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies
from bot.campaigns import calendar, checks, comparing, covers, drafts, library, listing, review, rules
from bot.campaigns.content import Content, of_post
from bot.campaigns.pictures import VIDEO_BYTES
from bot.campaigns.publication import NOWHERE, address
from bot.campaigns.states import State, Verb, may
from bot.errors import BadInput, NotAllowed, Stale
from bot.rights import Right
from bot.tables import Post, PostVersion
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.queue import media, preview, typed, wording
from bot.web.console.queue.acting import own, readable, refused
from bot.web.console.queue.typed import Typed
from content.phrases import say

BODY_MAX = VIDEO_BYTES + 4 * 1024 * 1024
KEEP = ("save", "submit")
"""Acts that store the post; every other one changes only what stands in the form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What somebody else saved meanwhile: who, which version, and how it differs from what stands in the form."""

    who: str
    version: int
    theirs: dict[str, str]
    ways: dict[str, comparing.Pieces]


def add(console: Blueprint, desk: Desk) -> None:
    """Add writing, editing and the preview."""

    @console.route("/<slug>/queue/new", methods=["GET", "POST"])
    @access.needs(Right.WRITE)
    @access.takes(BODY_MAX)
    def queue_new(slug: str) -> ResponseReturnValue:
        """Write a new post."""
        return _edited(desk, None)

    @console.route("/<slug>/queue/<int:post_id>/edit", methods=["GET", "POST"])
    @access.needs(Right.WRITE)
    @access.takes(BODY_MAX)
    def queue_edit(slug: str, post_id: int) -> ResponseReturnValue:
        """Write a new version of a post."""
        with desk.db.read() as reading:
            post = own(reading, post_id)
        try:
            may(post.state, Verb.EDIT)
        except BadInput as error:
            flash(refused(error), "danger")
            return redirect(url_for("console.queue_post", slug=slug, post_id=post_id))
        return _edited(desk, post)

    @console.post("/<slug>/queue/preview")
    @access.needs(Right.WRITE)
    @access.takes(BODY_MAX)
    def queue_preview(slug: str) -> ResponseReturnValue:
        """Return how what is typed will look; nothing is stored."""
        number = _post_of_form()
        with desk.db.read() as reading:
            post = own(reading, number) if number else None
            written = typed.read(request.form, _begin(reading, post))
            shown = _preview(reading, desk, written, post)
        return render_template("console/queue/_preview.html", shown=shown, w=wording)


def _post_of_form() -> int:
    """Return the id of the post whose form was sent; 0 for a new one."""
    text = request.form.get("post", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _begin(session: Session, post: Post | None) -> Typed:
    agency = access.agency()
    grace = rules.of_agency(session, agency.id)["grace"]
    content = of_post(post) if post else Content(title="", text="", grace=grace)
    return typed.of(content, agencies.accounts_of(session, agency.id), slug=agency.slug)


def _edited(desk: Desk, post: Post | None) -> ResponseReturnValue:
    with desk.db.read() as reading:
        begin = _begin(reading, post)
    mark = drafts.mark(post) if post else ""
    if request.method == "GET":
        return _page(desk, post, begin, read=mark)
    read, act = request.form.get("read", ""), request.form.get("act", "save")
    written, file = typed.with_file(typed.read(request.form, begin), request.form, request.files.get("file"))
    if file is not None:
        with desk.db.write() as writing:
            library.keep(writing, file, alt="", now=desk.now())
    written = typed.rearranged(written, act)
    if act not in KEEP or written.faults:
        return _page(desk, post, written, read=read, told=act in KEEP, status=422 if written.faults else 200)
    return _kept(desk, post, written, read=read, act=act)


def _kept(desk: Desk, post: Post | None, written: Typed, *, read: str, act: str) -> ResponseReturnValue:
    """Store what was typed and, if asked, submit it; or show the form again with every fault."""
    now, actor = desk.now(), access.actor()
    try:
        with desk.db.write() as writing:
            faults = _faults(writing, written.content, desk, submits=act == "submit")
            if faults:
                again = replace(written, faults=tuple(faults))
                raise _Faulty(again)
            if post is None:
                kept = drafts.add(writing, actor, written.content, now=now)
            else:
                kept = drafts.edit(writing, actor, post.id, written.content, read=read or "?", now=now)
            if act == "submit":
                review.submit(writing, actor, kept.id, now=now)
    except _Faulty as error:
        return _page(desk, post, error.typed, read=read, told=True, status=422)
    except Stale:
        with desk.db.read() as reading:
            fresh = own(reading, post.id if post else 0)
            conflict = _conflict(reading, fresh, written.content)
        return _page(desk, fresh, written, read=drafts.mark(fresh), conflict=conflict, status=409)
    except (BadInput, NotAllowed) as error:
        return _page(desk, post, written, read=read, refusal=refused(error), status=422)
    flash(say("queue.told.submitted" if act == "submit" else "queue.told.saved"))
    return redirect(url_for("console.queue_post", slug=access.agency().slug, post_id=kept.id))


class _Faulty(Exception):
    """What is typed has faults; nothing of it is stored."""

    def __init__(self, written: Typed) -> None:
        self.typed = written
        super().__init__()


def _faults(session: Session, content: Content, desk: Desk, *, submits: bool) -> list[checks.Fault]:
    agency = access.agency()
    whole = covers.covered(content, agency=agency.name)
    found = checks.faults(session, agency.id, whole, now=desk.now())
    return [*found, checks.no_targets()] if submits and not content.targets else found


def _conflict(session: Session, post: Post, mine: Content) -> Conflict:
    query = select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.number == post.version)
    row = session.scalars(query).one()
    theirs = of_post(post)
    who = row.staff.name or row.staff.login
    told = {part: text for part, text in comparing.parts(theirs).items() if text}
    return Conflict(who=who, version=post.version, theirs=told, ways=comparing.compared(theirs, mine))


def _preview(session: Session, desk: Desk, written: Typed, post: Post | None) -> preview.Preview:
    names = {one.id: one.name for one in written.places}
    return preview.of(
        session, access.agency(), written.content, names=names, now=desk.now(), but=post.id if post else 0
    )  # fmt: skip


def _page(
    desk: Desk, post: Post | None, written: Typed, *, read: str, told: bool = False, status: int = 200, **more: Any
) -> ResponseReturnValue:  # fmt: skip
    """Show the form; `told`: with its faults, for it was to be stored."""
    here = access.agency().id
    with desk.db.read() as reading:
        shown = _preview(reading, desk, written, post)
        suggested = {"topic": listing.topics(reading, here), "audience": listing.audiences(reading, here)}
    names = {one.id: one.name for one in written.places}
    faults = {part: [readable(one, names) for one in lines] for part, lines in typed.by_part(written.faults).items()}
    page = render_template(
        "console/queue/editor.html", post=post, typed=written, content=written.content, shown=shown, read=read,
        faults=faults if told or written.faults else {}, suggested=suggested, languages=checks.LANGUAGES,
        every=calendar.EVERY, variant=typed.VARIANT,
        tokens=_tokens(written.content), w=wording,
        judged=bool(post and post.state != State.DRAFT), **more,
    )  # fmt: skip
    return page, status


def _tokens(content: Content) -> list[tuple[str, str]]:
    """Return each file's token and where it is shown; the latter empty for files elsewhere."""
    files = media.shown(content)
    return [(media.closed(one), files.get(address(one, NOWHERE), "")) for one in content.media]
