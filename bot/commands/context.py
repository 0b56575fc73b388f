"""What every verb needs: settings and database, opened once and with every fault told."""

import logging
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import click

from bot import log
from bot import settings as settings_module
from bot.errors import SettingsError
from bot.settings import Settings

if TYPE_CHECKING:  # a verb imports what it uses
    from bot.curation.fetching import Fetcher
    from bot.db import Database
    from bot.vault import Vault


@dataclass
class Context:
    """Opened on first use, so that `--help` needs nothing."""

    @cached_property
    def settings(self) -> Settings:
        """The deployment's settings; ends the program with exit code 1 and all faults when they are wrong."""
        try:
            loaded = settings_module.load()
        except SettingsError as error:
            for fault in error.faults:
                click.echo(f"settings: {fault}", err=True)
            sys.exit(1)
        # Standard output is the command's own, for scripts; the processes say more, and configure it anew.
        log.configure(loaded.log_format, level=logging.WARNING)
        return loaded

    @cached_property
    def db(self) -> "Database":
        """The database."""
        from bot.db import Database

        return Database(self.settings.database_url)

    @cached_property
    def vault(self) -> "Vault":
        """The encryption of stored tokens."""
        from bot.vault import Vault

        return Vault(self.settings.token_keys)

    @cached_property
    def fetcher(self) -> "Fetcher":
        """How addresses that somebody typed are fetched."""
        from bot.curation.fetching import Fetcher

        return Fetcher()


pass_context = click.make_pass_decorator(Context, ensure=True)
