"""Webhooks: verify, store, answer 200. Never think here, never call out."""

import time
from collections.abc import Mapping

import structlog
from flask import Blueprint, Response, abort, request

from bot import agencies
from bot.channels import CHANNELS
from bot.channels.base import Account, Channel
from bot.db import Database
from bot.errors import BadInput
from bot.intake import Intake
from bot.vault import Vault

BODY_MAX = max(channel.body_max for channel in CHANNELS.values())
KNOWN_FOR = 10.0
"""Seconds that an account is kept in memory: an acknowledgement must not wait for three queries."""

log = structlog.get_logger()


class Accounts:
    """Accounts by channel and key, kept for a moment."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault
        self._known: dict[tuple[str, str], tuple[float, int, Account]] = {}

    def find(self, channel: str, key: str) -> tuple[int, Account] | None:
        """Return the row's id and the opened account, or None."""
        until, row_id, account = self._known.get((channel, key), (0.0, 0, None))
        if account is not None and until > time.monotonic():
            return row_id, account
        with self._db.read() as session:
            row = agencies.find_account(session, channel, key)
            if row is None:
                return None
            found = row.id, agencies.opened(row, self._vault)
        self._known[channel, key] = (time.monotonic() + KNOWN_FOR, *found)
        return found


def create(db: Database, vault: Vault) -> Blueprint:
    """Return the blueprint of `/hooks/<channel>/<key>`."""
    hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
    accounts, intake = Accounts(db, vault), Intake(db)

    @hooks.get("/<channel>/<key>")
    def challenge(channel: str, key: str) -> Response:
        """Answer the platform's check of our address."""
        found = accounts.find(channel, key)
        answer = CHANNELS[channel].challenge(found[1], request.args) if found else None
        if answer is None:
            abort(403 if found else 404)
        return Response(answer, mimetype="text/plain")

    @hooks.post("/<channel>/<key>")
    def receive(channel: str, key: str) -> Response:
        """Verify the raw bytes, store every event of them, acknowledge."""
        body = _body(CHANNELS.get(channel))
        found = accounts.find(channel, key)
        if found is None:
            abort(404)
        account_id, account = found
        platform = CHANNELS[channel]
        headers = dict(request.headers)
        if not platform.verify(account, headers, body):
            if platform.probe(body):
                return Response("ok", mimetype="text/plain")
            log.warning("hook.bad_signature", channel=channel, account=account_id)
            abort(403)
        _store(intake, platform, account_id, account=account, body=body, headers=headers)
        return Response("ok", mimetype="text/plain")

    return hooks


def _body(channel: Channel | None) -> bytes:
    if channel is None:
        abort(404)
    if (request.content_length or 0) > channel.body_max:
        abort(413)
    body = request.stream.read(channel.body_max + 1)
    if len(body) > channel.body_max:
        abort(413)
    return body


def _store(
    intake: Intake, channel: Channel, account_id: int, *, account: Account, body: bytes, headers: Mapping[str, str]
) -> None:  # fmt: skip
    try:
        events = channel.parse(account, body, headers)
    except BadInput as error:
        # Signed by the platform, so it is theirs: a 4xx would count as a failed delivery and be repeated.
        log.warning("hook.unreadable", channel=channel.name, account=account_id, error=str(error))
        return
    if not events:
        log.info("hook.nothing_for_us", channel=channel.name, account=account_id)
        return
    new = intake.accept(account_id, events)
    log.info("hook.accepted", channel=channel.name, account=account_id, events=len(events), new=new)
