"""What a person sees when something is refused: what happened and what to do, never a trace."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, NotFound, RequestEntityTooLarge

from bot.errors import NotAllowed


def word(console: Blueprint) -> None:
    """Give each refusal a page."""

    @console.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return render_template("console/refused.html", why="stale"), 400

    @console.errorhandler(NotAllowed)
    @console.errorhandler(Forbidden)
    def forbidden(_error: Exception) -> ResponseReturnValue:
        return render_template("console/refused.html", why="forbidden"), 403

    @console.errorhandler(RequestEntityTooLarge)
    def heavy(_error: RequestEntityTooLarge) -> ResponseReturnValue:
        return render_template("console/refused.html", why="heavy"), 413

    @console.errorhandler(NotFound)
    def missing(_error: NotFound) -> ResponseReturnValue:
        return render_template("console/refused.html", why="missing"), 404
