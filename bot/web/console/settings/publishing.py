"""Publishing: the freeze switch, big and clear, and how many posts a month the plan asks for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from bot import connections, wake
from bot.campaigns import quotas, rules
from bot.errors import BadInput
from bot.rights import Right
from bot.tables import Account
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.settings.wording import named
from content.phrases import say

TOLD_MAX = 2000
ACTS = {"freeze": rules.freeze, "unfreeze": rules.unfreeze}
_LINE = re.compile(r"(.{1,100}?)\s*:\s*(\d{1,3})")


class QuotaForm(FlaskForm):  # type: ignore[misc]
    """Posts a month by topic, a line each."""

    told = TextAreaField("Mỗi dòng một chủ đề")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """What can be frozen here. `account` is 0 for the whole agency; `covered`: something wider is frozen."""

    account: int
    title: str
    frozen_at: datetime | None
    frozen_by: str
    covered: bool


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page, the switch, and what every page says while posts are held."""
    _changes(console, desk)

    @console.get("/<slug>/settings/publishing")
    @access.needs(Right.READ)
    def publishing(slug: str) -> ResponseReturnValue:
        """Show what is frozen, by whom, and the month's quotas."""
        return _page(desk, QuotaForm())

    @console.context_processor
    def frozen() -> dict[str, Any]:
        """Give each page `freezes()`: who holds which posts back since when."""
        return {"freezes": lambda: _freezes(desk)}


def _changes(console: Blueprint, desk: Desk) -> None:
    @console.post("/<slug>/settings/publishing/<act>/<int:account_id>")
    @access.needs(Right.SCHEDULE)
    def switch_posts(slug: str, act: str, account_id: int) -> ResponseReturnValue:
        """Freeze or let go on: the agency (0) or one account of it."""
        with desk.db.write() as writing:
            scope = _scope(writing, account_id)
            turn = ACTS.get(act) or abort(404)
            changed = turn(writing, scope, who=access.actor().login, now=desk.now())
            for topic in (wake.POSTS, wake.NEWS):
                desk.db.wake.ring(writing, topic)
        flash(say(f"freeze.{act}" if changed else "freeze.already"))
        return redirect(url_for("console.publishing", slug=slug))

    @console.post("/<slug>/settings/publishing/quotas")
    @access.needs(Right.MANAGE)
    def set_quotas(slug: str) -> ResponseReturnValue:
        """Set the month's quotas."""
        form = QuotaForm()
        wanted, faults = _read(said(form.told))
        if not faults:
            try:
                with desk.db.write() as writing:
                    quotas.keep(writing, access.actor(), wanted, now=desk.now())
            except BadInput:
                faults = [say("quota.wrong")]
        if faults:
            form.told.errors = faults
            return _page(desk, form), 422
        flash(say("quota.saved"))
        return redirect(url_for("console.publishing", slug=slug))


def _page(desk: Desk, form: QuotaForm) -> str:
    agency = access.agency()
    with desk.db.read() as reading:
        accounts = connections.of_agency(reading, agency.id)
        held = {one.scope: one for one in rules.freezes(reading, agency.id)}
        wanted: Mapping[str, int] = rules.of_agency(reading, agency.id)["quotas"]
    if not form.is_submitted():
        form.told.data = "\n".join(f"{topic}: {count}" for topic, count in wanted.items())
    switches = [
        Switch(
            account=one.id if one else 0, title=named(one) if one else agency.name,
            frozen_at=held[scope].frozen_at if scope in held else None,
            frozen_by=held[scope].frozen_by if scope in held else "",
            covered=rules.ALL in held or (one is not None and rules.agency_scope(agency.id) in held),
        )
        for one, scope in _scopes(agency.id, accounts)
    ]  # fmt: skip
    return render_template(
        "console/settings/publishing.html", switches=switches, for_all=held.get(rules.ALL), form=form, quotas=wanted
    )  # fmt: skip


def _scopes(agency_id: int, accounts: Sequence[Account]) -> list[tuple[Account | None, str]]:
    return [(None, rules.agency_scope(agency_id)), *((one, rules.account_scope(one.id)) for one in accounts)]


def _scope(session: Session, account_id: int) -> str:
    """Return the scope of the agency's own switch; another agency's account is not found."""
    if not account_id:
        return rules.agency_scope(access.agency().id)
    found = connections.find(session, access.agency().id, account_id) or abort(404)
    return rules.account_scope(found.id)


def _freezes(desk: Desk) -> list[tuple[str, datetime | None, str]]:
    """Return what is frozen, since when and by whom, for the line on every page."""
    agency = access.agency()
    with desk.db.read() as reading:
        held = rules.freezes(reading, agency.id)
        names = {rules.account_scope(one.id): named(one) for one in connections.of_agency(reading, agency.id)}
    titles = {rules.ALL: say("freeze.all"), rules.agency_scope(agency.id): agency.name, **names}
    return [(titles[one.scope], one.frozen_at, one.frozen_by) for one in held]


def _read(told: str) -> tuple[dict[str, int], list[str]]:
    """Return the quotas that were written, and every line that is none."""
    wanted, faults = {}, []
    for line in filter(None, (line.strip() for line in told[:TOLD_MAX].splitlines())):
        if found := _LINE.fullmatch(line):
            wanted[found[1].strip()] = int(found[2])
        else:
            faults.append(say("quota.line", line=line))
    return wanted, faults
