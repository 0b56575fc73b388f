"""People of an agency: logins, roles, passwords, and nobody acts where they do not work."""

import pytest
from sqlalchemy import select

from bot import agencies, staff
from bot.db import Database
from bot.errors import BadInput, NotAllowed
from bot.rights import ALIASES, ROLES, Right, rights_of
from bot.tables import Audit, Membership
from bot.vault import Vault
from tests.people import NOON, add_suoi_mo

PASSWORD = "mưa rào tháng bảy"


@pytest.fixture
def suoi_mo(db: Database, vault: Vault) -> int:
    with db.write() as session:
        return add_suoi_mo(session, vault)[0].agency_id


def add(db: Database, login: str, role: str, password: str = PASSWORD, slug: str = "suoi-mo") -> None:
    with db.write() as session:
        agency = agencies.find_agency(session, slug)
        assert agency is not None
        staff.add(session, agency, login=login, role=role, password=password, now=NOON)


def test_lan_writes_and_her_password_is_a_hash(db: Database, suoi_mo: int) -> None:
    add(db, "Lan", "author")
    with db.read() as session:
        lan = staff.find(session, "lan")
        assert lan is not None
        assert lan.password.startswith("$argon2id$")
        assert staff.actor(session, lan, suoi_mo).rights == ROLES["author"]
        assert staff.proves(lan, PASSWORD)
        assert not staff.proves(lan, PASSWORD + " ")
        assert list(session.scalars(select(Audit.verb).where(Audit.verb == "staff.add"))) == ["staff.add"]


def test_nobody_has_no_password(db: Database) -> None:
    assert not staff.proves(None, "somebody who does not exist")


@pytest.mark.parametrize(
    ("login", "role", "password", "told"),
    [
        ("Lan Nguyễn", "author", PASSWORD, ["login 'lan nguyễn'"]),
        ("", "author", PASSWORD, ["login ''"]),
        ("lan..a", "author", PASSWORD, ["login"]),
        ("lan", "boss", PASSWORD, ["role 'boss'", "author, reviewer"]),
        ("lan", "author", "short", ["5 characters", "8"]),
        ("L!", "boss", "", ["login", "role", "password"]),
    ],
)
def test_every_fault_is_told_and_nobody_is_added(
    db: Database, suoi_mo: int, login: str, role: str, password: str, told: list[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        add(db, login, role, password)
    assert all(part in str(caught.value) for part in told)
    with db.read() as session:
        assert session.scalars(select(Membership)).all() == []


def test_a_second_role_and_a_second_agency_keep_the_first_password(db: Database, suoi_mo: int) -> None:
    with db.write() as session:
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON).id
    add(db, "minh", "reviewer")
    add(db, "minh", "reviewer")
    add(db, "minh", "operator")
    add(db, "minh", "leader", password="", slug="da-nui")
    with db.read() as session:
        minh = staff.find(session, "minh")
        assert minh is not None
        assert staff.proves(minh, PASSWORD)
        assert staff.roles(session, minh.id, suoi_mo) == ["reviewer", "operator"]
        assert [agency.slug for agency in staff.agencies_of(session, minh.id)] == ["suoi-mo", "da-nui"]
        assert staff.actor(session, minh, other).rights == {Right.READ}


def test_nobody_acts_where_they_do_not_work_or_after_they_left(db: Database, suoi_mo: int) -> None:
    with db.write() as session:
        other = agencies.add_agency(session, "da-nui", name="UBND xã Đá Núi", level="commune", now=NOON).id
    add(db, "lan", "admin")
    with db.write() as session:
        lan = staff.find(session, "lan")
        assert lan is not None
        with pytest.raises(NotAllowed, match="does not work for this agency"):
            staff.actor(session, lan, other)
        lan.left_at = NOON
        with pytest.raises(NotAllowed):
            staff.actor(session, lan, suoi_mo)


def test_an_actor_needs_the_right(db: Database, suoi_mo: int) -> None:
    add(db, "hoa", "operator")
    with db.read() as session:
        hoa = staff.find(session, "hoa")
        assert hoa is not None
        actor = staff.actor(session, hoa, suoi_mo)
    actor.need(Right.TALK)
    with pytest.raises(NotAllowed, match="'review' is missing"):
        actor.need(Right.REVIEW)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_read(role: str) -> None:
    assert Right.READ in rights_of([role])


def test_roles_add_up_and_unknown_ones_give_nothing() -> None:
    assert rights_of(["author", "operator"]) == ROLES["author"] | ROLES["operator"]
    assert rights_of(["nobody"]) == frozenset()
    assert set(ALIASES.values()) <= set(ROLES)
