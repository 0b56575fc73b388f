"""`queue freeze`, `unfreeze` and `rules`: what holds posts back, for all, for an agency, for an account."""

import getpass
import json
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies, staff, wake
from bot.campaigns import calendar, rules
from bot.commands.context import Context, pass_context
from bot.commands.queue import agency_, agency_named, as_json, person_of, queue, tell
from bot.errors import BadInput
from bot.rights import Right
from bot.tables import Account, Agency, PostRules
from bot.worker import clock

__all__ = ["queue"]

account_ = click.option("--account", default="", metavar="CHANNEL:ID", help="Only this account.")
by_ = click.option("--by", "login", default="", metavar="LOGIN", help="Who does it; else the shell's user is noted.")


def _switch(name: str, words: str) -> None:
    @queue.command(name, help=words)
    @agency_
    @account_
    @by_
    @as_json
    @pass_context
    def switch(context: Context, slug: str, account: str, login: str, machine: bool) -> None:
        turn = rules.freeze if name == "freeze" else rules.unfreeze
        with context.db.write() as session:
            scope = _scope(session, slug, account)
            who = _who(session, scope, login, Right.SCHEDULE)
            changed = turn(session, scope, who=who, now=clock())
            frozen = rules.frozen(session)
            for topic in (wake.POSTS, wake.NEWS):
                context.db.wake.ring(session, topic)
        tell(machine, {"scope": scope, "changed": changed, "frozen": frozen},
              f"{scope} is {'frozen' if scope in frozen else 'not frozen'}")  # fmt: skip


_switch("freeze", "Hold everything: nothing is released, running sends stop. For all, or --agency.")
_switch("unfreeze", "Let things go on; what became late meanwhile is spaced, or missed.")


def _scope(session: Session, slug: str, account: str) -> str:
    if account:
        channel, _, key = account.partition(":")
        found = agencies.find_account(session, channel, key)
        if found is None:
            raise BadInput(f"no account '{account}'")
        return rules.account_scope(found.id)
    return rules.agency_scope(agency_named(session, slug).id) if slug else rules.ALL


def _who(session: Session, scope: str, login: str, right: Right) -> str:
    """Return who is noted: a person with the right in every agency concerned, or whoever holds the shell."""
    if not login:
        return f"shell:{getpass.getuser()}"
    person = person_of(session, login)
    for agency_id in _concerned(session, scope):
        staff.actor(session, person, agency_id).need(right)
    return person.login


def _concerned(session: Session, scope: str) -> list[int]:
    kind, _, number = scope.partition(":")
    if kind == "agency":
        return [int(number)]
    query = select(Account.agency_id).where(Account.id == int(number)) if kind == "account" else select(Agency.id)
    return list(session.scalars(query))


@queue.command("rules")
@agency_
@account_
@click.option("--set", "given", default="", metavar="JSON", help=f"Known: {', '.join(rules.DEFAULTS)}.")
@by_
@as_json
@pass_context
def show_rules(context: Context, slug: str, account: str, given: str, login: str, machine: bool) -> None:
    """Show, or set, the rules of publishing: quiet hours, holidays, slots, spacing, most a day, grace."""
    with context.db.write() as session:
        scope = _scope(session, slug, account)
        if given:
            who = _who(session, scope, login, Right.MANAGE)
            rules.set_rules(session, scope, calendar.checked(_object(given)), who=who, now=clock())
        own = session.get(PostRules, scope)
        told = {"scope": scope, "rules": own.rules if own else {}, "defaults": dict(rules.DEFAULTS)}
    tell(machine, told, json.dumps(told, ensure_ascii=False, indent=2))


def _object(given: str) -> dict[str, Any]:
    try:
        value: Any = json.loads(given)
    except ValueError as error:
        raise BadInput(f"the rules are not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadInput('the rules must be one JSON object, e.g. {"spacing": 30}')
    return value
