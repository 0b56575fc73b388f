"""Publish the targets of posts: step by step, what was learnt stored before the next step, what commits marked before.

A crash outside a committing step is harmless: another worker goes on from the stored memory. A crash or a time-out
inside one leaves the target `unknown`: never tried again blindly, only looked for (`reconciling`) or sent by a person.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile

import structlog
from sqlalchemy.orm import Session

from bot import agencies, followers, tokens, wake
from bot.campaigns import progress, settling
from bot.campaigns.progress import Job
from bot.channels import PUBLISHERS
from bot.channels.http import CONNECT_TIMEOUT, Http
from bot.channels.publishing import Step
from bot.db import Database
from bot.errors import AccountStopped, ChannelError, MotcuaError, TokenRejected
from bot.lanes import Clock, Done
from bot.settings import Settings
from bot.vault import Vault

log = structlog.get_logger()


class Publishing:
    """The work of publishing, for a lane: each target goes step by step, with transactions of its own."""

    topic = wake.POSTS
    urgent, linger = True, 0.02

    def __init__(self, db: Database, vault: Vault, settings: Settings) -> None:
        self._db = db
        self._vault = vault
        self._settings = settings
        self._own = threading.local()

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[Job]:
        """Take up to `most` targets that are due."""
        jobs = (progress.claim(session, worker, now=now) for _ in range(most))
        return list(takewhile(lambda job: job is not None, jobs))  # type: ignore[arg-type]

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return when the next target is due."""
        return progress.next_due(session, after=now)

    def durable(self, done: Sequence[Done[Job, None]]) -> bool:
        """Always wait for the disk: what is published cannot be taken back."""
        return True

    def do(self, job: Job, clock: Clock) -> None:
        """Take one target as far as it goes now."""
        with self._db.read() as session:
            progress.prepared(session, job, base=self._settings.public_url)
        while self._step(job, clock):
            pass

    def settle(self, session: Session, done: Sequence[Done[Job, None]], *, worker: str, now: datetime) -> None:
        """Nothing is left to write but what broke a job: its row is freed, or unknown if it was committing."""
        for one in done:
            if one.error is not None:
                log.error("post.broken", target=one.task.target_id, exc_info=one.error)
                progress.abandoned(session, one.task, now=now)

    def settled(self, done: Sequence[Done[Job, None]], now: datetime) -> None:
        """Nothing is to be told: each step told of itself."""

    def spoilt(self, one: Done[Job, None], error: Exception, *, worker: str, now: datetime) -> None:
        """Leave the row: its lease runs out, and `release` decides."""

    def _step(self, job: Job, clock: Clock) -> bool:
        """Take one step; True when the next one is worth taking at once."""
        if progress.DONE in job.memory:
            return self._tell_followers(job, clock)
        publisher = PUBLISHERS[job.account.channel]
        commits = publisher.commits(job.publication, job.memory)
        with self._db.write() as session:
            if not progress.begun(session, job, commits=commits, now=clock()):
                return False
        try:
            step = self._call(job, clock)
        except ChannelError as error:
            self._failed(job, error, commits=commits, now=clock())
            return False
        except MotcuaError as error:  # e.g. no key opens the secrets: nothing was called
            self._failed(job, AccountStopped(str(error)), commits=False, now=clock())
            return False
        with self._db.write() as session:
            return progress.stored(session, job, step, commits=commits, now=clock())

    def _call(self, job: Job, clock: Clock) -> Step:
        publisher, http = PUBLISHERS[job.account.channel], self._http(job.account.id)
        account = agencies.opened(job.account, self._vault)
        try:
            return publisher.step(http, account, job.publication, job.memory)
        except TokenRejected as error:
            job.account = tokens.after_rejection(self._db, self._vault, http, job.account, error=error, now=clock())
            try:
                return publisher.step(http, agencies.opened(job.account, self._vault), job.publication, job.memory)
            except TokenRejected as again:
                raise AccountStopped("the renewed token is refused too; grant the account again") from again

    def _http(self, account_id: int) -> Http:
        known: dict[int, Http] = self._own.__dict__.setdefault("https", {})
        if account_id not in known:
            known[account_id] = Http(self._settings.urls, (CONNECT_TIMEOUT, self._settings.http_timeout))
        return known[account_id]

    def _failed(self, job: Job, error: ChannelError, *, commits: bool, now: datetime) -> None:
        with self._db.write() as session:
            state = progress.failed(session, job, error, commits=commits, now=now)
            alerted = progress.alert(session, job.account, error, now=now)
        if alerted:
            log.error("account.stopped", account=job.account.id, channel=job.account.channel, code=error.code,
                      why=str(error))  # fmt: skip
        log.warning("post.step_failed", post=job.post_id, target=job.target_id, state=state, code=error.code,
                    error=type(error).__name__)  # fmt: skip

    def _tell_followers(self, job: Job, clock: Clock) -> bool:
        with self._db.write() as session:
            if not progress.begun(session, job, commits=False, now=clock()):
                return False
            if followers.enqueue_some(session, self._db, job.target_id, now=clock()):
                return True
            progress.finish(session, job, settling.PUBLISHED, now=clock())
        return False
