"""The demo agency: one commune with one OA and one Page, for development and the sandbox."""

from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml
from sqlalchemy.orm import Session

from bot import agencies
from bot.vault import Vault
from content.agency import facts_of

SLUG = "demo"
FACTS = Path(__file__).resolve().parent.parent / "content" / "agencies" / "demo.yaml"
OA_ID = "4318657068771012646"
PAGE_ID = "100000000000001"


def seed(session: Session, vault: Vault, *, now: datetime) -> bool:
    """Add the demo agency and its accounts; False when it is there already."""
    if agencies.find_agency(session, SLUG):
        return False
    facts: dict[str, Any] = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    facts_of(facts)  # raises when the file is wrong
    agency = agencies.add_agency(session, SLUG, name=facts["name"], level="commune", now=now)
    agency.facts = facts
    for channel, key, secrets in (("zalo", OA_ID, _zalo()), ("facebook", PAGE_ID, _facebook())):
        agencies.add_account(session, agency, channel=channel, key=key, secrets=secrets, vault=vault, now=now)
    return True


def _zalo() -> dict[str, str]:
    return {
        "app_id": "1234567890123456789",
        "app_secret": token_hex(16),
        "oa_secret": token_hex(16),
        "access_token": token_hex(24),
        "refresh_token": token_hex(24),
    }


def _facebook() -> dict[str, str]:
    return {
        "app_id": "200000000000002",
        "app_secret": token_hex(16),
        "verify_token": token_hex(12),
        "page_token": token_hex(24),
    }
