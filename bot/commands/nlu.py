"""`nlu`: serve the Rasa model; and the week's learning: review what was not understood, train, compare, replace."""

import os
import sys
from datetime import timedelta
from pathlib import Path

import click

from bot import agencies, evaluation, review
from bot.commands.context import Context, pass_context
from bot.commands.learn import learn, measured
from bot.errors import MotcuaError
from bot.evaluation import MEASURED_ON
from bot.settings import ROOT
from bot.worker import clock
from nlu import server as nlu_server
from nlu import train as training

CANDIDATE = "candidate.tar.gz"
SHOWN = 20
"""Groups told on the screen; a file gets all."""


@click.group(invoke_without_command=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5005, show_default=True)
@click.pass_context
def nlu(ctx: click.Context, host: str, port: int) -> None:
    """Serve the Rasa model, by its own interpreter; or, with a verb, improve it."""
    if ctx.invoked_subcommand is not None:
        return
    if faults := nlu_server.missing(ROOT):
        raise MotcuaError("; ".join(faults))
    argv, env = nlu_server.command(port, ROOT, host=host)
    os.chdir(ROOT / "nlu" / "rasa")
    os.execve(argv[0], argv, env)  # noqa: S606


@nlu.command("review")
@click.option("--since", default=7, show_default=True, type=click.IntRange(1, 3650), help="Days to look back.")
@click.option("--agency", default=None, help="Slug of one agency; all without.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A new .jsonl, or .yml in Rasa's form, to fill in."
)
@pass_context
def review_(context: Context, since: int, agency: str | None, out: Path | None) -> None:
    """List the questions that were not understood or doubted, masked, the most frequent kinds first."""
    if out is not None and out.suffix not in _WRITERS:
        raise click.UsageError(f"--out {out}: a name ending in {' or '.join(_WRITERS)}")
    if out is not None and out.exists():
        raise click.UsageError(f"--out {out} exists; name a new file, so that no one's work is lost")
    with context.db.read() as session:
        known = agencies.find_agency(session, agency) if agency else None
        if agency and known is None:
            raise click.UsageError(f"no agency '{agency}'")
        asked = review.doubtful(
            session, since=clock() - timedelta(days=since), agency_id=known.id if known else None
        )  # fmt: skip
        groups = review.grouped(asked)
    if out is not None:
        out.write_text("".join(f"{line}\n" for line in _WRITERS[out.suffix](groups)), encoding="utf-8")
        click.echo(f"{len(groups)} groups written to {out}")
        return
    for group in groups[:SHOWN]:
        first = group.questions[0]
        click.echo(f"{group.size:5d}  {first.text}  ({first.skill} {first.confidence:.2f})")
    click.echo(f"{sum(group.size for group in groups)} questions in {len(groups)} groups, {since} days")


_WRITERS = {".jsonl": review.as_json_lines, ".yml": review.as_training}


@nlu.command()
def train() -> None:
    """Train a new model beside the active one, which stays in use; `motcua nlu evaluate` compares them."""
    fresh = nlu_server.model(ROOT).with_name(CANDIDATE)
    if status := training.build(ROOT, fresh):
        sys.exit(status)
    click.echo("now `motcua nlu evaluate`: it takes the active model's place if it is not worse")


@nlu.command()
@click.option(
    "--set", "folder", default=MEASURED_ON, show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of questions (*.jsonl).",
)  # fmt: skip
def evaluate(folder: Path) -> None:
    """Ask the new and the active model the same questions; replace the active one unless the new one is worse."""
    active, fresh = nlu_server.model(ROOT), nlu_server.model(ROOT).with_name(CANDIDATE)
    if not fresh.exists():
        raise MotcuaError(f"no new model at {fresh}: run `motcua nlu train`")
    old = measured(active, folder) if active.exists() else None
    new = measured(fresh, folder)
    for line in evaluation.compared(old, new):
        click.echo(line)
    if old is not None and (faults := evaluation.worse(old, new)):
        raise MotcuaError("the new model is worse and does not replace the active one: " + "; ".join(faults))
    training.activate(ROOT, fresh)
    click.echo(f"the new model is now {active}; restart `motcua nlu` to serve it")


nlu.add_command(learn)
