"""What the fake Graph API knows and keeps: Pages, people, comments, and all that the bot sent."""

import hashlib
import hmac
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request

from bot.web.sandbox import graph_shapes
from bot.web.sandbox.faults import Faults
from bot.web.sandbox.graph_posts import FakePosts
from bot.web.sandbox.graph_shapes import Refusal, mapping, string
from bot.web.sandbox.graph_webhook import Act, FakePage, comment_id, webhook

PLATFORM = "facebook"
"""The name under which faults are armed; "facebook:feed" and the like for one call. A code is 613 or 190/463."""

WINDOW = timedelta(hours=24)
HUMAN_WINDOW = timedelta(days=7)
NEVER = datetime.min.replace(tzinfo=UTC)

Json = dict[str, Any]


@dataclass(slots=True)
class FakeGraph:
    """The platform's state, in memory. `slow`: seconds that a `timeout` fault takes to answer.

    `regain_minutes` is what a rate limit tells in X-Business-Use-Case-Usage.
    """

    faults: Faults = field(default_factory=Faults)
    slow: float = 20.0
    regain_minutes: int = 1
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    posts: FakePosts = field(default_factory=FakePosts)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _pages: dict[str, FakePage] = field(default_factory=dict)
    _met: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _comments: dict[str, str] = field(default_factory=dict)
    _replied: set[str] = field(default_factory=set)
    _profiles: dict[str, Json] = field(default_factory=dict)
    _fields: dict[str, list[str]] = field(default_factory=dict)
    _sent: list[Json] = field(default_factory=list)
    _actions: list[Json] = field(default_factory=list)
    _calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.posts.clock = lambda: self.clock()  # noqa: PLW0108 - a test may set another clock later

    def add(self, page: FakePage) -> FakePage:
        """Open a Page, or replace the one with the same id."""
        with self._lock:
            self._pages[page.page_id] = page
        return page

    def meet(self, page_id: str, user: str, *, at: datetime | None = None) -> None:
        """Note that `user` wrote to the Page: from now on it may answer for 24 hours."""
        with self._lock:
            self._met[page_id, user] = at or self.clock()

    def act(self, page_id: str, act: Act) -> tuple[bytes, dict[str, str]]:
        """Let a person do something; return the signed webhook to post to the bot."""
        if act.kind == "comment":
            with self._lock:
                self._comments[comment_id(act)] = act.user
        elif act.kind not in {"staff", "echo", "read"}:
            self.meet(page_id, act.user, at=act.at)
        return webhook(self._pages[page_id], act)

    def sent(self, user: str | None = None) -> list[Json]:
        """Return what the bot sent, oldest first: page_id user_id comment_id text buttons message_id at."""
        with self._lock:
            return [dict(one) for one in self._sent if user in {None, one["user_id"]}]

    def actions(self, user: str | None = None) -> list[Json]:
        """Return the sender actions, oldest first: page_id user_id action at."""
        with self._lock:
            return [dict(one) for one in self._actions if user in {None, one["user_id"]}]

    def calls(self) -> list[str]:
        """Return method and path of every call, refused calls too."""
        with self._lock:
            return list(self._calls)

    def profile(self, page_id: str) -> Json:
        """Return the Messenger profile: get_started greeting persistent_menu, as far as set."""
        with self._lock:
            return dict(self._profiles.get(page_id, {}))

    def called(self, asked: Request) -> str | None:
        """Note a call; return the fault it has to show after its work, raise one that comes before.

        A sender action takes no fault: nobody would see it.
        """
        with self._lock:
            self._calls.append(f"{asked.method} {asked.path}")
        fault = None if "sender_action" in mapping(asked.get_json(silent=True)) else self._fault(asked.path)
        code, _, subcode = (fault or "").partition("/")
        if code.isdigit():
            raise Refusal(int(code), int(subcode or 0))
        return fault

    def _fault(self, path: str) -> str | None:
        return self.faults.take(f"{PLATFORM}:{path.rsplit('/', 1)[-1]}") or self.faults.take(PLATFORM)

    def page(self, asked: Request, page_id: str = "me") -> FakePage:
        """Return the Page whose token the request carries, which has to be `page_id`."""
        token = _token(asked)
        if not token:
            raise Refusal(104)
        with self._lock:
            page = next((one for one in self._pages.values() if one.page_token == token), None)
        if page is None:
            raise Refusal(190)
        _prove(asked, page, token)
        if page_id not in {"me", page.page_id}:
            raise Refusal(100, 33, why=f"Unsupported request. Object with ID '{page_id}' does not exist")
        return page

    def deliver(self, page: FakePage, wire: Json) -> Json:
        """Check a message or sender action as Meta does, keep it, and return the receipt."""
        recipient = mapping(wire.get("recipient"))
        user, comment = string(recipient.get("id")), string(recipient.get("comment_id"))
        if bool(user) == bool(comment):
            raise Refusal(100, why="(#100) Param recipient must be non-empty and name one recipient")
        if "sender_action" in wire:
            return self._action(page, user, wire)
        tagged = graph_shapes.tagged(wire)
        kept = graph_shapes.content(mapping(wire.get("message")))
        with self._lock:
            user = self._entitled(page, user, comment, HUMAN_WINDOW if tagged and page.human_agent else WINDOW)
            message_id = f"m_{uuid.uuid4().hex}"
            whom = {"page_id": page.page_id, "user_id": user, "comment_id": comment, "tag": string(wire.get("tag"))}
            self._sent.append({**whom, **kept, "message_id": message_id, "at": self.clock().isoformat()})
        return {"recipient_id": user, "message_id": message_id}

    def _entitled(self, page: FakePage, user: str, comment: str, window: timedelta) -> str:
        """Return whom the message reaches; a comment gives the right to one message."""
        if comment:
            if comment not in self._comments:
                raise Refusal(100, why="(#100) Param recipient[comment_id] is no comment of this Page")
            if comment in self._replied:
                raise Refusal(10900)
            self._replied.add(comment)
            self._met.setdefault((page.page_id, self._comments[comment]), NEVER)
            return self._comments[comment]
        met = self._met.get((page.page_id, user))
        if met is None:
            raise Refusal(100, 2018001)
        if self.clock() - met > window:
            raise Refusal(10, 2018278)
        return user

    def _action(self, page: FakePage, user: str, wire: Json) -> Json:
        action = wire["sender_action"]
        if action not in graph_shapes.ACTIONS or "message" in wire or not user:
            raise Refusal(100, why="(#100) Param sender_action is unknown or not alone")
        with self._lock:
            if (page.page_id, user) not in self._met:
                raise Refusal(100, 2018001)
            at = self.clock().isoformat()
            self._actions.append({"page_id": page.page_id, "user_id": user, "action": action, "at": at})
        return {"recipient_id": user}

    def set_profile(self, page: FakePage, wire: Json) -> Json:
        """Set greeting, Get Started and menu."""
        with self._lock:
            before = self._profiles.get(page.page_id, {})
            self._profiles[page.page_id] = graph_shapes.profile(wire, before)
        return {"result": "success"}

    def subscribe(self, page: FakePage, fields: str) -> Json:
        """Set what the Page's webhook is subscribed to."""
        names = [name for name in fields.split(",") if name]
        if not names or set(names) - graph_shapes.FIELDS:
            raise Refusal(100, why="(#100) Param subscribed_fields is missing or holds an unknown field")
        with self._lock:
            self._fields[page.page_id] = names
        return {"success": True}

    def subscribed(self, page: FakePage) -> Json:
        """Return the apps that the Page's webhook goes to."""
        with self._lock:
            fields = self._fields.get(page.page_id)
        return {"data": [{"id": page.app_id, "name": "Một Cửa", "subscribed_fields": fields}] if fields else []}

    def debug(self, asked: Request) -> Json:
        """Return what a token is; asked with the app's own token."""
        token, examined = _token(asked), asked.args.get("input_token", "")
        with self._lock:
            pages = list(self._pages.values())
        app = next((one for one in pages if token == f"{one.app_id}|{one.app_secret}"), None)
        if app is None:
            raise Refusal(190 if token else 104)
        _prove(asked, app, token)
        page = next((one for one in pages if one.page_token == examined), None)
        if page is None:
            error = {"code": 190, "message": "The access token could not be decrypted"}
            return {"data": {"is_valid": False, "scopes": [], "error": error}}
        life = {"expires_at": page.expires_at, "data_access_expires_at": 0, "is_valid": True}
        who = {"app_id": page.app_id, "profile_id": page.page_id, "type": "PAGE"}
        return {"data": {**who, **life, "scopes": list(page.scopes)}}


def _token(asked: Request) -> str:
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else asked.args.get("access_token", "")


def _prove(asked: Request, page: FakePage, token: str) -> None:
    proof = asked.args.get("appsecret_proof", "")
    right = hmac.new(page.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if (proof or page.needs_proof) and not hmac.compare_digest(proof.encode(), right.encode()):
        raise Refusal(100, why="Invalid appsecret_proof provided in the API argument")
