"""Who sees which page: a sign-in with both steps, an agency that one works for, the right that the view names.

An agency of others is simply not found. Every answer carries a strict Content-Security-Policy.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_wtf.csrf import CSRFProtect

from bot import agencies, staff
from bot import signin as rules
from bot.errors import NotAllowed
from bot.rights import ROLES, Right
from bot.staff import Actor
from bot.tables import Agency, SignIn, Staff
from bot.web.console.desk import Desk, local
from content.phrases import say

View = TypeVar("View", bound=Callable[..., Any])
COOKIE = "sign_in"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FORM_MAX = 4 * 1024 * 1024
"""Bytes of written words in a form that takes files too."""
OPEN, SIGNED_IN = "open", "signed in"
"""Marks of the few views that need no right of an agency."""


def needs(right: Right) -> Callable[[View], View]:
    """Mark a view: the person needs `right` in the agency of the address."""
    return _marked(right)


def open_to_all(view: View) -> View:
    """Mark a view that is shown before signing in."""
    return _marked(OPEN)(view)


def for_oneself(view: View) -> View:
    """Mark a view about the signed-in person, in no agency."""
    return _marked(SIGNED_IN)(view)


def _marked(mark: str) -> Callable[[View], View]:
    def mark_view(view: View) -> View:
        view.needs = mark  # type: ignore[attr-defined]
        return view

    return mark_view


def takes(bytes_most: int) -> Callable[[View], View]:
    """Mark a view that takes larger forms than others, from people who are signed in."""

    def mark_view(view: View) -> View:
        view.takes = bytes_most  # type: ignore[attr-defined]
        return view

    return mark_view


def mark_of(app: Flask, endpoint: str) -> str | None:
    """Return what a view is marked with; None for a view that names nothing."""
    if endpoint.endswith(".static"):
        return OPEN
    return getattr(app.view_functions.get(endpoint), "needs", None)


def person() -> Staff:
    """Return who is signed in."""
    found: Staff = g.person
    return found


def sign_in() -> SignIn:
    """Return the sign-in of this browser."""
    found: SignIn = g.sign_in
    return found


def actor() -> Actor:
    """Return the signed-in person as somebody who acts in the agency of the address."""
    found: Actor = g.actor
    return found


def agency() -> Agency:
    """Return the agency of the address."""
    found: Agency = g.agency
    return found


def guard(console: Blueprint, desk: Desk, csrf: CSRFProtect) -> None:
    """Check every request of the console before its view, and harden every answer."""

    @console.before_request
    def check() -> ResponseReturnValue | None:
        if request.method not in {"GET", "HEAD"}:
            view = current_app.view_functions.get(request.endpoint or "")
            if session.get(COOKIE) and (most := getattr(view, "takes", 0)):
                request.max_content_length, request.max_form_memory_size = most, FORM_MAX
            csrf.protect()
        mark = mark_of(current_app, request.endpoint or "")
        if mark is None:
            abort(403)  # a view that names nothing is shown to nobody
        if mark == OPEN:
            return None
        if not _know(desk, desk.now()):
            return redirect(url_for("console.sign_in", next=_here()))
        return None if mark == SIGNED_IN else _enter(desk, Right(mark))

    @console.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if not (request.endpoint or "").endswith(".static"):
            response.headers.setdefault("Cache-Control", "no-store")  # pages show what citizens wrote
        return response

    @console.context_processor
    def names() -> dict[str, Any]:
        return {"may": _may, "Right": Right, "local": local, "say": say, "roles": ROLES}


def _know(desk: Desk, now: datetime) -> bool:
    """Find who is signed in; False when nobody is, or the second step is missing."""
    token = session.get(COOKIE, "")
    with desk.db.read() as reading:
        found = rules.find(reading, token, now=now) if token else None
        if found is None or found[0].proved_at is None:
            return False
        g.sign_in, g.person = found
        g.agencies = staff.agencies_of(reading, g.person.id)
    if now - g.sign_in.seen_at > rules.SEEN_EVERY:
        with desk.db.write(durable=False) as writing:
            rules.seen(writing, g.sign_in, now=now)
    return True


def _enter(desk: Desk, right: Right) -> ResponseReturnValue | None:
    """Find the agency of the address and what the person may do there."""
    slug = str((request.view_args or {}).get("slug", ""))
    with desk.db.read() as reading:
        found = agencies.find_agency(reading, slug)
        if found is None:
            abort(404)
        try:
            g.actor = staff.actor(reading, person(), found.id)
        except NotAllowed:
            abort(404)
    g.agency = found
    if right not in g.actor.rights:
        abort(403)
    return None


def _may(right: Right) -> bool:
    return "actor" in g and right in g.actor.rights


def _here() -> str | None:
    """Return the page asked for, to come back to; None where coming back makes no sense."""
    return request.full_path.rstrip("?") if request.method == "GET" else None
