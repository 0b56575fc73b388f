"""Send deliveries: what a lane needs to claim them, speak to the platform and settle."""

import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot import agencies, news, outbox, tokens, wake
from bot.channels import CHANNELS, windows
from bot.channels.base import Limits, Message, Sent
from bot.channels.http import CONNECT_TIMEOUT, Http, irreversible
from bot.db import Database
from bot.errors import (
    AccountStopped,
    ChannelError,
    MotcuaError,
    OutcomeUnknown,
    TokenRejected,
    WindowClosed,
)
from bot.lanes import Clock, Done
from bot.pacing import Gates, rate
from bot.settings import Settings
from bot.tables import Account
from bot.vault import Vault

PAUSE = timedelta(milliseconds=10)
"""Least time between two looks for news."""

LINGER = 0.05
"""Seconds that a receipt may wait for others: nobody waits for it."""

log = structlog.get_logger()


class Sending:
    """The work of sending replies, or news; each thread keeps its own sessions with the platforms, one per account."""

    urgent = False

    def __init__(
        self, db: Database, vault: Vault, settings: Settings, *, kind: str = outbox.REPLY, gates: Gates | None = None
    ) -> None:  # fmt: skip
        self.topic = wake.NEWS if kind == outbox.NEWS else wake.OUTBOX
        self.linger = news.LINGER if kind == outbox.NEWS else LINGER
        self._gates = gates or Gates()
        self._kind = kind
        self._db = db
        self._vault = vault
        self._settings = settings
        self._own = threading.local()

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[outbox.Claimed]:
        """Take what is due and whose turn it is. Public posts have work of their own: their claim must be durable."""
        return outbox.claim(session, worker, now=now, most=most, kind=self._kind)

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return when the next one may go."""
        due = outbox.next_due(session, after=now, kind=self._kind)
        # News that waits for answers is due all the while; nobody shall turn on the spot.
        return max(due, now + PAUSE) if due and self._kind == outbox.NEWS else due

    def durable(self, done: Sequence[Done[outbox.Claimed, Sent]]) -> bool:
        """Wait for the disk before news is sent, and where something failed.

        An undone claim or receipt of a reply is only done again; one of news would reach the person twice.
        """
        return self._kind == outbox.NEWS or any(one.error for one in done)

    def do(self, task: outbox.Claimed, clock: Clock) -> Sent:
        """Send one reply when its turn has come; raises `ChannelError` as the platform says."""
        account = task.account
        message = _in_time(task, CHANNELS[account.channel].limits, clock())
        http = self._http(account.id)
        time.sleep(max(0.0, (task.turn - clock()).total_seconds()))
        with irreversible() if self._kind == outbox.NEWS else nullcontext():
            return self._send(http, account, task.delivery.recipient, message, clock=clock)

    def _send(self, http: Http, account: Account, to: str, message: Message, *, clock: Clock) -> Sent:
        try:
            return self._call(http, account, to, message)
        except TokenRejected as error:
            renewed = tokens.after_rejection(self._db, self._vault, http, account, error=error, now=clock())
            try:
                return self._call(http, renewed, to, message)
            except TokenRejected as again:
                raise AccountStopped("the renewed token is refused too; grant the account again") from again

    def _call(self, http: Http, account: Account, to: str, message: Message) -> Sent:
        opened = agencies.opened(account, self._vault)
        with self._gates.of(account.id).call(rate(account), first=self._kind != outbox.NEWS):
            return CHANNELS[account.channel].send(http, opened, to, message)

    def _http(self, account_id: int) -> Http:
        known: dict[int, Http] = self._own.__dict__.setdefault("https", {})
        if account_id not in known:
            known[account_id] = Http(self._settings.urls, (CONNECT_TIMEOUT, self._settings.http_timeout))
        return known[account_id]

    def settle(
        self, session: Session, done: Sequence[Done[outbox.Claimed, Sent]], *, worker: str, now: datetime
    ) -> None:  # fmt: skip
        """Write receipts and failures; stop an account that only a person can help."""
        receipts = [(one.task.delivery, one.result) for one in done if one.result]
        outbox.settle_all_sent(session, receipts, worker=worker, now=now)
        for one in done:
            if one.result:
                agencies.remember(session, one.task.account.id, one.result.remember)
            else:
                self._fail(session, one.task, _why(one.error), worker=worker, now=now)

    def _fail(
        self, session: Session, task: outbox.Claimed, error: ChannelError, *, worker: str, now: datetime
    ) -> None:  # fmt: skip
        account = task.account
        state = outbox.settle_failed(session, task.delivery, worker=worker, error=error, now=now)
        if error.alert and agencies.stop(session, account.id, why=str(error), now=now):
            log.error(
                "account.stopped", account=account.id, channel=account.channel, code=error.code, why=str(error)
            )  # fmt: skip
        log.warning(
            "delivery.failed", delivery=task.id, state=state, code=error.code, error=type(error).__name__
        )  # fmt: skip

    def settled(self, done: Sequence[Done[outbox.Claimed, Sent]], now: datetime) -> None:
        """Tell of what was sent; a token pair that worked has proved itself."""
        for one in done:
            if one.result:
                log.info("delivery.sent", delivery=one.task.id, account=one.task.account.id)
        for account in {one.task.account.id: one.task.account for one in done if one.result}.values():
            tokens.proved(self._db, account)

    def spoilt(
        self, one: Done[outbox.Claimed, Sent], error: Exception, *, worker: str, now: datetime
    ) -> None:  # fmt: skip
        """Settle what cannot be written as an outcome unknown: without the words of the platform."""
        broken = OutcomeUnknown(f"the outcome could not be written: {type(error).__name__}")
        with self._db.write() as session:
            outbox.settle_failed(session, one.task.delivery, worker=worker, error=broken, now=now)


def _in_time(task: outbox.Claimed, limits: Limits, now: datetime) -> Message:
    """Return the message to send; raise `WindowClosed` when the platform would not take it any more."""
    message = outbox.message_of(task.delivery.body)
    since = now - task.acted_at if task.acted_at else timedelta(0)
    if since > windows.longest(limits, task.account.memory, human=bool(message.author)):
        raise WindowClosed("the platform's time for answering this person has passed")
    return replace(message, late=since > limits.window)


def _why(error: Exception | None) -> ChannelError:
    if isinstance(error, ChannelError):
        return error
    if isinstance(error, MotcuaError):  # e.g. no key opens the secrets
        return AccountStopped(str(error))
    log.error("delivery.broken", exc_info=error)
    return OutcomeUnknown(f"broken while sending: {type(error).__name__}")
