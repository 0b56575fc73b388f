"""Phrases: an unknown key or a missing value is an error, never a half sentence."""

import pytest

from content.phrases import names_in, phrases, say


def test_a_phrase_with_its_values() -> None:
    assert say("fee.fixed", amount="8.000") == "8.000 đồng"
    assert names_in("fee.fixed_unit") == {"amount", "unit"}


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match=r"no phrase 'fee\.cheap'"):
        say("fee.cheap")


def test_a_group_is_no_phrase() -> None:
    with pytest.raises(KeyError):
        say("fee")


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="amount"):
        say("fee.fixed")


@pytest.mark.parametrize("key", sorted(phrases()))
def test_every_phrase_can_be_filled_and_says_something(key: str) -> None:
    text = say(key, **dict.fromkeys(names_in(key), "x"))
    assert text.strip()
    assert "{" not in text
    assert "  " not in text
