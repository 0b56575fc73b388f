"""Encryption of stored tokens: Fernet keys, newest first, so that keys can be turned over."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import MotcuaError

_OPENED = 256
"""Accounts whose secrets are kept open: they are needed for every message."""


class Vault:
    """Turns an account's secrets into text for the database and back."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._decrypted = lru_cache(_OPENED)(self._fernet.decrypt)

    def close(self, secrets: Mapping[str, str]) -> str:
        """Return the encrypted form, made with the newest key."""
        return self._fernet.encrypt(json.dumps(dict(secrets), sort_keys=True).encode()).decode()

    def open(self, closed: str) -> dict[str, str]:
        """Return the secrets; raise `MotcuaError` when no key fits."""
        try:
            secrets: dict[str, str] = json.loads(self._decrypted(closed.encode()))
        except InvalidToken as error:
            raise MotcuaError("none of TOKEN_KEYS opens the stored secrets; put the key that made them back") from error
        return secrets
