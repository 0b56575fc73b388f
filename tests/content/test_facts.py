"""Facts read in the source by hand must stand in what is said, for the demo agency, in November 2026: `facts.jsonl`."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo import FACTS as DEMO
from content.agency import AgencyFacts, facts_of
from content.compose import answer
from content.library import Library
from content.model import Aspect

FACTS = [json.loads(line) for line in Path(__file__).with_name("facts.jsonl").read_text(encoding="utf-8").splitlines()]
TODAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
def demo() -> AgencyFacts:
    """What the demo agency told of itself."""
    return facts_of(yaml.safe_load(DEMO.read_text(encoding="utf-8")))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['code']}-{fact['aspect']}-{fact['must'][:20]}")
def test_a_fact_of_the_source_is_said(fact: dict[str, Any], real: Library, demo: AgencyFacts) -> None:
    record = real.catalogue.procedures[fact["code"]]
    text = answer(record, Aspect(fact["aspect"]), facts=demo, today=TODAY).full
    assert re.search(fact["must"], text), text


def test_there_are_enough_facts_each_with_its_source() -> None:
    assert len(FACTS) >= 80
    assert len({fact["code"] for fact in FACTS}) >= 50
    assert all(fact["source"] for fact in FACTS)


ENDED = {"1.001456": r"160\.000|320\.000", "3.000347": r"115\.000", "3.000346": r"115\.000", "1.014063": r"12\.500"}


@pytest.mark.parametrize(("code", "figure"), ENDED.items())
def test_a_figure_that_ended_is_not_said(code: str, figure: str, real: Library) -> None:
    text = answer(real.catalogue.procedures[code], Aspect.FEE, facts=AgencyFacts(), today=TODAY).text
    assert not re.search(figure, text)
