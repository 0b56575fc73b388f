"""The states of a post as one table: what follows what, by which right. The console draws its buttons from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import BadInput
from bot.rights import Right
from bot.staff import Actor
from content.phrases import say


class State(StrEnum):
    """Where a post is. Its Vietnamese name is the phrase `queue.state.<state>`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"  # without a time: waits for a person to say when
    SCHEDULED = "scheduled"
    MISSED = "missed"  # its minute and its grace passed (outage, freeze): a person decides
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTLY = "partly"
    FAILED = "failed"
    UNKNOWN = "unknown"  # a call's outcome is not known; reconciliation or a person resolves it
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What a person or the system does to a post. A person's verb is the phrase `queue.verb.<verb>`."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    SCHEDULE = "schedule"
    CANCEL = "cancel"
    STOP = "stop"  # it is public; no follower more is written to
    RESEND = "resend"
    DECIDE = "decide"  # a person looked at the platform and says whether it is there
    POSTED = "posted"  # a person posted it by hand (TikTok, loudspeaker)
    RELEASE = "release"
    MISS = "miss"
    SETTLE = "settle"


NEEDS: dict[Verb, Right] = {
    Verb.EDIT: Right.WRITE,
    Verb.SUBMIT: Right.WRITE,
    Verb.APPROVE: Right.REVIEW,
    Verb.RETURN: Right.REVIEW,
    Verb.REJECT: Right.REVIEW,
    Verb.SCHEDULE: Right.SCHEDULE,
    Verb.CANCEL: Right.SCHEDULE,
    Verb.STOP: Right.SCHEDULE,
    Verb.RESEND: Right.SCHEDULE,
    Verb.DECIDE: Right.SCHEDULE,
    Verb.POSTED: Right.WRITE,
}
"""The right a person needs; what is not here only the system does."""

TABLE: dict[State, dict[Verb, tuple[State, ...]]] = {
    State.DRAFT: {
        Verb.EDIT: (State.DRAFT,),
        Verb.SUBMIT: (State.SUBMITTED,),
        Verb.CANCEL: (State.CANCELLED,),
    },
    State.SUBMITTED: {
        Verb.EDIT: (State.DRAFT,),
        Verb.APPROVE: (State.APPROVED, State.SCHEDULED),
        Verb.RETURN: (State.DRAFT,),
        Verb.REJECT: (State.REJECTED,),
        Verb.CANCEL: (State.CANCELLED,),
    },
    State.APPROVED: {
        Verb.EDIT: (State.DRAFT,),
        Verb.RETURN: (State.DRAFT,),
        Verb.SCHEDULE: (State.SCHEDULED,),
        Verb.CANCEL: (State.CANCELLED,),
    },
    State.SCHEDULED: {
        Verb.EDIT: (State.DRAFT,),
        Verb.RETURN: (State.DRAFT,),
        Verb.SCHEDULE: (State.SCHEDULED,),
        Verb.CANCEL: (State.CANCELLED,),
        Verb.RELEASE: (State.PUBLISHING,),
        Verb.MISS: (State.MISSED,),
    },
    State.MISSED: {
        Verb.EDIT: (State.DRAFT,),
        Verb.SCHEDULE: (State.SCHEDULED,),
        Verb.CANCEL: (State.CANCELLED,),
    },
    State.PUBLISHING: {
        Verb.CANCEL: (State.PUBLISHING,),  # what is public stays; the targets then settle the post
        Verb.POSTED: (State.PUBLISHING,),
        Verb.SETTLE: (State.PUBLISHED, State.PARTLY, State.FAILED, State.UNKNOWN, State.CANCELLED),
    },
    State.PUBLISHED: {
        Verb.STOP: (State.PUBLISHED,),
        Verb.POSTED: (State.PUBLISHED,),
    },
    State.PARTLY: {
        Verb.STOP: (State.PARTLY,),
        Verb.RESEND: (State.PUBLISHING,),
        Verb.POSTED: (State.PARTLY,),
    },
    State.FAILED: {
        Verb.EDIT: (State.DRAFT,),
        Verb.RESEND: (State.PUBLISHING,),
        Verb.POSTED: (State.PARTLY,),
        Verb.CANCEL: (State.CANCELLED,),
    },
    State.UNKNOWN: {
        Verb.STOP: (State.UNKNOWN,),
        Verb.RESEND: (State.PUBLISHING,),
        Verb.DECIDE: (State.UNKNOWN,),  # the targets then settle the post
        Verb.POSTED: (State.UNKNOWN,),
        Verb.SETTLE: (State.PUBLISHING, State.PUBLISHED, State.PARTLY, State.FAILED, State.CANCELLED),
    },
    State.REJECTED: {},
    State.CANCELLED: {},
}

COMMENTED = frozenset({Verb.RETURN, Verb.REJECT})
"""Verbs that need a comment, so that the author knows what to do."""

PUBLIC = frozenset({
    State.APPROVED, State.SCHEDULED, State.MISSED, State.PUBLISHING, State.PUBLISHED, State.PARTLY, State.FAILED,
    State.UNKNOWN,
})  # fmt: skip
"""States in which the post's media may be fetched by anybody: the platforms need it."""


@dataclass(frozen=True, slots=True)
class Button:
    """What one person may do to a post now; `comment`: it must be given a reason."""

    verb: Verb
    title: str
    comment: bool


def may(state: str, verb: Verb) -> tuple[State, ...]:
    """Return the states that `verb` can lead to from `state`; raise `BadInput` when it is not possible there."""
    following = TABLE[State(state)].get(verb)
    if following is None:
        possible = ", ".join(one for one in TABLE[State(state)] if one in NEEDS) or "nothing"
        told = say("queue.refused.state", state=name_of(state).lower())
        raise BadInput(f"a post in state '{state}' cannot be given '{verb}'; possible: {possible}", told=told)
    return following


def name_of(state: str) -> str:
    """Return a state's name for staff."""
    return say(f"queue.state.{state}")


def buttons(state: str, actor: Actor) -> Sequence[Button]:
    """Return what `actor` may do to a post in `state`, in the table's order."""
    return [
        Button(verb, say(f"queue.verb.{verb}"), verb in COMMENTED)
        for verb in TABLE[State(state)]
        if verb in NEEDS and NEEDS[verb] in actor.rights
    ]  # fmt: skip
