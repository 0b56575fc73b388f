"""The command line: `motcua …` or `python -m bot …`."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from bot.commands.context import Context

VERBS = {
    "serve": "serve", "work": "work", "schedule": "processes", "nlu": "nlu", "dev": "processes",
    "migrate": "database", "demo": "database", "check": "check", "ask": "ask", "catalogue": "catalogue",
    "init": "setup", "agency": "setup", "account": "setup", "staff": "staff",
    "queue": "queue_proposals",  # with the verbs of the other `queue_…`
}  # fmt: skip
"""Each verb and the module of `bot.commands` that has it."""


class _Verbs(click.Group):
    """Imports a verb's module when it is called: what serves all day is small, and a short command quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        found: click.Command = getattr(import_module(f"bot.commands.{VERBS[cmd_name]}"), cmd_name)
        return found


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="motcua")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Một Cửa: the assistant of a Vietnamese authority on Zalo OA and Facebook."""
    ctx.ensure_object(Context)


def main(argv: Sequence[str] | None = None, *, context: Context | None = None) -> None:
    """Run; what is wrong goes to standard error with exit code 1 (bad use: 2)."""
    try:
        cli(argv, prog_name="motcua", obj=context)
    except Exception as error:
        from bot.commands.faults import told

        if (lines := told(error)) is None:
            raise
        click.echo(lines, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
