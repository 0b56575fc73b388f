"""The page with two phones: what is typed there goes to the real hook as a signed webhook."""

from collections.abc import Callable
from typing import Any

import requests
from flask import Blueprint, Response, abort, jsonify, render_template, request

from bot.db import Database
from bot.vault import Vault
from bot.web.sandbox.platforms import Platforms

HOOK_TIMEOUT = 10.0
ACTS = ("text", "button", "quick_reply", "postback", "follow", "get_started", "sticker", "image", "audio", "comment")
FAULTS = {
    "zalo": ("timeout", "5xx", "cut", "-32", "-216", "-235", "-240", "-230", "-201", "-223"),
    "facebook": ("timeout", "5xx", "cut", "613", "190/463", "10/2018278", "551", "506", "200"),
}
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def create(platforms: Platforms, db: Database, vault: Vault) -> Blueprint:
    """Return the blueprint of `/sandbox`."""
    sandbox = Blueprint(
        "sandbox", __name__, url_prefix="/sandbox", template_folder="templates", static_folder="static",
        static_url_path="/static",
    )  # fmt: skip
    known: dict[str, str] = {}

    def accounts() -> dict[str, str]:
        """Return one account per channel; opened on the fakes when first asked for."""
        if not known:
            for channel, key in platforms.open_all(db, vault):
                known.setdefault(channel, key)
        return known

    @sandbox.before_app_request
    def open_once() -> None:
        # The worker may speak to the fakes before anybody has opened the page.
        if request.path.startswith("/sandbox"):
            accounts()

    @sandbox.get("/")
    def phones() -> Response:
        """Show both phones."""
        response = Response(render_template("phones.html", accounts=accounts(), faults=FAULTS))
        response.headers["Content-Security-Policy"] = POLICY
        return response

    _phone_routes(sandbox, platforms, accounts)
    return sandbox


def _phone_routes(sandbox: Blueprint, platforms: Platforms, accounts: Callable[[], dict[str, str]]) -> None:
    """Add what the page's script calls."""

    @sandbox.post("/act")
    def act() -> Response:
        """Do what the person on a phone did."""
        channel, kind, user, text, payload = _asked(accounts())
        key = accounts()[channel]
        body, headers = platforms.act(channel, key, kind=kind, user=user, text=text, payload=payload)
        hook = f"{request.host_url}hooks/{channel}/{key}"
        answer = requests.post(hook, data=body, headers=headers, timeout=HOOK_TIMEOUT)
        return jsonify(status=answer.status_code)

    @sandbox.get("/sent/<channel>/<user>")
    def sent(channel: str, user: str) -> Response:
        """Tell what the bot sent to the person on a phone."""
        return jsonify(platforms.sent(channel, user)) if channel in accounts() else abort(404)

    @sandbox.get("/posts/<channel>")
    def posts(channel: str) -> Response:
        """Tell what the account has published."""
        return jsonify(platforms.posts(channel, accounts()[channel])) if channel in accounts() else abort(404)

    @sandbox.post("/fault/<channel>")
    def fault(channel: str) -> Response:
        """Make the platform's next call fail."""
        kind = str(request.get_json().get("kind", ""))
        if kind not in FAULTS.get(channel, ()):
            abort(400)
        platforms.faults.arm(channel, kind)
        return jsonify(armed=platforms.faults.armed(channel))


def _asked(accounts: dict[str, str]) -> tuple[str, str, str, str, str]:
    asked: dict[str, Any] = request.get_json()
    read: Callable[[str], str] = lambda name: str(asked.get(name, ""))[:5000]  # noqa: E731
    channel, kind, user = read("channel"), read("kind"), read("user")
    if channel not in accounts or kind not in ACTS or not user.isdigit():
        abort(400)
    return channel, kind, user, read("text"), read("payload")
