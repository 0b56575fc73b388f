"""The console with both fake platforms behind it, over real HTTP."""

import pytest
from flask import Flask

from bot.db import Database
from bot.vault import Vault
from bot.web.sandbox.platforms import PREFIXES, Platforms
from tests.channels.conftest import Serve, serve

__all__ = ["serve"]


@pytest.fixture
def fakes() -> Platforms:
    """The fake platforms, not open for any account yet."""
    return Platforms()


@pytest.fixture
def env(env: dict[str, str], fakes: Platforms, serve: Serve) -> dict[str, str]:
    """A deployment that speaks to the fake platforms."""
    app = Flask("platforms")
    fakes.mount(app)
    here = serve(app)
    zalo = here + PREFIXES["zalo"]
    urls = {"ZALO_API_URL": zalo, "ZALO_OAUTH_URL": zalo, "GRAPH_API_URL": here + PREFIXES["facebook"]}
    return {**env, **urls, "PUBLIC_URL": "https://motcua.suoi-mo.example"}


@pytest.fixture
def platforms(app: Flask, fakes: Platforms, db: Database, vault: Vault) -> Platforms:
    """The fake platforms, open for the accounts of the console's communes."""
    fakes.open_all(db, vault)
    return fakes
