"""`work`: the worker, in the foreground, ended by SIGTERM."""

import signal
import sys
import threading
from types import FrameType

import click

from bot import log
from bot.answering import Answering
from bot.assistant import Assistant
from bot.commands.context import Context, pass_context
from bot.shelf import Shelf
from bot.worker import Worker
from content import library
from nlu.client import Client

SWITCH = 0.0005
"""Seconds after which a thread of the worker gives way to another that waits to run."""


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
    # A transaction gives the interpreter up at each statement; waiting 5 ms for it each time holds up every writer.
    sys.setswitchinterval(SWITCH)
    worker.run()
