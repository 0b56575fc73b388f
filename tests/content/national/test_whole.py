"""All of the national export: every record answers every aspect, nothing flagged is told, ranking is quick."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import procedures
from bot.db import Database
from bot.shelf import Shelf
from content.agency import AgencyFacts
from content.catalogue import Catalogue
from content.compose import answer
from content.model import Aspect, FeeRule
from content.national.convert import Converted, convert
from content.national.doubts import Why
from content.national.raw import Raw
from content.national.reading import read
from content.national.search import NationalSearch
from tests.conftest import SHARED
from tests.content.national.lines import TODAY
from tests.understanding.national.measured import FIRST_OF_SEARCH, THREE_OF_SEARCH, questions, share

EXPORT = SHARED / "tthc" / "procedures.jsonl"
IMPORT_WITHIN = 60.0
RANK_WITHIN = 10.0
"""Milliseconds of one core's time, at the median."""

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def records() -> list[Raw]:
    found = list(read(EXPORT))
    assert [fault for line in found for fault in line.faults] == []
    return [line.record for line in found if line.record]


@pytest.fixture(scope="module")
def converted(records: list[Raw]) -> list[Converted]:
    return [convert(raw, TODAY) for raw in records]


@pytest.fixture(scope="module")
def index(records: list[Raw], tmp_path_factory: pytest.TempPathFactory) -> NationalSearch:
    rows = [(raw.code, raw.name, procedures.searched(raw)) for raw in records]
    shelf = Shelf(Database(f"sqlite:///{tmp_path_factory.mktemp('index') / 'x.db'}"), Catalogue({}))
    return NationalSearch(shelf.entries(rows))


def told(one: Converted) -> Iterator[tuple[Aspect, str]]:
    for aspect in Aspect:
        yield aspect, answer(one.procedure, aspect, facts=AgencyFacts(), today=TODAY).text


def test_all_is_imported_within_a_minute(records: list[Raw], db: Database) -> None:
    began = time.monotonic()
    plan = procedures.prepare(records, {}, today=TODAY)
    with db.write() as session:
        procedures.keep(session, plan, file=EXPORT.name, now=datetime(2026, 11, 25, tzinfo=UTC))
    assert plan.counts.new == len(records) > 2_800
    assert time.monotonic() - began < IMPORT_WITHIN


def test_every_aspect_of_every_record_is_told(converted: list[Converted]) -> None:
    for one in converted:
        for aspect, text in told(one):
            assert text.strip(), (one.procedure.code, aspect)
            assert len(text) < 8_000, (one.procedure.code, aspect, len(text))
            assert "None" not in text
            assert not re.search(r"<[a-z/]|&[a-z]+;|\.docx?\b", text), (one.procedure.code, aspect, text)


def test_nothing_flagged_is_told_as_a_fact(converted: list[Converted]) -> None:
    for one in converted:
        code, record = one.procedure.code, one.procedure
        fee = answer(record, Aspect.FEE, facts=AgencyFacts(), today=TODAY).text.partition("\n")[2]
        limit = answer(record, Aspect.TIME, facts=AgencyFacts(), today=TODAY).text.partition("\n")[2]
        assert "Miễn phí" not in fee, code
        assert not re.search(r"(?<![\d.,])(?:\d|[1-9]\d{1,2}) đồng", fee), (code, fee)
        assert not re.search(r"\b31/12/202[0-5]\b", fee), (code, fee)
        assert not re.search(r"^• \d+(?:[-,.]\d+)?\.?$", limit, re.M), (code, limit)
        everything = "\n".join(text for _, text in told(one))
        assert not re.search(r"cấp huyện|UBND huyện|công an huyện", everything, re.I), code


def test_free_is_said_only_with_a_rule(converted: list[Converted]) -> None:
    free = [fee for one in converted for fee in one.procedure.fees if fee.rule is FeeRule.FREE]
    assert free
    assert all(re.search(r"luật|\d+/\d{4}/", fee.basis, re.I) for fee in free)


def test_each_kind_of_trap_is_found(converted: list[Converted]) -> None:
    found = {doubt.why for one in converted for doubt in one.doubts}
    assert set(Why) - found <= {Why.ADDRESS}


def test_ranking_takes_little_of_one_core(index: NationalSearch) -> None:
    times = []
    for row in questions("dev"):
        began = time.process_time()
        index.rank(row["text"])
        times.append((time.process_time() - began) * 1_000)
    assert sorted(times)[len(times) // 2] <= RANK_WITHIN


@pytest.mark.parametrize("name", ["dev", "test"])
def test_the_search_alone_holds_its_line(index: NationalSearch, name: str) -> None:
    first, three = share(name, lambda text: [found.code for found in index.rank(text)])
    assert first >= FIRST_OF_SEARCH[name]
    assert three >= THREE_OF_SEARCH[name]


def test_the_questions_name_procedures_of_the_export(records: list[Raw]) -> None:
    codes = {raw.code for raw in records}
    core = {json.loads(line)["code"] for line in (Path(SHARED) / "tthc" / "core.jsonl").read_text().splitlines()}
    for name in ("dev", "test"):
        for row in questions(name):
            assert {row["procedure"], *row.get("also", [])} <= codes
            assert row["procedure"] not in core
