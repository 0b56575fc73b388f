"""The fake Zalo's permission page: an admin says yes, and goes back with a code that works once."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from bot.web.sandbox.zalo_shapes import Refusal
from bot.web.sandbox.zalo_webhook import FakeOA

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(slots=True)
class Consents:
    """Codes that were given out and not used yet: code to OA's id and challenge."""

    _open: dict[str, tuple[str, str]] = field(default_factory=dict)

    def give(self, oa: FakeOA, challenge: str) -> str:
        """Return a new code."""
        code = uuid.uuid4().hex
        self._open[code] = oa.oa_id, challenge
        return code

    def take(self, form: Mapping[str, str]) -> str:
        """Return the id of the OA whose code this is; it is used up, right verifier or not."""
        oa_id, challenge = self._open.pop(form.get("code", ""), ("", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not oa_id or base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            raise Refusal(-14005)
        return oa_id


def permission(pages: Blueprint, oas: Mapping[str, FakeOA], consents: Consents) -> None:
    """Add the page that asks the admin."""

    @pages.get("/v4/oa/permission")
    def ask() -> Response:
        asked = request.args
        known = [oa for oa in oas.values() if oa.app_id == asked.get("app_id")]
        back, challenge = asked.get("redirect_uri", ""), asked.get("code_challenge", "")
        if not known or not back.startswith(("http://", "https://")) or "?" in back or not challenge:
            return Response("Invalid redirect uri or app id (-14003, -14002)", 400, mimetype="text/plain")
        state = asked.get("state", "")
        given = [(oa, {"code": consents.give(oa, challenge), "oa_id": oa.oa_id, "state": state}) for oa in known]
        choices = [(oa, f"{back}?{urlencode(answer)}") for oa, answer in given]
        page = render_template("zalo_permission.html", choices=choices)
        return Response(page, headers={"Content-Security-Policy": POLICY})
