"""Conversations: the list of all channels, and one conversation with its history; both renew themselves."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot import tickets
from bot.channels import CHANNELS
from bot.privacy import mask
from bot.rights import Right
from bot.tables import Attention
from bot.talks import canned, history, lists, rules
from bot.talks.history import Item
from bot.talks.rules import Talk
from bot.web.console import access, books, paging
from bot.web.console.desk import Desk, local

ASKED_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What stands in the answer's box, what was looked for, and why it was not sent."""

    text: str = ""
    asked: str = ""
    refused: str = ""
    note: str = ""


def add(console: Blueprint, desk: Desk) -> None:
    """Add the list and the conversation's page, with the parts of both that renew themselves."""

    @console.get("/<slug>/talks")
    @access.needs(Right.READ)
    def talks(slug: str) -> ResponseReturnValue:
        """Show the conversations: who waits first, then the unread, then the newest."""
        return render_template("console/talks.html", **_listed(desk))

    @console.get("/<slug>/talks/news")
    @access.needs(Right.READ)
    def talks_news(slug: str) -> ResponseReturnValue:
        """Return the list's rows alone; 304 when nothing changed."""
        page = render_template("console/_talks_rows.html", **_listed(desk))
        return conditional(page, hashlib.sha256(page.encode()).hexdigest())

    @console.get("/<slug>/talks/<int:talk_id>")
    @access.needs(Right.READ)
    def talk(slug: str, talk_id: int) -> ResponseReturnValue:
        """Show one conversation."""
        return shown(desk, talk_id, Draft())

    @console.get("/<slug>/talks/<int:talk_id>/news")
    @access.needs(Right.READ)
    def talk_news(slug: str, talk_id: int) -> ResponseReturnValue:
        """Return the newest of a conversation; 304 when nothing changed."""
        told = _told(desk, talk_id)
        facts = (told["items"], told["window"].phase, told["taken"], told["talk"].conversation.assignee, told["open"])
        told["older"] = None
        return conditional(
            render_template("console/_talk_live.html", **told), hashlib.sha256(repr(facts).encode()).hexdigest()
        )  # fmt: skip


def conditional(page: str, mark: str) -> Response:
    """Return `page`, or 304 when the browser has what `mark` stands for."""
    response = make_response(page)
    response.set_etag(mark[:32])
    response.make_conditional(request)
    return response


def found(session: Session, talk_id: int, *, lock: bool = False) -> Talk:
    """Return the agency's conversation; another's is not found."""
    talk = rules.find(session, access.agency().id, talk_id, lock=lock)
    return talk or abort(404)


def shown(desk: Desk, talk_id: int, draft: Draft, status: int = 200) -> ResponseReturnValue:
    """Return the page of a conversation."""
    told = _told(desk, talk_id)
    with desk.db.read() as reading:
        kept = canned.listed(reading, access.agency().id) if told["full"] else ()
        colleagues = rules.talkers(reading, access.agency().id)
        called = tickets.of_conversation(reading, talk_id)
    limits = CHANNELS[told["talk"].account.channel].limits
    page = render_template(
        "console/talk.html", **told, draft=draft, canned=kept, colleagues=colleagues, tickets=called,
        most=limits.text, hits=books.search(draft.asked), once=token_hex(8), called=books.called,
    )  # fmt: skip
    return page, status


def _told(desk: Desk, talk_id: int) -> dict[str, Any]:
    """Return what both the page and its renewing part show; a look by somebody who answers makes it read."""
    now, full = desk.now(), Right.TALK in access.actor().rights
    with desk.db.read() as reading:
        talk = found(reading, talk_id)
        page = history.page(reading, talk_id, before=history.bounds_from(request.args.get("before", "")))
    if full and talk.conversation.attention == Attention.UNREAD:
        with desk.db.write(durable=False) as writing:
            rules.read(writing, talk_id)
    window = talk.window(now)
    return {
        "talk": talk, "full": full, "items": [item if full else _masked(item) for item in page.items],
        "older": page.older, "window": window, "taken": talk.taken(now), "open": talk.conversation.attention,
        "hours_left": int(window.left / timedelta(hours=1)), "minutes_left": int(window.left / timedelta(minutes=1)),
        "person": lists.masked(talk.conversation), "understood": books.understood,
    }  # fmt: skip


def _masked(item: Item) -> Item:
    return replace(item, text=mask(item.text))


def _listed(desk: Desk) -> dict[str, Any]:
    asked = request.args.get("q", "").strip()[:ASKED_MAX]
    show = request.args.get("show", "all")
    channel = request.args.get("channel", "")
    wanted = lists.Wanted(
        show=show if show in lists.SHOWS else "all",
        login=access.person().login,
        channel=channel if channel in CHANNELS else "",
        asked=asked,
    )
    after = _place(request.args.get("after", ""))
    with desk.db.read() as reading:
        rows = lists.page(reading, access.agency().id, wanted=wanted, now=desk.now(), after=after)
        counts = lists.counts(reading, access.agency().id)
    more = len(rows) > lists.PAGE
    rows = rows[: lists.PAGE]
    return {
        "rows": rows, "counts": counts, "wanted": wanted, "channels": list(CHANNELS),
        "next": _address(wanted, rows[-1].place) if more else "", "here": _address(wanted, after, "talks_news"),
        "Attention": Attention, "today": local(desk.now()).date(),
    }  # fmt: skip


def _address(wanted: lists.Wanted, place: lists.Place | None, page: str = "talks") -> str:
    given = {"show": wanted.show, "channel": wanted.channel, "q": wanted.asked}
    if place:
        given["after"] = paging.write(place.at, place.attention, place.conversation_id)
    told: dict[str, Any] = {name: text for name, text in given.items() if text}
    return url_for(f"console.{page}", slug=access.agency().slug, **told)


def _place(text: str) -> lists.Place | None:
    found = paging.read(text, numbers=2)
    return lists.Place(found[1][0], found[0], found[1][1]) if found else None
