"""What stands in the editor's form, kept whole whatever is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from bot.campaigns import importing, library, pictures
from bot.campaigns.checks import Fault
from bot.campaigns.content import Asset, Content, Target
from bot.campaigns.importing import clean
from bot.campaigns.pictures import Encoded, Unusable
from bot.campaigns.publication import BY_HAND, can_broadcast
from bot.errors import BadInput
from bot.tables import Account
from bot.web.console.desk import local
from bot.web.console.queue import media
from bot.web.console.queue.acting import called, moment, refused

VARIANT = ("title", "text", "description", "author")
FIELD_MAX = 100_000
"""Characters of one field that are read at all; the limits of posts are far below and told as faults."""
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the post can go, and what is typed for it, whether it is chosen (`on`) or not."""

    target: Target
    name: str
    on: bool
    broadcasts: bool
    followers: bool

    @property
    def id(self) -> str:
        """The target's place in names of fields."""
        return f"{self.target.channel}:{self.target.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A content as typed; `day` and `clock` as they stand, `faults` of what could not be understood."""

    content: Content
    places: tuple[Place, ...]
    day: str = ""
    clock: str = ""
    faults: tuple[Fault, ...] = ()


def of(content: Content, accounts: Sequence[Account], *, slug: str) -> Typed:
    """Return the form of a content that is stored already."""
    at = local(content.at) if content.at else None
    day, clock = (f"{at:%Y-%m-%d}", f"{at:%H:%M}") if at else ("", "")
    return Typed(content=content, places=_places(content.targets, accounts, slug), day=day, clock=clock)


def _places(targets: Sequence[Target], accounts: Sequence[Account], slug: str) -> tuple[Place, ...]:
    chosen = {(one.channel, one.key): one for one in targets}
    known = {(one.channel, one.key): one for one in accounts}
    hand = {(channel, slug) for channel in BY_HAND if channel not in {one.channel for one in targets}}
    every = dict.fromkeys([*known, *chosen, *sorted(hand)])
    return tuple(
        Place(
            target=chosen.get(one, Target(channel=one[0], key=one[1])), name=called(*one, known.get(one)),
            on=one in chosen, broadcasts=can_broadcast(one[0]), followers=one in known,
        )
        for one in every
    )  # fmt: skip


def read(form: Form, before: Typed) -> Typed:
    """Return what was typed into the form that `before` filled."""
    places = tuple(_place(form, one) for one in before.places)
    faults: list[Fault] = []
    day, clock = _text(form, "day"), _text(form, "clock")
    try:
        at = moment(day, clock)
    except BadInput as error:
        at = None
        faults.append(Fault("at", refused(error)))
    content = Content(
        title=" ".join(_text(form, "title").split()), text=_text(form, "text"), link=_text(form, "link"),
        media=tuple(_media(form)), topic=_text(form, "topic"), audience=_text(form, "audience"),
        language=_text(form, "language") or "vi", targets=tuple(one.target for one in places if one.on), at=at,
        grace=int(grace) if (grace := _text(form, "grace")).isdecimal() and len(grace) < 6 else 0,
        recurrence={"every": every, "until": _text(form, "until")} if (every := _text(form, "every")) else {},
    )  # fmt: skip
    return Typed(content=content, places=places, day=day, clock=clock, faults=tuple(faults))


def _text(form: Form, name: str) -> str:
    return clean(form.get(name, "")[:FIELD_MAX])


def _place(form: Form, place: Place) -> Place:
    written = {part: _text(form, f"{place.id}/{part}") for part in VARIANT}
    options: dict[str, Any] = {}
    if form.get(f"{place.id}/broadcast"):
        options["broadcast"] = place.target.options.get("broadcast") or {}
    if form.get(f"{place.id}/followers"):
        options["followers"] = True
    target = replace(place.target, variant={part: text for part, text in written.items() if text}, options=options)
    return replace(place, target=target, on=place.id in form.getlist("target"))


def _media(form: Form) -> list[Asset]:
    found = []
    for number, token in enumerate(form.getlist("media")):
        asset = media.opened(token)
        if asset is not None:
            only = bool(form.get(f"only-{number}"))
            found.append(replace(asset, alt=_text(form, f"alt-{number}"), only_cover=only and asset.is_picture))
    address = _text(form, "video_link")
    if address and all(one.url != address for one in found):
        found.append(Asset(kind=importing.kind_of_address(address), url=address))
    return found


def rearranged(typed: Typed, act: str) -> Typed:
    """Return the form with a picture taken out ("drop:1") or made the first ("first:1"); as it is for any other act."""
    verb, _, place = act.partition(":")
    shown = list(typed.content.media)
    if not (place.isdecimal() and int(place) < len(shown)):
        return typed
    one = shown.pop(int(place))
    if verb == "first":
        shown.insert(0, one)
    elif verb != "drop":
        return typed
    return replace(typed, content=replace(typed.content, media=tuple(shown)))


def with_file(typed: Typed, form: Form, file: FileStorage | None) -> tuple[Typed, Encoded | None]:
    """Return the form with the file that came along, and the file as it is to be kept; a fault when it is unusable."""
    if file is None or not file.filename:
        return typed, None
    data, is_cover = file.read(), form.get("use") == "cover"
    try:
        encoded = pictures.cropped(data, _box(form.get("crop", ""))) if is_cover else pictures.recognised(data)
    except Unusable as error:
        fault = Fault("media", f"{file.filename}: {error}")
        return replace(typed, faults=(*typed.faults, fault)), None
    asset = library.asset(encoded, alt=_text(form, "file_alt"))
    others = [one for one in typed.content.media if one.sha256 != asset.sha256]
    # A cover of one's own takes the place of the plain one.
    shown = [asset, *(one for one in others if not one.only_cover)] if is_cover else [*others, asset]
    return replace(typed, content=replace(typed.content, media=tuple(shown))), encoded


def _box(text: str) -> tuple[float, float, float, float] | None:
    try:
        left, top, width, height = (float(one) for one in text.split(","))
    except ValueError:
        return None
    sound = all(0 <= one <= 1 for one in (left, top, width, height)) and width > 0 and height > 0
    return (left, top, width, height) if sound else None


def by_part(faults: Sequence[Fault]) -> Mapping[str, list[str]]:
    """Return the faults by the section of the form where they can be mended."""
    sections = {
        "alt": "media", "cover": "media", "pictures": "media", "film": "media", "description": "targets",
        "author": "targets", "broadcast": "targets", "variants": "targets", "until": "repeat",
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for one in faults:
        part = "targets" if one.place and one.part in {"title", "text"} else sections.get(one.part, one.part)
        found.setdefault(part, []).append(one.line)
    return found
