"""“Hỏi thử”: ask the assistant as a citizen would, from any page; nothing of it is kept anywhere.

The talk so far travels in the form, signed, so that a choice can be taken as on a phone.
"""

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from bot import agencies
from bot.answering import messages
from bot.channels import CHANNELS
from bot.channels.base import Press
from bot.rights import Right
from bot.web.console import access, books
from bot.web.console.desk import Desk
from bot.web.console.probe import probe
from content.phrases import say

TEXT_MAX = 1000
UNDERSTOOD = ("skill", "procedure", "candidates", "aspect", "confidence")


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @console.route("/<slug>/try", methods=["GET", "POST"])
    @access.needs(Right.READ)
    def trying(slug: str) -> ResponseReturnValue:
        """Show the box, and with a question what was understood and answered."""
        text = request.form.get("text", "").strip()[:TEXT_MAX]
        payload = request.form.get("payload", "")[:TEXT_MAX]
        channel = request.form.get("channel", "")
        channel = channel if channel in CHANNELS else next(iter(CHANNELS))
        shown: dict[str, Any] = {}
        if text or payload:
            facts = agencies.facts_for(access.agency())
            reply = probe().ask(facts, text="" if payload else text, payload=payload, memory=_memory())
            about = {
                name: getattr(reply, name) for name in ("skill", "procedure", "candidates", "aspect", "confidence")
            }
            shown = {
                "messages": messages(reply, channel), "reply": reply, "understood": books.understood(about),
                "skill": say(f"skill.{reply.skill}"), "memory": _signer().dumps(reply.memory),
                "choices": [button for button in reply.buttons if button.press is Press.SAY],
            }  # fmt: skip
        asked = request.form.get("title", "")[:TEXT_MAX] if payload else text
        return render_template("console/try.html", asked=asked, channel=channel, channels=list(CHANNELS), **shown)


def _memory() -> dict[str, Any]:
    try:
        found: dict[str, Any] = _signer().loads(request.form.get("memory", ""))
    except BadSignature:
        return {}
    return found


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="try")
