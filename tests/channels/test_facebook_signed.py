"""Meta's signed request is believed only when our app's secret signed exactly it."""

import base64
import hashlib
import hmac
import json

import pytest

from bot.channels.facebook_signed import person_of

SECRET = "fbAppSecret"


def letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(facts: object, *, secret: str = SECRET) -> str:
    """Return what Meta would post as `signed_request`."""
    payload = letters(json.dumps(facts).encode())
    return letters(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()) + "." + payload


ASKED = {"algorithm": "HMAC-SHA256", "user_id": "218471", "issued_at": 1700000000}


def test_a_signed_request_tells_the_person() -> None:
    assert person_of(signed(ASKED), SECRET) == "218471"


@pytest.mark.parametrize(
    "wire",
    [
        "",
        ".",
        "abc",
        "abc.def",
        signed(ASKED, secret="another"),
        signed(ASKED)[:-1] + "A",
        signed({**ASKED, "algorithm": "none"}),
        signed({"algorithm": "HMAC-SHA256"}),
        signed([1]),
        signed(ASKED) + "." + letters(b"{}"),
        "ký.tự",
        signed({**ASKED, "user_id": "9" * 5000}),
    ],
)
def test_anything_else_is_nobody(wire: str) -> None:
    assert person_of(wire, SECRET) is None


def test_an_account_without_a_secret_believes_nothing() -> None:
    assert person_of(signed(ASKED, secret=""), "") is None
