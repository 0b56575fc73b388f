"""The agency's facts as forms: itself and its places to go. What is handed in is a proposal."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField

from bot import own_facts as rules
from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from bot.web.console.knowledge import proposing
from bot.web.console.knowledge.proposing import Facts, listed, split, told
from content.phrases import say


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


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages."""
    _basics(console, desk)
    _offices(console, desk)


def _basics(console: Blueprint, desk: Desk) -> None:
    @console.route("/<slug>/settings/agency", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_agency(slug: str) -> ResponseReturnValue:
        """Edit names and numbers."""
        facts = proposing.base(desk)
        form = BasicsForm(data={**facts, "was": proposing.version()})
        if form.is_submitted():
            written = {name: said(form[name]) for name in form.data if name not in {"was", "csrf_token"}}
            handed = proposing.hand_in(desk, form, told({**facts, **written}), place=(), what="agency")
            if handed:
                return handed
        return render_template("console/settings/agency.html", form=form)


def _offices(console: Blueprint, desk: Desk) -> None:
    def edit(facts: Facts, number: int) -> ResponseReturnValue:
        offices: list[Facts] = facts.get("offices", [])
        old = offices[number] if number < len(offices) else {}
        form = OfficeForm(data={**listed(old), "was": proposing.version()})
        form.days.choices = [(day, say(f"dayname.{day}")) for day in range(1, 8)]
        form.levels.choices = [(level, say(f"level.{level}")) for level in rules.LEVELS]
        if form.is_submitted():
            office = told({**old, **_office(form)})
            changed = {**facts, "offices": [*offices[:number], office, *offices[number + 1 :]]}
            handed = proposing.hand_in(desk, form, changed, place=("offices", number), what="office")
            if handed:
                return handed
        return render_template("console/settings/office.html", form=form, new=not old)

    @console.route("/<slug>/settings/offices/new", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def new_office(slug: str) -> ResponseReturnValue:
        """Propose a place to go."""
        facts = proposing.base(desk)
        return edit(facts, len(facts.get("offices", [])))

    @console.route("/<slug>/settings/offices/<int:number>", methods=["GET", "POST"])
    @access.needs(Right.KNOW)
    def edit_office(slug: str, number: int) -> ResponseReturnValue:
        """Edit a place to go, counted from 1."""
        facts = proposing.base(desk)
        _known(facts, number)
        return edit(facts, number - 1)

    @console.post("/<slug>/settings/offices/<int:number>/remove")
    @access.needs(Right.KNOW)
    def remove_office(slug: str, number: int) -> ResponseReturnValue:
        """Propose to take a place away."""
        facts = proposing.base(desk)
        _known(facts, number)
        facts["offices"] = [one for place, one in enumerate(facts["offices"], 1) if place != number]
        return proposing.hand_in_or_tell(desk, facts, what="office")


def _known(facts: Facts, number: int) -> None:
    if not 1 <= number <= len(facts.get("offices", [])):
        abort(404)


def _office(form: OfficeForm) -> Facts:
    texts = {name: said(form[name]) for name in ("name", "address", "hours", "phone", "map_url", "note")}
    lists = {name: split(said(form[name])) for name in ("serves", "fields", "procedures")}
    return {**texts, **lists, "days": sorted(form.days.data or []), "levels": form.levels.data or []}
