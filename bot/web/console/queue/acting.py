"""What the queue's pages share: the agency's post or 404, one rule in one transaction, names as staff know them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.campaigns import listing
from bot.campaigns.content import Target
from bot.errors import BadInput, MotcuaError, NotAllowed
from bot.tables import Account, Post, PostTarget
from bot.web.console import access
from bot.web.console.desk import HANOI, Desk
from content.phrases import say


def own(session: Session, post_id: int) -> Post:
    """Return the agency's post; another's is not found."""
    return listing.find(session, access.agency().id, post_id) or abort(404)


def done(desk: Desk, post_id: int, rule: Callable[[Session], Any]) -> bool:
    """Let a rule change the agency's post; False when it refused, which the next page tells."""
    with desk.db.read() as reading:
        own(reading, post_id)
    try:
        with desk.db.write() as writing:
            rule(writing)
    except (BadInput, NotAllowed) as error:
        flash(refused(error), "danger")
        return False
    return True


def refused(error: MotcuaError) -> str:
    """Return why a rule refused, for staff."""
    return error.told or say("queue.refused.other")


def back(post_id: int) -> ResponseReturnValue:
    """Return to the post's page."""
    return redirect(url_for("console.queue_post", slug=access.agency().slug, post_id=post_id))


def called(channel: str, key: str, account: Account | None = None) -> str:
    """Return how staff know a place: the channel, and the account's name or the end of its id."""
    name = say(f"queue.place.{channel}")
    return f"{name} {account.name or '…' + key[-4:]}" if account else name


def named(place: PostTarget) -> str:
    """Return how staff know a target of a post."""
    return called(place.channel, place.key, place.account)


def readable(text: str, places: dict[str, str]) -> str:
    """Return a fault's line with the accounts by name instead of by id."""
    for place, name in places.items():
        text = text.replace(place, name)
    return text


def places_of(targets: list[PostTarget]) -> dict[str, str]:
    """Return the names of a post's targets by their ids as faults spell them."""
    return {str(Target(channel=one.channel, key=one.key, options=one.options)): named(one) for one in targets}


def moment(day: str, clock: str) -> datetime | None:
    """Return the UTC time that a person chose on their calendar and clock; None for nothing; `BadInput` for half."""
    if not day.strip() and not clock.strip():
        return None
    try:
        local = datetime.strptime(f"{day.strip()} {clock.strip()}", "%Y-%m-%d %H:%M")
    except ValueError:
        typed = f"{day} {clock}".strip()
        raise BadInput(f"'{typed}' is no time", told=say("queue.refused.clock", typed=typed)) from None
    return local.replace(tzinfo=HANOI).astimezone(UTC)
