"""Citizens' words are kept as long as their agency says and no longer; emptied oldest first, in small batches."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.orm import Session

from bot import audit
from bot.db import Database
from bot.errors import BadInput
from bot.forgetting import NOBODY, empty
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Account, Agency, Event

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONTHS_MIN, MONTHS_MAX = 1, 120
BATCH = 200
"""Events looked at in one transaction: others wait for it less than a tenth of a second."""
ROUNDS = 500
"""Batches of one run; the next run goes on."""


def months_before(now: datetime, months: int) -> datetime:
    """Return the beginning of the local day `months` calendar months ago."""
    day = now.astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):  # 31 March less one month is the end of February
        try:
            return day.replace(year=year, month=month + 1, day=last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def keep_for(session: Session, by: Actor, agency: Agency, months: int, *, now: datetime) -> None:
    """Set how long the agency keeps citizens' words."""
    by.need(Right.MANAGE)
    if not MONTHS_MIN <= months <= MONTHS_MAX:
        raise BadInput(f"retention: {months} is not between {MONTHS_MIN} and {MONTHS_MAX} months")
    facts = {"from": agency.retention_months, "to": months}
    session.execute(update(Agency).where(Agency.id == agency.id).values(retention_months=months))
    audit.note(session, "retention.set", what=f"agency:{agency.slug}", now=now, agency_id=agency.id, who=by.login,
               facts=facts)  # fmt: skip


def empty_old(db: Database, *, now: datetime) -> int:
    """Empty what is older than its agency keeps, a batch a transaction; return how many events were looked at."""
    with db.read() as session:
        query = select(Account.id, Agency.retention_months).join(Agency, Agency.id == Account.agency_id)
        keeping = [(account, months_before(now, months)) for account, months in session.execute(query)]
    done = 0
    for account_id, before in keeping:
        for _ in range(ROUNDS):
            with db.write() as session:
                found = _batch(session, account_id, before=before, now=now)
            done += found
            if found < BATCH:
                break
    return done


def _batch(session: Session, account_id: int, *, before: datetime, now: datetime) -> int:
    account = session.get_one(Account, account_id)
    if account.forgotten_before and account.forgotten_before >= before:
        return 0
    old = select(Event.id, Event.conversation_id, Event.received_at).where(Event.account_id == account_id)
    old = old.where(Event.received_at < before, Event.state.not_in(("waiting", "working")))
    if account.forgotten_before:
        old = old.where(Event.received_at >= account.forgotten_before)
    found = session.execute(
        old.where(~Event.external_id.startswith(NOBODY)).order_by(Event.received_at).limit(BATCH)
    ).all()  # fmt: skip
    empty(session, sorted({row.conversation_id for row in found if row.conversation_id}), now=now, before=before)
    alone = [row.id for row in found if not row.conversation_id]
    nobody = literal(NOBODY) + cast(Event.id, String)
    emptied = {"text": "", "payload": "", "extra": {}, "external_id": nobody}
    session.execute(update(Event).where(Event.id.in_(alone)).values(**emptied))
    account.forgotten_before = found[-1].received_at if len(found) == BATCH else before
    return len(found)
