"""Posts from a file's rows: texts cleaned, targets, times and pictures understood; refused whole with every fault."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.campaigns import checks, covers, drafts, files, library, rules
from bot.campaigns.content import Asset, Content, Target
from bot.campaigns.files import FileFault, Row
from bot.campaigns.pictures import VIDEO_BYTES, Encoded, Unusable, recognised
from bot.errors import BadInput
from bot.staff import Actor
from content.phrases import say

OPTIONS: Mapping[str, Any] = {"broadcast": {}, "followers": True}
LANGUAGES = {
    "": "vi", "vi": "vi", "vn": "vi", "việt": "vi", "tiếng việt": "vi", "vietnamese": "vi", "vi-vn": "vi",
    "thái": "thai", "thai": "thai", "tiếng thái": "thai", "blt": "thai", "mông": "mong", "mong": "mong",
    "hmông": "mong", "hmong": "mong", "tiếng mông": "mong", "hmn": "mong",
}  # fmt: skip
REPEATS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_TARGET = re.compile(r"([a-z]+):([^\s+,;]+)((?:\+[a-z]+)*)")
_SPLIT = re.compile(r"[\s,;|]+")
_SPLIT_MEDIA = re.compile(r"[;|\n]|,\s+")
_SPLIT_ALT = re.compile(r"[|\n]")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_VIDEO_ENDS = (".mp4", ".mov", ".avi")
_PAGES_OF_VIDEO = ("youtube.com", "youtu.be", "vimeo.com", "facebook.com", "tiktok.com")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

LISTS = ("targets", "media", "alt")
"""Parts of several values: one that could not be understood says nothing of the others."""
Open = Callable[[str], bytes]


@dataclass(slots=True)
class Reader:
    """Makes contents of rows; `faults` collects what is wrong, `stored` the files that the posts need."""

    open: Open
    grace: int
    faults: list[FileFault] = field(default_factory=list)
    stored: dict[str, Encoded] = field(default_factory=dict)
    known: dict[str, Encoded] = field(default_factory=dict)
    parts: set[tuple[int, str]] = field(default_factory=set)
    """Row and part of what could not be understood."""

    def content(self, row: Row) -> Content:
        """Return the row's content; what could not be understood is left out and told."""
        recurrence = {"every": REPEATS.get(every, every), "until": self._text(row, "until")} if (
            every := self._text(row, "repeat").lower()
        ) else {}  # fmt: skip
        language = self._text(row, "language")
        return Content(
            title=" ".join(self._text(row, "title").split()),
            text=self._text(row, "text"),
            link=self._text(row, "link"),
            media=tuple(self._media(row)),
            topic=self._text(row, "topic"),
            audience=self._text(row, "audience"),
            language=LANGUAGES.get(language.lower(), language),
            targets=tuple(self._targets(row)),
            at=self._at(row),
            grace=self._grace(row),
            recurrence=recurrence,
        )

    def fault(self, row: Row, part: str, key: str, **values: object) -> None:
        """Note a fault of one part."""
        self.told(row, part, say(f"queue.fault.{key}", **values))

    def told(self, row: Row, part: str, message: str) -> None:
        """Note a fault that is already in words."""
        self.parts.add((row.line, part))
        self.faults.append(FileFault(row.line_of(part), f"{part}: {message}"))

    def _text(self, row: Row, part: str) -> str:
        value = row.values.get(part, "")
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, list) and all(isinstance(one, str) for one in value) and part in {"topic", "audience"}:
            return clean(", ".join(value))
        self.fault(row, part, "text_kind")
        return ""

    def _list(self, row: Row, part: str, splits: re.Pattern[str]) -> list[Any]:
        value = row.values.get(part, [])
        if isinstance(value, str):
            return [one for one in splits.split(value) if one.strip()]
        return value if isinstance(value, list) else [value]

    def _at(self, row: Row) -> datetime | None:
        text = self._text(row, "at")
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text.replace(" +", "+"))
        except ValueError:
            self.fault(row, "at", "when", at=text)
            return None
        if at.tzinfo is None:
            self.fault(row, "at", "offset", at=text)
            return None
        return at.astimezone(UTC)

    def _grace(self, row: Row) -> int:
        text = self._text(row, "grace")
        if not text:
            return self.grace
        if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
            self.fault(row, "grace", "grace")
            return self.grace
        return int(text)

    def _targets(self, row: Row) -> Iterator[Target]:
        variants = row.values.get("variants", {})
        variants = variants if isinstance(variants, dict) else {}
        for one in self._list(row, "targets", _SPLIT):
            found = _TARGET.fullmatch(str(one).strip())
            if not isinstance(one, str) or found is None:
                self.fault(row, "targets", "target_form", target=str(one))
                continue
            names = [name for name in found[3].split("+") if name]
            for name in names:
                if name not in OPTIONS:
                    self.fault(row, "targets", "option", option=name)
            options = {name: OPTIONS[name] for name in names if name in OPTIONS}
            mine = variants.get(f"{found[1]}:{found[2]}") or variants.get(found[1]) or {}
            yield Target(channel=found[1], key=found[2], options=options, variant=self._variant(row, mine))

    def _variant(self, row: Row, given: Any) -> dict[str, str]:
        parts = ("title", "text", "description", "author")
        if isinstance(given, str):
            return {"text": clean(given)}
        if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
            self.fault(row, "variants", "text_kind")
            return {}
        for part in given:
            if part not in parts:
                self.told(row, "variants", say("queue.fault.unknown_part", part=part, known=", ".join(parts)))
        return {part: clean(text) for part, text in given.items() if part in parts and text.strip()}

    # --- pictures and videos --------------------------------------------------------------------------

    def _media(self, row: Row) -> Iterator[Asset]:
        given = self._list(row, "media", _SPLIT_MEDIA)
        alts = self._list(row, "alt", _SPLIT_ALT)
        if len(given) == 1 and len(alts) > 1 and isinstance(row.values.get("alt"), str):
            alts = [row.values["alt"]]
        if len(alts) > len(given):
            self.fault(row, "alt", "alt_many", alts=len(alts), media=len(given))
        for number, one in enumerate(given):
            path, alt = one, alts[number] if number < len(alts) else ""
            if isinstance(one, dict):
                named = [one.get(name) for name in ("file", "path", "url", "src") if one.get(name)]
                path, alt = (named or [""])[0], one.get("alt") or alt
            if not isinstance(path, str) or not isinstance(alt or "", str) or not path:
                self.fault(row, "media", "text_kind")
                continue
            asset = self._asset(row, path.strip(), clean(alt or ""))
            if asset is not None:
                yield asset

    def _asset(self, row: Row, path: str, alt: str) -> Asset | None:
        if _ADDRESS.match(path):
            return Asset(kind=kind_of_address(path), url=path, alt=alt)
        try:
            encoded = self.known.get(path) or recognised(self.open(path))
        except (OSError, ValueError):
            self.fault(row, "media", "file", path=path)
        except Unusable as error:
            self.told(row, "media", f"{path}: {error}")
        else:
            self.known[path] = encoded
            asset = library.asset(encoded, alt=alt)
            self.stored[asset.sha256] = encoded
            return asset
        return None


def kind_of_address(url: str) -> str:
    """Return what an address shows: a picture, a video file, or a page with a video."""
    parts = urlsplit(url.lower())
    path, host = parts.path, (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in _PAGES_OF_VIDEO:
        return "video/link"
    return "video/mp4" if path.endswith(_VIDEO_ENDS) else "image/png" if path.endswith(".png") else "image/jpeg"


def clean(text: str) -> str:
    """Return text in NFC, lines kept, without what nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text)).strip()


def beside(folder: Path) -> Open:
    """Return a reader of files whose paths are relative to `folder`; never more than the largest file we take."""

    def read(path: str) -> bytes:
        place = folder / path
        if not place.is_file():  # nor a device or a pipe, which would never end
            raise FileNotFoundError(path)
        with place.open("rb") as file:
            return file.read(VIDEO_BYTES + 1)

    return read


def add_all(session: Session, actor: Actor, data: bytes, name: str, *, opened: Open, now: datetime) -> list[int]:
    """Add every post of a file as a draft; return their ids. `BadInput` tells every fault by line, and none is kept."""
    contents = _contents(session, actor, data, name, opened=opened, now=now)
    return [drafts.add(session, actor, content, now=now, origin="file").id for content in contents]


def only_one(session: Session, actor: Actor, data: bytes, name: str, *, opened: Open, now: datetime) -> Content:
    """Return the content of a file that has one post."""
    contents = _contents(session, actor, data, name, opened=opened, now=now)
    if len(contents) != 1:
        raise BadInput(f"{name} has {len(contents)} posts; one is needed")
    return contents[0]


def of_values(session: Session, actor: Actor, values: Mapping[str, Any]) -> Content:
    """Return the content of one post given as values, as a file would have them; media on our disk cannot be named."""
    reader = Reader(_nothing, grace=rules.of_agency(session, actor.agency_id)["grace"])
    content = reader.content(Row(1, values))
    if reader.faults:
        faults = [one.message for one in sorted(set(reader.faults))]
        raise BadInput("\n".join(faults), told="; ".join(faults))
    return content


def _nothing(path: str) -> bytes:
    raise FileNotFoundError(path)


def _contents(
    session: Session, actor: Actor, data: bytes, name: str, *, opened: Open, now: datetime
) -> list[Content]:  # fmt: skip
    """Return a file's contents, their media stored; raise `BadInput` with every fault."""
    reading = files.read(data, name)
    reader = Reader(opened, grace=rules.of_agency(session, actor.agency_id)["grace"], faults=reading.faults)
    contents = [(row, reader.content(row)) for row in reading.rows]
    told = set(reader.parts)
    for row, content in contents:
        whole = covers.completed(session, content, agency_id=actor.agency_id, now=now)
        for fault in checks.faults(session, actor.agency_id, whole, now=now):
            # What could not be understood was told already, and is not empty beside.
            if (row.line, fault.part) not in told or fault.part in LISTS:
                reader.told(row, fault.part, fault.line)
        if not content.targets and (row.line, "targets") not in told:
            reader.told(row, "targets", checks.no_targets().message)
    if reader.faults:
        raise BadInput("\n".join(f"{name}:{one.line}: {one.message}" for one in sorted(set(reader.faults))))
    for encoded in reader.stored.values():
        library.keep(session, encoded, alt="", now=now)
    return [content for _, content in contents]
