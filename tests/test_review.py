"""What was not understood, gathered from both databases, masked, grouped, and handed to staff as files to fill in."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import agencies, inbox, review
from bot.__main__ import cli
from bot.db import Database
from bot.review import Asked, Group, as_json_lines, as_training, doubtful, grouped
from bot.tables import Account, Event
from bot.vault import Vault
from bot.worker import clock
from nlu.train import UNFILLED
from tests.people import NOON, ZALO, add_suoi_mo, text

NONE = {"skill": "none", "procedure": None, "candidates": [], "confidence": 0.9, "understood": False}
SURE = {"skill": "procedure", "procedure": "1.1", "candidates": ["1.1"], "confidence": 0.9, "understood": True}
ASKED_BACK = {"skill": "procedure", "procedure": None, "candidates": ["1.1", "2.2"], "confidence": 0.9}
DOUBTED = {**SURE, "confidence": 0.2}
HELLO = {"skill": "smalltalk", "procedure": None, "candidates": [], "confidence": 0.45, "understood": True}


def happened(
    session: Session, db: Database, account: Account, *said: tuple[str, dict[str, Any]], days_ago: int = 1
) -> None:  # fmt: skip
    """Store questions with what came of them."""
    at = clock() - timedelta(days=days_ago)
    for words, outcome in said:
        number = random.getrandbits(40)
        inbox.accept(session, db, account.id, events=[text(number, words, at=NOON)], now=at)
        mine = Event.external_id == text(number).external_id
        session.execute(update(Event).where(mine).values(state="done", outcome=outcome))


def asked(words: str, confidence: float = 0.2, candidates: tuple[str, ...] = ()) -> Asked:
    return Asked(text=words, skill="none", candidates=candidates, confidence=confidence)


@pytest.mark.parametrize(
    ("outcome", "kept"),
    [(NONE, True), (ASKED_BACK, True), (DOUBTED, True), (SURE, False), (HELLO, False), ({}, False)],
    ids=["not understood", "asked back", "doubted", "sure", "small talk", "no answer"],
)
def test_only_what_was_not_understood_is_kept(
    db: Database, vault: Vault, outcome: dict[str, Any], kept: bool
) -> None:  # fmt: skip
    with db.write() as session:
        oa, _ = add_suoi_mo(session, vault)
        happened(session, db, oa, ("làm sao", outcome))
    with db.read() as session:
        assert len(list(doubtful(session, since=clock() - timedelta(days=7)))) == kept


def test_texts_come_masked_of_one_agency_and_since_a_day(db: Database, vault: Vault) -> None:
    with db.write() as session:
        oa, page = add_suoi_mo(session, vault)
        other = agencies.add_agency(session, "ben-do", name="UBND phường Bến Đỗ", level="commune", now=NOON)
        theirs = agencies.add_account(
            session, other, channel="zalo", key="9" * 18, secrets=ZALO, vault=vault, now=NOON
        )  # fmt: skip
        happened(session, db, oa, ("gọi em 0912345678 nhé, số căn cước 012345678901", NONE))
        happened(session, db, page, ("hỏi chuyện lạ", NONE))
        happened(session, db, oa, ("hỏi từ lâu", NONE), days_ago=30)
        happened(session, db, theirs, ("hỏi phường khác", NONE))
        agency_id = oa.agency_id
    week = clock() - timedelta(days=7)
    with db.read() as session:
        ours = [one.text for one in doubtful(session, since=week, agency_id=agency_id)]
        everybody = [one.text for one in doubtful(session, since=week)]
        longer = [one.text for one in doubtful(session, since=week - timedelta(days=30), agency_id=agency_id)]
    assert ours == ["gọi em [số điện thoại] nhé, số căn cước [số căn cước]", "hỏi chuyện lạ"]
    assert everybody == [*ours, "hỏi phường khác"]
    assert len(longer) == 3


QUESTIONS = [
    asked("xin giấy phép nuôi chim yến"), asked("xin giay phep nuoi chim yen"), asked("giấy phép nuôi chim yến ở đâu"),
    asked("thả diều có bị cấm không"), asked("thả diều có bị cấm không"), asked("bắn pháo bông"),
]  # fmt: skip


def test_groups_are_by_likeness_and_biggest_first() -> None:
    groups = grouped(QUESTIONS)
    assert [(group.size, [one.text for one in group.questions]) for group in groups] == [
        (3, ["xin giay phep nuoi chim yen", "giấy phép nuôi chim yến ở đâu"]),
        (2, ["thả diều có bị cấm không"]),
        (1, ["bắn pháo bông"]),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_questions_does_not_matter(seed: int) -> None:
    shuffled = random.Random(seed).sample(QUESTIONS, len(QUESTIONS))  # noqa: S311
    assert grouped(shuffled) == grouped(QUESTIONS)


@pytest.mark.parametrize("strange", [[], [asked("👍")], [asked("?!"), asked("?!")]])
def test_strange_questions_make_groups_too(strange: list[Asked]) -> None:
    assert sum(group.size for group in grouped(strange)) == len(strange)


GROUPS = [Group((asked("nuôi yến [ở nhà](x)", 0.4, ("1.1", "2.2")), asked("- nuôi yến: {a}")), 7)]


def test_a_line_of_json_leaves_intent_and_item_to_staff() -> None:
    (line,) = as_json_lines(GROUPS)
    assert json.loads(line) == {
        "count": 7, "intent": None, "item": None,
        "guess": {"skill": "none", "candidates": ["1.1", "2.2"], "confidence": 0.4},
        "examples": ["nuôi yến [ở nhà](x)", "- nuôi yến: {a}"],
    }  # fmt: skip


def test_the_training_file_is_rasas_and_cannot_be_trained_on_unfilled() -> None:
    lines = list(as_training(GROUPS))
    (block,) = yaml.safe_load("\n".join(lines))["nlu"]
    assert (block["intent"], block["metadata"]) == (UNFILLED, {"item": UNFILLED})
    assert block["examples"].splitlines() == ["- nuôi yến ở nhà x", "- - nuôi yến: a"]
    assert "# hỏi 7 lần; máy đoán: 1.1, 2.2 (0.40)" in lines


@pytest.fixture
def motcua(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs the command line in this process."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return lambda *argv: CliRunner().invoke(cli, [*map(str, argv)])


def test_the_command_lists_and_writes(
    db: Database, vault: Vault, motcua: Callable[..., Any], tmp_path: Path
) -> None:  # fmt: skip
    with db.write() as session:
        oa, _ = add_suoi_mo(session, vault)
        happened(session, db, oa, ("nuôi chim yến", NONE), ("nuoi chim yen", NONE), ("bắn pháo bông", DOUBTED))
    listed = motcua("nlu", "review", "--agency", "suoi-mo")
    assert listed.exit_code == 0, listed.output
    assert "    2  nuoi chim yen  (none 0.90)" in listed.output
    assert "3 questions in 2 groups, 7 days" in listed.output
    for name in ("week.jsonl", "week.yml"):
        assert motcua("nlu", "review", "--out", tmp_path / name).exit_code == 0
        again = motcua("nlu", "review", "--out", tmp_path / name)
        assert (again.exit_code, "name a new file" in again.output) == (2, True)
    assert len((tmp_path / "week.jsonl").read_text().splitlines()) == 2
    assert len(yaml.safe_load((tmp_path / "week.yml").read_text())["nlu"]) == 2


@pytest.mark.parametrize(
    ("argv", "named"),
    [(["--agency", "nobody"], "no agency 'nobody'"), (["--out", "week.txt"], ".jsonl or .yml"), (["--since", "0"], "")],
)
def test_bad_use_says_what_is_wrong(
    db: Database, motcua: Callable[..., Any], argv: list[str], named: str
) -> None:  # fmt: skip
    done = motcua("nlu", "review", *argv)
    assert done.exit_code == 2
    assert named in done.output


def test_a_question_is_kept_to_a_sentences_length(db: Database, vault: Vault) -> None:
    with db.write() as session:
        oa, _ = add_suoi_mo(session, vault)
        happened(session, db, oa, ("dài " * 1000, NONE))
    with db.read() as session:
        (one,) = doubtful(session, since=clock() - timedelta(days=7))
    assert len(one.text) <= review.LONGEST
