"""The settings: facts checked at their fields, channels connected and watched, secrets never given out, the audit."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from bot import agencies, audit, connections, own_facts, trail
from bot.db import Database
from bot.errors import BadInput
from bot.rights import ROLES
from bot.staff import Actor
from bot.tables import Account, Agency, Audit
from bot.vault import Vault
from bot.web.console.desk import Desk
from bot.web.sandbox.platforms import PREFIXES
from tests.channels.conftest import Serve, serve
from tests.console.conftest import Visitor
from tests.people import FACEBOOK, NOON, OA, PAGE, ZALO

__all__ = ["serve"]
Enter = Callable[[str], Visitor]
HOME = "/console/suoi-mo/settings"
OFFICE = {
    "name": "Công an xã", "address": "Số 3", "hours": "7 giờ 30 – 17 giờ", "phone": "0200 000 0002",
    "serves": "Suối Mơ, Bản Mới", "days": "1", "levels": "commune", "fields": "căn cước; cư trú",
    "procedures": "1.013314", "map_url": "https://suoimo.gov.vn/ban-do", "note": "", 
}  # fmt: skip
FEE = {"code": "1.001193", "rule": "fixed", "amount": "8.000", "unit": "trường hợp", "basis": "NQ 12/2025",
       "valid_from": "01/07/2026", "valid_to": "31/12/2026"}  # fmt: skip


def facts(db: Database) -> dict[str, object]:
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        return dict(agency.facts)


def was(visitor: Visitor, page: str) -> str:
    found = re.search(r'name="was"[^>]* value="(\w+)"', visitor.get(page).text)
    assert found
    return found[1]


def hand_in(visitor: Visitor, page: str, **fields: str) -> str:
    return visitor.post(page, was=was(visitor, page), **fields).text


def agreed(minh: Visitor, page: str) -> str:
    """Let the reviewer approve the proposal that `page` shows; return what he then sees."""
    number = re.search(r"/knowledge/changes/(\d+)/withdraw", page)
    assert number, page
    there = f"/console/suoi-mo/knowledge/changes/{number[1]}"
    seen = re.search(r'name="seen" value="(\w+)"', minh.get(there).text)
    assert seen
    return minh.post(f"{there}/approve", page=there, seen=seen[1]).text


def test_everybody_of_the_agency_reads_what_is_not_secret(signed_in: Enter) -> None:
    page = signed_in("binh").get(HOME).text
    assert "Bộ phận Một cửa xã Suối Mơ" in page
    assert "24 tháng" in page
    assert "Sửa" not in page
    for secret in (*ZALO.values(), *FACEBOOK.values()):
        assert secret not in page


def test_names_and_numbers_are_told_once_a_colleague_agreed(signed_in: Enter, db: Database) -> None:
    an, minh, before = signed_in("an"), signed_in("minh"), facts(db)
    page = hand_in(an, f"{HOME}/agency", name="UBND xã Suối Mới", hotline="0200 111 222", website="https://suoi.vn")
    assert "Đã gửi thẩm định" in page
    assert facts(db) == before
    assert "Đã duyệt" in agreed(minh, page)
    assert facts(db)["hotline"] == "0200 111 222"
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        assert (agency.name, agencies.facts_for(agency).website) == ("UBND xã Suối Mới", "https://suoi.vn")


def test_every_fault_is_told_at_its_field_and_nothing_is_kept(signed_in: Enter, db: Database) -> None:
    an, before = signed_in("an"), facts(db)
    page = hand_in(an, f"{HOME}/agency", name="", hotline="gọi tôi", website="suoimo", feedback_url="javascript:1")
    wrong = dict(re.findall(r'id="(\w+)-wrong">([^<]+)<', page))
    assert set(wrong) == {"name", "hotline", "website", "feedback_url"}
    assert 'value="gọi tôi"' in page
    assert facts(db) == before


def test_an_office_is_added_changed_and_removed(signed_in: Enter, db: Database) -> None:
    an, minh = signed_in("an"), signed_in("minh")
    agreed(minh, hand_in(an, f"{HOME}/offices/new", **OFFICE))
    assert facts(db)["offices"][1] == {  # type: ignore[index]
        "name": "Công an xã", "address": "Số 3", "hours": "7 giờ 30 – 17 giờ", "phone": "0200 000 0002",
        "map_url": "https://suoimo.gov.vn/ban-do", "serves": ["Suối Mơ", "Bản Mới"], "fields": ["căn cước", "cư trú"],
        "procedures": ["1.013314"], "days": [1], "levels": ["commune"],
    }  # fmt: skip
    assert 'value="Suối Mơ, Bản Mới"' in an.get(f"{HOME}/offices/2").text
    agreed(minh, hand_in(an, f"{HOME}/offices/2", **{**OFFICE, "phone": "0200 9"}))
    assert facts(db)["offices"][1]["phone"] == "0200 9"  # type: ignore[index]
    agreed(minh, an.post(f"{HOME}/offices/2/remove", page=HOME, was=was(an, HOME)).text)
    assert len(facts(db)["offices"]) == 1  # type: ignore[arg-type]
    assert an.get(f"{HOME}/offices/2").status_code == 404


def test_an_offices_faults_are_told_at_their_fields(signed_in: Enter) -> None:
    page = hand_in(
        signed_in("an"), f"{HOME}/offices/new", **{**OFFICE, "address": "", "phone": "x", "procedures": "ba"}
    )
    assert set(re.findall(r'id="(\w+)-wrong"', page)) == {"address", "phone", "procedures"}


def test_a_fee_is_added_moved_to_another_procedure_and_removed(signed_in: Enter, db: Database) -> None:
    an, minh = signed_in("an"), signed_in("minh")
    agreed(minh, hand_in(an, f"{HOME}/fees/new", **FEE))
    kept = {"rule": "fixed", "amount": 8000, "unit": "trường hợp", "basis": "NQ 12/2025", "valid_from": "2026-07-01",
            "valid_to": "2026-12-31"}  # fmt: skip
    assert facts(db)["fees"] == {"1.001193": [kept]}
    assert 'value="31/12/2026"' in an.get(f"{HOME}/fees/1.001193/1").text
    agreed(minh, hand_in(an, f"{HOME}/fees/1.001193/1", **{**FEE, "code": "1.004194"}))
    assert facts(db)["fees"] == {"1.004194": [kept]}
    agreed(minh, an.post(f"{HOME}/fees/1.004194/1/remove", page=HOME, was=was(an, HOME)).text)
    assert "fees" not in facts(db)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "khai sinh"}, "code"),
        ({"amount": ""}, "amount"),
        ({"amount": "tám nghìn"}, "amount"),
        ({"basis": ""}, "basis"),
        ({"rule": "free", "basis": ""}, "basis"),
        ({"rule": "formula"}, "text"),
        ({"valid_to": "01/01/2026"}, "valid_to"),
        ({"valid_from": "mùa hè"}, "valid_from"),
        ({"valid_from": "32/13/2026"}, "valid_from"),
    ],
)
def test_a_fees_fault_is_told_at_its_field(signed_in: Enter, db: Database, change: dict[str, str], field: str) -> None:
    page = hand_in(signed_in("an"), f"{HOME}/fees/new", **{**FEE, **change})
    assert re.findall(r'id="(\w+)-wrong"', page) == [field]
    assert "fees" not in facts(db)


def test_a_form_made_of_older_facts_does_not_overwrite_a_colleagues(signed_in: Enter, db: Database) -> None:
    an, minh = signed_in("an"), signed_in("minh")
    older = was(an, f"{HOME}/agency")
    agreed(minh, hand_in(an, f"{HOME}/agency", name="UBND xã Suối Mới"))
    page = an.post(f"{HOME}/agency", was=older, name="UBND xã Cũ").text
    assert "Có người vừa sửa" in page
    assert facts(db)["name"] == "UBND xã Suối Mới"


def test_what_was_told_before_and_has_no_box_is_kept(signed_in: Enter, db: Database) -> None:
    clips = {"portal/vneid": [{"title": "Phim", "url": "https://suoimo.gov.vn/phim"}]}
    with db.write() as session:
        agency = session.scalars(select(Agency).where(Agency.slug == "suoi-mo")).one()
        agency.facts = {**agency.facts, "clips": clips}
    minh = signed_in("minh")
    agreed(minh, hand_in(signed_in("an"), f"{HOME}/agency", name="UBND xã Suối Mơ", hotline="0200 111 222"))
    assert facts(db)["clips"] == clips


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"paused_at": NOON, "alert": "paused by an"}, "standing.paused", "an"),
        ({"paused_at": NOON, "alert": "Zalo: -224"}, "standing.stopped", "-224"),
        ({"token_expires_at": NOON + timedelta(hours=9)}, "standing.token", ""),
        ({"token_expires_at": NOON - timedelta(hours=9)}, "standing.token_ended", ""),
        ({"last_event_at": NOON - timedelta(days=2)}, "standing.heard", ""),
        ({"last_event_at": NOON - timedelta(days=4)}, "standing.quiet", ""),
        ({}, "standing.never_heard", ""),
    ],
)
def test_how_an_account_is(changes: dict[str, object], key: str, words: str) -> None:
    account = Account(channel="zalo", key=OA, alert="", memory={})
    for name, value in changes.items():
        setattr(account, name, value)
    told = {one.key: one for one in connections.standing(account, now=NOON)}
    assert key in told
    assert words in str(told[key].values)
    assert told[key].ok == (key in {"standing.token", "standing.heard"})


def test_a_channel_is_paused_and_resumed_by_name(signed_in: Enter, db: Database) -> None:
    an = signed_in("an")
    assert "Đã tạm dừng" in an.post(f"{HOME}/accounts/1/pause", page=f"{HOME}/accounts").text
    with db.read() as session:
        assert session.get_one(Account, 1).paused_at is not None
    assert "chạy lại" in an.post(f"{HOME}/accounts/1/resume", page=f"{HOME}/accounts").text
    with db.read() as session:
        assert session.get_one(Account, 1).paused_at is None
        lines = session.execute(select(Audit.verb, Audit.who, Audit.agency_id).order_by(Audit.id.desc()).limit(2)).all()
    assert [tuple(line)[:2] for line in lines] == [("account.resume", "an"), ("account.stop", "an")]


def test_another_agencys_account_is_not_found(app: Flask, signed_in: Enter, db: Database, vault: Vault) -> None:
    with db.write() as session:
        other = agencies.find_agency(session, "da-nui")
        assert other is not None
        theirs = agencies.add_account(
            session, other, channel="zalo", key="55555", secrets=ZALO, vault=vault, now=NOON
        ).id  # fmt: skip
    an = signed_in("an")
    for path in ("look", "pause", "resume", "secrets"):
        answer = an.post(f"{HOME}/accounts/{theirs}/{path}", page=f"{HOME}/accounts")
        assert answer.status_code == 404
    page = an.post(f"{HOME}/accounts/new/facebook", key="55555", **FACEBOOK)
    assert page.status_code == 200  # another channel may have the same number
    assert "Đã kết nối" in page.text


@contextmanager
def served(app: Flask, serve: Serve) -> Iterator[str]:
    """Serve the app, its platforms being the sandbox of the same app."""
    web = serve(app)
    desk: Desk = app.extensions["desk"]
    zalo, graph = web + PREFIXES["zalo"], web + PREFIXES["facebook"]
    changed = replace(desk.settings, urls={"zalo": zalo, "zalo_oauth": zalo, "graph": graph})
    object.__setattr__(desk, "settings", changed)
    yield web


def test_a_page_is_connected_by_its_token_and_the_secret_never_comes_back(
    app: Flask, signed_in: Enter, db: Database, vault: Vault
) -> None:
    an, secrets = signed_in("an"), {**FACEBOOK, "page_token": "EAAG-rat-bi-mat"}
    page = an.post(f"{HOME}/accounts/new/facebook", key="200000000000009", **secrets).text
    assert "Đã kết nối" in page
    with db.read() as session:
        row = agencies.find_account(session, "facebook", "200000000000009")
        assert row is not None
        assert agencies.opened(row, vault).secrets == secrets
        told = session.scalars(select(Audit)).all()
    shown = [page, an.get(f"{HOME}/accounts").text, an.get(f"{HOME}/accounts/{row.id}/secrets").text]
    assert all(secret not in text for secret in secrets.values() for text in shown if secret != "verify-me")
    assert "EAAG-rat-bi-mat" not in str([line.facts for line in told])


def test_a_box_left_empty_keeps_the_old_secret(signed_in: Enter, db: Database, vault: Vault) -> None:
    signed_in("an").post(f"{HOME}/accounts/2/secrets", page_token="new-token")
    with db.read() as session:
        kept = agencies.opened(session.get_one(Account, 2), vault).secrets
    assert kept == {**FACEBOOK, "page_token": "new-token"}


@pytest.mark.parametrize(
    ("change", "field"), [({"key": "12"}, "key"), ({"key": ""}, "key"), ({"page_token": ""}, "page_token")]
)
def test_a_connections_fault_is_told_at_its_field(signed_in: Enter, change: dict[str, str], field: str) -> None:
    page = signed_in("an").post(f"{HOME}/accounts/new/facebook", **{"key": "200000000000009", **FACEBOOK, **change})
    assert re.findall(r'id="(\w+)-wrong"', page.text) == [field]


def granting(an: Visitor) -> tuple[str, str]:
    """Go as far as the platform's page; return its address and the way back it offers."""
    page = an.post(f"{HOME}/accounts/1/secrets").text
    found = re.search(r'href="(http[^"]+/v4/oa/permission[^"]+)"', page)
    assert found
    address = unescape(found[1])
    offer = requests.get(address, timeout=10).text
    back = re.search(r'href="([^"]+code=[^"]+)"', offer)
    assert back, offer
    return address, unescape(back[1])


def test_zalo_is_connected_by_a_grant(app: Flask, serve: Serve, signed_in: Enter, db: Database, vault: Vault) -> None:
    with served(app, serve):
        an = signed_in("an")
        address, back = granting(an)
        asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
        assert set(asked) == {"app_id", "redirect_uri", "code_challenge", "state"}
        assert urlsplit(asked["redirect_uri"]).query == ""
        assert (len(asked["code_challenge"]), "=" in asked["code_challenge"]) == (43, False)
        parts = urlsplit(back)
        page = an.get(f"{parts.path}?{parts.query}").text
        assert "Đã cấp quyền" in page
        again = an.get(f"{parts.path}?{parts.query}").text
        assert "đã cũ" in again
    with db.read() as session:
        row = session.get_one(Account, 1)
        kept = agencies.opened(row, vault).secrets
    assert kept["access_token"].startswith("access-")
    assert kept["access_token"] != ZALO["access_token"]
    assert kept["oa_secret"] == ZALO["oa_secret"]
    assert row.token_expires_at
    assert timedelta(hours=24) < row.token_expires_at - datetime.now(UTC) <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("state", "forged", "đã cũ"),
        ("oa_id", "999999", "OA khác"),
        ("code", "", "chưa được cấp"),
        ("code", "x", "chưa đổi"),
    ],
)
def test_a_grant_that_is_not_this_one_connects_nothing(
    app: Flask, serve: Serve, signed_in: Enter, db: Database, part: str, value: str, words: str
) -> None:
    with db.read() as session:
        before = session.get_one(Account, 1).secrets
    with served(app, serve):
        an = signed_in("an")
        parts = urlsplit(granting(an)[1])
        query = {name: one[0] for name, one in parse_qs(parts.query).items()} | {part: value}
        page = an.client.get(parts.path, query_string=query, follow_redirects=True).text
    assert words in page
    with db.read() as session:
        assert session.get_one(Account, 1).secrets == before


def test_a_grant_ages(vault: Vault) -> None:
    by = Actor(1, "an", 1, ROLES["admin"])
    grant = connections.begin(by, channel="zalo", key=OA, secrets=ZALO, now=NOON)
    assert connections.opened(grant.closed(vault), vault) == grant
    with pytest.raises(BadInput, match=r"grant\.stale"):
        connections.exchange(
            grant, None, state=grant.state, code="x", owner=OA, now=NOON + timedelta(hours=1)  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_look_says_how_the_channel_is_in_plain_words(
    app: Flask, serve: Serve, signed_in: Enter, db: Database
) -> None:
    with served(app, serve):
        an = signed_in("an")
        good = an.post(f"{HOME}/accounts/1/look", page=f"{HOME}/accounts").text
        assert "Đúng kênh này" in good
        app.extensions["sandbox"].faults.arm("facebook", "190/463")
        bad = an.post(f"{HOME}/accounts/2/look", page=f"{HOME}/accounts").text
        assert "Cần sửa" in bad
        assert "từ chối" in bad
    with db.read() as session:
        assert session.get_one(Account, 1).memory["oa_type"]
        told = session.scalars(select(Audit).where(Audit.verb == "account.inspect").order_by(Audit.id)).all()
    assert [(line.who, line.what) for line in told] == [("an", f"zalo:{OA}"), ("an", f"facebook:{PAGE}")]


def test_retention_and_proofs_are_set_together_or_not_at_all(signed_in: Enter, db: Database) -> None:
    an = signed_in("an")
    bad = an.post(f"{HOME}/data", months="0", zalo_tag="<script>", facebook_tag="abc12345").text
    assert set(re.findall(r'id="(\w+)-wrong"', bad)) == {"months", "zalo_tag"}
    assert "Đã lưu" in an.post(f"{HOME}/data", months="36", facebook_tag="abc12345").text
    with db.read() as session:
        agency = agencies.find_agency(session, "suoi-mo")
        assert agency is not None
        assert (agency.retention_months, agency.verification) == (36, {"facebook_tag": "abc12345"})
    assert "36 tháng" in an.get("/privacy/suoi-mo").text


def lines(db: Database, count: int) -> None:
    with db.write() as session:
        other = agencies.find_agency(session, "da-nui")
        assert other is not None
        for number in range(count):
            who, at = ("an", "minh")[number % 2], NOON + timedelta(days=number)
            audit.note(session, "staff.add", what=f"=cmd|{number}", now=at, agency_id=1, who=who)
        audit.note(session, "staff.add", what="theirs", now=NOON, agency_id=other.id, who="la")


def test_the_audit_is_filtered_and_paged_by_key(signed_in: Enter, db: Database) -> None:
    lines(db, 2 * trail.PAGE)
    an = signed_in("an")
    first = an.get(f"{HOME}/log?verb=staff.add&who=an").text
    whats = re.findall(r"<td>=cmd\|(\d+)</td>", first)
    assert whats == [str(number) for number in range(98, -1, -2)]
    assert "theirs" not in first
    some = an.get(f"{HOME}/log?verb=staff.add&since=2026-11-25&until=2026-11-26").text
    assert re.findall(r"<td>=cmd\|(\d+)</td>", some) == ["3", "2"]
    page = an.get(f"{HOME}/log?verb=staff.add").text
    seen = re.findall(r"<td>=cmd\|(\d+)</td>", page)
    while older := re.search(r'href="([^"]*before=[^"]+)"', page):
        page = an.get(unescape(older[1])).text
        seen += re.findall(r"<td>=cmd\|(\d+)</td>", page)
    assert seen == [str(number) for number in range(99, -1, -1)]
    assert an.get(f"{HOME}/log?before=x&since=hôm qua").status_code == 200


def test_the_audit_as_csv_holds_no_formula(signed_in: Enter, db: Database) -> None:
    lines(db, 3)
    answer = signed_in("an").get(f"{HOME}/log.csv?verb=staff.add")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Lúc", "Ai", "Việc", "Cái gì", "Chi tiết"]
    assert [row[3] for row in rows[1:4]] == ["'=cmd|2", "'=cmd|1", "'=cmd|0"]
    assert all(row[2] == "Thêm vai trò" for row in rows[1:])


PLACE = {"name": "a", "address": "b", "hours": "c"}


@pytest.mark.parametrize(
    ("facts", "places"),
    [
        ({"name": "x", "offices": [{**PLACE, "days": [8]}]}, {("offices", 0, "days")}),
        ({"name": "x", "offices": [{**PLACE, "unknown": 1}]}, {("offices", 0, "unknown")}),
        ({"name": "x" * 501}, {("name",)}),
        ({"name": "x", "fees": {"1.001193": [{"rule": "none"}]}}, {("fees", "1.001193", 0, "rule")}),
        ({"name": "x"}, set()),
    ],
)
def test_facts_are_checked_whole(facts: dict[str, object], places: set[own_facts.Place]) -> None:
    assert set(own_facts.faults(facts)) == places
