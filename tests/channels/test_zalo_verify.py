"""Zalo's signature over the raw bytes, and the console's unsigned probe."""

import json
from pathlib import Path

import pytest

from bot.channels.base import Account
from bot.channels.zalo import Zalo
from bot.web.sandbox.zalo import FakeOA, sign

ZALO = Zalo()
OA_ID = "388613280878808645"
APP = "1234567890123456789"
ACCOUNT = Account(key=OA_ID, secrets={"app_id": APP, "oa_secret": "oaSecretForTests", "app_secret": "appSecret"})
# The vector of shared/platforms/zalo-oa.md, section 3.2.
BODY = (
    '{"app_id":"1234567890123456789","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Xin chào",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1767225600000"}'
).encode()
MAC = "44b5add4c064648bc1e3d60c0f6b9f7bb71e9bef46ba522b498f8ec6a4539ac8"
NAME = "X-ZEvent-Signature"


def oa(**changes: str) -> FakeOA:
    known = {"oa_id": OA_ID, "app_id": APP, "app_secret": "appSecret", "oa_secret": "oaSecretForTests"}
    return FakeOA(**{**known, "access_token": "a", "refresh_token": "r", **changes})


@pytest.mark.parametrize("name", [NAME, NAME.lower(), NAME.upper(), "X-Zevent-Signature", "X_ZEvent_Signature"])
def test_the_vector_is_accepted_whatever_the_headers_case(name: str) -> None:
    assert ZALO.verify(ACCOUNT, {"Host": "x", name: f"mac={MAC}"}, BODY)


@pytest.mark.parametrize("given", [MAC, f"mac={MAC.upper()}", f" mac={MAC} ", f"mac= {MAC}"])
def test_small_differences_in_writing_are_accepted(given: str) -> None:
    assert ZALO.verify(ACCOUNT, {NAME: given}, BODY)


@pytest.mark.parametrize("given", ["", "mac=", "mac=" + "0" * 64, f"mac={MAC[:-1]}", f"mac={MAC}0", "mac=é\udcff"])
def test_a_wrong_signature_is_refused(given: str) -> None:
    assert not ZALO.verify(ACCOUNT, {NAME: given}, BODY)


def test_a_missing_signature_is_refused() -> None:
    assert not ZALO.verify(ACCOUNT, {}, BODY)


@pytest.mark.parametrize("body", [BODY.replace("à".encode(), b"\\u00e0"), BODY + b" ", BODY.replace(b",", b", ")])
def test_the_raw_bytes_count_not_the_json(body: bytes) -> None:
    assert json.loads(body) == json.loads(BODY)
    assert not ZALO.verify(ACCOUNT, {NAME: f"mac={MAC}"}, body)
    assert ZALO.verify(ACCOUNT, {NAME: sign(oa(), body, "1767225600000")}, body)


def test_a_numeric_timestamp_counts_as_printed() -> None:
    body = BODY.replace(b'"1767225600000"', b"1767225600000")
    assert ZALO.verify(ACCOUNT, {NAME: sign(oa(), body, "1767225600000")}, body)


@pytest.mark.parametrize("app_id", [b'"999"', b"null", b"[]"])
def test_another_app_is_refused_even_with_its_own_right_signature(app_id: bytes) -> None:
    body = BODY.replace(b'"1234567890123456789"', app_id, 1)
    for signer in (oa(), oa(app_id="999")):
        assert not ZALO.verify(ACCOUNT, {NAME: sign(signer, body, "1767225600000")}, body)


def test_another_secret_is_refused() -> None:
    for secret in ("another", "appSecret", ""):
        assert not ZALO.verify(ACCOUNT, {NAME: sign(oa(oa_secret=secret), BODY, "1767225600000")}, BODY)


@pytest.mark.parametrize("missing", ["app_id", "oa_secret"])
def test_an_account_without_secrets_accepts_nothing(missing: str) -> None:
    bare = Account(key=OA_ID, secrets={**ACCOUNT.secrets, missing: ""})
    signer = oa(**{missing: ""})
    body = BODY.replace(b'"app_id":"1234567890123456789",', b"")
    assert not ZALO.verify(bare, {NAME: sign(signer, body, "1767225600000")}, body)


@pytest.mark.parametrize("body", [b"", b"{}", b" {} \n", b"{ }"])
def test_the_probe_is_the_empty_object(body: bytes) -> None:
    assert ZALO.probe(body)
    assert not ZALO.verify(ACCOUNT, {}, body)


@pytest.mark.parametrize("body", [BODY, b"[]", b"{}{}", b'{"a":1}', b"{}" + b" " * 70, b"null"])
def test_anything_else_is_no_probe(body: bytes) -> None:
    assert not ZALO.probe(body)


def test_there_is_no_get_verification() -> None:
    assert ZALO.challenge(ACCOUNT, {"hub.challenge": "1"}) is None


def test_the_recorded_bad_signature_is_refused() -> None:
    recorded = json.loads((Path(__file__).parent / "payloads" / "zalo_bad_signature.json").read_text(encoding="utf-8"))
    assert not ZALO.verify(ACCOUNT, recorded["headers"], json.dumps(recorded["body"]).encode())
