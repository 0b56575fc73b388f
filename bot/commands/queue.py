"""`queue …`: the curated queue from the shell, by the same functions and rights as the console."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies, staff
from bot.campaigns import byhand, drafts, importing, resending, review, views
from bot.campaigns.content import of_post
from bot.campaigns.states import State
from bot.commands.context import Context, pass_context
from bot.errors import BadInput
from bot.reconciling import Reconciling
from bot.staff import Actor
from bot.tables import Account, Agency, Post, Staff
from bot.worker import clock
from content import speech

by = click.option("--by", "login", required=True, metavar="LOGIN", help="Who does it: a login of the agency's staff.")
as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for machines.")
comment_ = click.option(
    "--comment", default="", metavar="T", help="What to tell the author; return and reject need it."
)
agency_ = click.option(
    "--agency", "slug", default="", metavar="SLUG", help="The agency; needed only where it is unclear."
)


@click.group()
def queue() -> None:
    """Campaign posts: written, reviewed by another person, scheduled, published once."""


@queue.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by
@agency_
@as_json
@pass_context
def add(context: Context, file: Path, login: str, slug: str, machine: bool) -> None:
    """Add the posts of FILE (YAML or CSV) as drafts; nothing is kept if a line is wrong.

    In a CSV cell, several targets or media are separated by ";", their alternative texts by "|".
    """
    data, now = file.read_bytes(), clock()
    with context.db.write() as session:
        actor = _author(session, login, slug, data)
        opened = importing.beside(file.parent)
        ids = importing.add_all(session, actor, data, file.name, opened=opened, now=now)
        warned = {post_id: review.warnings(session, session.get_one(Post, post_id), now=now) for post_id in ids}
    for post_id, told in warned.items():
        for line in told:
            click.echo(f"post {post_id}: {line}", err=True)
    tell(machine, {"ids": ids}, "\n".join(f"post {post_id} added" for post_id in ids))


def _author(session: Session, login: str, slug: str, data: bytes) -> Actor:
    """Return who adds, in the agency named, the only one they work for, or the one whose accounts the file names."""
    person = person_of(session, login)
    theirs = staff.agencies_of(session, person.id)
    if slug:
        theirs = [one for one in theirs if one.slug == slug]
    elif len(theirs) > 1:
        accounts = session.scalars(select(Account).where(Account.agency_id.in_([one.id for one in theirs])))
        named = {one.agency_id for one in accounts if one.key.encode() in data}
        theirs = [one for one in theirs if one.id in named]
    if len(theirs) != 1:
        raise BadInput(f"{login} works for none or several of these agencies; name one with --agency")
    return staff.actor(session, person, theirs[0].id)


def person_of(session: Session, login: str) -> Staff:
    """Return the person called `login`."""
    person = staff.find(session, login)
    if person is None:
        raise BadInput(f"no staff '{login}'; add them with `motcua staff add`")
    return person


def acting_on(session: Session, login: str, post_id: int) -> Actor:
    """Return `login` as somebody of the agency of post `post_id`."""
    return staff.actor(session, person_of(session, login), post_of(session, post_id).agency_id)


def post_of(session: Session, post_id: int) -> Post:
    """Return a post of whatever agency."""
    post = session.get(Post, post_id)
    if post is None:
        raise BadInput(f"no post {post_id}")
    return post


def agency_named(session: Session, slug: str) -> Agency:
    """Return the agency called `slug`."""
    found = agencies.find_agency(session, slug)
    if found is None:
        raise BadInput(f"no agency '{slug}'; add it first with `motcua agency add`")
    return found


def tell(machine: bool, value: Any, words: str) -> None:
    """Print JSON for machines, words for people."""
    click.echo(json.dumps(value, ensure_ascii=False) if machine else words)


Act = Callable[[Session, Actor, int, datetime, str], Post]


def _verb(name: str, words: str, act: Act) -> None:
    """Add one verb that takes ids, a person and a comment."""

    @queue.command(name, help=words)
    @click.argument("ids", nargs=-1, required=True, type=int, metavar="ID...")
    @by
    @comment_
    @as_json
    @pass_context
    def verb(context: Context, ids: Sequence[int], login: str, comment: str, machine: bool) -> None:
        with context.db.write() as session:
            posts = [act(session, acting_on(session, login, one), one, clock(), comment) for one in ids]
            told = [{"id": post.id, "state": post.state} for post in posts]
        words = "\n".join(f"post {one['id']} is {one['state']}" for one in told)
        tell(machine, told[0] if len(told) == 1 else told, words)


_verb("submit", "Hand drafts to the reviewers.",
      lambda s, actor, one, now, _: review.submit(s, actor, one, now=now))  # fmt: skip
_verb("approve", "Approve what somebody else wrote; with a time, it is scheduled.",
      lambda s, actor, one, now, said: review.approve(s, actor, one, now=now, comment=said))  # fmt: skip
_verb("return", "Send back for changes; needs a comment.",
      lambda s, actor, one, now, said: review.send_back(s, actor, one, now=now, comment=said))  # fmt: skip
_verb("reject", "Refuse for good; needs a comment.",
      lambda s, actor, one, now, said: review.reject(s, actor, one, now=now, comment=said))  # fmt: skip
_verb("cancel", "Stop for good: what has not begun; of what is public, the sending to followers.",
      lambda s, actor, one, now, said: review.cancel_or_stop(s, actor, one, now=now, comment=said))  # fmt: skip


@queue.command("schedule")
@click.argument("post_id", type=int, metavar="ID")
@by
@click.option("--at", "at", default="", metavar="TIME", help="ISO 8601 with an offset; else the next slot, or at once.")
@as_json
@pass_context
def schedule(context: Context, post_id: int, login: str, at: str, machine: bool) -> None:
    """Say when an approved post without a time, or a missed one, appears."""
    moment = _moment(at) if at else None
    with context.db.write() as session:
        post = review.schedule(session, acting_on(session, login, post_id), post_id, at=moment, now=clock())
        told = views.brief(post)
    tell(machine, told, f"post {post_id} is {told['state']}, due {told['due_at']}")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min
    if at.tzinfo is None:
        raise BadInput(f"'{text}' is no time with an offset, e.g. 2026-12-01T08:00:00+07:00")
    return at


@queue.command("edit")
@click.argument("post_id", type=int, metavar="ID")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by
@as_json
@pass_context
def edit(context: Context, post_id: int, file: Path, login: str, machine: bool) -> None:
    """Replace a post by the one post of FILE; it is a draft again."""
    with context.db.write() as session:
        actor, now = acting_on(session, login, post_id), clock()
        opened = importing.beside(file.parent)
        content = importing.only_one(session, actor, file.read_bytes(), file.name, opened=opened, now=now)
        told = views.brief(drafts.edit(session, actor, post_id, content, now=now))
    tell(machine, told, f"post {post_id} is {told['state']}")


@queue.command("list")
@click.option("--state", "states", multiple=True, type=click.Choice([str(one) for one in State]),
              help="Only posts in this state; may be given again.")  # fmt: skip
@agency_
@as_json
@pass_context
def list_(context: Context, states: Sequence[str], slug: str, machine: bool) -> None:
    """List posts, the newest first."""
    with context.db.read() as session:
        of = [agency_named(session, slug).id] if slug else list(session.scalars(select(Agency.id)))
        posts = views.listed(session, of, states=states)
    lines = [
        f"{one['id']:>6}  {one['state']:<10}  {one['due_at'] or one['at'] or '':<25}  {one['title']}" for one in posts
    ]
    tell(machine, posts, "\n".join(lines) or "no posts")


@queue.command("show")
@click.argument("post_id", type=int, metavar="ID")
@as_json
@pass_context
def show(context: Context, post_id: int, machine: bool) -> None:
    """Show a post: its state, targets, attempts and links."""
    with context.db.read() as session:
        told = views.whole(session, post_of(session, post_id))
    tell(machine, told, json.dumps(told, ensure_ascii=False, indent=2))


@queue.command("diff")
@click.argument("post_id", type=int, metavar="ID")
@click.option("--since", default=0, help="The older version; else the one before the newest.")
@by
@as_json
@pass_context
def diff(context: Context, post_id: int, since: int, login: str, machine: bool) -> None:
    """Show what changed since an older version, word by word: [-gone-] {+new+}."""
    with context.db.read() as session:
        actor = acting_on(session, login, post_id)
        post = session.get_one(Post, post_id)
        before = drafts.version(session, actor, post_id, since or max(1, post.version - 1))
        changed = drafts.differences(before, of_post(post))
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    lines = [f"{part}: " + "".join(marks[how].format(piece) for how, piece in way) for part, way in changed.items()]
    tell(machine, changed, "\n".join(lines) or "nothing changed")


@queue.command("reconcile")
@click.option("--id", "post_id", default=0, help="Only this post.")
@as_json
@pass_context
def reconcile(context: Context, post_id: int, machine: bool) -> None:
    """Look at the platforms' own lists for posts whose outcome is unknown."""
    if post_id:
        with context.db.read() as session:
            post_of(session, post_id)
    found = Reconciling(context.db, context.vault, context.settings).all(now=clock(), post_id=post_id, hurry=True)
    told = [one.as_json() for one in found]
    tell(machine, {"looked": told}, "\n".join(map(str, found)) or "nothing is unknown")


@queue.command("resend")
@click.argument("post_id", type=int, metavar="ID")
@by
@as_json
@pass_context
def resend(context: Context, post_id: int, login: str, machine: bool) -> None:
    """Publish again where it failed or is unknown; the platforms' lists are looked at first."""
    with context.db.read() as session:
        acting_on(session, login, post_id)
    Reconciling(context.db, context.vault, context.settings).all(now=clock(), post_id=post_id, hurry=True)
    with context.db.write() as session:
        actor = acting_on(session, login, post_id)
        post = resending.resend(session, context.db, actor, post_id, now=clock())
        told = {"id": post.id, "state": post.state}
    tell(machine, told, f"post {post_id} is {told['state']}")


@queue.command("posted")
@click.argument("post_id", type=int, metavar="ID")
@by
@click.option("--link", default="", help="Where it can be seen.")
@click.option("--channel", default="", help="Which of the channels worked by hand; needed where there are several.")
@as_json
@pass_context
def posted(context: Context, post_id: int, login: str, link: str, channel: str, machine: bool) -> None:
    """Say that a post was made by hand (TikTok, loudspeaker)."""
    with context.db.write() as session:
        actor = acting_on(session, login, post_id)
        post = byhand.posted(session, actor, post_id, link=link, channel=channel, now=clock())
        told = {"id": post.id, "state": post.state}
    tell(machine, told, f"post {post_id} is {told['state']}")


@queue.command("speech")
@click.argument("post_id", type=int, metavar="ID")
@click.option("--minutes", default=2.0, show_default=True, type=click.FloatRange(0.5, 30),
              help="How long the announcer may read.")  # fmt: skip
@pass_context
def speak(context: Context, post_id: int, minutes: float) -> None:
    """Print a post as a script for the loudspeaker, numbers and abbreviations spelt out."""
    with context.db.read() as session:
        post = post_of(session, post_id)
        click.echo(speech.script(post.title, post.text, agency=post.agency.name, minutes=minutes))
