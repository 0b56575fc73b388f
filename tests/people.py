"""Named authorities, accounts and messages for tests."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot import agencies
from bot.channels.base import Inbound, Kind
from bot.tables import Account
from bot.vault import Vault

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""A Monday noon in Vietnam."""

ZALO = {
    "app_id": "1234567890123456789", "app_secret": "appSecretForTests", "oa_secret": "oaSecretForTests",
    "access_token": "access-1", "refresh_token": "refresh-1",
}  # fmt: skip
FACEBOOK = {
    "app_id": "200000000000002", "app_secret": "fbAppSecret", "verify_token": "verify-me", "page_token": "page-token",
}  # fmt: skip
OA = "388613280878808645"
PAGE = "100000000000001"
SUOI_MO = {
    "name": "UBND xã Suối Mơ",
    "hotline": "0200 000 0001",
    "offices": [
        {"name": "Bộ phận Một cửa xã Suối Mơ", "address": "Số 1, đường Trung tâm", "hours": "7 giờ 30 – 17 giờ"}
    ],
}


def add_suoi_mo(session: Session, vault: Vault, *, now: datetime = NOON) -> tuple[Account, Account]:
    """Add the commune Suối Mơ with one OA and one Page; return both accounts."""
    agency = agencies.add_agency(session, "suoi-mo", name=str(SUOI_MO["name"]), level="commune", now=now)
    agency.facts = SUOI_MO
    zalo = agencies.add_account(session, agency, channel="zalo", key=OA, secrets=ZALO, vault=vault, now=now)
    page = agencies.add_account(session, agency, channel="facebook", key=PAGE, secrets=FACEBOOK, vault=vault, now=now)
    return zalo, page


def text(number: int, words: str = "xin chào", *, sender: str = "7001", at: datetime = NOON) -> Inbound:
    """Return a text event; `number` makes it its own."""
    return Inbound(
        external_id=f"user_send_text:{number}:{sender}", kind=Kind.TEXT, sender=sender, text=words,
        sent_at=at + timedelta(milliseconds=number),
    )  # fmt: skip
