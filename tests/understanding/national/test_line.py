"""The line on questions over the whole catalogue, by understanding, search and dialogue together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import migrations, procedures
from bot.assistant import Assistant
from bot.db import Database
from bot.evaluation import NOW, first, measure
from bot.shelf import Shelf
from content import library
from content.agency import AgencyFacts
from content.national.reading import read
from nlu.client import Client
from tests.conftest import SHARED
from tests.nlu.served import rasa_server  # noqa: F401 - a fixture
from tests.understanding.__main__ import HERE as QUESTIONS
from tests.understanding.__main__ import under
from tests.understanding.national.measured import FIRST, THREE, share

pytestmark = [pytest.mark.nlu, pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def assistant(rasa: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The assistant with the whole national catalogue imported."""
    db = Database(f"sqlite:///{tmp_path_factory.mktemp('national') / 'motcua.db'}")
    migrations.upgrade(db)
    records = [line.record for line in read(Path(SHARED) / "tthc" / "procedures.jsonl") if line.record]
    plan = procedures.prepare(records, {}, today=NOW.date())
    with db.write() as session:
        procedures.keep(session, plan, file="procedures.jsonl", now=datetime(2026, 11, 25, tzinfo=UTC))
    books = library.load()
    shelf = Shelf(db, books.catalogue)
    shelf.refresh()
    made = Assistant(books, Client(rasa, deadline=8.0), shelf=shelf)
    yield made
    made.close()
    db.close()


def test_questions_over_the_whole_catalogue(assistant: Assistant) -> None:
    def ranked(text: str) -> list[str | None]:
        reply = assistant.reply(text, memory={}, facts=AgencyFacts(), now=NOW)
        best = first(reply)
        return [best, *(code for code in reply.candidates if code != best)]

    reached = share("dev", ranked)
    assert reached[0] >= FIRST
    assert reached[1] >= THREE


def test_the_curated_records_and_what_is_out_of_scope_do_not_suffer(assistant: Assistant) -> None:
    assert under(measure(assistant, QUESTIONS / "dev")) == []
