"""Stored tokens are unreadable without a key, and keys can be turned over without a stop."""

import pytest
from cryptography.fernet import Fernet

from bot.errors import MotcuaError
from bot.vault import Vault
from tests.people import ZALO

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


def test_what_is_closed_opens_and_shows_nothing() -> None:
    closed = Vault([OLD]).close({**ZALO, "note": "cơ quan"})
    assert Vault([OLD]).open(closed) == {**ZALO, "note": "cơ quan"}
    assert not [secret for secret in ZALO.values() if secret in closed]


def test_keys_are_turned_over() -> None:
    stored = Vault([OLD]).close(ZALO)
    both = Vault([NEW, OLD])
    assert both.open(stored) == ZALO  # the old key still opens
    rewritten = both.close(both.open(stored))  # what a renewal does
    assert Vault([NEW]).open(rewritten) == ZALO  # made with the newest: the old key may go
    with pytest.raises(MotcuaError, match="TOKEN_KEYS"):
        Vault([OLD]).open(rewritten)


@pytest.mark.parametrize("stored", ["", "nonsense", "gAAAAA" + "x" * 80])
def test_what_no_key_opens_is_told_without_the_secret(stored: str) -> None:
    with pytest.raises(MotcuaError, match="put the key that made them back") as caught:
        Vault([OLD]).open(stored)
    assert OLD not in str(caught.value)


def test_a_changed_byte_is_found() -> None:
    closed = Vault([OLD]).close(ZALO)
    middle = len(closed) // 2
    other = "A" if closed[middle] != "A" else "B"
    with pytest.raises(MotcuaError):
        Vault([OLD]).open(closed[:middle] + other + closed[middle + 1 :])


def test_the_same_secrets_never_look_the_same() -> None:
    vault = Vault([OLD])
    assert vault.close(ZALO) != vault.close(ZALO)
