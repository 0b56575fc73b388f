"""The audit: who did what, when; filtered, paged, taken away as CSV."""

import json
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from bot import sheets, trail
from bot.rights import Right
from bot.tables import Audit
from bot.web.console import access
from bot.web.console.desk import Desk, local
from bot.web.console.settings.wording import verb

HEAD = ("Lúc", "Ai", "Việc", "Cái gì", "Chi tiết")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages."""

    @console.get("/<slug>/settings/log")
    @access.needs(Right.MANAGE)
    def audit_log(slug: str) -> ResponseReturnValue:
        """Show the lines, newest first."""
        wanted = _wanted()
        with desk.db.read() as reading:
            rows = trail.page(reading, access.agency().id, wanted, before=request.args.get("before", type=int))
            who, verbs = trail.known(reading, access.agency().id)
        query = {name: one for name, one in request.args.items() if name != "before" and one}
        return render_template(
            "console/settings/log.html", rows=rows[: trail.PAGE], more=len(rows) > trail.PAGE, wanted=wanted, who=who,
            verbs=sorted((verb(name), name) for name in verbs), verb=verb, details=_details, query=query,
        )  # fmt: skip

    @console.get("/<slug>/settings/log.csv")
    @access.needs(Right.MANAGE)
    def audit_csv(slug: str) -> ResponseReturnValue:
        """Give the filtered lines away."""
        wanted = _wanted()
        with desk.db.read() as reading:
            rows = [_cells(row) for row in trail.export(reading, access.agency().id, wanted)]
        name = f"nhat-ky-{slug}-{local(desk.now()):%Y%m%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response("".join(sheets.csv_lines(HEAD, rows)), mimetype="text/csv", headers=headers)


def _cells(row: Audit) -> sheets.Row:
    return (f"{local(row.at):%d/%m/%Y %H:%M:%S}", row.who, verb(row.verb), row.what, _details(row))


def _details(row: Audit) -> str:
    return ", ".join(
        f"{name}: {one if isinstance(one, str | int | float) else json.dumps(one, ensure_ascii=False)}"
        for name, one in row.facts.items()
    )


def _wanted() -> trail.Filter:
    asked = request.args
    return trail.Filter(
        who=asked.get("who", "").strip(), verb=asked.get("verb", ""), since=_day("since"), until=_day("until")
    )  # fmt: skip


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
