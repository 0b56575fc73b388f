"""`schedule`, and `dev`: all processes together."""

import os
import sys

import click

from bot.commands.context import Context, pass_context
from bot.commands.supervisor import Child, supervise
from bot.settings import ROOT


@click.command()
def schedule() -> None:
    """Ask the tables what is due: token renewal, posts, posts of unknown outcome."""
    # The scheduler stands above the application (scheduler -> bot), so it is run, not imported.
    os.execv(sys.executable, [sys.executable, "-m", "scheduler"])  # noqa: S606


@click.command()
@click.option("--port", default=8080, show_default=True)
@click.option("--nlu-port", default=5005, show_default=True)
@pass_context
def dev(context: Context, port: int, nlu_port: int) -> None:
    """Run everything with the sandbox; Ctrl-C ends it."""
    settings = context.settings
    if not settings.development:
        raise click.UsageError("`dev` runs the sandbox; set MOTCUA_ENV=development")
    here = f"http://127.0.0.1:{port}"
    env = {
        **os.environ,
        "NLU_URL": f"http://127.0.0.1:{nlu_port}",
        "PUBLIC_URL": here,
        "ZALO_API_URL": f"{here}/sandbox/zalo",
        "ZALO_OAUTH_URL": f"{here}/sandbox/zalo",
        "GRAPH_API_URL": f"{here}/sandbox/graph",
        "LOG_FORMAT": os.environ.get("LOG_FORMAT", "console"),
    }
    me = [sys.executable, "-m", "bot"]
    children = [
        Child("web", [*me, "serve", "--port", str(port)], env),
        Child("worker", [*me, "work"], env),
        Child("schedule", [*me, "schedule"], env),
        Child("nlu", [*me, "nlu", "--port", str(nlu_port)], env),
    ]
    sys.exit(supervise(children, root=ROOT, ready=f"{here}/healthz", say=_addresses(here, nlu_port)))


def _addresses(here: str, nlu_port: int) -> str:
    return (
        f"\n  sandbox   {here}/sandbox        two phones: write as a citizen\n"
        f"  console   {here}/console        staff; add one with `motcua staff add --agency demo …`\n"
        f"  health    {here}/readyz\n"
        f"  hooks     {here}/hooks/<zalo|facebook>/<id>\n"
        f"  nlu       http://127.0.0.1:{nlu_port}  (keywords answer while it loads, about 20 s)\n"
        f"  Ctrl-C ends everything.\n"
    )
