"""Signing in: password, then a code of the phone; throttled; every browser listed and revocable.

Tokens are random, told to the browser once and kept as hashes. Errors are phrases' keys in `Refusal.why`, so that the
page words them.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import choice, token_urlsafe

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot import audit, staff
from bot.errors import MotcuaError
from bot.tables import RecoveryCode, SignIn, SignInFailure, Staff
from bot.vault import Vault

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
"""A sign-in ends after so long without a click, and after so long at all: a working day."""
SECOND_STEP = timedelta(minutes=10)
"""How long the second step may take."""
TRIES_WINDOW = timedelta(minutes=15)
TRIES_OF_LOGIN = 5
TRIES_OF_ADDRESS = 30
"""Failed tries within the window; an office shares one address."""
SEEN_EVERY = timedelta(minutes=1)
STEP = 30
"""Seconds of a TOTP step (RFC 6238)."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What cannot be mistaken for another when written on paper."""


class Refusal(MotcuaError):
    """Signing in is refused; `why` is the key of a phrase."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a try comes from: the address (kept as a hash only) and what the browser calls itself."""

    address: str
    browser: str = ""


def begin(session: Session, login: str, password: str, *, visitor: Visitor, now: datetime) -> str:
    """Check the password; return the token of a sign-in that still needs its second step.

    Raises `Refusal`. Commit also after a refusal: the failed try counts.
    """
    keys = {_hash(f"login:{login.strip().lower()}"): TRIES_OF_LOGIN, _hash(f"from:{visitor.address}"): TRIES_OF_ADDRESS}
    if any(_failures(session, key, now) >= most for key, most in keys.items()):
        raise Refusal("signin.locked")
    person = staff.find(session, login)
    if not staff.proves(person, password) or person is None or person.left_at is not None:
        session.add_all(SignInFailure(key=key, at=now) for key in keys)
        raise Refusal("signin.wrong")
    token = token_urlsafe(32)
    session.add(
        SignIn(
            staff_id=person.id, token=_hash(token), browser=visitor.browser[:200], created_at=now, seen_at=now
        )
    )  # fmt: skip
    return token


def find(session: Session, token: str, *, now: datetime) -> tuple[SignIn, Staff] | None:
    """Return the open sign-in with this token and its person; None when it ended or is too old."""
    row = session.execute(
        select(SignIn, Staff).join(Staff, Staff.id == SignIn.staff_id).where(SignIn.token == _hash(token))
    ).one_or_none()
    if row is None or row.SignIn.ended_at is not None or row.Staff.left_at is not None:
        return None
    longest = LONGEST if row.SignIn.proved_at else SECOND_STEP
    if now - row.SignIn.created_at > longest or now - row.SignIn.seen_at > IDLE:
        return None
    return row.SignIn, row.Staff


def seen(session: Session, sign_in: SignIn, *, now: datetime) -> None:
    """Note that the browser is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in.id).values(seen_at=now))


def prove(session: Session, token: str, code: str, *, vault: Vault, now: datetime) -> None:
    """Take the second step: a code of the phone, or a recovery code. Raises `Refusal`; commit in any case."""
    found = find(session, token, now=now)
    if found is None:
        raise Refusal("signin.expired")
    sign_in, person = found
    key = _hash(f"code:{person.id}")
    if _failures(session, key, now) >= TRIES_OF_LOGIN:
        raise Refusal("signin.locked")
    if not (_phone_proves(session, person, code, vault=vault, now=now) or _paper_proves(session, person, code, now)):
        session.add(SignInFailure(key=key, at=now))
        raise Refusal("signin.wrong_code")
    sign_in.proved_at = sign_in.seen_at = now
    session.add(sign_in)
    audit.note(session, "staff.sign_in", what=f"staff:{person.login}", now=now, who=person.login)


def _phone_proves(session: Session, person: Staff, code: str, *, vault: Vault, now: datetime) -> bool:
    """Say whether `code` is of now, a step before or after, and not used yet."""
    if not person.totp:
        return False
    step = step_of(vault.open(person.totp)["secret"], code, now=now)
    if step is None:
        return False
    taken = session.execute(update(Staff).where(Staff.id == person.id, Staff.totp_step < step).values(totp_step=step))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the TOTP step of which `code` is, within one step of `now`; None when it is of none."""
    digits, totp, here = code.replace(" ", ""), pyotp.TOTP(secret), int(now.timestamp()) // STEP
    steps = (here, here - 1, here + 1)
    return next((step for step in steps if hmac.compare_digest(totp.at(step * STEP).encode(), digits.encode())), None)


def _paper_proves(session: Session, person: Staff, code: str, now: datetime) -> bool:
    """Use up the recovery code `code`, if it is one of the person's."""
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == person.id, RecoveryCode.code == _hash(_plain(code)))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=now)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def enrol(session: Session, person: Staff, secret: str, code: str, *, vault: Vault, now: datetime) -> list[str]:
    """Bind a phone that shows the right code; return fresh recovery codes, told this once. Raises `Refusal`."""
    step = step_of(secret, code, now=now)
    if step is None:
        raise Refusal("signin.wrong_code")
    session.execute(
        update(Staff).where(Staff.id == person.id).values(totp=vault.close({"secret": secret}), totp_step=step)
    )
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = ["-".join("".join(choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=person.id, code=_hash(_plain(code))) for code in codes)
    audit.note(session, "staff.enrol", what=f"staff:{person.login}", now=now, who=person.login)
    return codes


def open_sign_ins(session: Session, staff_id: int, *, now: datetime) -> list[SignIn]:
    """Return the person's browsers that are signed in, newest first."""
    query = select(SignIn).where(SignIn.staff_id == staff_id, SignIn.ended_at.is_(None), SignIn.proved_at.is_not(None))
    fresh = query.where(SignIn.created_at > now - LONGEST, SignIn.seen_at > now - IDLE)
    return list(session.scalars(fresh.order_by(SignIn.id.desc())))


def end(session: Session, staff_id: int, sign_in_id: int, *, now: datetime) -> bool:
    """Sign one of the person's browsers out; False when it is not theirs or ended already."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.staff_id == staff_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def forget(session: Session, *, now: datetime) -> None:
    """Delete failed tries that no longer count, and sign-ins a month after they could be used."""
    session.execute(delete(SignInFailure).where(SignInFailure.at < now - TRIES_WINDOW))
    session.execute(delete(SignIn).where(SignIn.created_at < now - timedelta(days=30)))


def _failures(session: Session, key: str, now: datetime) -> int:
    recent = select(func.count()).where(SignInFailure.key == key, SignInFailure.at > now - TRIES_WINDOW)
    return session.scalar(recent) or 0


def _hash(text: str) -> str:
    # Fast on purpose: what is hashed here is long and random, or only counts tries.
    return sha256(text.encode()).hexdigest()


def _plain(code: str) -> str:
    return code.strip().lower().replace("-", "").replace(" ", "")
