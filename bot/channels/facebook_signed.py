"""Meta's signed request, by which it asks for a person's data to be deleted.

https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback, checked 2026-11-22.
"""

import base64
import hashlib
import hmac
import json

SIGNED_MAX = 4096
"""Characters; a real one has some 200."""


def person_of(signed: str, secret: str) -> str | None:
    """Return the `user_id` of `<signature>.<payload>` when `secret` signed exactly this payload, else None."""
    signature, dot, payload = signed.partition(".")
    if not (secret and dot and len(signed) <= SIGNED_MAX):
        return None
    expected = hmac.new(secret.encode(), payload.encode("utf-8", "replace"), hashlib.sha256).digest()
    if not hmac.compare_digest(_bytes(signature), expected):
        return None
    try:
        facts = json.loads(_bytes(payload))
    except (ValueError, RecursionError):
        return None
    # The algorithm is ours to choose, not the sender's: another one named in the payload is refused.
    named = isinstance(facts, dict) and str(facts.get("algorithm", "")).upper() == "HMAC-SHA256"
    return str(facts.get("user_id") or "") or None if named else None


def _bytes(letters: str) -> bytes:
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
