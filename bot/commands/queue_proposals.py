"""`queue observances` and `evergreen`: days that come every year, and posts that stay true."""

from typing import Any

import click

from bot.commands.context import Context, pass_context
from bot.commands.queue import acting_on, agency_, as_json, by, tell
from bot.commands.queue_feeds import chosen
from bot.commands.queue_ideas import queue
from bot.curation import evergreens, occasions
from bot.curation.evergreens import Standing
from bot.curation.occasions import Coming
from bot.worker import clock

__all__ = ["queue"]

post_id_ = click.argument("post_id", type=int, metavar="ID")


@queue.command("observances")
@click.option("--days", default=90, show_default=True, help="How far ahead.")
@click.option("--propose", is_flag=True, help="Make the drafts that are due now; the scheduler does it too.")
@agency_
@as_json
@pass_context
def observances(context: Context, days: int, propose: bool, slug: str, machine: bool) -> None:
    """List the observances and deadlines that come, and the drafts proposed for them."""
    now = clock()
    with context.db.write() as session:
        agency_id = chosen(session, slug)
        made = occasions.propose(session, agency_id, now=now) if propose else []
        told = [_coming(one) for one in occasions.coming(session, agency_id, now=now, days=days)]
    lines = [f"{one['day']}  {one['name']}" + (f"  post {one['post']}" if one["post"] else "") for one in told]
    tell(machine, {"ids": made, "observances": told}, "\n".join(lines) or f"nothing within {days} days")


def _coming(one: Coming) -> dict[str, Any]:
    about = one.occasion.observance
    return {
        "key": about.key, "name": about.name, "day": one.occasion.day.isoformat(),
        "appears": one.occasion.appears_on.isoformat(), "proposed": one.occasion.proposed_on.isoformat(),
        "post": one.post_id or None, "source": about.source,
    }  # fmt: skip


@queue.group("evergreen")
def evergreen() -> None:
    """Posts that stay true, proposed again after some time: as drafts, to be reviewed."""


@evergreen.command("add")
@post_id_
@click.option("--every", required=True, type=int, metavar="DAYS", help="Days after it appeared.")
@by
@as_json
@pass_context
def add_evergreen(context: Context, post_id: int, every: int, login: str, machine: bool) -> None:
    """Let a published post be proposed again every so many days."""
    with context.db.write() as session:
        evergreens.keep(session, acting_on(session, login, post_id), post_id, every=every, now=clock())
    tell(machine, {"post": post_id, "every": every}, f"post {post_id} is proposed again every {every} days")


@evergreen.command("remove")
@post_id_
@by
@as_json
@pass_context
def remove_evergreen(context: Context, post_id: int, login: str, machine: bool) -> None:
    """Propose a post no more."""
    with context.db.write() as session:
        evergreens.drop(session, acting_on(session, login, post_id), post_id, now=clock())
    tell(machine, {"post": post_id, "removed": True}, f"post {post_id} is proposed no more")


@evergreen.command("list")
@agency_
@as_json
@pass_context
def list_evergreens(context: Context, slug: str, machine: bool) -> None:
    """List the evergreen posts, and when each is proposed next."""
    with context.db.read() as session:
        told = [_standing(one) for one in evergreens.of_agency(session, chosen(session, slug))]
    lines = [
        f"{one['post']:>6}  every {one['every']} days, next {one['next_at'] or '-'}  {one['title']}" for one in told
    ]
    tell(machine, told, "\n".join(lines) or "no evergreen posts")


@evergreen.command("propose")
@as_json
@pass_context
def propose_evergreens(context: Context, machine: bool) -> None:
    """Make the drafts whose time has come again; the scheduler does it too."""
    made = evergreens.propose_all(context.db, now=clock())
    tell(machine, {"ids": made}, "\n".join(f"post {one} added" for one in made) or "nothing is due")


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "post": one.evergreen.post_id, "title": one.evergreen.post.title, "every": one.evergreen.every,
        "by": one.evergreen.by, "proposed": one.proposed,
        "next_at": one.next_at.isoformat() if one.next_at else None,
    }  # fmt: skip
