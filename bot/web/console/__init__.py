"""The staff console: server-rendered pages under `/console`, in Vietnamese, on the same functions as the command line.

One file a page; `access` decides who sees it. Every view names the right it needs (`@needs`) or says that it is open.
"""

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect

from bot.curation.fetching import Fetcher
from bot.web.console import (
    access,
    canned,
    errors,
    figures,
    help,
    hours,
    knowledge,
    learning,
    mine,
    people,
    queue,
    settings,
    signin,
    talking,
    talks,
    tickets,
    today,
    trying,
)
from bot.web.console.desk import Desk
from bot.web.console.probe import Probe

PAGES = (
    signin, mine, today, talks, talking, tickets, queue, canned, knowledge, learning, trying, hours, people,
    figures, settings, help,
)  # fmt: skip
"""Modules with `add(console, desk)`."""


def mount(app: Flask, desk: Desk) -> None:
    """Serve the console."""
    app.config.update(
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_CHECK_DEFAULT=False,  # webhooks are signed by the platforms; `access` checks every console form
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in
    )
    app.extensions["probe"] = Probe(desk)
    app.extensions["fetcher"] = Fetcher(whole=10.0)  # a person waits for it
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    console = Blueprint(
        "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip
    access.guard(console, desk, csrf)
    errors.word(console)
    for page in PAGES:
        page.add(console, desk)
    app.register_blueprint(console)
