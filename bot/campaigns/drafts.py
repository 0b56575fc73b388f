"""Writing: adding posts, editing them, and every version kept."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import audit, machine
from bot.campaigns import checks, covers, steps
from bot.campaigns.content import Asset, Content, as_json, from_json
from bot.campaigns.states import State, Verb
from bot.errors import BadInput, Stale
from bot.rights import Right
from bot.staff import Actor
from bot.tables import MediaUse, Post, PostTarget, PostVersion
from content.phrases import say
from nlu.text import words

EVERGREEN = "evergreen"
COPIES = frozenset({"post", EVERGREEN})
"""Origins whose posts have the words of another post, whose number follows."""
SEARCHED_MAX = 4000
_PIECES = re.compile(r"\s+|[^\s]+")


def add(session: Session, actor: Actor, content: Content, *, now: datetime, origin: str = "") -> Post:
    """Keep a new draft, or raise `BadInput` with every fault. Stored media must be there already (`library`)."""
    actor.need(Right.WRITE)
    content = covers.completed(session, content, agency_id=actor.agency_id, now=now)
    refuse(checks.faults(session, actor.agency_id, content, now=now))
    post = Post(
        agency_id=actor.agency_id, author_id=actor.staff_id, state=State.DRAFT, version=1, origin=origin,
        created_at=now, changed_at=now, title="", text="", grace=content.grace, media=[], recurrence={},
    )  # fmt: skip
    session.add(post)
    session.flush()
    _write(session, post, content, staff_id=actor.staff_id, now=now)
    audit.note(session, "post.add", what=f"post:{post.id}", now=now, agency_id=post.agency_id, who=actor.login,
               facts={"origin": origin})  # fmt: skip
    return post


def edit(
    session: Session, actor: Actor, post_id: int, content: Content, *, now: datetime, read: str = ""
) -> Post:  # fmt: skip
    """Write a new version; the post is a draft again, whatever had been approved.

    `read`: the `mark` of what the editor began with; `Stale` is raised when the post is another one by now.
    """
    post = steps.find(session, actor.agency_id, post_id)
    if read and read != mark(post):
        raise Stale(f"post {post_id} was changed meanwhile", told=say("queue.refused.stale"))
    steps.allow(post, Verb.EDIT, actor)
    machine.hand_over(session, post, actor, now=now)
    content = covers.completed(session, content, agency_id=actor.agency_id, now=now)
    refuse(checks.faults(session, actor.agency_id, content, now=now))
    steps.take(session, post, Verb.EDIT, State.DRAFT, now=now, who=actor.login, facts={"new": post.version + 1})
    post.version += 1
    post.approval, post.due_at, post.note = "", None, ""
    _write(session, post, content, staff_id=actor.staff_id, now=now)
    return post


def refuse(found: Sequence[checks.Fault]) -> None:
    """Raise `BadInput` with every fault, if there is one."""
    if found:
        raise BadInput(checks.told(found), told=checks.named(found))


def mark(post: Post) -> str:
    """Return what tells this version, in this state, from any other of the post."""
    return f"{post.version}.{post.state}"


def _write(session: Session, post: Post, content: Content, *, staff_id: int, now: datetime) -> None:
    session.add(PostVersion(post_id=post.id, number=post.version, staff_id=staff_id, content=as_json(content), at=now))
    store(session, post, content)


def store(session: Session, post: Post, content: Content) -> None:
    """Make `content` what the post is now; targets that nothing was sent to are replaced."""
    post.title, post.text, post.link = content.title, content.text, content.link
    post.searched = searched(content)
    post.media = [asdict(one) for one in content.media]
    post.topic, post.audience, post.language = content.topic, content.audience, content.language
    post.at, post.grace, post.recurrence = content.at, content.grace, dict(content.recurrence)
    _link_media(session, post.id, content.media)
    before = {
        (one.channel, one.key): one for one in session.scalars(select(PostTarget).where(PostTarget.post_id == post.id))
    }
    for target in content.targets:
        account = checks.account_of(session, post.agency_id, target)
        row = before.pop((target.channel, target.key), None)
        if row is None:
            row = PostTarget(post_id=post.id, channel=target.channel, key=target.key, memory={})
            session.add(row)
        row.account_id = account.id if account else None
        row.variant, row.options = dict(target.variant), dict(target.options)
        row.state, row.error, row.memory, row.committing_at = "waiting", "", {}, None
    for row in before.values():
        session.delete(row)
    session.flush()
    session.expire(post, ["targets"])


def searched(content: Content) -> str:
    """Return the words by which lists find the post, without diacritics."""
    return " ".join(dict.fromkeys(words(f"{content.title} {content.text}")))[:SEARCHED_MAX]


def _link_media(session: Session, post_id: int, media: Sequence[Asset]) -> None:
    session.execute(delete(MediaUse).where(MediaUse.post_id == post_id))
    for sha256 in dict.fromkeys(one.sha256 for one in media if one.sha256):
        session.add(MediaUse(post_id=post_id, sha256=sha256))


def version(session: Session, actor: Actor, post_id: int, number: int) -> Content:
    """Return what a post was at version `number`."""
    actor.need(Right.READ)
    post = steps.find(session, actor.agency_id, post_id)
    row = session.scalar(
        select(PostVersion).where(PostVersion.post_id == post.id, PostVersion.number == number)
    )  # fmt: skip
    if row is None:
        raise BadInput(f"post {post_id} has no version {number}; the newest is {post.version}")
    return from_json(row.content)


def editors(session: Session, post: Post) -> set[int]:
    """Return everybody who wrote any of the post's versions: none of them may review it."""
    whole = [post, *_words_of(session, post)]
    rows = session.scalars(select(PostVersion.staff_id).where(PostVersion.post_id.in_([one.id for one in whole])))
    return {*rows, *(one.author_id for one in whole)}


def _words_of(session: Session, post: Post) -> list[Post]:
    """Return the posts whose words this one has: an occurrence's, a fresh copy's."""
    found: list[Post] = []
    while True:
        kind, number = [*post.origin.split(":"), ""][:2]
        if kind not in COPIES:
            return found
        if kind == EVERGREEN:  # the words of a copy that appeared go on into the next
            copies = select(Post).where(Post.agency_id == post.agency_id, Post.origin.startswith(f"{kind}:{number}:"))
            found += session.scalars(copies.where(Post.id < post.id))
        before = session.get(Post, int(number))
        if before is None or before.id >= post.id:
            return found
        found.append(before)
        post = before


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the way from `before` to `after` word by word: pairs of "same", "gone" or "new" and a piece of text.

    >>> difference("phí 5.000 đồng", "phí 8.000 đồng")
    [('same', 'phí '), ('gone', '5.000'), ('new', '8.000'), ('same', ' đồng')]
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    pieces: list[tuple[str, str]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[i1:i2])))
            continue
        pieces += [("gone", "".join(old[i1:i2]))] * (i2 > i1) + [("new", "".join(new[j1:j2]))] * (j2 > j1)
    return pieces


def differences(before: Content, after: Content) -> Mapping[str, list[tuple[str, str]]]:
    """Return the word-level difference of every part that changed."""
    old, new = as_json(before), as_json(after)
    changed = [part for part in new if old.get(part) != new[part]]
    return {part: difference(_readable(before, part), _readable(after, part)) for part in changed}


def _readable(content: Content, part: str) -> str:
    """Return a part in words that a reviewer can compare, a line for each medium and each target."""
    if part == "media":
        return "\n".join(f"{one.kind} {one.url or one.sha256[:12]}: {one.alt}" for one in content.media)
    if part == "targets":
        return "\n".join(" ".join([str(one), *map(": ".join, sorted(one.variant.items()))]) for one in content.targets)
    if part == "recurrence":
        return " ".join(f"{name}: {value}" for name, value in sorted(content.recurrence.items()))
    value = getattr(content, part)
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)
