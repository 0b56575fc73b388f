"""`serve`: the web, in the foreground, ended by SIGTERM."""

from collections.abc import Mapping
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from bot.commands.context import Context, pass_context

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
