"""`ask`: answers in the terminal, by the same understanding and dialogue as on the channels."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import click

from bot import agencies
from bot.answering import HANOI
from bot.assistant import Assistant
from bot.commands.context import Context, pass_context
from bot.commands.model import borrowed
from bot.dialogue.turn import Reply
from bot.worker import clock
from content import library
from content.agency import AgencyFacts
from nlu.client import Client


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines in and out, for machines.")
@click.option("--agency", default=None, help="Slug of the agency whose facts to use.")
@pass_context
def ask(context: Context, as_json: bool, agency: str | None) -> None:
    """Answer questions from standard input, one a line."""
    facts = _facts(context, agency)
    with _assistant(context) as assistant:
        _json_lines(assistant, facts) if as_json else _talk(assistant, facts)


@contextmanager
def _assistant(context: Context) -> Iterator[Assistant]:
    settings = context.settings
    with borrowed(settings.nlu_url) as url:
        assistant = Assistant(library.load(), Client(url, deadline=settings.nlu_deadline))
        try:
            yield assistant
        finally:
            assistant.close()


def _facts(context: Context, slug: str | None) -> AgencyFacts:
    with context.db.read() as session:
        agency = agencies.find_agency(session, slug) if slug else agencies.only_agency(session)
        if slug and agency is None:
            raise click.UsageError(f"no agency '{slug}'")
        return agencies.facts_for(agency) if agency else AgencyFacts()


def _json_lines(assistant: Assistant, facts: AgencyFacts) -> None:
    memories: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)
            text, name = str(question["text"]), question.get("id")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            click.echo(f'line {number}: not a question such as {{"id": 1, "text": "…"}} ({error!r})', err=True)
            sys.exit(1)
        conversation = question.get("conversation")
        began = time.perf_counter()
        reply = assistant.reply(
            text, memory=memories.get(str(conversation), {}) if conversation is not None else {}, facts=facts,
            now=clock().astimezone(HANOI),
        )  # fmt: skip
        spent = (time.perf_counter() - began) * 1000
        if conversation is not None:
            memories[str(conversation)] = reply.memory
        click.echo(json.dumps({"id": name, **as_contract(reply), "ms": round(spent, 1)}, ensure_ascii=False))


def as_contract(reply: Reply) -> dict[str, Any]:
    """Return the reply in the words of the `ask --json` contract."""
    return {
        "skill": reply.skill,
        "procedure": reply.procedure,
        "candidates": list(reply.candidates),
        "aspect": reply.aspect,
        "text": "\n\n".join(reply.texts),
        "buttons": [asdict(button) for button in reply.buttons],
        "confidence": round(reply.confidence, 4),
    }


def _talk(assistant: Assistant, facts: AgencyFacts) -> None:
    memory: dict[str, Any] = {}
    if sys.stdin.isatty():
        click.echo("Mời bạn hỏi (Ctrl-D để thoát).", err=True)
    for line in sys.stdin:
        if not line.strip():
            continue
        reply = assistant.reply(line, memory=memory, facts=facts, now=clock().astimezone(HANOI))
        memory = reply.memory
        click.echo("\n\n".join(reply.texts))
        for number, button in enumerate(reply.buttons, 1):
            click.echo(f"  [{number}] {button.title}")
        click.echo()
