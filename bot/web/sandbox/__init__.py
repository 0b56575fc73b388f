"""The sandbox (development only): fake platforms over real HTTP, and two phones to try the bot on."""

from flask import Flask

from bot.db import Database
from bot.vault import Vault
from bot.web.sandbox import page
from bot.web.sandbox.platforms import Platforms


def mount(app: Flask, db: Database, vault: Vault) -> Platforms:
    """Serve the fakes and the page with the phones; return the fakes."""
    platforms = Platforms()
    platforms.mount(app)
    app.register_blueprint(page.create(platforms, db, vault))
    return platforms
