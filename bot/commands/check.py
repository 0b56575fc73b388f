"""`check`: is this deployment right? All faults at once, each with what to do."""

import sys
from collections.abc import Sequence

import click
import requests
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot import agencies, migrations
from bot.channels import CHANNELS
from bot.channels.base import Button, Finding
from bot.channels.http import Http
from bot.commands.context import Context, pass_context
from bot.dialogue import payloads
from bot.errors import ChannelError, MotcuaError
from bot.tables import Account
from content import catalogue
from content.phrases import say


@click.command()
@click.option("--apply", is_flag=True, help="Also set greeting, Get Started button and menu on the platforms.")
@pass_context
def check(context: Context, apply: bool) -> None:
    """Check settings, database, content, model and every account."""
    findings = [*_here(context)]
    if all(finding.ok for finding in findings if "schema" in finding.text):
        findings += _accounts(context, apply=apply)
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.text}", err=not finding.ok)
    if not all(finding.ok for finding in findings):
        sys.exit(1)


def _here(context: Context) -> list[Finding]:
    settings = context.settings
    findings = [Finding(ok=True, text="settings are complete")]
    try:
        now, head = migrations.current(context.db)
        findings.append(
            Finding(ok=now == head, text=f"database schema {now} (newest {head}; `motcua migrate` brings it up)")
        )
    except SQLAlchemyError as error:
        findings.append(
            Finding(ok=False, text=f"database schema not readable: {type(error).__name__}; see DATABASE_URL")
        )
    _, faults = catalogue.read()
    findings.append(
        Finding(ok=not faults, text=f"content has {len(faults)} faults (`motcua catalogue check` lists them)")
    )
    try:
        model = requests.get(f"{settings.nlu_url}/status", timeout=5).json()
        findings.append(Finding(ok=True, text=f"nlu server answers at NLU_URL, model {model.get('model_file', '?')}"))
    except (requests.RequestException, ValueError):
        findings.append(
            Finding(ok=False, text="nlu server does not answer at NLU_URL; keywords would answer (`motcua nlu`)")
        )
    return findings


def _accounts(context: Context, *, apply: bool) -> list[Finding]:
    with context.db.read() as session:
        rows = list(session.scalars(select(Account).order_by(Account.id)))
    findings = []
    for row in rows:
        for finding in _account(context, row, apply=apply):
            findings.append(Finding(ok=finding.ok, text=f"{row.channel} {row.key}: {finding.text}"))
            with context.db.write() as session:
                agencies.remember(session, row.id, finding.remember)
    return findings or [Finding(ok=True, text="no account yet (`motcua account add`)")]


def _account(context: Context, row: Account, *, apply: bool) -> list[Finding]:
    channel, http = CHANNELS[row.channel], Http(context.settings.urls)
    stopped = [Finding(ok=False, text=f"stopped: {row.alert}")] if row.paused_at else []
    try:
        account = agencies.opened(row, context.vault)
        # First, so that what it sets right is not found missing.
        applied = channel.apply(http, account, greeting=say("menu.greeting"), menu=_menu()) if apply else ()
        return [*channel.inspect(http, account), *stopped, *applied]
    except (ChannelError, MotcuaError) as error:
        return [Finding(ok=False, text=str(error)), *stopped]


def _menu() -> Sequence[Button]:
    return (
        payloads.button("help", say("button.help")),
        payloads.button("office", say("button.office")),
        payloads.button("handoff", say("button.person")),
    )
