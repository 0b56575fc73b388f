"""`serve`, `work`, `schedule` and `dev`: the processes, each in the foreground, ended by SIGTERM."""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from bot import log
from bot.answering import Answering
from bot.assistant import Assistant
from bot.commands.context import Context, pass_context
from bot.commands.supervisor import Child, supervise
from bot.settings import ROOT
from bot.shelf import Shelf
from bot.worker import Worker
from content import library
from nlu.client import Client

UNDERSCORED = ("NUM_RETRY", "ACCESS_TOKEN", "APPSECRET_PROOF", "SECRET_KEY")
"""Headers of Zalo's: the first comes with webhooks, the others reach the sandbox's fake platform only."""
GRACE = 20
"""Seconds that gunicorn gives requests in hand at the end."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@pass_context
def serve(context: Context, host: str, port: int) -> None:
    """Serve webhooks and pages."""
    settings = context.settings
    # The sandbox keeps its phones in memory, so in development there is one process.
    processes = 1 if settings.development else settings.web_processes
    _Gunicorn({
        "bind": f"{host}:{port}",
        "workers": processes,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "graceful_timeout": GRACE,
        "keepalive": 30,
        "max_requests": 0,
        "loglevel": "warning",
        "proc_name": "motcua-web",
        "preload_app": False,
        "control_socket_disable": True,
        # Zalo names headers with underscores, which gunicorn drops unless they are listed.
        "forwarder_headers": ",".join(["SCRIPT_NAME", "PATH_INFO", *UNDERSCORED]),
    }).run()  # fmt: skip


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from bot.wsgi import app

        return app


@click.command()
@pass_context
def work(context: Context) -> None:
    """Answer events, send deliveries, publish posts."""
    settings = context.settings
    log.configure(settings.log_format)
    books = library.load()
    shelf = Shelf(context.db, books.catalogue)
    shelf.start()
    assistant = Assistant(books, Client(settings.nlu_url, deadline=settings.nlu_deadline), shelf=shelf)
    worker = Worker(context.db, context.vault, settings, answering=Answering(context.db, assistant))

    def end(_number: int, _frame: FrameType | None) -> None:
        # From a thread: the signal may have come while this one holds the very lock that `stop` needs.
        threading.Thread(target=worker.stop).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    worker.run()


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
