"""Zalo Official Account: signature, sending, token renewal and what `motcua check` wants to know."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from bot.channels import zalo_answers, zalo_events
from bot.channels.base import Account, Button, Finding, Inbound, Limits, Message, Press, Sent, Tokens
from bot.channels.http import Http, Reply
from bot.channels.zalo_answers import text
from bot.errors import BadInput, OutcomeUnknown

# https://docs.zaloplatforms.com/docs/OA/ (messages, errors), checked 2026-11-22.
LIMITS = Limits(
    text=2000,
    text_with_buttons=2000,
    buttons=5,
    choices=5,
    title=100,
    payload=1000,
    window=timedelta(days=7),
    free_window=timedelta(hours=48),
    number_choices=True,  # buttons are shown on phones only
    # The larger package's 2,000 requests a minute; what state agencies have is not published. A smaller
    # package is found by `inspect` (RATES) or answered with -32, and then the account waits.
    per_second=2000 / 60,
)

RATES = {"tăng trưởng": 100 / 60, "toàn diện": 2000 / 60}
"""Requests per second by package. https://zalo.solutions/oa/pricing, since 2026-06-01, checked 2026-11-22."""

PATHS = {"v2": "/v2.0/oa/message", "v3": "/v3.0/oa/message/cs"}
OTHER_VERSION = {("v3", "-235"): "v2", ("v2", "-240"): "v3"}
"""The only two answers after which the other address is tried: both say that nothing was sent."""

STATE_AGENCY = "4"


class Zalo:
    """The Zalo OA channel. Account memory: `oa_type`, `endpoint` (v2, v3), `appsecret_proof` (on)."""

    name: ClassVar[str] = "zalo"
    limits: ClassVar[Limits] = LIMITS
    secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "app_secret",
        "oa_secret",
        "access_token",
        "refresh_token",
    )
    typed: ClassVar[tuple[str, ...]] = ("app_id", "app_secret", "oa_secret")
    renews: ClassVar[bool] = True
    body_max: ClassVar[int] = 256 * 1024

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> bool:
        """Say whether sha256(app_id + raw body + timestamp + OA secret) is the signature. Constant time."""
        app_id, secret = account.secrets.get("app_id", ""), account.secrets.get("oa_secret", "")
        try:
            wire = zalo_events.load(body)
        except BadInput:
            return False
        if not app_id or not secret or wire.get("app_id", app_id) != app_id:
            return False
        stamp = zalo_events.text(wire.get("timestamp"))
        expected = hashlib.sha256(app_id.encode() + body + stamp.encode() + secret.encode()).hexdigest()
        given = zalo_events.header(headers, "X-ZEvent-Signature").strip().removeprefix("mac=").strip().lower()
        return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))

    def probe(self, body: bytes) -> bool:
        """Say whether this is the empty object the console sends, unsigned, when the address is saved."""
        return re.fullmatch(rb"\s*(\{\s*\})?\s*", body[:64]) is not None and len(body) <= 64

    def challenge(self, account: Account, query: Mapping[str, str]) -> str | None:
        """Refuse: Zalo has no GET verification."""
        return None

    def asked_to_forget(self, account: Account, form: Mapping[str, str]) -> str | None:
        """Refuse: Zalo sends an event (`user_withdraw`), no form."""
        return None

    def parse(self, account: Account, body: bytes, headers: Mapping[str, str]) -> Sequence[Inbound]:
        """Return the event of a verified body; see `zalo_events`."""
        return zalo_events.parse(body, headers, oa=account.key)

    def send(self, http: Http, account: Account, to: str, message: Message) -> Sent:
        """Send text and buttons; the address is switched once, only where Zalo says it is the other."""
        body = _body(to, message)
        version = _version(account, to)
        reply = _post(http, account, version, body)
        other = OTHER_VERSION.get((version, zalo_answers.code(reply)))
        if other:
            reply = _post(http, account, other, body)
        data = zalo_answers.data(reply)
        learnt = other if other and zalo_events.ANONYMOUS not in to else None
        return Sent(message_id=text(data.get("message_id")), remember={"endpoint": learnt} if learnt else {})

    def typing(self, http: Http, account: Account, to: str) -> None:
        """Do nothing: the OA API has no typing indicator."""

    def grant_path(self, account: Account, *, back: str, state: str, challenge: str) -> tuple[str, str] | None:
        """Return the permission page, where an admin of the OA says yes."""
        query = {"app_id": account.secrets.get("app_id", ""), "redirect_uri": back, "code_challenge": challenge}
        return "zalo_oauth", "/v4/oa/permission?" + urlencode({**query, "state": state})

    def granted(self, http: Http, account: Account, *, code: str, verifier: str, now: datetime) -> Tokens:
        """Exchange the code, which works once and for ten minutes."""
        form = {"code": code, "app_id": account.secrets.get("app_id", ""), "grant_type": "authorization_code",
                "code_verifier": verifier}  # fmt: skip
        head = {"secret_key": account.secrets.get("app_secret", "")}
        return zalo_answers.tokens(http.post("zalo_oauth", "/v4/oa/access_token", data=form, headers=head), now)

    def renew(self, http: Http, account: Account, now: datetime) -> Tokens:
        """Exchange the single-use refresh token; an unknown outcome alerts, for the old one may be spent."""
        form = {
            "refresh_token": account.secrets.get("refresh_token", ""),
            "app_id": account.secrets.get("app_id", ""),
            "grant_type": "refresh_token",
        }
        head = {"secret_key": account.secrets.get("app_secret", "")}
        try:
            reply = http.post("zalo_oauth", "/v4/oa/access_token", data=form, headers=head)
        except OutcomeUnknown as error:
            error.alert = True
            raise
        return zalo_answers.tokens(reply, now)

    def inspect(self, http: Http, account: Account) -> Sequence[Finding]:
        """Ask who the OA is: that proves the token, and tells its type and package."""
        data = zalo_answers.data(http.get("zalo", "/v2.0/oa/getoa", headers=headers(account)))
        hook = f"webhook: developers.zalo.me → app → Webhook must have /hooks/zalo/{account.key}"
        return [_owner(data, account.key), _package(data), Finding(ok=True, text=hook, about="webhook")]

    def apply(self, http: Http, account: Account, *, greeting: str, menu: Sequence[Button]) -> Sequence[Finding]:
        """Say what to set by hand: Zalo has no API for greeting and menu."""
        entries = "; ".join(f"{button.title} → {button.value}" for button in menu)
        by_hand = f"Zalo: set by hand in OA Manager (oa.zalo.me): greeting “{greeting}”, menu {entries}"
        return [Finding(ok=True, text=by_hand)]


def _version(account: Account, to: str) -> str:
    if zalo_events.ANONYMOUS in to:
        return "v2"  # anonymous chat lives there for every type of OA
    known = account.memory.get("endpoint", "")
    return known if known in PATHS else "v2" if account.memory.get("oa_type") == STATE_AGENCY else "v3"


def _body(to: str, message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"text": message.text}
    # An anonymous visitor gets no template; `fit` has written the choices into the text as well.
    if message.buttons and zalo_events.ANONYMOUS not in to:
        buttons = [_button(button) for button in message.buttons]
        content["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return {"recipient": zalo_events.recipient(to), "message": content}


def _button(button: Button) -> dict[str, Any]:
    if button.press is Press.URL:
        return {"title": button.title, "type": "oa.open.url", "payload": {"url": button.value}}
    if button.press is Press.PHONE:
        # Zalo wants 84…, people write +84… or 0…
        number = re.sub(r"^0", "84", re.sub(r"\D", "", button.value))
        return {"title": button.title, "type": "oa.open.phone", "payload": {"phone_code": number}}
    return {"title": button.title, "type": "oa.query.hide", "payload": button.value}


def headers(account: Account) -> dict[str, str]:
    """Return what every call carries: the token, and the proof that we hold the app's secret where the app wants it."""
    token = account.secrets.get("access_token", "")
    head = {"access_token": token}
    if "on" in {account.memory.get("appsecret_proof"), account.secrets.get("appsecret_proof")}:
        key = account.secrets.get("app_secret", "").encode()
        head["appsecret_proof"] = hmac.new(key, token.encode(), hashlib.sha256).hexdigest()
    return head


def _post(http: Http, account: Account, version: str, body: dict[str, Any]) -> Reply:
    return http.post("zalo", PATHS[version], json=body, headers=headers(account))


def _owner(data: Mapping[str, Any], key: str) -> Finding:
    owner = text(data.get("oaid")) or text(data.get("oa_id"))
    if owner != key:
        return Finding(
            ok=False,
            text=f"the token belongs to OA {owner or 'unknown'}, not to {key}: grant it again",
            about="identity",
        )
    kind, name = text(data.get("oa_type")), text(data.get("name"))
    said = f"token accepted: OA {owner}, {name}, type {kind or 'not said'}"
    return Finding(ok=True, text=said, about="identity", remember={"oa_type": kind} if kind else {})


def _package(data: Mapping[str, Any]) -> Finding:
    """Say whether the package, which enterprises need for the API, is there and valid."""
    name, until = text(data.get("package_name")), text(data.get("package_valid_through_date"))
    rate = next((rate for part, rate in RATES.items() if part in name.casefold()), None)
    remember = {"per_second": f"{rate:.2f}"} if rate else {}
    try:
        ended = datetime.strptime(until, "%d/%m/%Y").replace(tzinfo=UTC).date() < datetime.now(UTC).date()
    except ValueError:
        ended = False
    if ended:
        return Finding(
            ok=False, text=f"package {name} ended on {until}: renew it, or sending stops (-224)", about="package"
        )
    if not name and text(data.get("oa_type")) != STATE_AGENCY:
        return Finding(
            ok=False, text="no package: a package with OpenAPI is needed, or sending stops (-224)", about="package"
        )
    said = f"package {name or 'none'}, valid until {until or 'not said'}"
    return Finding(ok=True, text=said, about="package", remember=remember)
