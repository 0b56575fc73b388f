"""What Zalo's APIs answer: a success, or a code that is one of our errors.

Codes: https://docs.zaloplatforms.com/docs/OA/ (errors), checked 2026-11-22. Errors come with HTTP 200.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.channels.base import Tokens
from bot.channels.http import Reply
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    Refused,
    TokenRejected,
    TryLater,
    Unreachable,
    WindowClosed,
)

TOKEN_LIFE = 90_000
"""Seconds an access token lives (25 hours), when the answer does not say."""
RATE_PAUSE = 10.0
"""Seconds the account rests after -32: the limit counts by the minute."""

Decisions = Mapping[str, tuple[type[ChannelError], str]]
"""What a code means for us, and what to tell a person."""

ERRORS: Decisions = {
    "-32": (TryLater, "too many requests"),
    "-100": (Refused, "the attachment has expired"),
    "-200": (OutcomeUnknown, "sending failed, perhaps after delivery"),
    "-201": (Refused, "a parameter is invalid"),
    "-204": (AccountStopped, "the OA has been deleted"),
    "-205": (AccountStopped, "the OA does not exist"),
    "-209": (AccountStopped, "the app is not active: activate it on developers.zalo.me"),
    "-210": (Refused, "a parameter is over its limit"),
    # Outside the free 48 hours only; pausing the account would silence the free answers too.
    "-211": (TryLater, "the OA's quota is used up: buy more or wait for its reset"),
    "-212": (AccountStopped, "the app is not registered for this API: add the product Official Account"),
    "-213": (Unreachable, "the person does not follow the OA"),
    "-214": (TryLater, "still being processed"),
    "-216": (TokenRejected, "the access token is invalid"),
    "-217": (Unreachable, "the person blocked the OA"),
    "-218": (TryLater, "the person's quota of messages is used up"),
    "-219": (AccountStopped, "the app was removed or disabled"),
    "-220": (TokenRejected, "the access token has expired"),
    "-221": (AccountStopped, "the OA is not verified: verify it in OA Manager"),
    "-223": (AccountStopped, "the app is not authorised: let the OA's admin grant it again"),
    "-224": (AccountStopped, "the OA's package has no OpenAPI: upgrade it"),
    "-227": (Unreachable, "the person is banned or inactive for 45 days"),
    "-230": (WindowClosed, "no interaction in the last 7 days"),
    "-232": (WindowClosed, "never interacted, or the interaction has expired"),
    "-233": (Refused, "this type of message is not supported"),
    "-234": (TryLater, "not at night, 22:00 to 06:00"),
    "-235": (AccountStopped, "neither message API serves this type of OA: ask Zalo"),
    "-237": (Refused, "the group has expired"),
    "-238": (Refused, "the quota asset is used up or disabled"),
    "-240": (AccountStopped, "neither message API serves this OA: ask Zalo"),
    "-241": (Refused, "the quota asset is used up or disabled"),
    "-242": (AccountStopped, "appsecret_proof is wrong: see the app's setting and `appsecret_proof: on`"),
    "-244": (Unreachable, "the person restricts this kind of message"),
    "-248": (Refused, "the content breaks the platform's rules: review the text"),
    "-249": (Refused, "this template cannot be sent by user id"),
    "-320": (AccountStopped, "the app needs a Zalo Cloud Account"),
    "-321": (AccountStopped, "the Zalo Cloud Account has no money"),
    "-403": (Refused, "the OA is not in the group"),
    "-1340": (Refused, "form error"),
    "-1341": (Refused, "form error"),
}
"""Zalo's codes for OA calls and what each means for us; a code that is not here is `Refused`."""

NOT_RENEWED = {
    "-14002": "the app id is invalid or the app is not active",
    "-14004": "the app's secret key is wrong",
    "-14003": "the callback address is not the one in the app's settings",
    "-14005": "the code is wrong, used or older than ten minutes: grant again",
    "-14012": "the OA and the app have different owners",
    "-14014": "the refresh token is dead: the OA's admin has to grant the app again",
    "-14024": "the OA and the app have different owners",
    "-14029": "the app is not approved",
}
"""Codes of the token endpoint (no official table exists). Whatever it is, only a person can help."""


def text(value: object) -> str:
    """Return a value that Zalo prints sometimes as a number, sometimes as text."""
    return str(value) if isinstance(value, str | int) else ""


def code(reply: Reply) -> str:
    """Return the platform's error code, "" for success; Zalo prints it as a number or as text."""
    said = text(reply.body.get("error")).strip()
    return "" if said == "0" else said


def data(reply: Reply, decisions: Decisions = MappingProxyType({})) -> dict[str, Any]:
    """Return `data` of a success, or raise what the error means; `decisions` go before `ERRORS`."""
    refusal, success = code(reply), reply.body.get("data")
    if refusal:
        raise _refused(reply, refusal, decisions)
    if reply.status >= 400:
        raise Refused("Zalo refused the request", code=f"http {reply.status}")
    if not isinstance(success, dict):
        raise OutcomeUnknown("Zalo's answer says neither success nor failure", code=f"http {reply.status}")
    return success


def _refused(reply: Reply, known: str, decisions: Decisions) -> ChannelError:
    unlisted = OutcomeUnknown if reply.status >= 500 else Refused
    unknown = (unlisted, "refused with a code that we do not know")
    error, hint = decisions.get(known) or ERRORS.get(known, unknown)
    # A pause holds the whole account, so only the account's own limit may ask for one.
    pause = (reply.retry_after or RATE_PAUSE) if known == "-32" else None
    return error(f"Zalo: {hint}", code=known[:40], retry_after=pause)


def tokens(reply: Reply, now: datetime) -> Tokens:
    """Return the new pair; without `access_token` it failed, whatever else the answer says."""
    pair = {name: text(reply.body.get(name)) for name in ("access_token", "refresh_token")}
    if not pair["access_token"]:
        raise _not_renewed(reply)
    life = text(reply.body.get("expires_in"))
    seconds = int(life) if re.fullmatch(r"[1-9]\d{1,7}", life, re.ASCII) else TOKEN_LIFE
    kept = {name: value for name, value in pair.items() if value}
    return Tokens(secrets=kept, expires_at=now + timedelta(seconds=seconds))


def _not_renewed(reply: Reply) -> ChannelError:
    known = code(reply) or f"http {reply.status}"
    if known == "-32":
        return TryLater("Zalo: too many requests", code=known, retry_after=RATE_PAUSE)
    if reply.status >= 500:
        error = OutcomeUnknown("Zalo did not say whether the token was renewed", code=known)
        error.alert = True
        return error
    hint = NOT_RENEWED.get(known, "the OA's admin has to grant the app again")
    return AccountStopped(f"Zalo gave no new token: {hint}", code=known)
