"""Facebook Page and Messenger: what a Page's chat can hold, its webhook in, our answers out.

Limits: https://developers.facebook.com/docs/messenger-platform/send-messages, checked 2026-11-22.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

from bot.channels import facebook_check, facebook_events, facebook_signed, windows
from bot.channels.base import Account, Button, Finding, Inbound, Limits, Message, Press, Sent, Tokens
from bot.channels.facebook_graph import button, call, cut
from bot.channels.http import Http
from bot.errors import AccountStopped, ChannelError, OutcomeUnknown, Refused


class Facebook:
    """A Page's conversations in Messenger and the comments under its posts; see `Channel`."""

    name: ClassVar[str] = "facebook"
    limits: ClassVar[Limits] = Limits(
        text=1900,  # "less than 2000", in a unit that Meta does not say
        text_with_buttons=640,
        buttons=3,
        choices=13,
        title=20,
        payload=1000,
        window=timedelta(hours=24),
        human_window=timedelta(days=7),  # the tag HUMAN_AGENT, after a review by Meta
        number_choices=False,
        per_second=30,  # Meta takes 300; over 40 the staff's Page Inbox stops showing messages
    )
    secrets: ClassVar[tuple[str, ...]] = ("app_id", "app_secret", "verify_token", "page_token")
    typed: ClassVar[tuple[str, ...]] = secrets
    renews: ClassVar[bool] = False
    body_max: ClassVar[int] = 1024 * 1024

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> bool:
        """Say whether the app's secret signed exactly these bytes (SHA-256 only)."""
        secret = account.secrets.get("app_secret", "")
        given = next((value for name, value in headers.items() if name.lower() == "x-hub-signature-256"), "")
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return bool(secret) and _same(given, expected)

    def probe(self, body: bytes) -> bool:
        """Say no: Meta signs everything it sends."""
        return False

    def challenge(self, account: Account, query: Mapping[str, str]) -> str | None:
        """Return the bare challenge if the verify token is ours."""
        token = account.secrets.get("verify_token", "")
        known = bool(token) and _same(query.get("hub.verify_token", ""), token)
        return query.get("hub.challenge") if known and query.get("hub.mode") == "subscribe" else None

    def asked_to_forget(self, account: Account, form: Mapping[str, str]) -> str | None:
        """Return the person of Meta's data deletion callback."""
        return facebook_signed.person_of(form.get("signed_request", ""), account.secrets.get("app_secret", ""))

    def parse(self, account: Account, body: bytes, headers: Mapping[str, str]) -> Sequence[Inbound]:
        """Return the events of every entry of the batch that is for this Page, oldest first."""
        return facebook_events.parse(body, page=account.key, app=account.secrets.get("app_id", ""))

    def send(self, http: Http, account: Account, to: str, message: Message) -> Sent:
        """Send one answer, or one private reply to a comment: then the receipt tells who wrote it."""
        recipient = {"comment_id": message.comment_id} if message.comment_id else {"id": to}
        body = {"recipient": recipient, **_type(account, message), "message": _content(message)}
        reply = call(http, account, "POST", f"/{account.key}/messages", json=body).body
        if not reply.get("message_id"):
            raise OutcomeUnknown("Graph took the message and gave no receipt")
        first_met = str(reply.get("recipient_id") or "") if message.comment_id else ""
        return Sent(message_id=str(reply["message_id"]), recipient=first_met)

    def typing(self, http: Http, account: Account, to: str) -> None:
        """Mark the person's message as seen and show three dots."""
        with suppress(ChannelError):
            for action in ("mark_seen", "typing_on"):
                body = {"recipient": {"id": to}, "sender_action": action}
                call(http, account, "POST", f"/{account.key}/messages", json=body)

    def grant_path(self, account: Account, *, back: str, state: str, challenge: str) -> tuple[str, str] | None:
        """Return None: a Page token is made in Meta's dashboard and typed."""
        return None

    def granted(self, http: Http, account: Account, *, code: str, verifier: str, now: datetime) -> Tokens:
        """Refuse: nothing is granted by a code here."""
        raise Refused("a Page is connected by its token")

    def renew(self, http: Http, account: Account, now: datetime) -> Tokens:
        """Refuse: a Page token lasts until it dies, and then a person has to connect the Page anew."""
        raise AccountStopped(
            f"the token of Page {account.key} cannot be renewed: an administrator of the Page has to "
            "grant it anew, then store it with `motcua account add`"
        )

    def inspect(self, http: Http, account: Account) -> Sequence[Finding]:
        """Look at token, webhook fields and Page."""
        return facebook_check.inspect(http, account)

    def apply(self, http: Http, account: Account, *, greeting: str, menu: Sequence[Button]) -> Sequence[Finding]:
        """Set Get Started, greeting and menu, and subscribe the Page to our webhook."""
        return facebook_check.apply(http, account, greeting=greeting, menu=menu)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode(errors="replace"))


def _type(account: Account, message: Message) -> dict[str, str]:
    """Return the message's type: the tag is for a person's own words only, Meta forbids it to bots."""
    if message.author and message.late and windows.granted(account.memory):
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _content(message: Message) -> dict[str, Any]:
    """Return the body: a template when a button opens something, else text with quick replies under it."""
    title_max = Facebook.limits.title
    if any(choice.press is not Press.SAY for choice in message.buttons):
        buttons = [button(choice, title_max) for choice in message.buttons]
        template = {"template_type": "button", "text": message.text, "buttons": buttons}
        return {"attachment": {"type": "template", "payload": template}}
    choices = [
        {"content_type": "text", "title": cut(choice.title, title_max), "payload": choice.value}
        for choice in message.buttons
    ]
    return {"text": message.text, **({"quick_replies": choices} if choices else {})}
