"""What a procedure is: frozen values, loaded by `catalogue`, worded by `compose`."""

from datetime import date
from enum import StrEnum
from typing import TypeVar, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(kind: type[T]) -> type[T]:
    """Make `kind` a frozen, validated value: an unknown name or a wrong type is an error that names its place."""
    config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    return dataclass(frozen=True, slots=True, kw_only=True, config=config)(kind)  # type: ignore[return-value]


class Method(StrEnum):
    """How a dossier is handed in."""

    DIRECT = "direct"
    ONLINE = "online"
    POST = "post"


class OnlineLevel(StrEnum):
    """How far a procedure can be done online (Decree 42/2022 and its successors)."""

    FULL = "toàn trình"
    PARTIAL = "một phần"
    AVAILABLE = "có"  # it can be filed online, but the source does not say how far
    NONE = "không"


class FeeRule(StrEnum):
    """Where a fee's figure comes from."""

    FIXED = "fixed"
    FREE = "free"  # only where a rule says so
    PROVINCE = "province"  # decided by the provincial People's Council
    FORMULA = "formula"  # computed, e.g. a percentage; said in words
    UNKNOWN = "unknown"  # the source does not say


class Aspect(StrEnum):
    """What can be asked about a procedure; the values are the `ask` contract's."""

    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    WHERE = "where"
    ONLINE = "online"
    STEPS = "steps"
    CONDITIONS = "conditions"
    RESULT = "result"
    LEGAL = "legal"
    FORMS = "forms"
    OVERVIEW = "overview"


@value
class Document:
    """One paper to hand in or to show. `form` names the official template, if it is one."""

    name: str
    note: str = ""
    form: str = ""
    copies: str = ""


@value
class DocumentCase:
    """The papers of one case; `case` empty means everybody. `show` is shown, not handed in."""

    case: str
    items: tuple[Document, ...]
    show: bool = False


@value
class TimeLimit:
    """How long it takes: `limit` in words ("3 ngày làm việc"), for a case and/or a method."""

    limit: str
    case: str = ""
    method: Method | None = None
    note: str = ""


@value
class Fee:
    """What it costs. `amount` is in đồng per `unit`; `text` words a formula; `basis` is the rule's number.

    `valid_from` and `valid_to` (inclusive) bound a figure in time, e.g. a fee halved for one year.
    """

    rule: FeeRule
    amount: int | None = None
    unit: str = ""
    case: str = ""
    method: Method | None = None
    text: str = ""
    basis: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Say whether the figure applies on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@value
class Online:
    """Whether and how it can be done online; `url` is the portal's page for it."""

    level: OnlineLevel
    note: str = ""
    url: str = ""


@value
class Law:
    """A legal document by its number, e.g. `60/2014/QH13`, and its short title."""

    number: str
    title: str = ""


@value
class Source:
    """Where the facts were read and when (`as_of`)."""

    name: str
    url: str
    as_of: date
    decision: str = ""


@value
class Procedure:
    """An administrative procedure, by its national code. Its YAML form is told in CONTRIBUTING.md."""

    code: str
    name: str
    short: str
    aliases: tuple[str, ...]
    field: str
    level: tuple[str, ...]
    audience: str
    life_event: str
    summary: str
    authority: str
    documents: tuple[DocumentCase, ...]
    steps: tuple[str, ...]
    time: tuple[TimeLimit, ...]
    fees: tuple[Fee, ...]
    where: tuple[str, ...]
    online: Online
    result: str
    conditions: tuple[str, ...] = ()
    legal: tuple[Law, ...]
    source: Source
    valid_from: date | None = None
    valid_to: date | None = None
    replaces: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    confusable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    imported: bool = False

    def expired_on(self, day: date) -> bool:
        """Say whether the record may no longer answer on `day`."""
        return self.valid_to is not None and day > self.valid_to


@value
class Answer:
    """A composed answer: `text` to say, `source` line under it, `next` aspects to offer."""

    procedure: str
    aspect: Aspect
    text: str
    source: str
    next: tuple[Aspect, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """(title, https address) pairs, shown as buttons where the channel can."""

    @property
    def full(self) -> str:
        """The whole message: text, a blank line, the source line."""
        return f"{self.text}\n\n{self.source}"
