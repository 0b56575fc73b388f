"""Một Cửa: the application. `create_app` is the web; `python -m bot` is the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bot.settings import Settings


def create_app(settings: "Settings") -> "Flask":
    """Return the web application: webhooks, health, the console, public pages and, in development, the sandbox."""
    # Imported here: who imports `bot` for a value or a verb needs none of it.
    from flask import Flask

    from bot.db import Database
    from bot.vault import Vault
    from bot.web import console, errors, feeds, health, hooks, media, public, sandbox
    from bot.web.console.desk import Desk

    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=not settings.development,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=hooks.BODY_MAX,
    )
    db, vault = Database(settings.database_url), Vault(settings.token_keys)
    app.register_blueprint(hooks.create(db, vault))
    app.register_blueprint(health.create(db, settings))
    desk = Desk(db, vault, settings)
    app.extensions["desk"] = desk
    console.mount(app, desk)
    app.register_blueprint(media.create(db))
    app.register_blueprint(feeds.create(db, settings))
    app.register_blueprint(public.create(desk))
    errors.word(app, https=settings.public_url.startswith("https://"))
    if settings.development:
        app.extensions["sandbox"] = sandbox.mount(app, db, vault)
    return app
