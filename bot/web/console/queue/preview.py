"""How a post will look on each channel, how long its parts are, and what a channel cannot do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.campaigns import checks, covers, warning
from bot.campaigns.content import Content, Target
from bot.campaigns.publication import counts, look
from bot.channels.publishing import Count, Look
from bot.tables import Agency
from bot.web.console.queue import media
from bot.web.console.queue.acting import readable
from content import speech

MINUTES = 2.0
"""Of a loudspeaker's script where nobody said otherwise."""
SPOKEN = "loudspeaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One place: how it looks there, what is counted, what is wrong."""

    target: Target
    name: str
    look: Look
    counts: Sequence[Count]
    wrong: Sequence[str]
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Every place, what is wrong beside the places (`faults`), what is worth a look, and the files' addresses."""

    places: Sequence[Shown]
    faults: Sequence[str]
    warnings: Sequence[str]
    files: dict[str, str]
    plain: bool
    """Whether the agency's plain cover stands in for a picture."""


def of(
    session: Session, agency: Agency, content: Content, *, names: dict[str, str], now: datetime, but: int = 0
) -> Preview:  # fmt: skip
    """Return the preview of a content on its way; `names` are the places' names by `channel:key`."""
    whole = covers.covered(content, agency=agency.name)
    faults = checks.faults(session, agency.id, whole, now=now)
    known = [one for one in whole.targets if checks.is_known(session, agency.id, one)]
    places = [_shown(whole, one, agency, faults, names) for one in known]
    general = [f"{checks.named([one])}" for one in faults if not one.place]
    return Preview(
        places=places, faults=[readable(one, names) for one in general], plain=whole is not content,
        warnings=warning.of(session, agency.id, whole, now=now, but=but), files=media.shown(whole),
    )  # fmt: skip


def _shown(
    content: Content, target: Target, agency: Agency, faults: Sequence[checks.Fault], names: dict[str, str]
) -> Shown:  # fmt: skip
    place = f"{target.channel}:{target.key}"
    text = target.variant.get("text") or content.text
    title, spoken = target.variant.get("title") or content.title, target.channel == SPOKEN
    script = speech.script(title, text, agency=agency.name, minutes=MINUTES) if spoken else ""
    return Shown(
        target=target, name=names.get(place, place), look=look(content, target, author=agency.name),
        counts=counts(content, target), wrong=[one.message for one in faults if one.place == str(target)],
        seconds=speech.seconds(script),
    )  # fmt: skip
