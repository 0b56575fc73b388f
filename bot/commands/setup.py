"""`init`, `agency add` and `account add`: set an authority up from the shell."""

import json
from secrets import token_urlsafe
from typing import IO, Any

import click
from cryptography.fernet import Fernet

from bot import agencies
from bot.commands.context import Context, pass_context
from bot.errors import BadInput
from bot.settings import ROOT
from bot.worker import clock


@click.group()
def agency() -> None:
    """Authorities."""


@agency.command("add")
@click.option("--slug", required=True, help="Short name for addresses and commands, e.g. suoi-mo.")
@click.option("--name", required=True, help="Name as citizens know it.")
@click.option("--level", required=True, type=click.Choice(agencies.LEVELS))
@pass_context
def add_agency(context: Context, slug: str, name: str, level: str) -> None:
    """Add an authority."""
    with context.db.write() as session:
        agencies.add_agency(session, slug, name=name, level=level, now=clock())
    click.echo(f"agency {slug} added")


@click.group()
def account() -> None:
    """Zalo OAs and Facebook Pages."""


@account.command("add")
@click.option("--agency", "slug", required=True, help="The agency's slug.")
@click.option("--channel", required=True, help="zalo or facebook.")
@click.option("--key", required=True, help="The OA's or the Page's id.")
@click.option("--secrets", "secrets_file", required=True, type=click.File("r", encoding="utf-8"),
              help="JSON file with the secrets, or - for standard input.")  # fmt: skip
@pass_context
def add_account(context: Context, slug: str, channel: str, key: str, secrets_file: IO[str]) -> None:
    """Connect an OA or a Page; for a known one, replace its secrets."""
    secrets = _secrets(secrets_file)
    with context.db.write() as session:
        found = agencies.find_agency(session, slug)
        if found is None:
            raise BadInput(f"no agency '{slug}'; add it first with `motcua agency add`")
        agencies.add_account(
            session, found, channel=channel, key=key, secrets=secrets, vault=context.vault, now=clock()
        )
    hook = f"{context.settings.public_url}/hooks/{channel}/{key}"
    click.echo(f"{channel} account {key} added to {slug}; its webhook is {hook}")


def _secrets(source: IO[str]) -> dict[str, str]:
    try:
        secrets: Any = json.load(source)
    except ValueError as error:
        raise BadInput(f"the secrets are not JSON: {error}") from error
    if not isinstance(secrets, dict) or not all(isinstance(value, str | int) for value in secrets.values()):
        raise BadInput('the secrets must be one JSON object of texts, e.g. {"app_id": "…", "app_secret": "…"}')
    return {str(name): str(value) for name, value in secrets.items()}


@click.command()
def init() -> None:
    """Write .env with fresh secrets for development; a second call changes nothing."""
    path = ROOT / ".env"
    if path.exists():
        click.echo(".env is there already")
        return
    lines = [
        "# Written by `motcua init` for development. In production set these by the environment or as NAME_FILE.",
        "MOTCUA_ENV=development",
        f"SECRET_KEY={token_urlsafe(48)}",
        f"TOKEN_KEYS={Fernet.generate_key().decode()}",
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(".env written (secrets for development)")
