"""Signing in and out: password, then a code; the first time a phone is bound; an invitation makes a colleague."""

import io
from base64 import b64encode
from urllib.parse import urlsplit

import pyotp
import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.sessions import SessionMixin
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from bot import invitations, staff
from bot import signin as rules
from bot.errors import BadInput
from bot.signin import Refusal, Visitor
from bot.web.console import access
from bot.web.console.desk import Desk
from bot.web.console.forms import said
from content.phrases import say

ISSUER = "Một Cửa"


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The first step."""

    login = StringField("Tên đăng nhập", [InputRequired("Bạn chưa nhập tên đăng nhập."), Length(max=100)])
    password = PasswordField("Mật khẩu", [InputRequired("Bạn chưa nhập mật khẩu."), Length(max=200)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step."""

    code = StringField("Mã 6 số", [InputRequired("Bạn chưa nhập mã."), Length(max=20)])


class JoinForm(FlaskForm):  # type: ignore[misc]
    """An invited colleague chooses a login and a password."""

    login = StringField("Tên đăng nhập", [InputRequired("Bạn chưa chọn tên đăng nhập."), Length(max=60)])
    password = PasswordField(
        "Mật khẩu",
        [
            InputRequired("Bạn chưa chọn mật khẩu."),
            Length(staff.PASSWORD_MIN, 200, "Mật khẩu cần ít nhất %(min)d ký tự."),
        ],
    )
    again = PasswordField("Nhập lại mật khẩu", [EqualTo("password", "Hai lần nhập chưa giống nhau.")])


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages before and around signing in."""
    _password(console, desk)
    _code(console, desk)
    _phone(console, desk)
    _join(console, desk)

    @console.post("/sign-out")
    @access.for_oneself
    def sign_out() -> ResponseReturnValue:
        """End this browser's sign-in."""
        with desk.db.write() as writing:
            rules.end(writing, access.person().id, access.sign_in().id, now=desk.now())
        session.clear()
        return redirect(url_for("console.sign_in"))


def _password(console: Blueprint, desk: Desk) -> None:
    @console.route("/sign-in", methods=["GET", "POST"])
    @access.open_to_all
    def sign_in() -> ResponseReturnValue:
        """Ask for login and password."""
        form, refused = PasswordForm(), ""
        if form.validate_on_submit():
            visitor = Visitor(request.remote_addr or "", request.user_agent.string)
            token = ""
            with desk.db.write() as writing:
                try:
                    token = rules.begin(
                        writing, said(form.login), form.password.data or "", visitor=visitor, now=desk.now()
                    )  # fmt: skip
                except Refusal as refusal:  # noted in the same transaction, so it must be committed
                    refused = say(refusal.why)
            if token:
                session.clear()
                session[access.COOKIE] = token
                session["next"] = _inside(request.args.get("next", ""))
                return redirect(url_for("console.second_step"))
        return render_template("console/sign_in.html", form=form, refused=refused)


def _code(console: Blueprint, desk: Desk) -> None:
    @console.route("/second-step", methods=["GET", "POST"])
    @access.open_to_all
    def second_step() -> ResponseReturnValue:
        """Ask for the code of the phone; who has no phone bound yet binds one."""
        with desk.db.read() as reading:
            found = rules.find(reading, session.get(access.COOKIE, ""), now=desk.now())
        if found is None:
            return redirect(url_for("console.sign_in"))
        if not found[1].totp:
            return redirect(url_for("console.bind_phone"))
        form, refused = CodeForm(), ""
        if form.validate_on_submit():
            with desk.db.write() as writing:
                try:
                    rules.prove(
                        writing, session[access.COOKIE], said(form.code), vault=desk.vault, now=desk.now()
                    )  # fmt: skip
                except Refusal as refusal:
                    refused = say(refusal.why)
            if not refused:
                return redirect(session.pop("next", "") or url_for("console.start"))
        return render_template("console/second_step.html", form=form, refused=refused)


def _phone(console: Blueprint, desk: Desk) -> None:
    @console.route("/phone", methods=["GET", "POST"])
    @access.open_to_all
    def bind_phone() -> ResponseReturnValue:
        """Show the picture that an authenticator reads, and check that it did."""
        now = desk.now()
        with desk.db.read() as reading:
            found = rules.find(reading, session.get(access.COOKIE, ""), now=now)
        # Whoever has a phone bound binds another from their own page, after the second step.
        if found is None or (found[1].totp and found[0].proved_at is None):
            return redirect(url_for("console.sign_in"))
        form, refused, person = CodeForm(), "", found[1]
        secret = _secret_of(session, desk)
        if form.validate_on_submit():
            with desk.db.write() as writing:
                try:
                    codes = rules.enrol(writing, person, secret, said(form.code), vault=desk.vault, now=now)
                    writing.merge(found[0]).proved_at = now
                except Refusal as refusal:
                    refused = say(refusal.why)
            if not refused:
                session.pop("phone", None)
                return render_template("console/recovery.html", codes=codes)
        picture = _picture(pyotp.TOTP(secret).provisioning_uri(name=person.login, issuer_name=ISSUER))
        return render_template("console/phone.html", form=form, refused=refused, picture=picture, secret=secret)


def _secret_of(cookie: SessionMixin, desk: Desk) -> str:
    """Return the secret that is being bound; the cookie, which anybody who has it can read, holds it encrypted."""
    if "phone" not in cookie:
        cookie["phone"] = desk.vault.close({"secret": pyotp.random_base32()})
    return desk.vault.open(cookie["phone"])["secret"]


def _picture(text: str) -> str:
    """Return a QR code as a data address, made here: the secret goes to nobody else."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=6, border=2)
    return "data:image/png;base64," + b64encode(drawn.getvalue()).decode()


def _join(console: Blueprint, desk: Desk) -> None:
    @console.route("/invitation/<token>", methods=["GET", "POST"])
    @access.open_to_all
    def join(token: str) -> ResponseReturnValue:
        """Let an invited colleague join."""
        with desk.db.read() as reading:
            invitation = invitations.find(reading, token, now=desk.now())
        if invitation is None:
            return render_template("console/refused.html", why="invitation"), 404
        form, refused = JoinForm(), ""
        if form.validate_on_submit():
            try:
                with desk.db.write() as writing:
                    invitations.accept(
                        writing, token, login=said(form.login), password=form.password.data or "", now=desk.now()
                    )  # fmt: skip
            except BadInput:
                refused = say("signin.join_refused")
            else:
                return redirect(url_for("console.sign_in"))
        return render_template("console/join.html", form=form, refused=refused, invitation=invitation)


def _inside(address: str) -> str:
    """Return `address` when it is a page of the console, else nothing: a link must not lead elsewhere."""
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc and parts.path.startswith("/console/") else ""
