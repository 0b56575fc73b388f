"""A person in a conversation: what is said, what was understood of it, and what the bot remembers."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import dialogue
from bot.dialogue.turn import Memory, Reply, Turn
from content.agency import AgencyFacts, Office
from content.library import Library
from nlu.understanding import Candidate, Understanding

BIRTH, RESIDENCE, MARRIAGE = "1.001193", "1.004194", "1.000894"

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

ONE_STOP = Office(
    name="Một cửa xã Suối Mơ",
    address="Số 1, đường Trung tâm",
    hours="7 giờ 30 – 17 giờ",
    phone="0200 000 0001",
    serves=("Suối Mơ", "Bản Mới"),
)
POLICE = Office(name="Công an xã", address="Số 3, đường Trung tâm", hours="cả ngày", serves=("Nà Lúa",))
FACTS = AgencyFacts(
    name="UBND xã Suối Mơ", offices=(ONE_STOP, POLICE), hotline="0200 000 0001", feedback_phone="0200 000 0009"
)


def understood(
    intent: str, confidence: float = 0.95, *, about: dict[str, float] | None = None, bare: float = 0.0
) -> Understanding:
    """Return what the model would say: one clear intent, and the items `about` with their probabilities."""
    candidates = tuple(Candidate(item=item, confidence=p) for item, p in (about or {}).items())
    return Understanding(
        text="", intent=intent, confidence=confidence, candidates=candidates, bare=bare,
        other=max(0.0, 1 - bare - sum((about or {}).values())), intents=((intent, confidence),),
    )  # fmt: skip


UNCLEAR = understood("overview", 0.02)


@dataclass
class Person:
    """`says`, `presses` and `shows` return the bot's reply and keep its memory, as the worker does."""

    library: Library
    facts: AgencyFacts = FACTS
    now: datetime = NOW
    memory: Memory = field(default_factory=dict)

    def says(self, text: str, what: Understanding = UNCLEAR, *, payload: str = "", kind: str = "text") -> Reply:
        """Send words of which `what` is understood."""
        turn = Turn(
            text=text, payload=payload, kind=kind, understanding=replace(what, text=text), memory=self.memory,
            facts=self.facts, library=self.library, now=self.now,
        )  # fmt: skip
        reply = dialogue.reply(turn)
        self.memory = reply.memory
        return reply

    def presses(self, payload: str, title: str = "") -> Reply:
        """Press a button."""
        return self.says(title, payload=payload)

    def shows(self) -> Reply:
        """Send a picture."""
        return self.says("", kind="media")

    def waits(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time
