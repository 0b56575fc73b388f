"""What proves to a platform that an address is ours: a file or a tag of the home page, kept per agency."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Agency

FILE_NAME, FILE_TEXT = "zalo_file", "zalo_file_text"
TAGS = {"zalo_tag": "zalo-platform-site-verification", "facebook_tag": "facebook-domain-verification"}
"""Settings and the names of the meta tags that they fill."""
NAMES = (FILE_NAME, FILE_TEXT, *TAGS)
FILE_MAX = 4000

_FILE = re.compile(r"zalo_verifier[A-Za-z0-9_-]{1,100}\.html")
_TAG = re.compile(r"[A-Za-z0-9_=-]{6,200}")


def faults(given: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong, by name: the key of the phrase that says it."""
    found = {name: "verification.tag" for name in TAGS if given.get(name) and not _TAG.fullmatch(given[name])}
    name, text = given.get(FILE_NAME, ""), given.get(FILE_TEXT, "")
    if name and not _FILE.fullmatch(name):
        found[FILE_NAME] = "verification.file"
    if bool(name) != bool(text):
        found[FILE_TEXT if name else FILE_NAME] = "verification.both"
    if len(text) > FILE_MAX:
        found[FILE_TEXT] = "verification.long"
    return found


def keep(session: Session, by: Actor, agency: Agency, given: Mapping[str, str], *, now: datetime) -> None:
    """Keep an agency's proofs in place of those before; raise `BadInput` with every fault."""
    by.need(Right.MANAGE)
    if wrong := faults(given):
        raise BadInput("; ".join(f"{name}: {key}" for name, key in wrong.items()))
    kept = {name: given[name] for name in NAMES if given.get(name)}
    session.execute(update(Agency).where(Agency.id == agency.id).values(verification=kept))
    audit.note(session, "verification.set", what=f"agency:{agency.slug}", now=now, agency_id=agency.id, who=by.login,
               facts={"names": sorted(kept)})  # fmt: skip


def file(session: Session, name: str) -> str | None:
    """Return the text of the file that a platform looks for, or None."""
    if not _FILE.fullmatch(name):
        return None
    proofs = session.scalars(select(Agency.verification))
    return next((str(one[FILE_TEXT]) for one in proofs if one.get(FILE_NAME) == name), None)


def tags(session: Session) -> list[tuple[str, str]]:
    """Return name and content of every tag of the home page."""
    proofs = list(session.scalars(select(Agency.verification).order_by(Agency.id)))
    return [(meta, str(one[name])) for one in proofs for name, meta in TAGS.items() if one.get(name)]
