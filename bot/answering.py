"""Answer one event: claim, understand and compose with no transaction open, write everything at once."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from bot import agencies, inbox, outbox, tickets
from bot.assistant import Assistant
from bot.channels import CHANNELS
from bot.channels.base import Kind, Message
from bot.channels.fit import fit
from bot.db import Database, table_of
from bot.dialogue.turn import Effect, Reply
from bot.tables import Conversation
from content.agency import AgencyFacts
from content.phrases import say

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
STAFF_SILENCE = timedelta(hours=2)
"""How long the bot keeps quiet after a colleague wrote in the platform's own inbox."""

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker took the event over; nothing of ours may be written."""


class Answering:
    """Turns events into deliveries."""

    def __init__(self, db: Database, assistant: Assistant) -> None:
        self._db = db
        self._assistant = assistant

    def close(self) -> None:
        """Give the assistant's connections back."""
        self._assistant.close()

    def one(self, worker: str, clock: Callable[[], datetime]) -> bool:
        """Answer one event that is due; False when none is."""
        with self._db.write(durable=False) as session:
            claimed = inbox.claim(session, worker, now=clock())
            if claimed is None:
                return False
        facts = agencies.facts_for(claimed.agency)
        if claimed.event.tries > inbox.MAX_TRIES:
            self._give_up(claimed, worker, clock())
            return True
        try:
            reply = self._reply(claimed, facts, clock())
            self._write(claimed, worker, reply, clock())
        except LeaseLost:
            log.warning("event.lease_lost", event_id=claimed.event.id)
        except Exception as error:  # one poisonous message must not stop the others
            log.exception("event.failed", event_id=claimed.event.id, tries=claimed.event.tries)
            with self._db.write() as session:
                inbox.put_back(session, claimed.event, worker=worker, error=type(error).__name__, now=clock())
        return True

    def _reply(self, claimed: inbox.Claimed, facts: AgencyFacts, now: datetime) -> Reply | None:
        event, conversation = claimed.event, claimed.conversation
        muted = conversation.muted_until is not None and conversation.muted_until > now
        if event.kind not in _SPOKEN or muted:
            return None
        reply = self._assistant.reply(
            event.text, payload=event.payload, kind=event.kind, memory=conversation.memory, facts=facts,
            now=now.astimezone(HANOI),
        )  # fmt: skip
        # Under a public post we speak only when sure to be asked something, and in private.
        return None if event.kind == Kind.COMMENT and reply.procedure is None else reply

    def _write(self, claimed: inbox.Claimed, worker: str, reply: Reply | None, now: datetime) -> None:
        event, account = claimed.event, claimed.account
        with self._db.write(durable=False) as session:
            conversation = _remembered(session, claimed, reply, now)
            outcome: dict[str, Any] = {}
            if reply is not None and conversation is not None:
                extra = event.extra if event.kind == Kind.COMMENT else {}
                messages = _messages(reply, account.channel, extra)
                key = f"event:{event.id}"
                outbox.enqueue(
                    session, self._db, to=conversation, messages=messages, key=key, now=now, event_id=event.id
                )
                for effect in reply.effects:
                    _apply(session, effect, claimed, conversation, now)
                outcome = _outcome(reply)
            if not inbox.finish(session, event.id, worker=worker, state="done", outcome=outcome, now=now):
                raise LeaseLost
        log.info("event.done", event_id=event.id, account=account.id, kind=event.kind, skill=outcome.get("skill"),
                 ms=round((now - event.received_at).total_seconds() * 1000))  # fmt: skip

    def _give_up(self, claimed: inbox.Claimed, worker: str, now: datetime) -> None:
        """Apologise and hand the conversation to a person, so that the next message is not blocked."""
        event = claimed.event
        with self._db.write() as session:
            if event.conversation_id and event.kind in _SPOKEN:
                sorry = [Message(text=say("failure"))]
                outbox.enqueue(
                    session,
                    self._db,
                    to=claimed.conversation,
                    messages=sorry,
                    key=f"event:{event.id}",
                    now=now,
                    event_id=event.id,
                )
                tickets.open_ticket(session, claimed, kind="failure", text=event.text, now=now)
            inbox.finish(session, event.id, worker=worker, state="failed", outcome=event.outcome, now=now)
        log.error("event.given_up", event_id=event.id, tries=event.tries)


_SPOKEN = {Kind.TEXT.value, Kind.MEDIA.value, Kind.COMMENT.value, Kind.FOLLOW.value}


def _remembered(
    session: Session, claimed: inbox.Claimed, reply: Reply | None, now: datetime
) -> Conversation | None:  # fmt: skip
    """Bring the conversation up to date with the event and the answer."""
    if not claimed.event.conversation_id:
        return None
    conversation, kind = claimed.conversation, claimed.event.kind
    if reply is not None:
        session.connection().execute(_REMEMBER, {"the_conversation": conversation.id, "said": reply.memory})
    changes: dict[str, Any] = {}
    if kind in {Kind.FOLLOW, Kind.UNFOLLOW}:
        changes["follows"] = kind == Kind.FOLLOW
    elif kind == Kind.STAFF:
        changes["muted_until"] = now + STAFF_SILENCE
    elif kind == Kind.HANDOVER:
        ours = claimed.event.extra.get("control") == "ours"
        changes["muted_until"] = None if ours else now + timedelta(hours=24)
    elif kind == Kind.WITHDRAW:
        tickets.open_ticket(session, claimed, kind="withdraw", text="", now=now)
    if changes:
        session.execute(update(Conversation).where(Conversation.id == conversation.id).values(**changes))
    return conversation


_REMEMBER = (
    update(table_of(Conversation))
    .where(table_of(Conversation).c.id == bindparam("the_conversation"))
    .values(memory=bindparam("said", type_=table_of(Conversation).c.memory.type))
)


def _messages(reply: Reply, channel: str, extra: dict[str, Any]) -> Sequence[Message]:
    limits = CHANNELS[channel].limits
    messages: list[Message] = []
    for index, text in enumerate(reply.texts):
        last = index == len(reply.texts) - 1
        messages += fit(Message(text=text, buttons=reply.buttons if last else ()), limits)
    if messages and (comment_id := extra.get("comment_id")):
        # A comment entitles us to one private reply; the rest waits for the person's answer.
        first = messages[0]
        return [Message(text=first.text, buttons=first.buttons, comment_id=str(comment_id))]
    return messages


def _apply(
    session: Session, effect: Effect, claimed: inbox.Claimed, conversation: Conversation, now: datetime
) -> None:  # fmt: skip
    if effect.verb == "ticket":
        tickets.open_ticket(session, claimed, kind=effect.kind, text=effect.text, now=now)
    elif effect.verb in {"subscribe", "unsubscribe"}:
        wanted = effect.verb == "subscribe"
        session.execute(update(Conversation).where(Conversation.id == conversation.id).values(subscribed=wanted))


def _outcome(reply: Reply) -> dict[str, Any]:
    return {
        "skill": reply.skill,
        "procedure": reply.procedure,
        "candidates": list(reply.candidates),
        "aspect": reply.aspect,
        "confidence": round(reply.confidence, 4),
        "understood": reply.understood,
    }
