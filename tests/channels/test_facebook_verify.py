"""Meta's signature over the raw bytes, and the check of our address."""

import hashlib
import hmac
import json

import pytest

from bot.channels.base import Account, Kind
from bot.channels.facebook import Facebook
from bot.web.sandbox.graph import Act, FakePage, escaped, sign, webhook

FACEBOOK = Facebook()
PAGE = FakePage(page_id="100000000000001", app_id="200000000000002", app_secret="appSecretForTests", page_token="t")
SECRETS = {"app_id": PAGE.app_id, "app_secret": PAGE.app_secret, "verify_token": "mã-bí-mật", "page_token": "t"}
ACCOUNT = Account(key=PAGE.page_id, secrets=SECRETS)
NAME = "X-Hub-Signature-256"
# As Meta writes it: \u escapes in lower case and \/ (reference, section 1.3).
BODY = (
    rb'{"object":"page","entry":[{"id":"100000000000001","time":1,"messaging":[{"message":'
    rb'{"text":"ch\u00e0o https:\/\/x"}}]}]}'
)
# $ printf '%s' "$BODY" | openssl dgst -sha256 -hmac appSecretForTests
MAC = "942321714ad2c5b55a71ed52ec093dea7cc8513c4a48e84850498a6bd162d1ff"


@pytest.mark.parametrize("name", [NAME, NAME.lower(), NAME.upper(), "x-Hub-signature-256"])
def test_the_signature_is_accepted_whatever_the_headers_case(name: str) -> None:
    assert FACEBOOK.verify(ACCOUNT, {"Host": "x", name: f"sha256={MAC}"}, BODY)


@pytest.mark.parametrize(
    "given",
    ["", "sha256=", MAC, f"sha1={MAC}", f"sha256={MAC[:-1]}", f"sha256={MAC}0", "sha256=" + "0" * 64, "é\udcff"],
)
def test_a_wrong_signature_is_refused(given: str) -> None:
    assert not FACEBOOK.verify(ACCOUNT, {NAME: given}, BODY)


def test_a_missing_signature_is_refused() -> None:
    assert not FACEBOOK.verify(ACCOUNT, {"Content-Type": "application/json"}, BODY)


def test_the_old_sha1_signature_alone_is_refused() -> None:
    mac = hmac.new(PAGE.app_secret.encode(), BODY, hashlib.sha1).hexdigest()
    assert not FACEBOOK.verify(ACCOUNT, {"X-Hub-Signature": f"sha1={mac}"}, BODY)
    assert not FACEBOOK.verify(ACCOUNT, {NAME: f"sha1={mac}"}, BODY)


@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_raw_bytes_count_not_the_json(ascii_only: bool) -> None:
    again = json.dumps(json.loads(BODY), ensure_ascii=ascii_only, separators=(",", ":")).encode()
    assert json.loads(again) == json.loads(BODY)
    assert not FACEBOOK.verify(ACCOUNT, {NAME: f"sha256={MAC}"}, again)
    assert FACEBOOK.verify(ACCOUNT, sign(PAGE, again), again)


def test_another_apps_signature_is_refused() -> None:
    other = FakePage(page_id=PAGE.page_id, app_id="1", app_secret="other", page_token="t")
    assert not FACEBOOK.verify(ACCOUNT, sign(other, BODY), BODY)


def test_an_account_without_secret_accepts_nothing() -> None:
    empty = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not FACEBOOK.verify(Account(key=PAGE.page_id, secrets={"app_secret": ""}), {NAME: f"sha256={empty}"}, BODY)


@pytest.mark.parametrize("body", [b"", b"{}", BODY])
def test_nothing_unsigned_is_a_probe(body: bytes) -> None:
    assert not FACEBOOK.probe(body)


def asked(**changes: str) -> dict[str, str]:
    right = {"mode": "subscribe", "verify_token": "mã-bí-mật", "challenge": "1158201444"}
    return {f"hub.{name}": value for name, value in {**right, **changes}.items()}


def test_the_challenge_is_given_back_bare() -> None:
    assert FACEBOOK.challenge(ACCOUNT, asked()) == "1158201444"


@pytest.mark.parametrize(
    "query",
    [{}, asked(mode="unsubscribe"), asked(verify_token="mã"), asked(verify_token=""), asked(verify_token="\udcff")],
)
def test_a_wrong_challenge_is_refused(query: dict[str, str]) -> None:
    assert FACEBOOK.challenge(ACCOUNT, query) is None


def test_a_challenge_that_is_missing_is_refused() -> None:
    query = asked()
    del query["hub.challenge"]
    assert FACEBOOK.challenge(ACCOUNT, query) is None


def test_an_account_without_verify_token_is_never_confirmed() -> None:
    assert FACEBOOK.challenge(Account(key="1", secrets={"verify_token": ""}), asked(verify_token="")) is None


ACTS = [
    (Act(kind="text", user="71", text="làm giấy khai sinh / trễ hạn"), Kind.TEXT),
    (Act(kind="quick_reply", user="71", text="Lệ phí", payload="#tthc:1.001193:fee"), Kind.TEXT),
    (Act(kind="postback", user="71", text="Gặp cán bộ", payload="#say:handoff"), Kind.TEXT),
    (Act(kind="get_started", user="71"), Kind.FOLLOW),
    (Act(kind="get_started", user="71", payload="khai-sinh"), Kind.FOLLOW),
    (Act(kind="sticker", user="71"), Kind.MEDIA),
    (Act(kind="image", user="71"), Kind.MEDIA),
    (Act(kind="audio", user="71"), Kind.MEDIA),
    (Act(kind="location", user="71"), Kind.MEDIA),
    (Act(kind="comment", user="71", text="lệ phí bao nhiêu?"), Kind.COMMENT),
    (Act(kind="read", user="71"), Kind.SEEN),
    (Act(kind="staff", user="71", text="Chào chị"), Kind.STAFF),
    (Act(kind="echo", user="71", text="Dạ"), Kind.ECHO),
]


@pytest.mark.parametrize(("act", "kind"), ACTS, ids=[f"{act.kind}{act.payload and '+'}" for act, _ in ACTS])
def test_what_the_sandboxs_phone_does_is_signed_and_understood(act: Act, kind: Kind) -> None:
    body, headers = webhook(PAGE, act)
    assert FACEBOOK.verify(ACCOUNT, headers, body)
    (event,) = FACEBOOK.parse(ACCOUNT, body, headers)
    assert event.kind is kind
    assert event.sender == ("17" if kind is Kind.COMMENT else "71")
    assert event.text == (act.text or ("Bắt đầu" if kind is Kind.FOLLOW else ""))
    assert event.payload == ("GET_STARTED" if kind is Kind.FOLLOW else act.payload)
    assert event.extra.get("ref", "") == (act.payload if kind is Kind.FOLLOW else "")


def test_the_sandbox_escapes_as_meta_does() -> None:
    assert escaped({"text": "chào ạ / 😀"}) == rb'{"text":"ch\u00e0o \u1ea1 \/ \ud83d\ude00"}'
