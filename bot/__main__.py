"""The command line: `motcua …` or `python -m bot …`."""

import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from bot.commands import ask, catalogue, check, database, nlu, processes, queue_proposals, setup, staff
from bot.commands.context import Context
from bot.errors import MotcuaError
from content.faults import ContentError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motcua")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Một Cửa: the assistant of a Vietnamese authority on Zalo OA and Facebook."""
    ctx.ensure_object(Context)


for command in (
    processes.serve,
    processes.work,
    processes.schedule,
    nlu.nlu,
    processes.dev,
    database.migrate,
    database.demo,
    check.check,
    ask.ask,
    catalogue.catalogue,
    setup.init,
    setup.agency,
    setup.account,
    staff.staff,
    queue_proposals.queue,  # with the verbs of the other `queue_…`
):
    cli.add_command(command)


def main(argv: Sequence[str] | None = None, *, context: Context | None = None) -> None:
    """Run; what is wrong goes to standard error with exit code 1 (bad use: 2)."""
    try:
        cli(argv, prog_name="motcua", obj=context)
    except ContentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except MotcuaError as error:
        click.echo(f"motcua: {error}", err=True)
        sys.exit(1)
    except DBAPIError as error:
        click.echo(f"motcua: {database.what_to_do(Context(), error)}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
