"""The agency's own fees as a form. What is handed in is a proposal."""

import re
from copy import deepcopy

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.knowledge import proposing
from bot.web.console.knowledge.proposing import Facts, listed, told
from content.model import FeeRule
from content.phrases import say

METHODS = ("direct", "online", "post")


class FeeForm(FlaskForm):  # type: ignore[misc]
    """One figure of the agency's own."""

    was = HiddenField()
    code = StringField("Mã thủ tục")
    rule = SelectField("Cách thu")
    amount = StringField("Mức thu (đồng)")
    unit = StringField("Đơn vị tính")
    text = StringField("Công thức bằng lời")
    case = StringField("Trường hợp")
    method = SelectField("Cách nộp")
    basis = StringField("Văn bản quy định")
    valid_from = StringField("Áp dụng từ ngày")
    valid_to = StringField("Đến hết ngày")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages."""

    def edit(facts: Facts, code: str, number: int) -> ResponseReturnValue:
        fees: dict[str, list[Facts]] = deepcopy(facts.get("fees", {}))
        old = fees[code][number] if code else {}
        form = FeeForm(data={**listed(old), "code": code or request.args.get("code"), "was": proposing.version()})
        form.rule.choices = [(rule, say(f"rule.{rule}")) for rule in ("fixed", "free", "formula")]
        form.method.choices = [("", "Mọi cách nộp"), *((one, say(f"method.{one}")) for one in METHODS)]
        if form.is_submitted():
            wanted = said(form.code)
            if code:
                fees[code].pop(number)
            place = number if code == wanted else len(fees.get(wanted, []))
            fees.setdefault(wanted, []).insert(place, told(_fee(form)))
            changed = {**facts, "fees": {one: rows for one, rows in fees.items() if rows}}
            handed = proposing.hand_in(desk, form, changed, place=("fees", wanted, place), what=f"fee:{wanted}")
            if handed:
                return handed
        return render_template("console/settings/fee.html", form=form, new=not old)

    @console.route("/<slug>/settings/fees/new", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def new_fee(slug: str) -> ResponseReturnValue:
        """Propose a figure of the agency's own."""
        return edit(proposing.base(desk), "", 0)

    @console.route("/<slug>/settings/fees/<code>/<int:number>", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_fee(slug: str, code: str, number: int) -> ResponseReturnValue:
        """Edit a figure; `number` counts those of one procedure from 1."""
        facts = proposing.base(desk)
        _known(facts, code, number)
        return edit(facts, code, number - 1)

    @console.post("/<slug>/settings/fees/<code>/<int:number>/remove")
    @access.needs(Right.KNOW)
    def remove_fee(slug: str, code: str, number: int) -> ResponseReturnValue:
        """Propose to take a figure away."""
        facts = proposing.base(desk)
        _known(facts, code, number)
        left = [one for place, one in enumerate(facts["fees"][code], 1) if place != number]
        facts["fees"] = {one: rows for one, rows in {**facts["fees"], code: left}.items() if rows}
        return proposing.hand_in_or_tell(desk, facts, what=f"fee:{code}")


def _known(facts: Facts, code: str, number: int) -> None:
    if not 1 <= number <= len(facts.get("fees", {}).get(code, [])):
        abort(404)


def _fee(form: FeeForm) -> Facts:
    texts = {name: said(form[name]) for name in ("rule", "unit", "text", "case", "method", "basis")}
    days = {name: proposing.day(said(form[name])) for name in ("valid_from", "valid_to")}
    amount = re.sub(r"[ .]", "", said(form.amount))
    # A figure belongs to a fixed fee only: what was typed before the rule was changed is let go.
    fixed = said(form.rule) == FeeRule.FIXED
    return {**texts, **days, "amount": (int(amount) if amount.isdigit() else amount or None) if fixed else None}
