"""What `motcua check` looks at on a Facebook Page, and what `check --apply` sets there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Account, Button, Finding, Press
from bot.channels.facebook_events import GET_STARTED
from bot.channels.facebook_graph import button, call, cut
from bot.channels.http import Http
from bot.errors import ChannelError

GREETING_MAX = 160
MENU_MAX = 5  # Meta takes 20 and advises 5
MENU_TITLE_MAX = 30

FIELDS = (
    "messages",
    "messaging_postbacks",
    "messaging_referrals",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_echoes",
    "message_edits",
    "messaging_handovers",
    "standby",
    "messaging_policy_enforcement",
    "messaging_optins",
    "feed",
)
"""What the Page's webhook has to be subscribed to."""

PERMISSIONS = ("pages_messaging", "pages_manage_metadata")
"""What the token has to allow for receiving and answering."""
PUBLISHING = ("pages_manage_posts", "pages_read_engagement", "read_insights")
"""What it has to allow as well for posts and their results; a Page that only answers can do without."""

Look = Callable[[Http, Account], Sequence[Finding]]


def inspect(http: Http, account: Account) -> Sequence[Finding]:
    """Look at whose token it is, how long it lives, and what the webhook is subscribed to."""
    return _try(http, account, (_identity, _token, _subscription))


def apply(http: Http, account: Account, *, greeting: str, menu: Sequence[Button]) -> Sequence[Finding]:
    """Set Get Started, greeting and menu, and subscribe the Page to our webhook."""

    def profile(http: Http, account: Account) -> Sequence[Finding]:
        call(http, account, "POST", "/me/messenger_profile", json=_profile(greeting, menu))
        kept = _menu(menu)
        left_out = [item.title for item in menu if item not in kept]
        done = Finding(ok=True, text="Get Started, greeting and menu set; a menu can take a day to show")
        short = Finding(ok=False, text=f"the menu has {MENU_MAX} places and no telephone: without {left_out}")
        return [done, short] if left_out else [done]

    return _try(http, account, (profile, _subscribe))


def _try(http: Http, account: Account, looks: Sequence[Look]) -> Sequence[Finding]:
    """Return what every look finds; one that fails is a finding too, so that all faults are seen at once."""
    findings: list[Finding] = []
    for look in looks:
        try:
            findings += look(http, account)
        except ChannelError as error:
            findings.append(Finding(ok=False, text=f"{look.__name__.strip('_')}: {error}", about="failed"))
    return findings


def _identity(http: Http, account: Account) -> Sequence[Finding]:
    page = call(http, account, "GET", "/me", params={"fields": "id,name"}).body
    text = f"the token is for {page.get('name')} ({page.get('id')}), Page {account.key} wanted"
    return [Finding(ok=str(page.get("id")) == account.key, text=text, about="identity")]


def _token(http: Http, account: Account) -> Sequence[Finding]:
    app = account.secrets["app_id"]
    as_app = f"{app}|{account.secrets['app_secret']}"
    question = {"input_token": account.secrets["page_token"]}
    wire = call(http, account, "GET", "/debug_token", token=as_app, params=question).body.get("data")
    data: dict[str, Any] = wire if isinstance(wire, dict) else {}
    scopes = data.get("scopes") or ()
    missing, posting = ([name for name in names if name not in scopes] for names in (PERMISSIONS, PUBLISHING))
    return [
        Finding(
            ok=bool(data.get("is_valid")), text="the token is valid; if not, connect the Page again", about="token"
        ),
        Finding(
            ok=str(data.get("app_id")) == app,
            text=f"the token is of app {data.get('app_id')}, {app} wanted",
            about="app",
        ),
        Finding(
            ok=not data.get("expires_at"), text=f"the token expires: {_date(data.get('expires_at'))}", about="expiry"
        ),
        Finding(
            ok=not missing,
            text=f"permissions that the token lacks: {', '.join(missing) or 'none'}",
            about="permissions",
        ),
        Finding(ok=True, text=f"permissions for publishing that the token lacks: {', '.join(posting) or 'none'}"),
        Finding(
            ok=True,
            text=f"access to data has to be confirmed by: {_date(data.get('data_access_expires_at'))}",
            about="access",
        ),
    ]


def _date(seconds: object) -> str:
    # A Page token from a long-lived login has 0: it lasts until somebody revokes it.
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}" if isinstance(seconds, int) and seconds else "never"


def _subscription(http: Http, account: Account) -> Sequence[Finding]:
    apps = call(http, account, "GET", f"/{account.key}/subscribed_apps").body.get("data") or []
    ours: dict[str, Any] = next((app for app in apps if str(app.get("id")) == account.secrets["app_id"]), {})
    missing = [name for name in FIELDS if name not in (ours.get("subscribed_fields") or ())]
    text = f"webhook fields that the Page lacks: {', '.join(missing) or 'none'}"
    return [
        Finding(ok=not missing, text=text + ("; `motcua check --apply` adds them" if missing else ""), about="webhook")
    ]


def _subscribe(http: Http, account: Account) -> Sequence[Finding]:
    fields = {"subscribed_fields": ",".join(FIELDS)}
    call(http, account, "POST", f"/{account.key}/subscribed_apps", params=fields)
    return [Finding(ok=True, text=f"the Page is subscribed to {len(FIELDS)} webhook fields")]


def _menu(menu: Sequence[Button]) -> Sequence[Button]:
    return [item for item in menu if item.press is not Press.PHONE][:MENU_MAX]


def _profile(greeting: str, menu: Sequence[Button]) -> dict[str, Any]:
    profile: dict[str, Any] = {"get_started": {"payload": GET_STARTED}}
    if greeting:
        text = cut(greeting, GREETING_MAX)
        profile["greeting"] = [{"locale": locale, "text": text} for locale in ("default", "vi_VN")]
    if items := [button(item, MENU_TITLE_MAX) for item in _menu(menu)]:
        tree = {"locale": "default", "composer_input_disabled": False, "call_to_actions": items}
        profile["persistent_menu"] = [tree]
    return profile
