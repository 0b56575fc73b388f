"""Write the audit: who decided what, when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.tables import Audit

SYSTEM = "system"


def note(
    session: Session, verb: str, *, what: str, now: datetime, agency_id: int | None = None, who: str = SYSTEM,
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add one line. `facts` must not hold secrets or a citizen's words."""
    session.add(Audit(agency_id=agency_id, at=now, who=who, verb=verb, what=what, facts=dict(facts or {})))
