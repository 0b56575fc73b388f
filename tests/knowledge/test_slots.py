"""Slots: what changed is found, put in, and taken back, whatever else changed meanwhile."""

from typing import Any

import pytest

from bot.knowledge.slots import applied, between, holds, value

FACTS: dict[str, Any] = {
    "name": "UBND xã Suối Mơ",
    "hotline": "0200 1",
    "offices": [{"name": "Một cửa", "phone": "1"}, {"name": "Công an", "phone": "2"}, {"name": "Trạm y tế"}],
    "fees": {"1.001193": [{"rule": "free", "basis": "x"}]},
}


def office(number: int, **change: Any) -> list[dict[str, Any]]:
    changed = [dict(one) for one in FACTS["offices"]]
    changed[number] = {**changed[number], **change}
    return changed


CASES = {
    "a number": ({**FACTS, "hotline": "0200 2"}, {"hotline"}),
    "a number that goes": ({name: one for name, one in FACTS.items() if name != "hotline"}, {"hotline"}),
    "an office's phone": ({**FACTS, "offices": office(1, phone="3")}, {"offices/Công an"}),
    "an office's name": ({**FACTS, "offices": office(1, name="Công an xã")}, {"offices/Công an", "offices/Công an xã"}),
    "an office that goes": ({**FACTS, "offices": FACTS["offices"][1:]}, {"offices/Một cửa"}),
    "an office more": ({**FACTS, "offices": [*FACTS["offices"], {"name": "Chợ"}]}, {"offices/Chợ"}),
    "a fee": ({**FACTS, "fees": {"1.001193": [{"rule": "province"}]}}, {"fees/1.001193"}),
    "a fee that moves": ({**FACTS, "fees": {"1.004194": [{"rule": "free", "basis": "x"}]}},
                         {"fees/1.001193", "fees/1.004194"}),
    "no fees any more": ({name: one for name, one in FACTS.items() if name != "fees"}, {"fees/1.001193"}),
    "a phrase": ({**FACTS, "phrases": {"bye": "Chào bác"}}, {"phrases/bye"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_found_put_in_and_taken_back(case: str) -> None:
    changed, slots = CASES[case]
    before, after = between(FACTS, changed)
    assert set(before) == set(after) == slots
    assert applied(FACTS, after) == changed
    assert applied(changed, before) == FACTS
    assert holds(FACTS, before)
    assert not holds(changed, before)


def test_nothing_changed_is_nothing() -> None:
    assert between(FACTS, FACTS) == ({}, {})


def test_changes_of_two_offices_do_not_disturb_each_other() -> None:
    _, first = between(FACTS, {**FACTS, "offices": office(0, phone="9")})
    before, second = between(FACTS, {**FACTS, "offices": office(1, phone="8")})
    both = applied(applied(FACTS, first), second)
    assert [one.get("phone") for one in both["offices"]] == ["9", "8", None]
    assert [one.get("phone") for one in applied(both, before)["offices"]] == ["9", "2", None]


def test_an_unknown_slot_holds_nothing() -> None:
    assert value(FACTS, "offices/Chợ") is None
    assert value(FACTS, "texts/topic/otp") is None
    assert value(FACTS, "website") is None
