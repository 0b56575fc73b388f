"""`queue feed …`: portals whose news become drafts."""

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from bot import agencies, staff
from bot.commands.context import Context, pass_context
from bot.commands.queue import agency_, agency_named, as_json, by, person_of, tell
from bot.commands.queue_rules import queue
from bot.curation import feeds, following, reading
from bot.errors import BadInput
from bot.staff import Actor
from bot.tables import Feed
from bot.worker import clock

__all__ = ["queue"]


def acting(session: Session, login: str, slug: str) -> Actor:
    """Return `login` as somebody of the agency named, or of the only one they work for."""
    person = person_of(session, login)
    theirs = [one for one in staff.agencies_of(session, person.id) if slug in {"", one.slug}]
    if len(theirs) != 1:
        raise BadInput(f"{login} works for none or several of these agencies; name one with --agency")
    return staff.actor(session, person, theirs[0].id)


def chosen(session: Session, slug: str) -> int:
    """Return the id of the agency named, or of the only one there is."""
    found = agency_named(session, slug) if slug else agencies.only_agency(session)
    if found is None:
        raise BadInput("there is no agency, or several; name one with --agency")
    return found.id


@queue.group("feed")
def feed() -> None:
    """Portals' RSS and Atom: their news become drafts that a person takes over."""


@feed.command("add")
@click.argument("url")
@by
@agency_
@click.option("--every", default=feeds.EVERY, show_default=True, metavar="MINUTES", help="How often it is fetched.")
@as_json
@pass_context
def add(context: Context, url: str, login: str, slug: str, every: int, machine: bool) -> None:
    """Follow the feed at URL; it is fetched at once, and refused if it is no feed."""
    with context.db.read() as session:
        acting(session, login, slug)
    found = reading.read(context.fetcher.get(url))
    with context.db.write() as session:
        actor = acting(session, login, slug)
        made = feeds.follow(session, actor, url, title=found.title, every=every, now=clock())
        told = shown(made)
    tell(
        machine,
        told,
        f"feed {told['id']} added: {told['title']}, {len(found.news)} items; `queue feed fetch` takes them",
    )


@feed.command("list")
@agency_
@as_json
@pass_context
def list_(context: Context, slug: str, machine: bool) -> None:
    """List the feeds that an agency follows, and what is wrong with them."""
    with context.db.read() as session:
        told = [shown(one) for one in feeds.of_agency(session, chosen(session, slug))]
    lines = [f"{one['id']:>6}  {one['url']}  {one['title']}  {one['error'] or 'ok'}" for one in told]
    tell(machine, told, "\n".join(lines) or "no feeds")


@feed.command("remove")
@click.argument("feed_id", type=int, metavar="ID")
@by
@as_json
@pass_context
def remove(context: Context, feed_id: int, login: str, machine: bool) -> None:
    """Follow a feed no more; its drafts stay."""
    with context.db.write() as session:
        known = session.get(Feed, feed_id)
        if known is None:
            raise BadInput(f"no feed {feed_id}")
        actor = staff.actor(session, person_of(session, login), known.agency_id)
        feeds.remove(session, actor, feed_id, now=clock())
    tell(machine, {"id": feed_id, "removed": True}, f"feed {feed_id} is followed no more")


@feed.command("fetch")
@click.argument("feed_ids", nargs=-1, type=int, metavar="[ID]...")
@agency_
@as_json
@pass_context
def fetch(context: Context, feed_ids: Sequence[int], slug: str, machine: bool) -> None:
    """Fetch feeds now, all of an agency's if none is named; prints the ids of the new drafts."""
    with context.db.read() as session:
        wanted = feed_ids or [one.id for one in feeds.of_agency(session, chosen(session, slug))]
    found = following.fetch(context.db, context.fetcher, now=clock(), only=wanted) if wanted else []
    told = [one.as_json() for one in found]
    ids = [post for one in found for post in one.posts]
    tell(machine, {"fetched": told, "ids": ids}, "\n".join(map(str, found)) or "no feeds")
    if found and all(one.error for one in found):
        raise BadInput("no feed could be fetched")


def shown(feed: Feed) -> dict[str, Any]:
    """Return a feed as JSON."""
    fetched = feed.fetched_at.isoformat() if feed.fetched_at else None
    return {
        "id": feed.id, "url": feed.url, "title": feed.title, "every": feed.every, "fetched_at": fetched,
        "next_at": feed.next_at.isoformat(), "failures": feed.failures, "error": feed.error,
    }  # fmt: skip
