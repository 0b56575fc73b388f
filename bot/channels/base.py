"""The values that cross a channel's border, and what a channel must be able to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from bot.channels.http import Http


class Kind(StrEnum):
    """What an incoming event is, whatever the platform calls it."""

    TEXT = "text"  # words; a pressed button is one too, with `payload`
    MEDIA = "media"  # picture, voice, film, file, sticker, link, place, business card
    COMMENT = "comment"  # under a public post
    FOLLOW = "follow"  # follows, or opens the chat for the first time (Get Started, chat now)
    UNFOLLOW = "unfollow"
    SEEN = "seen"
    DELIVERED = "delivered"
    REACTION = "reaction"
    INFO = "info"  # the person shared contact details through the platform's form
    ECHO = "echo"  # our own message, reported back
    STAFF = "staff"  # a colleague wrote in the platform's own inbox: the bot is silent meanwhile
    HANDOVER = "handover"  # another app took or gave back the conversation
    WITHDRAW = "withdraw"  # the person wants their data deleted
    OTHER = "other"  # known to the platform, of no use to us: kept, not answered


ANSWERED = frozenset({Kind.TEXT, Kind.MEDIA, Kind.COMMENT, Kind.FOLLOW})
"""Kinds that may call for an answer; the others only change what we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One attachment. `kind`: image gif audio video file sticker link location contact other."""

    kind: str
    url: str = ""
    title: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One event from a citizen (or about one), already verified.

    `external_id` is unique per account: a redelivery has the same. `sender` is the platform's id of
    the person (a string always: they exceed 2^53); empty when the event is about nobody.
    `payload` is what a button of ours carried. `extra` holds small facts that only one kind needs,
    e.g. `admin_id`, `message_ids`, `comment_id`, `post_id`, `ref`, `retry`.
    """

    external_id: str
    kind: Kind
    sender: str = ""
    text: str = ""
    payload: str = ""
    sent_at: datetime | None = None
    media: tuple[Media, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


class Press(StrEnum):
    """What a button does when pressed."""

    SAY = "say"  # comes back to us as an event with `payload`
    URL = "url"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a message: `value` is the payload, an https address, or a phone number (+84…)."""

    title: str
    press: Press = Press.SAY
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What we say to one person. `comment_id` makes it a private reply to that comment (Facebook)."""

    text: str
    buttons: tuple[Button, ...] = ()
    comment_id: str = ""
    author: str = ""
    """Login of the colleague who wrote it, never sent; empty: the bot's own words."""
    late: bool = False
    """Sent after `Limits.window`, which a channel may have to tell its platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel's messages can hold; counts are characters (code points after NFC), never bytes."""

    text: int
    text_with_buttons: int
    """Longest text of a message that carries URL or phone buttons (Messenger's template: 640)."""
    buttons: int
    """Most buttons of any kind in one message."""
    choices: int
    """Most SAY buttons when all of them are (Messenger: 13 quick replies)."""
    title: int
    payload: int
    window: timedelta
    """How long after the person's last act we may write."""
    human_window: timedelta | None = None
    """How long a colleague may write where the platform granted it (`windows.HUMAN_AGENT` in the account's memory)."""
    free_window: timedelta | None = None
    """How long answers cost nothing; None: they never cost."""
    number_choices: bool
    """Also print the choices as numbered text: the platform shows buttons on some devices only."""
    per_second: float
    """Messages per second that an account may send; the outbox paces to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One Zalo OA or Facebook Page as a channel sees it: decrypted secrets, never logged.

    `secrets`: `app_id app_secret oa_secret access_token refresh_token` (Zalo) or
    `app_id app_secret verify_token page_token` (Facebook).
    `memory`: what the channel asked us to remember of this account, e.g. `oa_type`, `endpoint`.
    """

    key: str
    secrets: Mapping[str, str] = field(repr=False)
    memory: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The platform's receipt. `remember` is to be merged into the account's memory."""

    message_id: str
    recipient: str = ""
    """The person's id, when the platform first tells it here (private reply to a comment)."""
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A renewed pair. `expires_at` is in UTC. Store it before using it: the old one is dead."""

    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `motcua check`: `ok`, what was looked at, what to do when it is not ok (English)."""

    ok: bool
    text: str
    about: str = ""
    """What was looked at: the console says it in Vietnamese (`finding.<about>.ok`, `.bad`)."""
    remember: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """A platform. Stateless: everything it needs comes in, everything it learns goes out.

    `send`, `typing`, `renew`, `inspect` and `apply` talk to the platform through `http` and raise
    the subclasses of `ChannelError`; `verify`, `challenge` and `parse` are pure.
    """

    name: ClassVar[str]
    limits: ClassVar[Limits]
    secrets: ClassVar[tuple[str, ...]]
    """Names an account of this channel must have, for `account add` and `check`."""
    typed: ClassVar[tuple[str, ...]]
    """Those of the secrets that a person has to type; the others come by a grant (`grant_path`, `granted`)."""
    renews: ClassVar[bool]
    """Whether tokens have to be renewed (`renew`)."""
    body_max: ClassVar[int]
    """Largest webhook body we read, in bytes."""

    def verify(self, account: Account, headers: Mapping[str, str], body: bytes) -> bool:
        """Say whether `body` (raw bytes) was signed by the platform for this account. Constant time."""
        ...

    def probe(self, body: bytes) -> bool:
        """Say whether this is the platform's unsigned test of our address: answered 200, nothing kept."""
        ...

    def challenge(self, account: Account, query: Mapping[str, str]) -> str | None:
        """Return the text that answers a GET verification, or None to refuse it."""
        ...

    def asked_to_forget(self, account: Account, form: Mapping[str, str]) -> str | None:
        """Return the person whose data the platform asks us to delete, in a form signed for this account, or None."""
        ...

    def parse(self, account: Account, body: bytes, headers: Mapping[str, str]) -> Sequence[Inbound]:
        """Return the events of a verified body, oldest first; what is not for this account is left out.

        Raises `BadInput` for bytes that are not the platform's envelope at all.
        """
        ...

    def send(self, http: Http, account: Account, to: str, message: Message) -> Sent:
        """Send one message that already fits `limits`."""
        ...

    def typing(self, http: Http, account: Account, to: str) -> None:
        """Show that an answer is being written, where the platform can; never raises."""
        ...

    def grant_path(self, account: Account, *, back: str, state: str, challenge: str) -> tuple[str, str] | None:
        """Return where an admin grants us the account: the address's name in `urls` and the path; None: by typing."""
        ...

    def granted(self, http: Http, account: Account, *, code: str, verifier: str, now: datetime) -> Tokens:
        """Exchange the code that the platform sent an admin back with."""
        ...

    def renew(self, http: Http, account: Account, now: datetime) -> Tokens:
        """Exchange the refresh token. A time-out is `OutcomeUnknown`: the old one may be spent."""
        ...

    def inspect(self, http: Http, account: Account) -> Sequence[Finding]:
        """Look at token, webhook and account; for `motcua check`."""
        ...

    def apply(self, http: Http, account: Account, *, greeting: str, menu: Sequence[Button]) -> Sequence[Finding]:
        """Set greeting, Get Started and menu, where the platform has them; for `check --apply`."""
        ...
