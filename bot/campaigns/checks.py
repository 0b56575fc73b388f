"""What is wrong with a post, told while it is written: every fault at once, in words for staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import staff
from bot.campaigns.calendar import EVERY, HANOI
from bot.campaigns.content import Content, Target
from bot.campaigns.publication import BY_HAND, misfits
from bot.misfits import told as told_misfit
from bot.tables import Account
from content.blanks import blanks
from content.phrases import say

TITLE_MAX, TEXT_MAX, MEDIA_MAX, TARGETS_MAX = 300, 60_000, 10, 50
AHEAD_MAX = timedelta(days=400)
LANGUAGES = ("vi", *staff.LANGUAGES)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with which part of a post, in Vietnamese."""

    part: str
    message: str
    place: str = ""
    """The target that it is about, as `channel:key`; empty: all."""

    @property
    def line(self) -> str:
        """The message, with the target that it is about."""
        return f"{self.place}: {self.message}" if self.place else self.message

    def __str__(self) -> str:
        return f"{self.part}: {self.line}"


def faults(session: Session, agency_id: int, content: Content, *, now: datetime) -> list[Fault]:
    """Return everything that keeps the content from being added or submitted."""
    found = [*_words(content), *_times(content, now), *_media(content)]
    known = [target for target in content.targets if is_known(session, agency_id, target)]
    found += [
        Fault("targets", say("queue.fault.target", target=str(one))) for one in content.targets if one not in known
    ]
    places = [(one.channel, one.key) for one in content.targets]
    found += [
        Fault("targets", say("queue.fault.twice", target=":".join(one)))
        for one in dict.fromkeys(places) if places.count(one) > 1
    ]  # fmt: skip
    for target in known:
        for one in misfits(content, target):
            found.append(Fault(one.part, told_misfit(one), str(target)))
    return list(dict.fromkeys(found))


def is_known(session: Session, agency_id: int, target: Target) -> bool:
    """Say whether the target is an account of this agency, or a channel worked by hand."""
    return target.channel in BY_HAND or account_of(session, agency_id, target) is not None


def account_of(session: Session, agency_id: int, target: Target) -> Account | None:
    """Return the target's account in this agency, or None."""
    query = select(Account).where(Account.agency_id == agency_id)
    return session.scalar(query.where(Account.channel == target.channel, Account.key == target.key))


def _words(content: Content) -> Iterator[Fault]:
    if not content.title:
        yield Fault("title", say("queue.fault.empty"))
    for part, text, most in (("title", content.title, TITLE_MAX), ("text", content.text, TEXT_MAX)):
        if len(text) > most:
            yield Fault(part, say("queue.fault.long", count=len(text), most=most))
    if not content.text:
        yield Fault("text", say("queue.fault.empty"))
    for part, text in (("title", content.title), ("text", content.text), ("link", content.link), *_variants(content)):
        if left := blanks(text):
            names = ", ".join(f"{{{{{name}}}}}" for name in left)
            yield Fault(part, say("queue.fault.blanks", names=names))
    if content.language not in LANGUAGES:
        yield Fault("language", say("queue.fault.language", language=content.language, known=", ".join(LANGUAGES)))
    if content.link and not is_web(content.link):
        yield Fault("link", say("queue.fault.link", link=content.link))
    if len(content.targets) > TARGETS_MAX:
        yield Fault("targets", say("queue.fault.many", count=len(content.targets), most=TARGETS_MAX))


def _variants(content: Content) -> Iterator[tuple[str, str]]:
    for target in content.targets:
        yield from (("variants", text) for text in target.variant.values())


def _times(content: Content, now: datetime) -> Iterator[Fault]:
    if content.at and content.at < now:
        yield Fault("at", say("queue.fault.past", at=_local(content.at)))
    if content.at and content.at > now + AHEAD_MAX:
        yield Fault("at", say("queue.fault.far", at=_local(content.at)))
    if content.grace < 1:
        yield Fault("grace", say("queue.fault.grace"))
    if not content.recurrence:
        return
    if content.recurrence.get("every") not in EVERY:
        yield Fault("repeat", say("queue.fault.every", known=", ".join(EVERY)))
    if content.at is None:
        yield Fault("repeat", say("queue.fault.repeat_at"))
    try:
        until = date.fromisoformat(content.recurrence.get("until", ""))
    except ValueError:
        yield Fault("until", say("queue.fault.until"))
        return
    if content.at and until < content.at.date():
        yield Fault("until", say("queue.fault.until"))


def _local(at: datetime) -> str:
    return f"{at.astimezone(HANOI):%H:%M %d/%m/%Y}"


def _media(content: Content) -> Iterator[Fault]:
    if len(content.media) > MEDIA_MAX:
        yield Fault("media", say("queue.fault.many", count=len(content.media), most=MEDIA_MAX))
    for number, asset in enumerate(content.media, 1):
        if asset.is_picture and not asset.alt:
            yield Fault("alt", say("queue.fault.alt", number=number))
        if asset.url and not is_web(asset.url, secure=True):
            yield Fault("media", say("queue.fault.link", link=asset.url))


def is_web(address: str, *, secure: bool = False) -> bool:
    """Say whether `address` is a web address without a password in it; `secure`: https only."""
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and "." in str(parts.hostname) and not parts.password and parts.port != 0
    except ValueError:
        return False
    return sound and parts.scheme in ({"https"} if secure else {"http", "https"}) and not any(c <= " " for c in address)


def no_targets() -> Fault:
    """Return the fault of a post that goes nowhere."""
    return Fault("targets", say("queue.fault.nowhere"))


def told(found: Sequence[Fault]) -> str:
    """Return the faults as lines."""
    return "\n".join(map(str, found))


def named(found: Sequence[Fault]) -> str:
    """Return the faults as lines, each part by its name in the console."""
    return "\n".join(f"{say(f'queue.part.{one.part}')}: {one.line}" for one in found)
