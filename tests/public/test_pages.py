"""Everybody sees the notices, the state of a deletion, the platforms' proofs, and kind errors."""

import logging
import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import select

from bot import create_app, forgetting, verification
from bot.db import Database
from bot.settings import Settings
from bot.tables import Account, Agency, Conversation
from bot.vault import Vault
from tests.channels.test_facebook_signed import ASKED, signed
from tests.people import add_suoi_mo
from tests.test_forgetting import talk, traces

PROOFS = {
    "zalo_file": "zalo_verifierAbc123.html", "zalo_file_text": "<html><meta name='zalo'>Abc123</html>",
    "zalo_tag": "Zalo-Tag_123", "facebook_tag": "fb0123456789",
}  # fmt: skip


@pytest.fixture
def web(db: Database, vault: Vault, settings_: Settings) -> Flask:
    with db.write() as session:
        add_suoi_mo(session, vault)
    return create_app(settings_)


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    return web.test_client()


@pytest.mark.parametrize("address", ["/", "/privacy", "/privacy/suoi-mo", "/data-deletion"])
def test_pages_are_open_hardened_and_from_our_own_host(client: FlaskClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert re.search(r"<script(?![^>]* src=)|\son\w+=|style=", page.text) is None
    assert set(re.findall(r'(?:src|href)="(https?:[^"]+)', page.text)) == set()


def test_an_agencys_notice_tells_its_own_time_and_phone(client: FlaskClient, db: Database) -> None:
    with db.write() as session:
        session.scalars(select(Agency)).one().retention_months = 18
    notice = client.get("/privacy/suoi-mo").text
    for part in ("UBND xã Suối Mơ", "18 tháng", "0200 000 0001", "91/2025/QH15", "01/01/2026", "13/2023/NĐ-CP"):
        assert part in notice
    assert client.get("/privacy/nowhere").status_code == 404


def test_metas_callback_deletes_and_answers_with_a_page_that_says_so(client: FlaskClient, db: Database) -> None:
    with db.write() as session:
        page = session.scalars(select(Account).where(Account.channel == "facebook")).one()
        talk(session, db, page, "218471")
    asked = {"signed_request": signed(ASKED)}
    answer = client.post("/data-deletion", data=asked)
    assert answer.status_code == 200
    assert set(answer.json or {}) == {"url", "confirmation_code"}
    again = client.post("/data-deletion", data=asked)
    assert again.json == answer.json
    assert traces(db, ("218471", "Bưởi")) == []
    status = client.get(answer.json["url"].removeprefix("http://127.0.0.1:8080"))  # type: ignore[index]
    assert "Đã xóa xong" in status.text


def test_metas_id_that_we_do_not_know_is_answered_truly(client: FlaskClient) -> None:
    answer = client.post("/data-deletion", data={"signed_request": signed(ASKED)})
    status = client.get("/data-deletion", query_string={"code": answer.json["confirmation_code"]})  # type: ignore[index]
    assert "Không có gì để xóa" in status.text


@pytest.mark.parametrize("wire", [None, "", "a.b", signed(ASKED, secret="appSecretForTests")])
def test_an_unsigned_request_deletes_nothing(client: FlaskClient, db: Database, wire: str | None) -> None:
    with db.write() as session:
        page = session.scalars(select(Account).where(Account.channel == "facebook")).one()
        talk(session, db, page, "218471")
    assert client.post("/data-deletion", data={"signed_request": wire} if wire is not None else {}).status_code == 400
    with db.read() as session:
        assert session.scalars(select(Conversation.person)).all() == ["218471"]


def test_an_unknown_code_is_told_kindly(client: FlaskClient) -> None:
    assert "Không có yêu cầu nào" in client.get("/data-deletion?code=<b>x").text
    assert "<b>x" not in client.get("/data-deletion?code=<b>x").text


def test_the_platforms_find_their_proofs(client: FlaskClient, db: Database) -> None:
    with db.write() as session:
        session.scalars(select(Agency)).one().verification = PROOFS
    home = client.get("/").text
    assert '<meta name="zalo-platform-site-verification" content="Zalo-Tag_123">' in home
    assert '<meta name="facebook-domain-verification" content="fb0123456789">' in home
    proof = client.get("/zalo_verifierAbc123.html")
    assert proof.text == PROOFS["zalo_file_text"]
    assert "sandbox" in proof.headers["Content-Security-Policy"]
    assert client.get("/zalo_verifierOther.html").status_code == 404


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"zalo_file": "../etc/passwd", "zalo_file_text": "x"}, {"zalo_file"}),
        ({"zalo_file": "zalo_verifierA.html"}, {"zalo_file_text"}),
        ({"zalo_file_text": "x"}, {"zalo_file"}),
        ({"zalo_tag": 'a"><script>'}, {"zalo_tag"}),
        ({"facebook_tag": "short", "zalo_tag": "<"}, {"facebook_tag", "zalo_tag"}),
        ({"zalo_file": "zalo_verifierA.html", "zalo_file_text": "x" * 5000}, {"zalo_file_text"}),
        (PROOFS, set()),
        ({}, set()),
    ],
)
def test_every_fault_of_a_proof_is_told_at_its_name(given: dict[str, str], wrong: set[str]) -> None:
    assert set(verification.faults(given)) == wrong


@pytest.mark.parametrize(("address", "words"), [("/nowhere", "Không có trang này"), ("/console/x/y/z", "Không có")])
def test_an_unknown_page_is_told_kindly(client: FlaskClient, address: str, words: str) -> None:
    page = client.get(address)
    assert (page.status_code, words in page.text) == (404, True)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "Yêu cầu chưa đúng"), (403, "chưa được xem"), (404, "Không có trang này"), (413, "quá lớn"),
        (429, "hơi nhanh"), (500, "Lỗi ở phía chúng tôi"), (503, "bảo trì"), (418, "Chưa làm được việc này"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("address", "back"), [("/refused", "/"), ("/console/refused", "/console/")])
def test_each_refusal_says_what_to_do(web: Flask, address: str, back: str, code: int, words: str) -> None:
    web.add_url_rule(address, "refused", lambda: abort(code))
    page = web.test_client().get(address)
    assert (page.status_code, words in page.text) == (code, True)
    assert f'href="{back}">Về trang đầu' in page.text
    assert ("Số của lỗi" in page.text) == (code >= 500)


def test_too_large_a_body_is_told_kindly(client: FlaskClient) -> None:
    answer = client.post("/data-deletion", data={"signed_request": "a" * 2_000_000})
    assert (answer.status_code, "quá lớn" in answer.text) == (413, True)


def test_a_fault_of_ours_gets_a_number_that_the_log_has(
    web: Flask, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    @web.get("/broken")
    def broken() -> str:
        raise RuntimeError("bí mật của ai đó")

    with caplog.at_level(logging.CRITICAL):
        page = web.test_client().get("/broken")
    number = page.headers["X-Request-ID"]
    assert (page.status_code, number in page.text, "bí mật" in page.text) == (500, True, False)
    assert number in capsys.readouterr().out


def test_machines_get_no_page(client: FlaskClient) -> None:
    assert "<html" not in client.post("/hooks/zalo/404", data=b"{}").text


def test_codes_cannot_be_guessed_and_repeat_for_a_repeated_request() -> None:
    assert forgetting.new_code() != forgetting.new_code()
    assert forgetting.code_of("k" * 40, "request") == forgetting.code_of("k" * 40, "request")
    assert forgetting.code_of("k" * 40, "request") != forgetting.code_of("l" * 40, "request")
