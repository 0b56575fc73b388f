"""`queue template …`: posts that are written again and again, with blanks to fill in."""

from collections.abc import Sequence
from pathlib import Path

import click

from bot.commands.context import Context, pass_context
from bot.commands.queue import agency_, as_json, by, tell
from bot.commands.queue_feeds import acting, chosen, queue
from bot.curation import templates
from bot.errors import BadInput
from bot.worker import clock

__all__ = ["queue"]

key_ = click.argument("key", metavar="KEY")


@queue.group("template")
def template() -> None:
    """Templates of posts with blanks as {{ngày}}: ours, and the agency's own."""


@template.command("list")
@agency_
@as_json
@pass_context
def list_(context: Context, slug: str, machine: bool) -> None:
    """List the templates, and the blanks of each."""
    with context.db.read() as session:
        told = [one.as_json() for one in templates.of_agency(session, chosen(session, slug)).values()]
    lines = [f"{one['key']:<20}  {one['name']}  ({', '.join(one['fields'])})" for one in told]
    tell(machine, told, "\n".join(lines))


@template.command("show")
@key_
@agency_
@as_json
@pass_context
def show(context: Context, key: str, slug: str, machine: bool) -> None:
    """Show a template, and what to write in each blank."""
    with context.db.read() as session:
        told = templates.find(session, chosen(session, slug), key).as_json()
    fields = [f"{{{{{name}}}}}  {what}".rstrip() for name, what in told["fields"].items()]
    tell(machine, told, "\n".join([told["title"], "", told["text"], "", *fields]))


@template.command("add")
@key_
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by
@click.option("--name", default="", help="What staff call it; else its title.")
@agency_
@as_json
@pass_context
def add(context: Context, key: str, file: Path, login: str, name: str, slug: str, machine: bool) -> None:
    """Keep the one post of FILE (as for `queue add`, without pictures) as the agency's template KEY."""
    with context.db.write() as session:
        actor = acting(session, login, slug)
        data = file.read_bytes()
        kept = templates.keep(session, actor, key, name=name, data=data, file=file.name, now=clock())
        told = kept.as_json()
    tell(machine, told, f"template {key} kept; blanks: {', '.join(told['fields']) or 'none'}")


@template.command("remove")
@key_
@by
@agency_
@as_json
@pass_context
def remove(context: Context, key: str, login: str, slug: str, machine: bool) -> None:
    """Forget a template of the agency's own; its drafts stay."""
    with context.db.write() as session:
        templates.drop(session, acting(session, login, slug), key, now=clock())
    tell(machine, {"key": key, "removed": True}, f"template {key} removed")


@template.command("use")
@key_
@by
@click.option("--set", "given", multiple=True, metavar="NAME=VALUE", help="What fills a blank; may be given again.")
@click.option("--target", "targets", multiple=True, metavar="TARGET", help="Where it goes; else every account.")
@agency_
@as_json
@pass_context
def use(
    context: Context, key: str, login: str, given: Sequence[str], targets: Sequence[str], slug: str, machine: bool
) -> None:  # fmt: skip
    """Make a draft of a template; refused with every blank that is left."""
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise BadInput(f"--set needs NAME=VALUE; got {', '.join(wrong)}")
    values = {name: value for name, _, value in pairs}
    with context.db.write() as session:
        actor = acting(session, login, slug)
        post_id = templates.use(session, actor, key, values=values, targets=targets, now=clock()).id
    tell(machine, {"ids": [post_id]}, f"post {post_id} added")
