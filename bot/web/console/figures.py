"""Figures: charts with their tables and meanings, as pictures, CSV and XLSX."""

from datetime import date

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from bot import sheets
from bot.channels import CHANNELS
from bot.figures import reading, tables
from bot.figures.reading import Figures
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from content.phrases import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages."""

    @console.get("/<slug>/figures")
    @access.needs(Right.READ)
    def figures(slug: str) -> ResponseReturnValue:
        """Show the figures of some days."""
        found, channel = _read(desk)
        parts = [(one, Markup(one.chart.svg(name=one.key))) for one in tables.all_of(found)]  # noqa: S704 - escaped there
        channels = [(name, say(f"channel.{name}")) for name in CHANNELS]
        query = {"since": found.span.since, "until": found.span.until, "channel": channel}
        return render_template(
            "console/figures.html", found=found, totals=tables.totals(found), parts=parts, channels=channels,
            channel=channel, query=query, few=tables.FEW,
        )  # fmt: skip

    @console.get("/<slug>/figures/<key>.svg")
    @access.needs(Right.READ)
    def figures_picture(slug: str, key: str) -> ResponseReturnValue:
        """Give one chart away as a picture."""
        found, _ = _read(desk)
        part = next((one for one in tables.all_of(found) if one.key == key), None)
        if part is None:
            abort(404)
        return _file(part.chart.svg(name=key, alone=True), f"{key}-{_days(found)}.svg", "image/svg+xml")

    @console.get("/<slug>/figures.csv")
    @access.needs(Right.READ)
    def figures_csv(slug: str) -> ResponseReturnValue:
        """Give the figures away, day by day."""
        found, _ = _read(desk)
        days = tables.all_of(found, whole=True)[0]
        return _file("".join(sheets.csv_lines(days.head, days.rows)), f"so-lieu-{_days(found)}.csv", "text/csv")

    @console.get("/<slug>/figures.xlsx")
    @access.needs(Right.READ)
    def figures_xlsx(slug: str) -> ResponseReturnValue:
        """Give all figures away, a sheet each, the meanings first."""
        found, _ = _read(desk)
        parts = [(one.title, one.head, one.rows) for one in tables.all_of(found, whole=True)]
        totals = [(one.name, one.value, one.means) for one in tables.totals(found)]
        first = ("Tổng hợp", ("Chỉ số", "Giá trị", "Nghĩa là"), totals)
        return _file(sheets.xlsx([first, *parts]), f"so-lieu-{_days(found)}.xlsx", XLSX)


def _read(desk: Desk) -> tuple[Figures, str]:
    channel = request.args.get("channel", "")
    channel = channel if channel in CHANNELS else ""
    now = desk.now()
    span = reading.span_of(_day("since"), _day("until"), now=now)
    with desk.db.read() as session:
        return reading.read(session, access.agency().id, span, now=now, channel=channel), channel


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _days(found: Figures) -> str:
    return f"{found.span.since:%Y%m%d}-{found.span.until:%Y%m%d}"


def _file(body: str | bytes, name: str, mimetype: str) -> Response:
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
