"""Is it alive, is it ready, how is it doing: for the container engine, the proxy and Prometheus."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import inbox
from bot.db import Database
from bot.settings import Settings
from bot.tables import Account, Delivery, Event, Ticket

QUEUE_OLD = 60.0
"""Seconds: an event that waits longer tells that no worker works."""
NLU_TIMEOUT = 1.0


def create(db: Database, settings: Settings) -> Blueprint:
    """Return the blueprint of `/healthz`, `/readyz` and `/metrics`."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def alive() -> Response:
        """Answer as long as the process does."""
        return jsonify(status="ok")

    @health.get("/readyz")
    def ready() -> tuple[Response, int]:
        """Look at the database, the model and the age of the queue."""
        report = {"database": _database(db), "nlu": _nlu(settings.nlu_url), "queue": _queue(db)}
        # Without the model keywords answer: worse, but ready.
        good = report["database"] == "ok" and report["queue"] == "ok"
        return jsonify(status="ready" if good else "not ready", **report), 200 if good else 503

    @health.get("/metrics")
    def metrics() -> Response:
        """Give the figures to Prometheus: with the token, or to this host itself."""
        if not _may_see_metrics(settings):
            abort(404)
        with db.read() as session:
            return Response(_figures(session), content_type=CONTENT_TYPE_LATEST)

    return health


def _may_see_metrics(settings: Settings) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token:
        return hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    # Behind a proxy everybody comes from this host, so a forwarded request is not "this host itself".
    return request.remote_addr in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers


def _database(db: Database) -> str:
    try:
        with db.read() as session:
            session.execute(text("SELECT 1 FROM accounts LIMIT 1"))
    except SQLAlchemyError as error:
        return f"not reachable or not migrated: {type(error).__name__}"
    return "ok"


def _nlu(url: str) -> str:
    try:
        response = requests.get(f"{url}/version", timeout=NLU_TIMEOUT)
    except requests.RequestException:
        return "down; keywords answer"
    return "ok" if response.ok else f"answers {response.status_code}; keywords answer"


def _queue(db: Database) -> str:
    try:
        with db.read() as session:
            waited = inbox.oldest_wait(session, datetime.now(UTC))
    except SQLAlchemyError as error:
        return type(error).__name__
    return "ok" if waited < QUEUE_OLD else f"the oldest message waits for {waited:.0f} s; does a worker run?"


def _figures(session: Session) -> bytes:
    registry = CollectorRegistry()
    since = datetime.now(UTC) - timedelta(days=1)

    def gauge(name: str, help_text: str, rows: Any, labels: tuple[str, ...] = ()) -> None:
        figure = Gauge(f"motcua_{name}", help_text, labels, registry=registry)
        for *values, number in rows:
            (figure.labels(*values) if labels else figure).set(number or 0)

    gauge("events_day", "Events received in 24 h", session.execute(
        select(Event.kind, Event.state, func.count()).where(Event.received_at > since).group_by(Event.kind, Event.state)
    ), ("kind", "state"))  # fmt: skip
    gauge("deliveries_day", "Deliveries queued in 24 h", session.execute(
        select(Delivery.kind, Delivery.state, func.count()).where(Delivery.created_at > since)
        .group_by(Delivery.kind, Delivery.state)
    ), ("kind", "state"))  # fmt: skip
    gauge("inbox_waiting", "Events waiting", session.execute(
        select(func.count()).select_from(Event).where(Event.state == "waiting")))  # fmt: skip
    gauge(
        "inbox_oldest_seconds",
        "Age of the oldest waiting event",
        [(inbox.oldest_wait(session, datetime.now(UTC)),)],
    )
    gauge("outbox_waiting", "Deliveries waiting", session.execute(
        select(func.count()).select_from(Delivery).where(Delivery.state == "waiting")))  # fmt: skip
    gauge("accounts_stopped", "Accounts that need a person", session.execute(
        select(func.count()).select_from(Account).where(Account.paused_at.is_not(None))))  # fmt: skip
    gauge("tickets_open", "Open tickets", session.execute(
        select(Ticket.kind, func.count()).where(Ticket.state == "open").group_by(Ticket.kind)), ("kind",))  # fmt: skip
    return generate_latest(registry)
