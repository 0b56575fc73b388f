"""Answer events: what a lane needs to claim them, understand and compose, and write everything at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot import agencies, forgetting, inbox, outbox, tickets, wake
from bot.assistant import Assistant
from bot.channels import CHANNELS
from bot.channels.base import Kind, Message
from bot.channels.fit import fit
from bot.db import Database, table_of
from bot.dialogue.turn import Effect, Reply
from bot.lanes import Clock, Done
from bot.tables import Conversation, Event
from bot.talks import absence, rules
from content.phrases import say

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

log = structlog.get_logger()

Answered: TypeAlias = Done[inbox.Claimed, Reply | None]


class Answering:
    """The work of turning events into deliveries."""

    topic = wake.INBOX
    urgent, linger = True, 0.02

    def __init__(self, db: Database, assistant: Assistant) -> None:
        self._db = db
        self._assistant = assistant

    def close(self) -> None:
        """Give the assistant's connections back."""
        self._assistant.close()

    def claim(self, session: Session, worker: str, *, now: datetime, most: int) -> Sequence[inbox.Claimed]:
        """Take events that are due."""
        return inbox.claim(session, worker, now=now, most=most)

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return None: what waits for its next try is looked for at every beat of the worker."""
        return None

    def durable(self, done: Sequence[Answered]) -> bool:
        """Wait for the disk only where something failed: an undone answer is only written again."""
        return any(one.error for one in done)

    def do(self, task: inbox.Claimed, clock: Clock) -> Reply | None:
        """Understand and compose; None where nothing is to be said."""
        event, conversation, now = task.event, task.conversation, clock()
        muted = conversation.muted_until is not None and conversation.muted_until > now
        if event.kind not in _SPOKEN or muted or _given_up(event):
            return None
        reply = self._assistant.reply(
            event.text, payload=event.payload, kind=event.kind, memory=conversation.memory,
            facts=agencies.facts_for(task.agency), now=now.astimezone(HANOI),
        )  # fmt: skip
        reply = absence.told(reply, task.agency, now)
        # Under a public post we speak only when sure to be asked something, and in private.
        return None if event.kind == Kind.COMMENT and reply.procedure is None else reply

    def settle(self, session: Session, done: Sequence[Answered], *, worker: str, now: datetime) -> None:
        """Write answers, effects and the events' ends, of those that are still ours; the failed wait for a next try."""
        ours = inbox.held(session, worker, [one.task.id for one in done])
        for one in done:
            if one.task.id not in ours:
                log.warning("event.lease_lost", event_id=one.task.id)
        # In one order, as the inbox keeps to when it notes the same conversations: no two wait for each other.
        mine = sorted((one for one in done if one.task.id in ours), key=_by_person)
        for one in mine:
            if one.error:
                inbox.put_back(session, one.task.event, worker=worker, error=type(one.error).__name__, now=now)
            elif _given_up(one.task.event):
                self._give_up(session, one.task, worker, now)
        self._write(session, [one for one in mine if not one.error and not _given_up(one.task.event)], worker, now)

    def _write(self, session: Session, done: Sequence[Answered], worker: str, now: datetime) -> None:
        taken = _taken(session, done, now)
        # A colleague who took over while we composed has the word.
        done = [replace(one, result=None) if one.task.conversation.id in taken else one for one in done]
        said = [
            {"the_conversation": one.task.conversation.id, "said": one.result.memory}
            for one in done
            if one.result and one.task.event.conversation_id
        ]
        if said:
            session.connection().execute(_REMEMBER, said)
        for one in done:
            _note(session, one.task, now, taken=one.task.conversation.id in taken)
            for effect in one.result.effects if one.result else ():
                _apply(session, effect, one.task, now)
        erased = [answer for one in done if (answer := _erased(session, one, now))]
        answers = [answer for one in done if (answer := _answer(one))]
        outbox.enqueue_all(session, self._db, [*answers, *erased], now=now)
        outcomes = {one.task.id: _outcome(one.result) for one in done}
        inbox.finish_all(session, outcomes, worker=worker, state="done", now=now)

    def _give_up(self, session: Session, task: inbox.Claimed, worker: str, now: datetime) -> None:
        """Apologise and hand the conversation to a person, so that the next message is not blocked."""
        event = task.event
        if event.conversation_id and event.kind in _SPOKEN:
            outbox.enqueue(
                session, self._db, to=task.conversation, messages=[Message(text=say("failure"))],
                key=f"event:{event.id}", now=now, event_id=event.id,
            )  # fmt: skip
            tickets.open_ticket(session, task, kind="failure", text=event.text, now=now)
        inbox.finish(session, event.id, worker=worker, state="failed", outcome=event.outcome, now=now)
        log.error("event.given_up", event_id=event.id, tries=event.tries)

    def settled(self, done: Sequence[Answered], now: datetime) -> None:
        """Tell of what was answered, and of what failed."""
        for one in done:
            event = one.task.event
            if one.error:
                log.error("event.failed", event_id=event.id, tries=event.tries, exc_info=one.error)
                continue
            log.info("event.done", event_id=event.id, account=event.account_id, kind=event.kind,
                     skill=one.result.skill if one.result else None,
                     ms=round((now - event.received_at).total_seconds() * 1000))  # fmt: skip

    def spoilt(self, one: Answered, error: Exception, *, worker: str, now: datetime) -> None:
        """Put an event back whose answer cannot be written; after some tries it is given up."""
        with self._db.write() as session:
            inbox.put_back(session, one.task.event, worker=worker, error=type(error).__name__, now=now)


_SPOKEN = {Kind.TEXT.value, Kind.MEDIA.value, Kind.COMMENT.value, Kind.FOLLOW.value}


def _given_up(event: Event) -> bool:
    return event.tries > inbox.MAX_TRIES


def _by_person(one: Answered) -> tuple[int, str]:
    return one.task.account.id, one.task.conversation.person


def _taken(session: Session, done: Sequence[Answered], now: datetime) -> set[int]:
    """Return the conversations that a colleague has now; who takes one from here on comes after our answer."""
    ids = [one.task.conversation.id for one in done if one.task.event.conversation_id]
    rows = session.connection().execute(_HELD, {"the_ids": ids}).all() if ids else ()
    return {row.id for row in rows if row.muted_until and row.muted_until > now}


_TALKS = table_of(Conversation)
_HELD = (
    select(_TALKS.c.id, _TALKS.c.muted_until)
    .where(_TALKS.c.id.in_(bindparam("the_ids", expanding=True)))
    .order_by(_TALKS.c.account_id, _TALKS.c.person)  # as `_by_person`
    .with_for_update(key_share=True)
)


def _note(session: Session, task: inbox.Claimed, now: datetime, *, taken: bool) -> None:
    """Bring the conversation up to date with what the event itself says."""
    if not task.event.conversation_id:
        return
    kind = task.event.kind
    if kind in _SPOKEN and taken:
        rules.heard(session, task, now)
    changes: dict[str, Any] = {}
    if kind in {Kind.FOLLOW, Kind.UNFOLLOW}:
        changes["follows"] = kind == Kind.FOLLOW
    elif kind == Kind.STAFF:
        tickets.answered(session, task.event.conversation_id, now=now)
        rules.written_elsewhere(session, task, now)
    elif kind == Kind.INFO:
        rules.named(session, task)
    elif kind == Kind.HANDOVER:
        ours = task.event.extra.get("control") == "ours"
        changes["muted_until"] = None if ours else now + timedelta(hours=24)
    elif kind == Kind.WITHDRAW:
        forgetting.forget(session, task.account, task.event.conversation_id, origin="platform", now=now)
    if changes:
        session.execute(update(Conversation).where(Conversation.id == task.conversation.id).values(**changes))


_REMEMBER = (
    update(_TALKS)
    .where(_TALKS.c.id == bindparam("the_conversation"))
    .values(memory=bindparam("said", type_=_TALKS.c.memory.type))
)


def _answer(one: Answered) -> outbox.Answer | None:
    event, reply = one.task.event, one.result
    if reply is None or not event.conversation_id:
        return None
    said = messages(reply, one.task.account.channel)
    if said and event.kind == Kind.COMMENT and (comment_id := event.extra.get("comment_id")):
        # A comment entitles us to one private reply; the rest waits for the person's answer.
        said = [replace(said[0], comment_id=str(comment_id))]
    return outbox.Answer(to=one.task.conversation, messages=said, key=f"event:{event.id}", event_id=event.id)


def messages(reply: Reply, channel: str) -> list[Message]:
    """Return a reply as `channel` shows it: cut to its limits, choices numbered or as buttons under the last one."""
    limits = CHANNELS[channel].limits
    last = len(reply.texts) - 1
    said = [
        Message(text=text, buttons=reply.buttons if index == last else ()) for index, text in enumerate(reply.texts)
    ]
    return [part for message in said for part in fit(message, limits)]


def _apply(session: Session, effect: Effect, task: inbox.Claimed, now: datetime) -> None:
    if not task.event.conversation_id:
        return
    if effect.verb == "ticket":
        tickets.open_ticket(session, task, kind=effect.kind, text=effect.text, now=now)
    elif effect.verb in {"subscribe", "unsubscribe"}:
        wanted = effect.verb == "subscribe"
        session.execute(update(Conversation).where(Conversation.id == task.conversation.id).values(subscribed=wanted))


def _erased(session: Session, one: Answered, now: datetime) -> outbox.Answer | None:
    """Forget the person who asked for it; return the message with the code, for the request to be looked up."""
    event = one.task.event
    wanted = one.result and any(effect.verb == "forget" for effect in one.result.effects)
    if not wanted or event.conversation_id is None:
        return None
    forgotten = forgetting.forget(session, one.task.account, event.conversation_id, origin="chat", now=now)
    told = Message(text=say("erase.code", code=forgotten.code))
    return outbox.Answer(to=one.task.conversation, messages=[told], key=f"event:{event.id}:code", event_id=event.id)


def _outcome(reply: Reply | None) -> dict[str, Any]:
    if reply is None:
        return {}
    return {
        "skill": reply.skill,
        "procedure": reply.procedure,
        "candidates": list(reply.candidates),
        "aspect": reply.aspect,
        "confidence": round(reply.confidence, 4),
        "understood": reply.understood,
    }
