"""Editing what the agency tells of itself: the basics, its offices, its own fees."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField

from bot import own_facts as rules
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.model import FeeRule
from content.phrases import say

Facts = dict[str, Any]


class BasicsForm(FlaskForm):  # type: ignore[misc]
    """The agency itself."""

    was = HiddenField()
    name = StringField("Tên cơ quan")
    hotline = StringField("Đường dây nóng")
    feedback_phone = StringField("Điện thoại nhận phản ánh")
    feedback_url = StringField("Trang nhận phản ánh")
    website = StringField("Trang thông tin điện tử")


class OfficeForm(FlaskForm):  # type: ignore[misc]
    """One place to go."""

    was = HiddenField()
    name = StringField("Tên nơi tiếp nhận")
    address = StringField("Địa chỉ")
    hours = TextAreaField("Giờ làm việc, viết như nói với người dân")
    days = SelectMultipleField("Ngày mở cửa", coerce=int)
    phone = StringField("Điện thoại")
    map_url = StringField("Liên kết bản đồ")
    serves = StringField("Phục vụ các xã, thôn (cả tên cũ)")
    levels = SelectMultipleField("Nhận thủ tục")
    fields = StringField("Lĩnh vực riêng")
    procedures = StringField("Mã thủ tục nhận thêm")
    note = StringField("Ghi chú")


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
    _basics(console, desk)
    _offices(console, desk)
    _fees(console, desk)


def _basics(console: Blueprint, desk: Desk) -> None:
    @console.route("/<slug>/settings/agency", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def edit_agency(slug: str) -> ResponseReturnValue:
        """Edit names and numbers."""
        facts = _stored()
        form = BasicsForm(data={**facts, "was": _version()})
        if form.is_submitted():
            told = {name: said(form[name]) for name in form.data if name not in {"was", "csrf_token"}}
            if _kept(desk, form, _told({**facts, **told}), place=(), what="agency"):
                return redirect(url_for("console.settings", slug=slug))
        return render_template("console/settings/agency.html", form=form)


def _offices(console: Blueprint, desk: Desk) -> None:
    def edit(slug: str, number: int) -> ResponseReturnValue:
        facts = _stored()
        offices: list[Facts] = facts.get("offices", [])
        old = offices[number] if number < len(offices) else {}
        form = OfficeForm(data={**_listed(old), "was": _version()})
        form.days.choices = [(day, say(f"dayname.{day}")) for day in range(1, 8)]
        form.levels.choices = [(level, say(f"level.{level}")) for level in rules.LEVELS]
        if form.is_submitted():
            office = _told({**old, **_office(form)})
            changed = {**facts, "offices": [*offices[:number], office, *offices[number + 1 :]]}
            if _kept(desk, form, changed, place=("offices", number), what=f"office:{number + 1}"):
                return redirect(url_for("console.settings", slug=slug))
        return render_template("console/settings/office.html", form=form, new=not old)

    @console.route("/<slug>/settings/offices/new", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def new_office(slug: str) -> ResponseReturnValue:
        """Add a place to go."""
        return edit(slug, len(_stored().get("offices", [])))

    @console.route("/<slug>/settings/offices/<int:number>", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def edit_office(slug: str, number: int) -> ResponseReturnValue:
        """Edit a place to go, counted from 1."""
        _office_at(number)
        return edit(slug, number - 1)

    @console.post("/<slug>/settings/offices/<int:number>/remove")
    @access.needs(Right.MANAGE)
    def remove_office(slug: str, number: int) -> ResponseReturnValue:
        """Take a place away."""
        _office_at(number)
        facts = _stored()
        facts["offices"] = [one for place, one in enumerate(facts["offices"], 1) if place != number]
        _saved(desk, facts, what=f"office:{number}")
        return redirect(url_for("console.settings", slug=slug))


def _office_at(number: int) -> None:
    if not 1 <= number <= len(_stored().get("offices", [])):
        abort(404)


def _office(form: OfficeForm) -> Facts:
    texts = {name: said(form[name]) for name in ("name", "address", "hours", "phone", "map_url", "note")}
    lists = {name: _split(said(form[name])) for name in ("serves", "fields", "procedures")}
    return {**texts, **lists, "days": sorted(form.days.data or []), "levels": form.levels.data or []}


def _fees(console: Blueprint, desk: Desk) -> None:
    def edit(slug: str, code: str, number: int) -> ResponseReturnValue:
        facts = _stored()
        fees: dict[str, list[Facts]] = deepcopy(facts.get("fees", {}))
        old = fees[code][number] if code else {}
        form = FeeForm(data={**_listed(old), "code": code or None, "was": _version()})
        form.rule.choices = [(rule, say(f"rule.{rule}")) for rule in ("fixed", "free", "formula")]
        form.method.choices = [("", "Mọi cách nộp"), *((one, say(f"method.{one}")) for one in METHODS)]
        if form.is_submitted():
            wanted = said(form.code)
            if code:
                fees[code].pop(number)
            place = number if code == wanted else len(fees.get(wanted, []))
            fees.setdefault(wanted, []).insert(place, _told(_fee(form)))
            kept = {one: rows for one, rows in fees.items() if rows}
            if _kept(desk, form, {**facts, "fees": kept}, place=("fees", wanted, place), what=f"fee:{wanted}"):
                return redirect(url_for("console.settings", slug=slug))
        return render_template("console/settings/fee.html", form=form, new=not old)

    @console.route("/<slug>/settings/fees/new", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def new_fee(slug: str) -> ResponseReturnValue:
        """Add a figure of the agency's own."""
        return edit(slug, "", 0)

    @console.route("/<slug>/settings/fees/<code>/<int:number>", methods=["GET", "POST"])
    @access.needs(Right.MANAGE)
    def edit_fee(slug: str, code: str, number: int) -> ResponseReturnValue:
        """Edit a figure; `number` counts those of one procedure from 1."""
        _fee_at(code, number)
        return edit(slug, code, number - 1)

    @console.post("/<slug>/settings/fees/<code>/<int:number>/remove")
    @access.needs(Right.MANAGE)
    def remove_fee(slug: str, code: str, number: int) -> ResponseReturnValue:
        """Take a figure away."""
        _fee_at(code, number)
        facts = _stored()
        left = [one for place, one in enumerate(facts["fees"][code], 1) if place != number]
        facts["fees"] = {one: rows for one, rows in {**facts["fees"], code: left}.items() if rows}
        _saved(desk, facts, what=f"fee:{code}")
        return redirect(url_for("console.settings", slug=slug))


METHODS = ("direct", "online", "post")


def _fee_at(code: str, number: int) -> None:
    if not 1 <= number <= len(_stored().get("fees", {}).get(code, [])):
        abort(404)


def _fee(form: FeeForm) -> Facts:
    texts = {name: said(form[name]) for name in ("rule", "unit", "text", "case", "method", "basis")}
    days = {name: _day(said(form[name])) for name in ("valid_from", "valid_to")}
    amount = re.sub(r"[ .]", "", said(form.amount))
    # A figure belongs to a fixed fee only: what was typed before the rule was changed is let go.
    fixed = said(form.rule) == FeeRule.FIXED
    return {**texts, **days, "amount": (int(amount) if amount.isdigit() else amount or None) if fixed else None}


def _stored() -> Facts:
    agency = access.agency()
    return deepcopy({"name": agency.name, "level": agency.level, **agency.facts})


def _version() -> str:
    return rules.version(access.agency())


def _told(facts: Mapping[str, Any]) -> Facts:
    """Return what was told: an empty box tells nothing."""
    return {name: one for name, one in facts.items() if one not in ("", None, [], ())}


def _listed(facts: Mapping[str, Any]) -> Facts:
    """Return facts as boxes show them: lists of words with commas, days as Vietnamese write them."""
    joined = {name: ", ".join(facts[name]) for name in ("serves", "fields", "procedures") if name in facts}
    days = {
        name: date.fromisoformat(str(facts[name])).strftime("%d/%m/%Y")
        for name in ("valid_from", "valid_to")
        if facts.get(name)
    }
    return {**facts, **joined, **days}


def _split(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\n]", text) if one.strip()]


def _day(text: str) -> str:
    """Return a day typed as 31/12/2026 in ISO; what is none stays as it is, to be refused."""
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text


def _kept(desk: Desk, form: FlaskForm, facts: Facts, *, place: rules.Place, what: str) -> bool:
    """Keep `facts`; when they are refused, say each fault at its field of `form` (whose facts stand at `place`)."""
    try:
        with desk.db.write() as writing:
            rules.save(writing, access.actor(), facts, was=said(form.was), what=what, now=desk.now())
    except rules.FactsRefused as refused:
        for where, key in refused.faults.items():
            _tell(form, where[len(place) :] if where[: len(place)] == place else (), key)
        if () in refused.faults:
            form.was.data = _version()
        return False
    flash(say("facts.saved"))
    return True


def _tell(form: FlaskForm, where: rules.Place, key: str) -> None:
    name = str(where[0]) if where else ""
    dated = name in {"valid_from", "valid_to"} and key == "facts.wrong"
    words = say("facts.date") if dated else say(key)
    if name in form:
        form[name].errors = [*form[name].errors, words]
    else:
        flash(words, "danger")


def _saved(desk: Desk, facts: Facts, *, what: str) -> None:
    try:
        with desk.db.write() as writing:
            rules.save(
                writing, access.actor(), facts, was=request.form.get("was", ""), what=what, now=desk.now()
            )  # fmt: skip
    except rules.FactsRefused as refused:
        for words in dict.fromkeys(say(key) for key in refused.faults.values()):
            flash(words, "danger")
    else:
        flash(say("facts.saved"))
