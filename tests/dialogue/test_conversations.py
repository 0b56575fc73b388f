"""Whole conversations of our own with the real model and the demo agency: `conversations.yaml`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.assistant import Assistant
from bot.demo import FACTS
from bot.dialogue.turn import Reply
from content.agency import facts_of
from content.library import Library
from nlu.client import Client
from tests.dialogue.person import NOW
from tests.nlu.served import rasa_server  # noqa: F401 - a fixture

CONVERSATIONS = yaml.safe_load(Path(__file__).with_name("conversations.yaml").read_text(encoding="utf-8"))
LINE = 0.95
"""Share of turns that must be right: a model trained anew may shift one of them."""


@pytest.fixture(scope="module")
def assistant(rasa: str, real: Library) -> Iterator[Assistant]:
    """The assistant with the real model."""
    made = Assistant(real, Client(rasa, deadline=8.0))
    yield made
    made.close()


def wrong(turn: dict[str, Any], reply: Reply) -> str:
    """Return what is wrong with `reply`, or ''."""
    skill, procedure, aspect = [*turn["is"].split(), "-", "*"][:3]
    text = "\n\n".join(reply.texts)
    got = (reply.skill, reply.procedure or "-", reply.aspect or "-")
    faults = [f"{have} is not {want}" for have, want in zip(got, (skill, procedure, aspect), strict=True)
              if want not in {"*", have}]  # fmt: skip
    faults += [f"'{part}' is missing" for part in turn.get("has", []) if str(part).lower() not in text.lower()]
    faults += [f"'{part}' stands in it" for part in turn.get("hides", []) if part in text]
    return "; ".join(faults)


@pytest.mark.nlu
def test_conversations_go_as_a_person_expects(assistant: Assistant) -> None:
    facts = facts_of(yaml.safe_load(FACTS.read_text(encoding="utf-8")))
    misses, turns = [], 0
    for conversation in CONVERSATIONS:
        memory: dict[str, Any] = {}
        for turn in conversation["turns"]:
            reply = assistant.reply(turn["says"], memory=memory, facts=facts, now=NOW)
            memory, turns = reply.memory, turns + 1
            if fault := wrong(turn, reply):
                misses.append(f"{conversation['name']}: {turn['says']}: {fault}")
    assert 1 - len(misses) / turns >= LINE, "\n".join(misses)


def test_there_are_enough_conversations_and_none_is_from_the_measuring_set() -> None:
    said = {turn["says"] for conversation in CONVERSATIONS for turn in conversation["turns"]}
    measured = (Path(__file__).parents[1] / "understanding" / "dev" / "dialogues.jsonl").read_text(encoding="utf-8")
    assert len(CONVERSATIONS) >= 40
    assert [text for text in said if len(text.split()) > 4 and f'"{text}"' in measured] == []
