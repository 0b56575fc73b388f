"""`queue idea` and `suggest`: what is worth a post, noted by people or asked for by citizens."""

from datetime import timedelta
from typing import Any

import click
from sqlalchemy.orm import Session

from bot import staff
from bot.commands.context import Context, pass_context
from bot.commands.queue import agency_, as_json, by, person_of, tell
from bot.commands.queue_feeds import acting, chosen
from bot.commands.queue_templates import queue
from bot.curation import asked, ideas
from bot.errors import BadInput
from bot.staff import Actor
from bot.tables import Idea
from bot.worker import clock

__all__ = ["queue"]

idea_id_ = click.argument("idea_id", type=int, metavar="ID")


@queue.group("idea")
def idea() -> None:
    """The idea list: what is worth a post."""


@idea.command("add")
@click.argument("title")
@by
@click.option("--text", default="", help="What it may say.")
@click.option("--link", default="", help="Where more stands.")
@click.option("--topic", default="", help="A topic of the plan.")
@agency_
@as_json
@pass_context
def add_idea(context: Context, /, title: str, login: str, slug: str, machine: bool, **parts: str) -> None:
    """Note an idea."""
    with context.db.write() as session:
        told = _idea(ideas.add(session, acting(session, login, slug), title, now=clock(), **parts))
    tell(machine, told, f"idea {told['id']} added")


@idea.command("list")
@click.option("--all", "whole", is_flag=True, help="Those used and dropped too.")
@agency_
@as_json
@pass_context
def list_ideas(context: Context, whole: bool, slug: str, machine: bool) -> None:
    """List the open ideas, the newest first."""
    states = ideas.STATES if whole else (ideas.OPEN,)
    with context.db.read() as session:
        told = [_idea(one) for one in ideas.listed(session, chosen(session, slug), states=states)]
    tell(machine, told, "\n".join(f"{one['id']:>6}  {one['state']:<7}  {one['title']}" for one in told) or "no ideas")


@idea.command("use")
@idea_id_
@by
@as_json
@pass_context
def use_idea(context: Context, idea_id: int, login: str, machine: bool) -> None:
    """Make an idea a draft."""
    with context.db.write() as session:
        post_id = ideas.use(session, _acting_on(session, login, idea_id), idea_id, now=clock()).id
    tell(machine, {"ids": [post_id]}, f"post {post_id} added")


@idea.command("drop")
@idea_id_
@by
@as_json
@pass_context
def drop_idea(context: Context, idea_id: int, login: str, machine: bool) -> None:
    """Leave an idea."""
    with context.db.write() as session:
        told = _idea(ideas.drop(session, _acting_on(session, login, idea_id), idea_id, now=clock()))
    tell(machine, told, f"idea {idea_id} is {told['state']}")


def _acting_on(session: Session, login: str, idea_id: int) -> Actor:
    known = session.get(Idea, idea_id)
    if known is None:
        raise BadInput(f"no idea {idea_id}")
    return staff.actor(session, person_of(session, login), known.agency_id)


def _idea(one: Idea) -> dict[str, Any]:
    return {
        "id": one.id, "state": one.state, "title": one.title, "text": one.text, "link": one.link, "topic": one.topic,
        "by": one.by, "origin": one.origin or "", "post": one.post_id,
    }  # fmt: skip


@queue.command("suggest")
@click.option("--days", default=7, show_default=True, help="How far back.")
@click.option("--most", default=5, show_default=True, help="How many.")
@click.option("--keep", "login", default="", metavar="LOGIN", help="Put them on the idea list, as LOGIN.")
@agency_
@as_json
@pass_context
def suggest(context: Context, days: int, most: int, login: str, slug: str, machine: bool) -> None:
    """Tell what most people asked lately, with words for a post; who asked is not told."""
    now, kept = clock(), []
    if days < 1 or most < 1:
        raise BadInput("--days and --most must be 1 or more")
    with context.db.write() as session:
        actor = acting(session, login, slug) if login else None
        agency_id = actor.agency_id if actor else chosen(session, slug)
        found = asked.suggestions(session, agency_id, since=now - timedelta(days=days), until=now, most=most)
        if actor:
            kept = asked.keep(session, actor, found, now=now)
    told = {"suggestions": [one.as_json() for one in found], "ideas": kept}
    lines = [f"{one.count.people:>5} people, {one.count.times} times: {one.title}" for one in found]
    lines += [f"idea {one} added" for one in kept]
    tell(machine, told, "\n".join(lines) or f"nothing was asked by {asked.PEOPLE_MIN} people or more")
