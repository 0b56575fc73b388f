"""A fake Zalo over HTTP: checks token, shapes and limits as Zalo does, and keeps what it was sent."""

import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from bot.web.sandbox import faults, zalo_articles
from bot.web.sandbox.faults import Faults
from bot.web.sandbox.zalo_articles import FakeArticles
from bot.web.sandbox.zalo_oauth import Consents, permission
from bot.web.sandbox.zalo_shapes import MEANINGS, Refusal, buttons, mapping, string, words
from bot.web.sandbox.zalo_webhook import ACTS, FakeOA, sign, webhook

__all__ = ["ACTS", "FakeOA", "FakeZalo", "blueprint", "sign", "webhook"]

API, OAUTH = "zalo", "zalo_oauth"
"""The names under which faults are armed; "zalo:create" and the like for one call. A code is -216."""

HEADERS = ("ACCESS_TOKEN", "APPSECRET_PROOF", "SECRET_KEY")
"""Zalo's header names have underscores, which WSGI servers drop unless told: gunicorn's `forwarder_headers`."""

WINDOW = timedelta(days=7)
TOKEN_SECONDS = "90000"  # noqa: S105 - a duration; Zalo prints it as text

Json = dict[str, Any]


@dataclass(slots=True)
class FakeZalo:
    """The platform's state, in memory. `slow` is how many seconds a `timeout` fault takes to answer."""

    faults: Faults = field(default_factory=Faults)
    slow: float = 20.0
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    articles: FakeArticles = field(default_factory=FakeArticles)
    consents: Consents = field(default_factory=Consents)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _oas: dict[str, FakeOA] = field(default_factory=dict)
    _met: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _sent: list[Json] = field(default_factory=list)
    _calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.articles.clock = lambda: self.clock()  # noqa: PLW0108 - a test may set another clock later

    def add(self, oa: FakeOA) -> FakeOA:
        """Open an Official Account, or replace the one with the same id."""
        with self._lock:
            self._oas[oa.oa_id] = oa
        return oa

    @property
    def oas(self) -> dict[str, FakeOA]:
        """The Official Accounts by id."""
        return self._oas

    def meet(self, oa_id: str, user: str, *, at: datetime | None = None) -> None:
        """Note that `user` interacted with the OA: from now on it may write to them for seven days."""
        with self._lock:
            self._met[oa_id, user] = at or self.clock()

    def act(self, oa_id: str, act: str, *, user: str, text: str = "") -> tuple[bytes, dict[str, str]]:
        """Let a person do something; return the signed webhook to post to the bot."""
        if act == "unfollow":
            with self._lock:
                self._met.pop((oa_id, user), None)
        elif act not in {"staff", "echo", "withdraw"}:
            self.meet(oa_id, user)
        return webhook(self._oas[oa_id], act, user=user, text=text, at=self.clock())

    def sent(self, user: str | None = None) -> list[Json]:
        """Return what the bot sent, oldest first: oa_id user_id text buttons message_id endpoint at."""
        with self._lock:
            return [dict(one) for one in self._sent if user in {None, one["user_id"]}]

    def calls(self) -> list[str]:
        """Return the paths that were called, refused calls too."""
        with self._lock:
            return list(self._calls)

    def called(self, path: str, platform: str) -> str | None:
        """Note a call; return the fault it has to show after its work, raise one that comes before."""
        with self._lock:
            self._calls.append(path)
        fault = self.faults.take(f"{platform}:{path.rsplit('/', 1)[-1]}") or self.faults.take(platform)
        if fault and fault.lstrip("-").isdigit():
            raise Refusal(int(fault))
        return fault

    def authorised(self, headers: Headers) -> FakeOA:
        """Return the OA whose token the request carries; the proof is checked when given or needed."""
        token, proof = headers.get("access_token", ""), headers.get("appsecret_proof", "")
        with self._lock:
            oa = next((one for one in self._oas.values() if token and one.access_token == token), None)
        if oa is None:
            raise Refusal(-216)
        right = hmac.new(oa.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if (proof or oa.needs_proof) and proof != right:
            raise Refusal(-242)
        return oa

    def deliver(self, oa: FakeOA, body: object, endpoint: str) -> Json:
        """Check a message as Zalo does, keep it, and return the receipt."""
        person, message = mapping(mapping(body).get("recipient")), mapping(mapping(body).get("message"))
        anonymous = string(person.get("anonymous_id")) if string(person.get("conversation_id")) else ""
        if not anonymous:
            _serves(oa, endpoint)
        user = anonymous or string(person.get("user_id"))
        if not user:
            raise Refusal(-201)
        kept = {"oa_id": oa.oa_id, "user_id": user, "text": words(message), "buttons": buttons(message)}
        now = self.clock()
        with self._lock:
            met = self._met.get((oa.oa_id, user))
            if met is None:
                raise Refusal(-213)
            if now - met > WINDOW:
                raise Refusal(-230)
            kept |= {"message_id": uuid.uuid4().hex[:20], "endpoint": endpoint, "at": now.isoformat()}
            self._sent.append(kept)
        millis = str(int(now.timestamp() * 1000))
        quota = {"quota_type": "reply"}
        return {"message_id": kept["message_id"], "user_id": user, "sent_time": millis, "quota": quota}

    def renew(self, secret_key: str, form: Mapping[str, str]) -> Json:
        """Give a new pair for a refresh token or an admin's code; either works once."""
        with self._lock:
            apps = [oa for oa in self._oas.values() if oa.app_id == form.get("app_id")]
            if not apps:
                raise Refusal(-14002)
            if secret_key != apps[0].app_secret:
                raise Refusal(-14004)
            if form.get("grant_type") == "authorization_code":
                granted = self.consents.take(form)
                oa = next((one for one in apps if one.oa_id == granted), None)
            elif form.get("grant_type") == "refresh_token":
                oa = next((one for one in apps if one.refresh_token == form.get("refresh_token")), None)
            else:
                raise Refusal(-14018)
            if oa is None:
                raise Refusal(-14014)
            oa.access_token, oa.refresh_token = f"access-{uuid.uuid4().hex}", f"refresh-{uuid.uuid4().hex}"
            pair = {"access_token": oa.access_token, "refresh_token": oa.refresh_token}
        return {**pair, "expires_in": TOKEN_SECONDS}

    def knows(self, oa: FakeOA, user: str) -> Json:
        """Return a person's details, or refuse somebody the OA never met."""
        with self._lock:
            met = self._met.get((oa.oa_id, user))
        if met is None:
            raise Refusal(-213)
        name = f"Người dân {user[-4:]}"
        day = met.strftime("%d/%m/%Y")
        return {
            "user_id": user,
            "display_name": name,
            "user_is_follower": True,
            "user_last_interaction_date": day,
        }


def blueprint(zalo: FakeZalo, name: str = "fake_zalo") -> Blueprint:
    """Return the fake's addresses; mount it so that ZALO_API_URL and ZALO_OAUTH_URL are its prefix."""
    pages = Blueprint(name, __name__)

    def answer(platform: str, work: Callable[[], Json]) -> ResponseReturnValue:
        try:
            fault = zalo.called(request.path, platform)
            if failure := faults.before(fault, request):
                return failure
            body = work()
        except Refusal as refusal:
            return jsonify(_error(refusal.code, platform))
        return faults.after(fault, request, slow=zalo.slow) or jsonify(body)

    def authorised(work: Callable[[FakeOA], Json]) -> ResponseReturnValue:
        return answer(API, lambda: _success(work(zalo.authorised(request.headers))))

    def message(endpoint: str) -> ResponseReturnValue:
        if endpoint == "v2" and "target" in mapping(mapping(_json()).get("recipient")):
            return authorised(lambda oa: zalo.articles.broadcast(oa.oa_id, mapping(_json())))
        return authorised(lambda oa: zalo.deliver(oa, _json(), endpoint))

    pages.add_url_rule("/v3.0/oa/message/cs", "cs", lambda: message("v3"), methods=["POST"])
    pages.add_url_rule("/v2.0/oa/message", "message", lambda: message("v2"), methods=["POST"])

    @pages.get("/v2.0/oa/getoa")
    def getoa() -> ResponseReturnValue:
        return authorised(_about)

    @pages.get("/v3.0/oa/user/detail")
    def detail() -> ResponseReturnValue:
        return authorised(lambda oa: zalo.knows(oa, _asked()))

    permission(pages, zalo.oas, zalo.consents)

    @pages.post("/v4/oa/access_token")
    def access_token() -> ResponseReturnValue:
        return answer(OAUTH, lambda: zalo.renew(request.headers.get("secret_key", ""), request.form))

    zalo_articles.add_routes(pages, zalo.articles, authorised)
    return pages


def _success(data: Json) -> Json:
    return {"error": 0, "message": "Success", "data": data}


def _error(code: int, platform: str) -> Json:
    meaning = MEANINGS.get(code, "Error")
    if platform == OAUTH:
        return {"error": code, "error_name": meaning, "error_reason": meaning, "error_description": meaning}
    return {"error": code, "message": meaning}


def _about(oa: FakeOA) -> Json:
    package = {"package_name": oa.package, "package_valid_through_date": oa.package_until}
    return {"oaid": oa.oa_id, "name": oa.name, "oa_type": oa.oa_type, "is_verified": True, **package}


def _asked() -> str:
    try:
        return string(mapping(json.loads(request.args.get("data", ""))).get("user_id"))
    except ValueError:
        raise Refusal(-201) from None


def _json() -> object:
    # Zalo wants the content type as well; `silent` makes both faults one refusal.
    return request.get_json(silent=True)


def _serves(oa: FakeOA, endpoint: str) -> None:
    if endpoint == "v3" and oa.oa_type == 4:
        raise Refusal(-235)
    if endpoint == "v2" and oa.oa_type != 4:
        raise Refusal(-240)
