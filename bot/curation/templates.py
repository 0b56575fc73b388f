"""Templates of posts, ours and an agency's own: filled in, they become a draft of who filled them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.campaigns import drafts, files, importing
from bot.curation import proposing
from bot.db import insert_of, table_of
from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from bot.tables import Agency, Post, PostTemplate
from content import templates as ours
from content.blanks import all_filled, blanks, key, texts_of
from content.phrases import say

PARTS = ("title", "text", "link", "topic", "audience", "language", "targets", "at", "repeat", "until", "variants")
"""What a template may have: pictures belong to the one post, and are added to the draft."""
MOST, NAME_MAX = 200, 120
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template as an agency sees it. `fields`: each blank and what to write there, "" where nobody said."""

    key: str
    name: str
    parts: Mapping[str, Any]
    fields: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"key": self.key, "name": self.name, "own": self.own, "fields": self.fields, **self.parts}


class Unfilled(BadInput):
    """Blanks were left; `faults` says at each, by its name, what is to be written there."""

    def __init__(self, faults: Mapping[str, str], message: str) -> None:
        self.faults = faults
        super().__init__(message)


def of_agency(session: Session, agency_id: int) -> dict[str, Template]:
    """Return the templates that an agency has, by key; its own stand before ours of the same key."""
    found = {name: _ours(name, one) for name, one in ours.templates().items()}
    for row in session.scalars(select(PostTemplate).where(PostTemplate.agency_id == agency_id)):
        before = found[row.key].fields if row.key in found else {}
        fields = {name: before.get(name, "") for name in _blanks(row.parts)}
        found[row.key] = Template(key=row.key, name=row.name, parts=row.parts, fields=fields, own=True)
    return dict(sorted(found.items()))


def _ours(name: str, one: ours.Template) -> Template:
    parts = {"title": one.title, "text": one.text, "link": one.link, "topic": one.topic, "audience": one.audience}
    fields = {key(blank): what for blank, what in one.fields.items()}
    return Template(key=name, name=one.name, parts={part: text for part, text in parts.items() if text}, fields=fields)


def _blanks(parts: Mapping[str, Any]) -> list[str]:
    ordered = [parts[part] for part in PARTS if part in parts]  # a database may keep them in another order
    return [name for name in blanks(*texts_of(ordered)) if name not in ours.AUTOMATIC]


def find(session: Session, agency_id: int, name: str) -> Template:
    """Return a template of the agency, or raise `BadInput` that lists what there is."""
    known = of_agency(session, agency_id)
    if name not in known:
        raise BadInput(f"no template '{name}'; there are {', '.join(known)}")
    return known[name]


def keep(
    session: Session, actor: Actor, key_: str, *, name: str, data: bytes, file: str, now: datetime
) -> Template:  # fmt: skip
    """Keep the one post of a file (YAML or CSV) as the agency's template, in place of an own one of the same key.

    Raises `BadInput` with every fault.
    """
    actor.need(Right.WRITE)
    parts = _parts(key_, data, file)
    mine = PostTemplate.agency_id == actor.agency_id
    others = select(func.count()).select_from(PostTemplate).where(mine, PostTemplate.key != key_)
    if (session.scalar(others) or 0) >= MOST:
        raise BadInput(say("queue.template.many", most=MOST))
    insert = insert_of(session.get_bind().dialect.name)(table_of(PostTemplate))
    row = {
        "agency_id": actor.agency_id, "key": key_, "name": (name or str(parts["title"]))[:NAME_MAX], "parts": parts,
        "by": actor.login, "created_at": now,
    }  # fmt: skip
    anew = {part: row[part] for part in ("name", "parts", "by", "created_at")}
    session.execute(insert.values(row).on_conflict_do_update(index_elements=["agency_id", "key"], set_=anew))
    audit.note(session, "template.keep", what=f"template:{key_}", now=now, agency_id=actor.agency_id, who=actor.login)
    return find(session, actor.agency_id, key_)


def _parts(key_: str, data: bytes, file: str) -> dict[str, Any]:
    reading = files.read(data, file)
    faults = [f"{file}:{one.line}: {one.message}" for one in reading.faults]
    if not _KEY.fullmatch(key_) or len(key_) > NAME_MAX:
        faults.append(say("queue.template.key", name=key_))
    if len(reading.rows) > 1:
        faults.append(f"{file} has {len(reading.rows)} posts; one is needed")
    for row in reading.rows[:1]:
        strange = [part for part in row.values if part not in PARTS]
        told = {part: say("queue.template.part", part=part, known=", ".join(PARTS)) for part in strange}
        empty = [part for part in ("title", "text") if not isinstance(row.values.get(part), str)]
        told |= {part: f"{part}: {say('queue.fault.empty')}" for part in empty}
        faults += [f"{file}:{row.line_of(part)}: {message}" for part, message in told.items()]
    if faults:
        raise BadInput("\n".join(faults))
    return dict(reading.rows[0].values)


def drop(session: Session, actor: Actor, key_: str, *, now: datetime) -> None:
    """Forget a template of the agency's own; drafts made of it stay."""
    actor.need(Right.WRITE)
    mine = (PostTemplate.agency_id == actor.agency_id, PostTemplate.key == key_)
    if not session.execute(delete(PostTemplate).where(*mine)).rowcount:  # type: ignore[attr-defined]
        raise BadInput(f"the agency has no template '{key_}' of its own")
    audit.note(session, "template.drop", what=f"template:{key_}", now=now, agency_id=actor.agency_id, who=actor.login)


def use(
    session: Session, actor: Actor, key_: str, *, values: Mapping[str, str], targets: Sequence[str] = (), now: datetime
) -> Post:  # fmt: skip
    """Keep a draft made of a template; `BadInput` lists every blank that is left and every value that fits none.

    `targets`: where it goes, in place of the template's own; every account of the agency where neither says so.
    """
    actor.need(Right.WRITE)
    template = find(session, actor.agency_id, key_)
    agency = session.get_one(Agency, actor.agency_id)
    given = {key(name): value.strip() for name, value in values.items()}
    parts = all_filled(template.parts, {ours.AUTOMATIC[0]: agency.name, **given})
    _refuse(template, parts, given)
    chosen = list(targets) or parts.get("targets") or [str(one) for one in proposing.reach(session, actor.agency_id)]
    content = importing.of_values(session, actor, {**parts, "targets": chosen})
    return drafts.add(session, actor, content, now=now, origin=f"template:{key_}")


def _refuse(template: Template, parts: Mapping[str, Any], given: Mapping[str, str]) -> None:
    known = [*template.fields, *ours.AUTOMATIC]
    whats = {name: template.fields.get(name, "") for name in blanks(*texts_of(parts))}
    left = {
        name: say("queue.template.unfilled", name=name, what=f" ({what})" if what else "")
        for name, what in whats.items()
    }
    faults = [*left.values()]
    faults += [say("queue.template.unknown", name=one, known=", ".join(known)) for one in given if one not in known]
    if faults:
        raise Unfilled(left, "\n".join(faults))
