"""Send one delivery: claim, speak to the platform with no transaction open, settle."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot import agencies, outbox, tokens
from bot.channels import CHANNELS
from bot.channels.base import Sent
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.db import Database
from bot.errors import (
    AccountStopped,
    ChannelError,
    MotcuaError,
    TokenRejected,
    WindowClosed,
)
from bot.settings import Settings
from bot.vault import Vault

log = structlog.get_logger()


class Sending:
    """One sender thread's sessions with the platforms, one per account."""

    def __init__(self, db: Database, vault: Vault, settings: Settings) -> None:
        self._db = db
        self._vault = vault
        self._settings = settings
        self._https: dict[int, Http] = {}

    def one(self, worker: str, clock: Callable[[], datetime]) -> bool:
        """Send one delivery that is due; False when none is."""
        try:
            # Hasty, for replies are all there is yet: an undone claim is claimed again. A public post's claim must
            # be durable, or a power cut could send it twice.
            with self._db.write(durable=False) as session:
                claimed = outbox.claim(session, worker, now=clock())
                if claimed is None:
                    return False
        except outbox.Paced:
            return False
        try:
            sent = self._send(claimed, clock)
        except ChannelError as error:
            self._failed(claimed, worker, error, clock())
        except MotcuaError as error:  # e.g. no key opens the secrets
            self._failed(claimed, worker, AccountStopped(str(error)), clock())
        else:
            self._sent(claimed, worker, sent, clock())
        return True

    def _send(self, claimed: outbox.Claimed, clock: Callable[[], datetime]) -> Sent:
        account, delivery = claimed.account, claimed.delivery
        channel = CHANNELS[account.channel]
        acted = claimed.conversation.last_act_at if claimed.conversation else None
        if acted and clock() - acted > channel.limits.window:
            raise WindowClosed("the platform's time for answering this person has passed")
        http = self._http(account.id)
        message = outbox.message_of(delivery.body)
        try:
            return channel.send(http, agencies.opened(account, self._vault), delivery.recipient, message)
        except TokenRejected as error:
            renewed = tokens.after_rejection(self._db, self._vault, http, account, error=error, now=clock())
            try:
                return channel.send(http, agencies.opened(renewed, self._vault), delivery.recipient, message)
            except TokenRejected as again:
                raise AccountStopped("the renewed token is refused too; grant the account again") from again

    def _http(self, account_id: int) -> Http:
        if account_id not in self._https:
            self._https[account_id] = Http(self._settings.urls, (CONNECT_TIMEOUT, self._settings.http_timeout))
        return self._https[account_id]

    def _sent(self, claimed: outbox.Claimed, worker: str, sent: Sent, now: datetime) -> None:
        with self._db.write(durable=False) as session:
            outbox.settle_sent(session, claimed.delivery, worker=worker, sent=sent, now=now)
            agencies.remember(session, claimed.account.id, sent.remember)
        tokens.proved(self._db, claimed.account)
        log.info("delivery.sent", delivery=claimed.delivery.id, account=claimed.account.id)

    def _failed(self, claimed: outbox.Claimed, worker: str, error: ChannelError, now: datetime) -> None:
        account = claimed.account
        with self._db.write() as session:
            state = outbox.settle_failed(session, claimed.delivery, worker=worker, error=error, now=now)
            alerted = error.alert and agencies.stop(session, account.id, why=str(error), now=now)
        if alerted:
            log.error(
                "account.stopped",
                account=account.id,
                channel=account.channel,
                code=error.code,
                why=str(error),
            )
        log.warning("delivery.failed", delivery=claimed.delivery.id, state=state, code=error.code,
                    error=type(error).__name__)  # fmt: skip
