"""Getting in: two steps, throttling, used codes, paper codes, sessions, invitations."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from bot import signin, staff
from bot.db import Database
from bot.signin import Refusal
from bot.signin import Visitor as From
from bot.tables import Audit, SignIn, Staff
from bot.vault import Vault
from tests.console.conftest import PASSWORD, SECRETS, Visitor
from tests.people import NOON

SOMEWHERE = From("192.0.2.1", "Firefox")
Enter = Callable[[str], Visitor]


@pytest.fixture
def lan(app: object, db: Database) -> Staff:
    with db.read() as session:
        found = staff.find(session, "lan")
    assert found is not None
    return found


def begin(db: Database, login: str = "lan", password: str = PASSWORD, *, now: datetime = NOON, at: str = "") -> str:
    refused: Refusal | None = None
    token = ""
    with db.write() as session:
        try:
            token = signin.begin(session, login, password, visitor=From(at or SOMEWHERE.address), now=now)
        except Refusal as refusal:
            refused = refusal
    if refused:
        raise refused
    return token


def prove(db: Database, vault: Vault, token: str, code: str, *, now: datetime = NOON) -> str:
    """Take the second step; return why it was refused, or nothing."""
    with db.write() as session:
        try:
            signin.prove(session, token, code, vault=vault, now=now)
        except Refusal as refusal:
            return refusal.why
    return ""


def code_at(moment: datetime, login: str = "lan") -> str:
    return pyotp.TOTP(SECRETS[login]).at(moment)


@pytest.mark.parametrize(("login", "password"), [("lan", "wrong"), ("nobody", PASSWORD), ("", ""), ("lan", "")])
def test_a_wrong_try_tells_nothing_of_who_exists(lan: Staff, db: Database, login: str, password: str) -> None:
    with pytest.raises(Refusal, match=r"signin\.wrong"):
        begin(db, login, password)


def test_five_wrong_tries_lock_the_login_and_time_opens_it(lan: Staff, db: Database) -> None:
    for _ in range(signin.TRIES_OF_LOGIN):
        with pytest.raises(Refusal, match=r"signin\.wrong"):
            begin(db, password="wrong")
    with pytest.raises(Refusal, match=r"signin\.locked"):
        begin(db)
    assert begin(db, "minh", at="192.0.2.9")  # others are not locked out
    assert begin(db, now=NOON + signin.TRIES_WINDOW + timedelta(seconds=1))


def test_an_address_that_tries_many_logins_is_locked(lan: Staff, db: Database) -> None:
    for number in range(signin.TRIES_OF_ADDRESS):
        with pytest.raises(Refusal, match=r"signin\.wrong"):
            begin(db, f"nobody{number}", "wrong")
    with pytest.raises(Refusal, match=r"signin\.locked"):
        begin(db)
    assert begin(db, at="192.0.2.9")


@pytest.mark.parametrize(
    ("seconds", "why"), [(0, ""), (-30, ""), (30, ""), (-90, "signin.wrong_code"), (90, "signin.wrong_code")]
)
def test_a_code_is_good_for_a_step_around_now(lan: Staff, db: Database, vault: Vault, seconds: int, why: str) -> None:
    assert prove(db, vault, begin(db), code_at(NOON + timedelta(seconds=seconds))) == why


@pytest.mark.parametrize("code", ["", "000 000 000", "chín chín", "١٢٣٤٥٦", "123456789012345678901234567890"])
def test_what_is_no_code_is_refused(lan: Staff, db: Database, vault: Vault, code: str) -> None:
    assert prove(db, vault, begin(db), code) == "signin.wrong_code"


def test_a_code_that_was_used_is_used(lan: Staff, db: Database, vault: Vault) -> None:
    assert prove(db, vault, begin(db), code_at(NOON)) == ""
    assert prove(db, vault, begin(db), code_at(NOON)) == "signin.wrong_code"
    later = NOON + timedelta(seconds=30)
    assert prove(db, vault, begin(db, now=later), code_at(later), now=later) == ""


def test_wrong_codes_lock_the_second_step(lan: Staff, db: Database, vault: Vault) -> None:
    token = begin(db)
    assert {prove(db, vault, token, "000000") for _ in range(signin.TRIES_OF_LOGIN)} == {"signin.wrong_code"}
    assert prove(db, vault, token, code_at(NOON)) == "signin.locked"


def test_paper_codes_open_once_and_are_kept_as_hashes(lan: Staff, db: Database, vault: Vault) -> None:
    secret = pyotp.random_base32()
    with db.write() as session:
        codes = signin.enrol(session, lan, secret, pyotp.TOTP(secret).at(NOON), vault=vault, now=NOON)
    assert len(set(codes)) == signin.RECOVERY_CODES
    assert prove(db, vault, begin(db), codes[0].upper().replace("-", " ")) == ""
    assert prove(db, vault, begin(db), codes[0]) == "signin.wrong_code"
    assert prove(db, vault, begin(db), codes[1]) == ""


@pytest.mark.parametrize(
    ("later", "open_"),
    [(timedelta(minutes=119), True), (timedelta(minutes=121), False), (timedelta(hours=13), False)],
)
def test_a_sign_in_ends_when_idle(lan: Staff, db: Database, vault: Vault, later: timedelta, open_: bool) -> None:
    token = begin(db)
    assert prove(db, vault, token, code_at(NOON)) == ""
    with db.read() as session:
        assert (signin.find(session, token, now=NOON + later) is not None) is open_


def test_a_sign_in_ends_after_a_working_day_however_busy(lan: Staff, db: Database, vault: Vault) -> None:
    token, late = begin(db), NOON + signin.LONGEST + timedelta(seconds=1)
    prove(db, vault, token, code_at(NOON))
    with db.write() as session:
        session.execute(update(SignIn).values(seen_at=late))
        assert signin.find(session, token, now=late) is None


def test_a_half_sign_in_lives_ten_minutes_and_tokens_are_hashes(lan: Staff, db: Database, vault: Vault) -> None:
    token, late = begin(db), NOON + timedelta(minutes=11)
    assert prove(db, vault, token, code_at(late), now=late) == "signin.expired"
    with db.read() as session:
        assert token not in session.scalars(select(SignIn.token)).all()


def test_who_left_is_out_at_once(lan: Staff, db: Database, vault: Vault) -> None:
    token = begin(db)
    prove(db, vault, token, code_at(NOON))
    with db.write() as session:
        session.execute(update(Staff).where(Staff.login == "lan").values(left_at=NOON))
    with db.read() as session:
        assert signin.find(session, token, now=NOON) is None
    with pytest.raises(Refusal, match=r"signin\.wrong"):
        begin(db)


def test_old_tries_are_forgotten(lan: Staff, db: Database) -> None:
    token = begin(db)
    with db.write() as session:
        signin.forget(session, now=NOON + timedelta(days=31))
    with db.read() as session:
        assert signin.find(session, token, now=NOON) is None


def test_lan_signs_in_and_out_on_the_page(signed_in: Enter, db: Database) -> None:
    lan = signed_in("lan")
    assert "Hôm nay" in lan.get("/console/").text
    out = lan.post("/console/sign-out", page="/console/mine")
    assert "Đăng nhập" in out.text
    assert "Đăng nhập" in lan.get("/console/suoi-mo/").text
    with db.read() as session:
        assert "staff.sign_in" in session.scalars(select(Audit.verb)).all()


def test_the_password_alone_opens_nothing(stranger: Visitor) -> None:
    page = stranger.post("/console/sign-in", login="lan", password=PASSWORD)
    assert "Mã xác nhận" in page.text
    assert "<h1>Đăng nhập</h1>" in stranger.get("/console/suoi-mo/").text
    # …nor may somebody who knows the password only bind a phone of their own.
    assert "<h1>Đăng nhập</h1>" in stranger.get("/console/phone").text


def test_a_newcomer_binds_a_phone_and_gets_paper_codes(stranger: Visitor, db: Database, vault: Vault) -> None:
    with db.write() as session:
        session.execute(update(Staff).where(Staff.login == "lan").values(totp=""))
    page = stranger.post("/console/sign-in", login="lan", password=PASSWORD)
    assert "data:image/png;base64," in page.text
    secret = page.text.split('class="mc-secret">')[1].split("<")[0]
    assert "Mã chưa đúng" in stranger.post("/console/phone", code="000000").text
    codes = stranger.post("/console/phone", code=pyotp.TOTP(secret).at(datetime.now(UTC))).text
    assert codes.count("<li>") == signin.RECOVERY_CODES
    assert "Hôm nay" in stranger.get("/console/").text


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/console/mine", "Tài khoản của tôi"),
        ("https://evil.example/console/", "Hôm nay"),
        ("//evil.example", "Hôm nay"),
    ],
)
def test_after_signing_in_one_is_where_one_wanted_but_never_elsewhere(
    stranger: Visitor, wanted: str, reached: str
) -> None:
    stranger.post(f"/console/sign-in?next={wanted}", login="lan", password=PASSWORD)
    page = stranger.post("/console/second-step", code=code_at(datetime.now(UTC)))
    assert f"<h1>{reached}" in page.text


def test_a_lost_browser_is_signed_out_from_another(signed_in: Enter, db: Database) -> None:
    lost = signed_in("lan")
    with db.write() as session:
        session.execute(update(Staff).values(totp_step=0))
        first = session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    here = signed_in("lan")
    assert here.get("/console/mine").text.count("Đăng xuất nơi này") == 2  # the hint, and the other browser's button
    here.post(f"/console/mine/browsers/{first}/end", page="/console/mine")
    assert "<h1>Đăng nhập</h1>" in lost.get("/console/mine").text
    assert "Tài khoản" in here.get("/console/mine").text


def test_nobody_ends_a_colleagues_browser(signed_in: Enter, db: Database) -> None:
    lan, minh = signed_in("lan"), signed_in("minh")
    with db.read() as session:
        hers = session.scalar(select(SignIn.id).join(Staff).where(Staff.login == "lan"))
    assert minh.post(f"/console/mine/browsers/{hers}/end", page="/console/mine").status_code == 404
    assert "Tài khoản" in lan.get("/console/mine").text


def test_an_invitation_makes_a_colleague_once(signed_in: Enter, stranger: Visitor) -> None:
    an = signed_in("an")
    page = an.post("/console/suoi-mo/people", name="Nguyễn Thị Mai", role="author")
    link = page.text.split('class="mc-secret">')[1].split("<")[0]
    path = "/console" + link.split("/console")[1]
    assert "Chào Nguyễn Thị Mai" in stranger.get(path).text
    joining = {"password": PASSWORD, "again": PASSWORD}
    assert "đã có người dùng" in stranger.post(path, login="lan", **joining).text
    assert "chưa giống nhau" in stranger.post(path, login="mai", password=PASSWORD, again="khác").text
    assert "<h1>Đăng nhập</h1>" in stranger.post(path, login="mai", **joining).text
    assert "không còn dùng được" in stranger.get(path).text
    assert "Nguyễn Thị Mai" in an.get("/console/suoi-mo/people").text


def test_the_last_admin_stays(signed_in: Enter, db: Database) -> None:
    an = signed_in("an")
    with db.read() as session:
        ids = {person.login: person.id for person in session.scalars(select(Staff))}
    an.post(f"/console/suoi-mo/people/{ids['lan']}/roles/author/take", page="/console/suoi-mo/people")
    refused = an.post(f"/console/suoi-mo/people/{ids['an']}/roles/admin/take", page="/console/suoi-mo/people")
    assert "quản trị cuối cùng" in refused.text
    with db.read() as session:
        agency = session.scalars(select(Audit.agency_id).where(Audit.verb == "staff.take")).one()
        assert staff.roles(session, ids["lan"], agency) == []
        assert staff.roles(session, ids["an"], agency) == ["admin"]
