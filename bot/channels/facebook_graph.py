"""Meta's Graph API on the wire: its calls, its error codes as decisions, its buttons.

Codes: https://developers.facebook.com/docs/messenger-platform/error-codes, checked 2026-11-22.
"""

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Account, Button, Press
from bot.channels.http import Http, Reply
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

VERSION = "v26.0"
"""Released 2026-07-29; a version lives about two years."""

Decisions = Mapping[int | tuple[int, int], type[ChannelError]]

ERRORS: Decisions = {
    1: OutcomeUnknown,  # "unknown error"
    (1, 1357046): OutcomeUnknown,  # may have been delivered all the same
    2: TryLater,
    **dict.fromkeys((4, 17, 32, 341, 613, 80001, 80006), TryLater),  # throttled
    (613, 2018338): AccountStopped,  # warning of abuse
    368: AccountStopped,  # blocked for breaking a policy
    3: AccountStopped,  # the app lacks the capability
    10: AccountStopped,  # the app lacks the permission
    (10, 2018065): WindowClosed,  # outside the window, without the news permission
    (10, 2018278): WindowClosed,
    (10, 2534022): WindowClosed,
    (10, 2018108): Unreachable,  # cannot receive messages now
    (10, 1893063): AccountStopped,  # the Page is restricted
    (10, 2018300): Refused,  # another app has the conversation: the staff is answering
    (10, 2018321): Refused,  # Messenger's own automation has it
    100: Refused,  # a wrong parameter, or a tag that is no more
    (100, 2018001): Unreachable,  # nobody by that id
    102: TokenRejected,
    190: TokenRejected,  # expired, password changed, app removed: any subcode
    200: AccountStopped,  # permission missing
    (200, 2018028): AccountStopped,  # the app is not live: only its testers can be written to
    (200, 1545041): Unreachable,
    230: Refused,  # the person did not consent to a look at the profile
    506: Refused,  # the same post twice in a row
    551: Unreachable,  # blocked us, or left
    10900: Refused,  # that comment had its one private reply
    1609005: Refused,  # the link cannot be read
    2018218: Refused,  # no profile
    2018247: Refused,
}
"""Graph's codes as decisions: first by (code, subcode), then by code. Never by text, it is localised."""

HINTS = {
    10: "the app lacks the right for this: grant the Page anew with pages_manage_posts",
    100: "a part of it is not accepted",
    190: "the Page has to be connected again",
    200: "the app lacks the right for this: grant the Page anew with pages_manage_posts",
    368: "blocked for breaking a policy: see the Page's support inbox",
    506: "the same post stands on the Page already: change its words",
    1609005: "the link cannot be read by Facebook: correct it, or publish without it",
}
"""What to tell a person about a code, where the decision does not say it."""

SHAPES: Mapping[Press, tuple[str, str]] = {
    Press.SAY: ("postback", "payload"),
    Press.URL: ("web_url", "url"),
    Press.PHONE: ("phone_number", "payload"),
}
"""A template button's type, and the name under which it holds our value."""


def call(http: Http, account: Account, method: str, path: str, **kwargs: Any) -> Reply:
    """Call Graph with the Page's token, or `token`, proving that we hold the app's secret.

    `decisions`, for calls where a code means something else, go before `ERRORS`.
    """
    decisions: Decisions = kwargs.pop("decisions", {})
    token = kwargs.pop("token", "") or account.secrets["page_token"]
    proof = hmac.new(account.secrets["app_secret"].encode(), token.encode(), hashlib.sha256).hexdigest()
    params = {**kwargs.pop("params", {}), "appsecret_proof": proof}
    headers = {"Authorization": f"Bearer {token}"}
    reply = http.call(method, "graph", f"/{VERSION}{path}", params=params, headers=headers, **kwargs)
    if reply.status >= 300 or "error" in reply.body:
        raise _error(reply, decisions)
    return reply


def _error(reply: Reply, decisions: Decisions) -> ChannelError:
    """Return Graph's refusal as a decision. Its text is left out: it may repeat the token."""
    wire = reply.body.get("error")
    fault = wire if isinstance(wire, dict) else {}
    code, subcode = _number(fault.get("code")), _number(fault.get("error_subcode"))
    unlisted = OutcomeUnknown if reply.status >= 500 or fault.get("is_transient") is True else Refused
    known = (table.get(key) for table in (decisions, ERRORS) for key in ((code, subcode), code))
    decision = next((found for found in known if found), unlisted)
    hint = f": {HINTS[code]}" if code in HINTS else ""
    return decision(
        f"Graph refused{hint}, trace {fault.get('fbtrace_id') or 'none'}",
        code=f"{code or reply.status}" + (f"/{subcode}" if subcode else ""),
        retry_after=_retry_after(reply) if decision is TryLater else None,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _retry_after(reply: Reply) -> float | None:
    """Return the seconds to wait: Meta tells them in minutes, for each kind of call."""
    try:
        usage = json.loads(reply.headers.get("X-Business-Use-Case-Usage", ""))
        kinds = [kind for kinds in usage.values() for kind in kinds]
        minutes = max(float(kind.get("estimated_time_to_regain_access") or 0) for kind in kinds)
    except (AttributeError, TypeError, ValueError):
        minutes = 0.0
    return minutes * 60 or reply.retry_after


def button(choice: Button, title_max: int) -> dict[str, str]:
    """Return a button as templates and the menu hold it."""
    kind, holds = SHAPES[choice.press]
    return {"type": kind, "title": cut(choice.title, title_max), holds: choice.value}


def cut(text: str, most: int) -> str:
    """Return `text` in at most `most` characters, an ellipsis in place of what is missing."""
    text = unicodedata.normalize("NFC", text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
