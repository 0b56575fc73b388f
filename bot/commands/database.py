"""`migrate` and `demo`."""

import click
from alembic.util import CommandError

from bot import demo as demo_module
from bot import migrations
from bot.commands.context import Context, pass_context
from bot.errors import BadInput
from bot.worker import clock


@click.command()
@click.option("--to", "revision", default="head", help="Revision to go to; `base` undoes everything.")
@pass_context
def migrate(context: Context, revision: str) -> None:
    """Bring the database's schema up to date."""
    before, head = migrations.current(context.db)
    target = head if revision == "head" else revision
    if target == before:
        click.echo(f"schema is up to date ({before})")
        return
    try:
        migrations.go(context.db, revision)
    except CommandError as error:
        raise BadInput(f"cannot go to revision '{revision}': {error}") from error
    click.echo(f"schema {before or 'empty'} -> {migrations.current(context.db)[0] or 'empty'}")


@click.command()
@pass_context
def demo(context: Context) -> None:
    """Add the demo agency with one OA and one Page (development only; a second call changes nothing)."""
    if not context.settings.development:
        raise click.UsageError("the demo agency belongs to development; set MOTCUA_ENV=development")
    with context.db.write() as session:
        added = demo_module.seed(session, context.vault, now=clock())
    click.echo("demo agency added" if added else "demo agency is there already")
