"""Sentences that staff taught: masked, never one that measures, exported in one order."""

import pytest
import yaml
from sqlalchemy import select

from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.learning import examples
from bot.staff import Actor
from bot.tables import Audit, Example
from tests.people import NOON
from tests.understanding.test_apart import asked

Actors = dict[str, Actor]
ITEMS = {"1.001193", "topic/otp", "portal/otp"}


def taught(
    db: Database, by: Actor, text: str, *, intent: str = "fee", item: str = "1.001193"
) -> str:  # fmt: skip
    with db.write() as session:
        return examples.add(session, by, text, intent=intent, item=item, items=ITEMS, now=NOON).text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("giấy cho bé  tốn nhiêu", "giấy cho bé tốn nhiêu"),
        ("gọi em 0912345678 nhé, giấy cho bé nhiêu", "gọi em nhé, giấy cho bé nhiêu"),
        ("số 012345678901 làm giấy nhiêu", "số làm giấy nhiêu"),
        ("giấy (bé) [mới] {đẻ}\n- hết nhiêu", "giấy bé đẻ - hết nhiêu"),
        ("- intent: fee", "intent: fee"),
    ],
)
def test_what_identifies_a_person_and_rasas_marks_are_not_kept(
    db: Database, actors: Actors, text: str, kept: str
) -> None:
    assert taught(db, actors["hoa"], text) == kept


@pytest.mark.parametrize(
    ("text", "intent", "item", "key"),
    [
        ("", "fee", "1.001193", "example.length"),
        ("0912345678", "fee", "1.001193", "example.length"),
        ("x" * 301, "fee", "1.001193", "example.length"),
        ("giấy bé nhiêu", "hack", "1.001193", "example.intent"),
        ("giấy bé nhiêu", "fee", "", "example.item"),
        ("giấy bé nhiêu", "fee", "1.999999", "example.item"),
        ("giấy bé nhiêu", "fee", "topic/otp", "example.item"),
        ("mã kia là gì", "topic", "portal/otp", "example.item"),
        ("mã kia là gì", "portal", "1.001193", "example.item"),
        ("hôm nay ăn gì", "out_of_scope", "1.001193", "example.no_item"),
    ],
)
def test_what_means_nothing_is_refused(
    db: Database, actors: Actors, text: str, intent: str, item: str, key: str
) -> None:
    with pytest.raises(BadInput, match=key.replace(".", r"\.")):
        taught(db, actors["hoa"], text, intent=intent, item=item)


def test_no_question_that_measures_is_learnt_however_it_is_spelt(db: Database, actors: Actors) -> None:
    for text, _file in sorted(asked())[::80]:
        for spelt in (text, text.upper(), f"  {text}?!"):
            if examples.LENGTH[0] <= len(examples.cleaned(spelt)) <= examples.LENGTH[1]:
                with pytest.raises(BadInput, match=r"example\.measures"):
                    taught(db, actors["hoa"], spelt)


def test_who_only_reads_teaches_nothing(db: Database, actors: Actors) -> None:
    with pytest.raises(NotAllowed, match="know"):
        taught(db, actors["binh"], "giấy bé nhiêu")


def test_the_same_sentence_is_kept_once_with_its_newest_meaning(db: Database, actors: Actors) -> None:
    taught(db, actors["hoa"], "giấy bé nhiêu")
    taught(db, actors["lan"], "Giay be NHIEU?", intent="time")
    with db.read() as session:
        [one] = session.scalars(select(Example))
        verbs = session.scalars(select(Audit.verb).where(Audit.verb.startswith("example"))).all()
    assert (one.intent, one.by, len(verbs)) == ("time", "lan", 2)


def test_another_agencys_sentence_is_not_dropped(db: Database, actors: Actors) -> None:
    taught(db, actors["hoa"], "giấy bé nhiêu")
    with db.write() as session:
        assert not examples.drop(session, actors["la"], 1, now=NOON)
        assert examples.page(session, actors["la"].agency_id) == []
        assert examples.drop(session, actors["lan"], 1, now=NOON)
        assert examples.count(session) == 0


def test_the_export_is_rasas_and_always_the_same(db: Database, actors: Actors) -> None:
    taught(db, actors["hoa"], "giấy bé: nhiêu tiền #1")
    taught(db, actors["hoa"], "giấy bé mấy bữa", intent="time")
    taught(db, actors["hoa"], "hôm nay ăn gì", intent="out_of_scope", item="")
    taught(db, actors["la"], "giấy bé mấy bữa", intent="fee")  # two agencies, two meanings: the newer
    with db.read() as session:
        rows = examples.everything(session)
    lines = list(examples.as_training(rows))
    assert lines == list(examples.as_training(rows[::-1]))
    groups = yaml.safe_load("\n".join(lines))["nlu"]
    assert [(one["intent"], one.get("metadata"), one["examples"].splitlines()) for one in groups] == [
        ("fee", {"item": "1.001193"}, ["- giấy bé mấy bữa", "- giấy bé: nhiêu tiền #1"]),
        ("out_of_scope", None, ["- hôm nay ăn gì"]),
    ]


def test_what_measures_by_now_is_not_exported(db: Database, actors: Actors) -> None:
    taught(db, actors["hoa"], "giấy bé nhiêu")
    question = next(text for text, _file in asked() if len(text) > 30)
    with db.write() as session:
        session.add(Example(
            agency_id=actors["hoa"].agency_id, text=question, said=examples.plain(question), intent="fee",
            item="1.001193", by="hoa", created_at=NOON,
        ))  # fmt: skip
    with db.read() as session:
        assert [one.text for one in examples.everything(session)] == ["giấy bé nhiêu"]
