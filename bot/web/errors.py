"""What anybody sees when something goes wrong, on the whole site; every answer is hardened and has a number."""

import secrets

import structlog
from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.web.console.access import POLICY

MACHINES = ("/hooks/", "/healthz", "/readyz", "/metrics", "/sandbox/")
"""Where programs ask: they get a short text, no page."""
STRICT_TRANSPORT = "max-age=31536000"

log = structlog.get_logger()


def word(app: Flask, *, https: bool) -> None:
    """Give every refusal a page and every answer its headers."""

    @app.before_request
    def number() -> None:
        g.request_id = secrets.token_hex(6)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if https:
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error
        if request.path.startswith(MACHINES):
            return Response(f"{error.name}\n", code, mimetype="text/plain")
        return render_template("public/error.html", code=code, request_id=g.get("request_id", "")), code

    @app.errorhandler(500)
    def broken(error: InternalServerError) -> ResponseReturnValue:
        cause = error.original_exception
        log.error("web.failed", request_id=g.get("request_id"), endpoint=request.endpoint, exc_info=cause)
        return refused(error)
