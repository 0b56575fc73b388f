"""`staff add`: people of an agency, from the shell."""

import sys

import click

from bot import agencies
from bot import staff as people
from bot.commands.context import Context, pass_context
from bot.errors import BadInput
from bot.rights import ALIASES, ROLES
from bot.worker import clock


@click.group()
def staff() -> None:
    """People who work with the console and the queue."""


@staff.command("add")
@click.option("--agency", "slug", required=True, help="The agency's slug.")
@click.option("--login", required=True, help="Name to sign in with, e.g. lan.nguyen.")
@click.option("--role", required=True, type=click.Choice([*ROLES, *ALIASES]), metavar="|".join(ROLES),
              help="What the person does; call again for a second role.")  # fmt: skip
@click.option("--language", "languages", multiple=True, type=click.Choice(people.LANGUAGES),
              help="A language beside Vietnamese that the person may review posts in; may be given again.")  # fmt: skip
@pass_context
def add(context: Context, slug: str, login: str, role: str, languages: tuple[str, ...]) -> None:
    """Give a person a role; the password is read from standard input, one line."""
    password = click.prompt("password", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    with context.db.write() as session:
        agency = agencies.find_agency(session, slug)
        if agency is None:
            raise BadInput(f"no agency '{slug}'; add it first with `motcua agency add`")
        person = people.add(
            session, agency, login=login, role=role, password=password.rstrip("\r\n"), now=clock()
        )  # fmt: skip
        if languages:
            people.knows(session, person, agency, languages=languages, now=clock())
        held = ", ".join(people.roles(session, person.id, agency.id))
    click.echo(f"{person.login} is {held} of {slug}")
