"""The calendar: a month or a week of posts, each movable by dragging or by a form."""

import calendar as months
from datetime import date, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.campaigns import moving, planner
from bot.campaigns.states import name_of
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk, local
from bot.web.console.queue import wording
from content import holidays

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST, LAST = date(2020, 1, 1), date(2099, 12, 1)
VIEWS = ("month", "week")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the calendar."""

    @console.get("/<slug>/queue/calendar")
    @access.needs(Right.READ)
    def queue_calendar(slug: str) -> ResponseReturnValue:
        """Show a month, or a week."""
        today = local(desk.now()).date()
        view = "week" if request.args.get("view") == "week" else "month"
        day = _day(request.args.get("day", ""), today)
        begin, end = span(view, day)
        here = access.agency().id
        with desk.db.read() as reading:
            entries = planner.between(reading, here, begin, end)
            loose = planner.unplanned(reading, here)
        grouped: dict[date, list[planner.Entry]] = {}
        for entry in entries:
            grouped.setdefault(local(entry.at).date(), []).append(entry)
        by_day = [(one, grouped.get(one, [])) for one in _days(begin, end)]
        return render_template(
            "console/queue/calendar.html", view=view, views=VIEWS, day=day, today=today, days=by_day, loose=loose,
            before=begin - DAY if view == "month" else day - WEEK, after=end if view == "month" else day + WEEK,
            off={one: closed.name for one, _ in by_day if (closed := holidays.closed_on(one))}, way=moving.way,
            movable=Right.WRITE in access.actor().rights, w=wording, name_of=name_of, first=begin, last=end - DAY,
        )  # fmt: skip


def span(view: str, day: date) -> tuple[date, date]:
    """Return the first day shown and the day after the last: the month's, or the week's from Monday on."""
    if view == "week":
        begin = day - day.weekday() * DAY
        return begin, begin + WEEK
    return day.replace(day=1), day.replace(day=1) + months.monthrange(day.year, day.month)[1] * DAY


def _days(begin: date, end: date) -> list[date]:
    return [begin + number * DAY for number in range((end - begin).days)]


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return min(max(day, FIRST), LAST)
