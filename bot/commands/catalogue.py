"""`catalogue check · import · diff · flags`: our own content, and the national catalogue as the portal exports it."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml

from bot import procedures
from bot.answering import HANOI
from bot.commands.context import Context, pass_context
from bot.errors import BadInput
from bot.worker import clock
from content import catalogue as records
from content import everyday, observances, templates, topics
from content.national.changes import Change, Kind, compare
from content.national.drafts import draft
from content.national.raw import Raw
from content.national.reading import LineFault, read
from content.national.tabular import FileFault
from content.national.terms import plain_name

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
STEPS = 1_000
"""Of the progress bar."""


@click.group()
def catalogue() -> None:
    """Procedures and topics."""


@catalogue.command("check")
def check() -> None:
    """Check all content: records, topics, observances, templates, words; exit 1 with all faults if one is wrong."""
    found, faults = records.read()
    told, more = topics.read()
    days, wrong = observances.read()[1], templates.read()[1]
    faults = sorted([*faults, *more, *everyday.faults(), *days, *wrong])
    for fault in faults:
        click.echo(f"content/{fault}", err=True)
    click.echo(f"{len(found)} procedures, {len(told)} topics, {len(faults)} faults")
    if faults:
        sys.exit(1)


@catalogue.command("import")
@FILE
@click.option("--skip-bad", is_flag=True, help="Import the good lines; bad ones are listed and counted.")
@click.option("--whole", is_flag=True, help="FILE is the whole catalogue: what it lacks is in force no more.")
@pass_context
def import_(context: Context, file: Path, skip_bad: bool, whole: bool) -> None:
    """Import FILE (JSON Lines, CSV or XLSX in the export's columns); nothing is written if a line is wrong."""
    good, faults = _read(file)
    _tell(file, faults)
    bad = len({fault.line for fault in faults})
    if faults and (not skip_bad or not good):
        raise BadInput(f"{file}: {bad} of {bad + len(good)} lines are wrong; nothing was imported")
    if faults and whole:
        raise BadInput(f"{file}: {bad} lines are wrong: --whole would take what they hold for abolished")
    if not good:
        raise BadInput(f"{file}: no procedure in it")
    with context.db.read() as session:
        known = procedures.known(session)
    with click.progressbar(good, label="checking", file=sys.stderr) as bar:
        plan = procedures.prepare(bar, known, today=_today(), whole=whole)
    with context.db.write() as session:
        version = procedures.keep(session, plan, file=file.name, now=clock())
    counts = plan.counts
    click.echo(
        f"{len(good)} read, {bad} skipped: {counts.new} new, {counts.changed} changed, {counts.same} the same, "
        f"{counts.back} back, {counts.gone} gone, {counts.older} older than stored; data as of {plan.as_of}"
    )
    click.echo(f"version {version}" if counts.writes else f"nothing changed; version {version} stays")


@catalogue.command("diff")
@FILE
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for machines.")
@click.option("--part", is_flag=True, help="FILE is a part of the catalogue: what it lacks is not abolished.")
@click.option("--drafts", type=click.Path(dir_okay=False, path_type=Path), help="Write a draft post for each change.")
@click.option("--target", "targets", multiple=True, help="Where the drafts go, e.g. zalo:<oa_id>; may be repeated.")
@pass_context
def diff(
    context: Context, file: Path, as_json: bool, part: bool, drafts: Path | None, targets: tuple[str, ...]
) -> None:  # fmt: skip
    """Compare FILE with what is stored: new, amended, replaced and abolished procedures, each with a draft post."""
    good, faults = _read(file)
    _tell(file, faults)
    if faults:
        raise BadInput(f"{file}: lines are wrong; what they hold would pass for abolished")
    with context.db.read() as session:
        stored = {code: one.raw for code, one in procedures.everything(session).items() if one.gone_on is None}
    curated = records.load().procedures
    changes = compare(stored, curated, good, whole=not part)
    names = {code: plain_name(one.name) for code, one in curated.items()}
    names.update({code: plain_name(one.name) for code, one in stored.items()})
    newest = max((raw.day for raw in good), default=_today())
    posts = [
        {**draft(change, as_of=newest, today=_today(), names=names), "targets": list(targets)} for change in changes
    ]
    if drafts:
        drafts.write_text(yaml.safe_dump(posts, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    if as_json:
        told = [{**_as_json(change), "draft": post} for change, post in zip(changes, posts, strict=True)]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for change in changes:
        _tell_change(change)
    totals = ", ".join(f"{sum(change.kind is kind for change in changes)} {kind}" for kind in Kind)
    click.echo(f"{totals}; {len(posts)} drafts" + (f" in {drafts}" if drafts else ""))


@catalogue.command("flags")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for machines.")
@pass_context
def flags(context: Context, as_json: bool) -> None:
    """List what is suspicious in the imported records and therefore not shown as a fact."""
    with context.db.read() as session:
        found = procedures.flags(session)
    if as_json:
        told = [{"code": code, "field": one.field, "value": one.value, "why": one.why} for code, one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for code, one in found:
        click.echo(f"{code}  {one.field}: {one.value!r} – {one.why}")
    click.echo(f"{len(found)} values of {len({code for code, _ in found})} records")


def _today() -> date:
    return clock().astimezone(HANOI).date()


def _read(file: Path) -> tuple[list[Raw], list[LineFault]]:
    good: list[Raw] = []
    faults: list[LineFault] = []
    done = 0
    try:
        with click.progressbar(length=STEPS, label="reading", file=sys.stderr) as bar:
            for line in read(file):
                faults += line.faults
                if line.record:
                    good.append(line.record)
                bar.update(max(0, int(line.done * STEPS) - done))
                done = max(done, int(line.done * STEPS))
    except FileFault as error:
        raise BadInput("\n".join(f"{file}: {fault}" for fault in str(error).splitlines())) from error
    return good, faults


def _tell(file: Path, faults: Sequence[LineFault]) -> None:
    for fault in faults:
        click.echo(f"{file}: {fault}", err=True)


def _tell_change(change: Change) -> None:
    more = f" (replaces {change.replaces})" if change.replaces else ""
    ours = " [our own record: edit it]" if change.curated else ""
    click.echo(f"{change.kind:9}  {change.code}  {change.name}{more}{ours}")
    for one in change.fields:
        click.echo(f"           {one.field}: {one.old or '–'} -> {one.new or '–'}")


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "code": change.code,
        "name": change.name,
        "replaces": change.replaces,
        "curated": change.curated,
        "fields": [asdict(one) for one in change.fields],
    }
